"""Nearest-neighbour hierarchical clustering (CrimeStat's Nnh): points closer together than chance would put them.

Levine (2013), CrimeStat IV, chapter 7; Clark & Evans (1954), Ecology 35:445-453, for the distance by chance. The point
with the most others within the threshold takes them all; then the next among the points left, while at least so many
are gathered. The middles of the clusters are clustered in turn, by the distance that chance would put between so many.
"""

from __future__ import annotations

import heapq

import numba
import numpy as np
from scipy import special

from analysis.cell_lists import CellList, list_cells, span, squared_distance, weigh_near
from analysis.grids import Floats, Ints

MANY = np.iinfo(np.int64).max


def chance_distance(n: int, area: float, *, confidence: float) -> float:
    """Return the distance that the mean distance to the nearest of n random points falls below so often (metres).

    Parameters
    ----------
    confidence
        0.5 for the mean itself, 0.5 sqrt(A/n); its standard error is 0.26136 sqrt(A)/n.
    """
    mean, error = 0.5 * np.sqrt(area / n), 0.26136 * np.sqrt(area) / n
    return float(max(0.0, mean + special.ndtri(confidence) * error))


def gather_near(x: Floats, y: Floats, weight: Ints, *, distance: float, least: int) -> Ints:
    """Return the first-order cluster of each location, in the order gathered, -1 for none (n,)."""
    labels = np.full(len(x), -1, dtype=np.int64)
    if len(x) == 0 or distance <= 0:
        return labels
    cells = list_cells(x, y, weight, reach=distance)
    labels[cells.order] = _gather(cells, weigh_near(cells, MANY), least)
    return labels


@numba.njit(cache=True, nogil=True)
def _gather(cells: CellList, near: Ints, least: int) -> Ints:
    """Take the fullest neighbourhood, again and again; ``near`` is what each has left and falls as they go."""
    labels, clusters = np.full(len(cells.x), -1), 0
    waiting = [(-near[point], cells.order[point], point) for point in range(len(near)) if near[point] >= least]
    if len(waiting) == 0:
        return labels
    heapq.heapify(waiting)
    while len(waiting) > 0:
        believed, place, point = heapq.heappop(waiting)
        if labels[point] >= 0 or near[point] < least:
            continue
        if near[point] < -believed:
            heapq.heappush(waiting, (-near[point], place, point))
            continue
        _take(cells, labels, near, (point, clusters))
        clusters += 1
    return labels


@numba.njit(cache=True, nogil=True)
def _take(cells: CellList, labels: Ints, near: Ints, seed: tuple[int, int]) -> None:
    """Give the free points around a seed to its cluster, and take them from what their neighbours have left."""
    point, cluster = seed
    for row in (-1, 0, 1):
        first, end = span(cells, point, row)
        for other in range(first, end):
            if labels[other] < 0 and squared_distance(cells, point, other) <= cells.reach**2:
                labels[other] = cluster
                _forget(cells, near, other)


@numba.njit(cache=True, nogil=True)
def _forget(cells: CellList, near: Ints, taken: int) -> None:
    for row in (-1, 0, 1):
        first, end = span(cells, taken, row)
        for other in range(first, end):
            if squared_distance(cells, taken, other) <= cells.reach**2:
                near[other] -= cells.weight[taken]
