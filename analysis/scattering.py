"""Exact sums of kernels on a grid: each point is added to the cells that its kernel reaches, one by one."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numba
import numpy as np
from numpy.typing import NDArray

from analysis.grids import Grid
from analysis.kernels import Kernel, reach

Floats = NDArray[np.float64]

WORKERS: Final = 2
MANY: Final = 50_000  # points from which a second thread pays


def scatter_points(x: Floats, y: Floats, weights: Floats, grid: Grid, *, kernel: Kernel, bandwidth: float) -> Floats:
    """Return the exact weighted sum of the points' kernels at the centre of each cell (flat), per square metre.

    The points (metres) lie within a cell of the grid at most. The Gaussian is cut at its reach.
    """
    border = reach_in_cells(grid, kernel=kernel, bandwidth=bandwidth)
    rows, columns = grid.rows + 2 * border, grid.columns + 2 * border
    start, scale = (border - 0.5) * grid.cell_size, 1 / grid.cell_size
    frame = np.array([grid.left - start, grid.bottom - start, scale, reach(kernel, bandwidth) * scale])
    sigma = bandwidth * scale

    def work(part: slice) -> Floats:
        cells = np.zeros(rows * columns)
        if kernel == "gaussian":
            _scatter_gaussian(cells, columns, (x[part], y[part], weights[part]), frame, sigma)
        else:
            _scatter_quartic(cells, columns, (x[part], y[part], weights[part]), frame)
        return cells

    cells = sum_parts(work, len(x)).reshape(rows, columns)[border : border + grid.rows, border : border + grid.columns]
    values: Floats = cells.ravel() * ((0.5 if kernel == "gaussian" else 3) / (np.pi * bandwidth**2))
    return values


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
def _scatter_gaussian(
    cells: Floats, columns: int, points: tuple[Floats, Floats, Floats], frame: Floats, sigma: float
) -> None:
    x, y, weights = points
    left, bottom, scale, radius = frame
    side = int(np.ceil(radius))
    across = np.empty(2 * side)
    for i in range(len(x)):
        u, v = (x[i] - left) * scale, (y[i] - bottom) * scale
        first, lowest = int(np.floor(u)) - side + 1, int(np.floor(v)) - side + 1
        for k in range(2 * side):
            across[k] = np.exp(-(((first + k - u) / sigma) ** 2) / 2)
        for row in range(lowest, lowest + 2 * side):
            weight = weights[i] * np.exp(-(((row - v) / sigma) ** 2) / 2)
            start = row * columns + first
            for k in range(2 * side):
                cells[start + k] += weight * across[k]


@numba.njit(cache=True, nogil=True, fastmath={"nnan", "nsz"})  # so that maxima become vector instructions
def _scatter_quartic(cells: Floats, columns: int, points: tuple[Floats, Floats, Floats], frame: Floats) -> None:
    """Add each point's kernel to the squares around it, four columns at a time; the border takes what falls outside."""
    x, y, weights = points
    left, bottom, scale, radius = frame
    flatness, side = 1.0 / (radius * radius), int(np.ceil(radius))
    across = np.empty((2 * side + 3) // 4 * 4)
    for i in range(len(x)):
        u, v, weight = (x[i] - left) * scale, (y[i] - bottom) * scale, weights[i]
        first, lowest = int(np.floor(u)) - side + 1, int(np.floor(v)) - side + 1
        for k in range(len(across)):
            across[k] = (first + k - u) ** 2 * flatness
        for row in range(lowest, lowest + 2 * side):
            rest = 1.0 - (row - v) ** 2 * flatness
            start = row * columns + first
            for k in range(0, len(across), 4):
                a, b = max(rest - across[k], 0.0), max(rest - across[k + 1], 0.0)
                c, d = max(rest - across[k + 2], 0.0), max(rest - across[k + 3], 0.0)
                cells[start + k] += weight * a * a
                cells[start + k + 1] += weight * b * b
                cells[start + k + 2] += weight * c * c
                cells[start + k + 3] += weight * d * d
