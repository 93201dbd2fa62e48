"""Sums of Gaussians of many widths on a grid: exact one by one, or by classes of width where that is too slow."""

from __future__ import annotations

from typing import Final

import numba
import numpy as np
from numpy.typing import NDArray

from analysis.convolution import PATIENCE, SCATTER_COST, filter_field, lay_lattice, spread_points
from analysis.grids import Grid
from analysis.scattering import sum_parts

Floats = NDArray[np.float64]

REACH: Final = 6.0  # widths: beyond lies 2e-8 of the mass
RATIO: Final = 1.15  # between the classes of width
STEPS: Final = 3.0  # nodes per width at least


def sum_adaptive(x: Floats, y: Floats, weights: Floats, widths: Floats, grid: Grid) -> Floats:
    """Return the weighted sum of Gaussians of their own widths (metres) at the centre of each cell, per square metre.

    Exact but for what lies beyond six widths, unless that would take many seconds; then by classes of width.
    """
    reach = 2 * REACH * widths / grid.cell_size + 1
    if SCATTER_COST * float(np.sum(np.minimum(reach, grid.rows) * np.minimum(reach, grid.columns))) < PATIENCE:
        return scatter_adaptive(x, y, weights, widths, grid)
    return sum_by_class(x, y, weights, widths, grid)


def scatter_adaptive(x: Floats, y: Floats, weights: Floats, widths: Floats, grid: Grid) -> Floats:
    """Add each point's kernel to the cells that it reaches, one by one."""
    scale = 1 / grid.cell_size
    u, v = (x - grid.left) * scale - 0.5, (y - grid.bottom) * scale - 0.5
    heights, sigmas = weights / (2 * np.pi * widths**2), widths * scale
    order = np.argsort(sigmas, kind="stable")[::-1]  # so that both threads have their share of the wide ones
    turns = np.concatenate([order[::2], order[1::2]])

    def work(part: slice) -> Floats:
        some = turns[part]
        cells = np.zeros((grid.rows, grid.columns))
        _scatter(cells, u[some], v[some], heights[some], sigmas[some])
        return cells

    return sum_parts(work, len(x)).ravel()


def sum_by_class(x: Floats, y: Floats, weights: Floats, widths: Floats, grid: Grid) -> Floats:
    """Split each kernel among four neighbouring classes of width, by cubic interpolation in the logarithm of its width.

    A Gaussian is a smooth function of its width: the sum errs by less than 0.5 % where it exceeds a thousandth of its
    peak.
    """
    first, last = np.log(widths.min()) - np.log(RATIO), np.log(widths.max()) + 2 * np.log(RATIO)
    classes = np.exp(np.arange(first, last + np.log(RATIO), np.log(RATIO)))
    place = np.log(widths / classes[0]) / np.log(RATIO)
    below = np.clip(place.astype(np.int64), 1, len(classes) - 3)
    parts = _cubic(place - below)
    values = np.zeros(grid.n)
    for level, width in enumerate(classes):
        near = np.flatnonzero((below >= level - 2) & (below <= level + 1))
        if len(near):
            part = weights[near] * parts[level - below[near] + 1, near]
            values += _smooth(x[near], y[near], part, grid, float(width))
    return np.maximum(values, 0.0)


def _cubic(t: Floats) -> Floats:
    """Return Lagrange's weights of the classes -1, 0, 1, 2 at places t between 0 and 1."""
    return np.array(
        [
            -t * (t - 1) * (t - 2) / 6,
            (t + 1) * (t - 1) * (t - 2) / 2,
            -(t + 1) * t * (t - 2) / 2,
            (t + 1) * t * (t - 1) / 6,
        ]
    )


def _smooth(x: Floats, y: Floats, weights: Floats, grid: Grid, width: float) -> Floats:
    lattice = lay_lattice(grid, kernel="gaussian", bandwidth=width, steps=STEPS)
    field = filter_field(spread_points(x, y, weights, lattice), lattice, kernel="gaussian", bandwidth=width)
    return lattice.at_cells(field, grid) / lattice.step**2


@numba.njit(cache=True, nogil=True)
def _scatter(cells: Floats, u: Floats, v: Floats, heights: Floats, sigmas: Floats) -> None:
    rows, columns = cells.shape
    across = np.empty(columns)
    for i in range(len(u)):
        reach, flat = REACH * sigmas[i], 0.5 / sigmas[i] ** 2
        left, right = max(0, int(np.ceil(u[i] - reach))), min(columns - 1, int(np.floor(u[i] + reach)))
        low, high = max(0, int(np.ceil(v[i] - reach))), min(rows - 1, int(np.floor(v[i] + reach)))
        if left > right:
            continue
        start, width = np.uint64(left), np.uint64(right - left + 1)
        for k in range(width):
            across[k] = np.exp(-((left + k - u[i]) ** 2) * flat)
        for row in range(low, high + 1):
            weight, line = heights[i] * np.exp(-((row - v[i]) ** 2) * flat), np.uint64(row)
            for k in range(width):
                cells[line, start + k] += weight * across[k]
