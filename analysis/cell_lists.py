"""Cell lists: points sorted into squares at least as wide as a reach, so that neighbours lie in nine of them.

Memory grows with the number of points alone; no list of pairs is ever made.
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np

from analysis.grids import Floats, Ints


class CellList(NamedTuple):
    """Points in the order of their squares, row by row from below.

    Attributes
    ----------
    x, y, weight
        Of the sorted points (n,).
    order
        Where each stood before (n,).
    square
        Square of each, as row * columns + column; there is an empty one all around (n,).
    starts
        Where each square begins (squares + 1,).
    """

    x: Floats
    y: Floats
    weight: Ints
    order: Ints
    square: Ints
    starts: Ints
    columns: int
    reach: float


def list_cells(x: Floats, y: Floats, weight: Ints, *, reach: float) -> CellList:
    """Sort points into squares; these are never more than about one a point, however short the reach."""
    n = max(1, len(x))
    width, height = (float(np.ptp(values)) if len(x) else 0.0 for values in (x, y))
    side = max(reach, (width * height / n) ** 0.5, width / n, height / n, 1e-9)
    left, bottom = (float(values.min()) if len(x) else 0.0 for values in (x, y))
    column, row = ((values - low) // side for values, low in ((x, left), (y, bottom)))
    columns, rows = int(width // side) + 3, int(height // side) + 3
    square = (row.astype(np.int64) + 1) * columns + column.astype(np.int64) + 1
    order = np.argsort(square, kind="stable")
    starts = np.searchsorted(square[order], np.arange(rows * columns + 1))
    return CellList(x[order], y[order], weight[order], order, square[order], starts, columns, reach)


@numba.njit(cache=True, nogil=True)
def span(cells: CellList, point: int, row: int) -> tuple[int, int]:
    """Return first and end of the points in the three squares of a row (-1, 0, 1) around a point's own."""
    middle = cells.square[point] + row * cells.columns
    return cells.starts[middle - 1], cells.starts[middle + 2]


@numba.njit(cache=True, nogil=True)
def squared_distance(cells: CellList, one: int, other: int) -> float:
    """Return the squared distance of two sorted points."""
    return float((cells.x[one] - cells.x[other]) ** 2 + (cells.y[one] - cells.y[other]) ** 2)


@numba.njit(cache=True, nogil=True)
def weigh_near(cells: CellList, enough: int) -> Ints:
    """Return the weight within the reach of each sorted point, itself included; counting may stop at ``enough``."""
    near, reach2 = np.zeros(len(cells.x), dtype=np.int64), cells.reach**2
    for point in range(len(cells.x)):
        for row in (0, -1, 1):
            first, end = span(cells, point, row)
            for other in range(first, end):
                if squared_distance(cells, point, other) <= reach2:
                    near[point] += cells.weight[other]
                if near[point] >= enough:
                    break
    return near
