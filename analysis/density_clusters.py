"""DBSCAN: points that lie close enough together, chained into clusters of any shape; the rest is noise.

Ester, Kriegel, Sander & Xu (1996), Proceedings of KDD-96, 226-231. The same cores and noise as of scikit-learn, but a
point at the edge of two clusters goes to that of its nearest core, whatever the order of the points; a pile is one
weighted location; and no list of pairs is made, so that simulations are cheap.
"""

from __future__ import annotations

from typing import Final

import numba
import numpy as np
from numpy.typing import NDArray

from analysis.cell_lists import CellList, list_cells, span, squared_distance, weigh_near
from analysis.grids import Floats, Ints

NOISE: Final = -1


def dbscan(x: Floats, y: Floats, weight: Ints, *, distance: float, least: int) -> Ints:
    """Return the cluster of each location, numbered as they come, -1 for noise (n,).

    Parameters
    ----------
    x, y, weight
        Distinct locations and how many points lie on each.
    distance
        Two points at most so far apart are neighbours (metres).
    least
        Points within the distance, itself included, that make a core.
    """
    cells = list_cells(x, y, weight, reach=distance)
    core = weigh_near(cells, least) >= least
    parent = _chain(cells, core)
    labels = np.full(len(x), NOISE, dtype=np.int64)
    labels[cells.order] = _take_edges(cells, core, parent)
    inside = labels >= 0
    _, first, number = np.unique(labels[inside], return_index=True, return_inverse=True)
    labels[inside] = np.argsort(np.argsort(first))[number]
    return labels


@numba.njit(cache=True, nogil=True)
def _chain(cells: CellList, core: NDArray[np.bool_]) -> Ints:
    """Join cores within reach of each other; return the root of each sorted point (its own for the others)."""
    parent, reach2 = np.arange(len(cells.x)), cells.reach**2
    for point in range(len(cells.x)):
        if not core[point]:
            continue
        root = _root(parent, point)
        for row in (0, 1):
            first, end = span(cells, point, row)
            for other in range(max(first, point + 1), end):
                if parent[other] == root or not core[other]:  # most are joined already
                    continue
                if squared_distance(cells, point, other) <= reach2:
                    two = _root(parent, other)
                    parent[max(root, two)] = min(root, two)
                    root = min(root, two)
                    parent[other] = root
    for point in range(len(parent)):
        parent[point] = _root(parent, point)
    return parent


@numba.njit(cache=True, nogil=True)
def _root(parent: Ints, point: int) -> int:
    while parent[point] != point:
        parent[point] = parent[parent[point]]
        point = parent[point]
    return point


@numba.njit(cache=True, nogil=True)
def _take_edges(cells: CellList, core: NDArray[np.bool_], parent: Ints) -> Ints:
    """Give every other point the root of its nearest core within reach, -1 without one."""
    labels = np.full(len(cells.x), -1)
    for point in range(len(cells.x)):
        if core[point]:
            labels[point] = parent[point]
            continue
        nearest = cells.reach**2
        for row in (-1, 0, 1):
            first, end = span(cells, point, row)
            for other in range(first, end):
                if core[other] and squared_distance(cells, point, other) <= nearest:
                    if labels[point] < 0 or squared_distance(cells, point, other) < nearest:
                        labels[point] = parent[other]
                    nearest = squared_distance(cells, point, other)
    return labels
