"""Sums over the pairs of points nearer than a distance, by distance: the work behind K, by cells and never n by n.

Ripley (1977); Ohser (1983); Diggle (2013), Statistical Analysis of Spatial and Spatio-Temporal Point Patterns, chapter
4. All sums are cumulative in the distances of the bins and take each pair in both orders.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numba
import numpy as np
from numpy.typing import NDArray

from analysis.region_edges import RegionEdges, edges_within, share_of_circle
from analysis.set_covariance import SetCovariance, covariance_at

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Booleans = NDArray[np.bool_]
Bins = tuple[float, int]  # width of a step in metres, and how many steps

ACROSS: Final = 3  # cells in the farthest distance
MOST_ROWS: Final = 1000  # of cells
LEAST_SHARE: Final = 0.01  # of a circle inside the region: no pair weighs more than a hundred


@dataclass(frozen=True, kw_only=True, eq=False)
class CellList:
    """Points sorted by square cells, so that those near a point are a few runs of the list.

    Attributes
    ----------
    x, y
        Sorted by cell, row by row (n,).
    order
        Position of each in the points that were given (n,).
    frame
        Left, bottom and width of the cells (metres).
    first
        Where each cell begins (rows * columns + 1,).
    """

    x: Floats
    y: Floats
    order: Ints
    frame: Floats
    rows: int
    columns: int
    first: Ints

    @property
    def tiles(self) -> tuple[Floats, int, int, Ints]:
        """Return what the loops need."""
        return self.frame, self.rows, self.columns, self.first


def sort_into_cells(x: Floats, y: Floats, farthest: float) -> CellList:
    """Sort points (metres) into cells of a third of the farthest distance, or wider ones where those were too many."""
    left, bottom = (float(np.min(v)) if len(v) else 0.0 for v in (x, y))
    extent = max(float(np.max(x) - left), float(np.max(y) - bottom)) if len(x) else 0.0
    width = max(farthest / ACROSS, extent / MOST_ROWS)
    column, row = ((x - left) // width).astype(np.int64), ((y - bottom) // width).astype(np.int64)
    columns, rows = (int(v.max()) + 1 if len(v) else 1 for v in (column, row))
    cell = row * columns + column
    order = np.argsort(cell, kind="stable")
    first = np.searchsorted(cell[order], np.arange(rows * columns + 1))
    return CellList(
        x=np.ascontiguousarray(x[order]),
        y=np.ascontiguousarray(y[order]),
        order=order,
        frame=np.array([left, bottom, width]),
        rows=rows,
        columns=columns,
        first=first.astype(np.int64),
    )


def sum_translated(x: Floats, y: Floats, bins: Bins, covariance: SetCovariance) -> Floats:
    """Return the sum of 1 / (area that the region shares with itself shifted by the pair) (steps,)."""
    cells = sort_into_cells(x, y, bins[0] * bins[1])
    sums = _translated(cells.x, cells.y, cells.tiles, bins, (covariance.values, covariance.step))
    return 2 * np.cumsum(sums)


def sum_translated_of_kinds(
    x: Floats, y: Floats, first_kind: Booleans, bins: Bins, covariance: SetCovariance
) -> Floats:
    """Return, for each labelling of the points, the sum over pairs of one of the first kind and one of the others.

    Parameters
    ----------
    first_kind
        Whether a point is of the first kind, by point and labelling (n, m).

    Returns
    -------
    Floats
        (m, steps); each pair once, from the first kind to the others.
    """
    cells = sort_into_cells(x, y, bins[0] * bins[1])
    kinds = np.ascontiguousarray(first_kind[cells.order])
    sums = _translated_kinds(cells.x, cells.y, kinds, cells.tiles, bins, (covariance.values, covariance.step))
    return np.cumsum(sums, axis=0).T


def sum_isotropic(
    x: Floats, y: Floats, bins: Bins, edges: RegionEdges, to: tuple[Floats, Floats] | None = None
) -> Floats:
    """Return the sum of 1 / (share of the circle around the one that runs through the other and lies inside) (steps,).

    Parameters
    ----------
    to
        The points to pair with; None: the same ones, each with all but itself.
    """
    cells = sort_into_cells(*(to or (x, y)), bins[0] * bins[1])
    own = np.argsort(cells.order) if to is None else np.full(len(x), -1, dtype=np.int64)
    near = edges_within(np.column_stack([x, y]), edges.edges, bins[0] * bins[1])
    sums = _isotropic((x, y, own), (cells.x, cells.y), cells.tiles, bins, (edges.edges, *near))
    return np.cumsum(sums)


def count_beyond_border(
    x: Floats, y: Floats, bins: Bins, border: Floats, to: tuple[Floats, Floats] | None = None
) -> tuple[Floats, Floats]:
    """Return, by distance r, the pairs whose first point is r or more from the border, and how many such points.

    Parameters
    ----------
    to
        The points to pair with; None: the same ones, each with all but itself.
    border
        Distance of each first point to the outline of the region (n,).
    """
    cells = sort_into_cells(*(to or (x, y)), bins[0] * bins[1])
    own = np.argsort(cells.order) if to is None else np.full(len(x), -1, dtype=np.int64)
    last = np.floor(border / bins[0] * (1 + 1e-12)).astype(np.int64)  # the largest k with k step <= border
    pairs = _bordered((x, y, own, last), (cells.x, cells.y), cells.tiles, bins)
    inner = np.bincount(np.minimum(last, bins[1]), minlength=bins[1] + 1)[::-1].cumsum()[::-1][1:]
    return np.cumsum(pairs), inner.astype(np.float64)


@numba.njit(cache=True, nogil=True)
def _bin(gap: float, step: float) -> int:
    """Return the bin of a distance: k where it is above k steps and at most k + 1; nothing lies in a negative one."""
    return max(int(np.ceil(gap / step)) - 1, 0)


@numba.njit(cache=True, nogil=True)
def _translated(
    x: Floats, y: Floats, tiles: tuple[Floats, int, int, Ints], bins: Bins, shared: tuple[Floats, float]
) -> Floats:
    frame, rows, columns, first = tiles
    step, steps = bins
    sums, limit = np.zeros(steps), (step * steps) ** 2
    for i in range(len(x)):
        column, row = int((x[i] - frame[0]) // frame[2]), int((y[i] - frame[1]) // frame[2])
        for r in range(row, min(row + ACROSS, rows - 1) + 1):
            low = first[r * columns + max(column - ACROSS, 0)]
            high = first[r * columns + min(column + ACROSS, columns - 1) + 1]
            for j in range(max(low, i + 1), high):
                dx, dy = x[j] - x[i], y[j] - y[i]
                square = dx * dx + dy * dy
                if square <= limit:
                    sums[min(_bin(np.sqrt(square), step), steps - 1)] += 1 / covariance_at(shared[0], shared[1], dx, dy)
    return sums


@numba.njit(cache=True, nogil=True)
def _translated_kinds(
    x: Floats,
    y: Floats,
    kinds: Booleans,
    tiles: tuple[Floats, int, int, Ints],
    bins: Bins,
    shared: tuple[Floats, float],
) -> Floats:
    frame, rows, columns, first = tiles
    step, steps = bins
    sums, limit = np.zeros((steps, kinds.shape[1])), (step * steps) ** 2
    for i in range(len(x)):
        column, row = int((x[i] - frame[0]) // frame[2]), int((y[i] - frame[1]) // frame[2])
        for r in range(row, min(row + ACROSS, rows - 1) + 1):
            low = first[r * columns + max(column - ACROSS, 0)]
            high = first[r * columns + min(column + ACROSS, columns - 1) + 1]
            for j in range(max(low, i + 1), high):
                dx, dy = x[j] - x[i], y[j] - y[i]
                square = dx * dx + dy * dy
                if square <= limit:
                    weight = 1 / covariance_at(shared[0], shared[1], dx, dy)
                    into = sums[min(_bin(np.sqrt(square), step), steps - 1)]
                    for m in range(kinds.shape[1]):
                        into[m] += weight * (kinds[i, m] != kinds[j, m])
    return sums


@numba.njit(cache=True, nogil=True)
def _isotropic(
    centres: tuple[Floats, Floats, Ints],
    others: tuple[Floats, Floats],
    tiles: tuple[Floats, int, int, Ints],
    bins: Bins,
    outline: tuple[Floats, Ints, Ints],
) -> Floats:
    x, y, own = centres
    u, v = others
    frame, rows, columns, first = tiles
    edges, start, near = outline
    step, steps = bins
    sums, limit = np.zeros(steps), (step * steps) ** 2
    for i in range(len(x)):
        column, row = int((x[i] - frame[0]) // frame[2]), int((y[i] - frame[1]) // frame[2])
        mine = near[start[i] : start[i + 1]]
        for r in range(max(row - ACROSS, 0), min(row + ACROSS, rows - 1) + 1):
            left, right = max(column - ACROSS, 0), min(column + ACROSS, columns - 1)
            if left > right:
                continue
            for j in range(first[r * columns + left], first[r * columns + right + 1]):
                square = (u[j] - x[i]) ** 2 + (v[j] - y[i]) ** 2
                if square <= limit and j != own[i]:
                    gap = np.sqrt(square)
                    share = share_of_circle(x[i], y[i], gap, edges, mine) if gap > 0 else 1.0
                    sums[min(_bin(gap, step), steps - 1)] += 1 / max(share, LEAST_SHARE)
    return sums


@numba.njit(cache=True, nogil=True)
def _bordered(
    centres: tuple[Floats, Floats, Ints, Ints],
    others: tuple[Floats, Floats],
    tiles: tuple[Floats, int, int, Ints],
    bins: Bins,
) -> Floats:
    x, y, own, last = centres
    u, v = others
    frame, rows, columns, first = tiles
    step, steps = bins
    counts, limit = np.zeros(steps + 1), (step * steps) ** 2
    for i in range(len(x)):
        column, row = int((x[i] - frame[0]) // frame[2]), int((y[i] - frame[1]) // frame[2])
        for r in range(max(row - ACROSS, 0), min(row + ACROSS, rows - 1) + 1):
            left, right = max(column - ACROSS, 0), min(column + ACROSS, columns - 1)
            if left > right:
                continue
            for j in range(first[r * columns + left], first[r * columns + right + 1]):
                square = (u[j] - x[i]) ** 2 + (v[j] - y[i]) ** 2
                if square <= limit and j != own[i]:
                    k = min(_bin(np.sqrt(square), step), steps - 1)
                    if k < last[i]:  # counted at the distances from its own to the last one that stays inside
                        counts[k] += 1
                        counts[min(last[i], steps)] -= 1
    return counts[:steps]
