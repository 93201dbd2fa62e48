"""Exact sums of kernels on a grid: each point is added to the cells that its kernel reaches, one by one."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numba
import numpy as np
from numpy.typing import NDArray

from analysis.grids import Grid
from analysis.kernels import FORMS, Kernel, reach

Floats = NDArray[np.float64]
WeightedPoints = tuple[Floats, Floats, Floats]

WORKERS: Final = 2
MANY: Final = 50_000  # points from which a second thread pays
ONE: Final = np.uint64(1)  # compiled code that indexes by unsigned numbers becomes vector instructions: 3 times faster


def scatter_points(x: Floats, y: Floats, weights: Floats, grid: Grid, *, kernel: Kernel, bandwidth: float) -> Floats:
    """Return the exact weighted sum of the points' kernels at the centre of each cell (flat), per square metre.

    The points (metres) lie within a cell of the grid at most. The Gaussian is cut at its reach.
    """
    height = FORMS[kernel].height / (np.pi * bandwidth**2)
    return _scatter((x, y, weights), grid, kernel, bandwidth, FORMS[kernel].shape) * height


def scatter_squares(x: Floats, y: Floats, weights: Floats, grid: Grid, *, kernel: Kernel, bandwidth: float) -> Floats:
    """Return the exact weighted sum of the squares of the points' kernels, where `scatter_points` has that of kernels.

    Only for kernels that end at their radius.
    """
    height = FORMS[kernel].height / (np.pi * bandwidth**2)
    return _scatter((x, y, weights), grid, kernel, bandwidth, FORMS[kernel].squared) * height**2


def _scatter(points: WeightedPoints, grid: Grid, kernel: Kernel, bandwidth: float, shape: int) -> Floats:
    """Sum the heights of the kernels, 1 in their middle."""
    border = reach_in_cells(grid, kernel=kernel, bandwidth=bandwidth)
    rows, columns = grid.rows + 2 * border, grid.columns + 2 * border
    start, scale = (border - 0.5) * grid.cell_size, 1 / grid.cell_size
    frame = np.array([grid.left - start, grid.bottom - start, scale, reach(kernel, bandwidth) * scale])

    def work(part: slice) -> Floats:
        cells = np.zeros(rows * columns)
        some = (points[0][part], points[1][part], points[2][part])
        if kernel == "gaussian":
            _scatter_gaussian(cells, columns, some, frame, bandwidth * scale)
        elif kernel == "uniform":
            _scatter_discs(cells, columns, some, frame)
        else:
            _scatter_compact(cells, columns, some, frame, shape)
        return cells

    cells = sum_parts(work, len(points[0])).reshape(rows, columns)
    return cells[border : border + grid.rows, border : border + grid.columns].ravel()


def reach_in_cells(grid: Grid, *, kernel: Kernel, bandwidth: float) -> int:
    """Return how many cells around the grid the kernel of a point at its border may touch."""
    return int(np.ceil(reach(kernel, bandwidth) / grid.cell_size)) + 5


def halve(n: int) -> list[slice]:
    """Return the parts that the threads take; the same for the same n, so that sums repeat to the last digit."""
    return [slice(0, n // 2), slice(n // 2, n)] if n > MANY else [slice(0, n)]


def sum_parts(work: Callable[[slice], Floats], n: int) -> Floats:
    """Add up what the threads make of their parts of n points."""
    with ThreadPoolExecutor(WORKERS) as pool:
        first, *others = pool.map(work, halve(n))
    for other in others:
        first += other
    return first


@numba.njit(cache=True, nogil=True)
def _scatter_gaussian(cells: Floats, columns: int, points: WeightedPoints, frame: Floats, sigma: float) -> None:
    x, y, weights = points
    left, bottom, scale, radius = frame
    side, wide = np.uint64(np.ceil(radius)), np.uint64(columns)
    across = np.empty(2 * side)
    for i in range(len(x)):
        u, v = (x[i] - left) * scale, (y[i] - bottom) * scale
        first, lowest = np.uint64(u) - side + ONE, np.uint64(v) - side + ONE
        for k in range(2 * side):
            across[k] = np.exp(-(((first + k - u) / sigma) ** 2) / 2)
        for row in range(lowest, lowest + side + side):
            weight = weights[i] * np.exp(-(((row - v) / sigma) ** 2) / 2)
            start = row * wide + first
            for k in range(side + side):
                cells[start + k] += weight * across[k]


@numba.njit(cache=True, nogil=True)
def _scatter_discs(cells: Floats, columns: int, points: WeightedPoints, frame: Floats) -> None:
    """Note in each row where each point's disc begins and ends, then sum along the rows: exact however wide it is."""
    x, y, weights = points
    left, bottom, scale, radius = frame
    side, wide = np.uint64(np.ceil(radius)), np.uint64(columns)
    for i in range(len(x)):
        u, v = (x[i] - left) * scale, (y[i] - bottom) * scale
        lowest = np.uint64(v) - side + ONE
        for row in range(lowest, lowest + side + side):
            chord = radius * radius - (row - v) ** 2
            if chord > 0.0:
                half, start = np.sqrt(chord), row * wide
                cells[start + np.uint64(u - half) + ONE] += weights[i]
                cells[start + np.uint64(np.ceil(u + half))] -= weights[i]
    for row_start in range(0, len(cells), columns):
        total = 0.0
        for k in range(row_start, row_start + columns):
            total += cells[k]
            cells[k] = max(total, 0.0)


@numba.njit(cache=True, nogil=True, fastmath={"nnan", "nsz", "contract"})  # so that maxima become vector instructions
def _scatter_compact(cells: Floats, columns: int, points: WeightedPoints, frame: Floats, shape: int) -> None:
    """Add each point's kernel to the squares around it, row by row; the border takes what falls outside."""
    x, y, weights = points
    left, bottom, scale, radius = frame
    flatness, side, wide = 1.0 / (radius * radius), np.uint64(np.ceil(radius)), np.uint64(columns)
    width = (side + side + np.uint64(3)) // np.uint64(4) * np.uint64(4)
    across = np.empty(width)
    for i in range(len(x)):
        u, v = (x[i] - left) * scale, (y[i] - bottom) * scale
        first, lowest = np.uint64(u) - side + ONE, np.uint64(v) - side + ONE
        for k in range(width):
            across[k] = (first + k - u) ** 2 * flatness
        for row in range(lowest, lowest + side + side):
            start = row * wide + first
            _add_row(cells, start, across, (weights[i], (row - v) ** 2 * flatness), shape)


@numba.njit(cache=True, nogil=True, fastmath={"nnan", "nsz", "contract"}, inline="always")
def _add_row(cells: Floats, start: np.uint64, across: Floats, what: tuple[float, float], shape: int) -> None:
    """Add one row of a kernel; one loop a shape, since a choice inside it would not be vectorised.

    Roots are taken in single precision, twice as fast: a cone errs by 1e-7 of its height.
    """
    weight, upward = what
    rest = 1.0 - upward
    if rest <= 0.0:
        return
    if shape == 1:
        for k in range(np.uint64(len(across))):
            height = max(rest - across[k], 0.0)
            cells[start + k] += weight * height * height
    elif shape == 2:
        for k in range(np.uint64(len(across))):
            cells[start + k] += weight * max(rest - across[k], 0.0)
    elif shape == 3:
        for k in range(np.uint64(len(across))):
            cells[start + k] += weight * max(1.0 - np.float64(np.sqrt(np.float32(upward + across[k]))), 0.0)
    elif shape == 5:
        for k in range(np.uint64(len(across))):
            height = max(rest - across[k], 0.0) ** 2
            cells[start + k] += weight * height * height
    else:
        for k in range(np.uint64(len(across))):
            height = max(1.0 - np.float64(np.sqrt(np.float32(upward + across[k]))), 0.0)
            cells[start + k] += weight * height * height
