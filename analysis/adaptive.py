"""Adaptive smoothing: wide kernels where little happens, narrow ones where much does (Abramson 1982)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.adaptive_sums import sum_adaptive
from analysis.edges import EdgeField, edge_field
from analysis.errors import NotEnoughDataError
from analysis.grids import Grid, grid_over
from analysis.intensities import intensity_at_points
from analysis.scene import Region
from analysis.smoothing import LEAST_WEIGHTED, Correction, DensityField, smooth_within

Floats = NDArray[np.float64]

LEAST_POINTS: Final = 50  # below it a pilot says nothing that a width could be built on
TRIM: Final = 5.0  # no kernel is wider than so many times the geometric mean
LEAST_IN_CELLS: Final = 0.75  # of a cell: a narrower kernel would slip between the centres
EDGE_RATIO: Final = 1.25  # between the widths at which the edge factors are known
EDGE_NODES: Final = 250_000  # of the raster of each of them
STEPS: Final = 4.0  # cells per width on these rasters


def abramson_widths(pilot: Floats, *, middle: float, least: float = 0.0) -> tuple[Floats, float]:
    """Return ``h0 min(f^(-1/2), 5 G) / G`` for each value of a pilot density, and G, the geometric mean of f^(-1/2).

    The scale of the pilot cancels. ``least`` is the narrowest width that is allowed (metres).
    """
    roots = 1 / np.sqrt(pilot)
    mean = float(np.exp(np.mean(np.log(roots))))
    return np.maximum(middle * np.minimum(roots, TRIM * mean) / mean, least), mean


def adaptive_field(
    points_xy: Floats,
    edge: EdgeField,
    *,
    correction: Correction = "jones_diggle",
    weights: Floats | None = None,
    least: float = 0.0,
    pilot: float | None = None,
) -> DensityField:
    """Smooth points (n, 2) with Gaussian kernels of their own widths, on the grid and window of known edge factors.

    The bandwidth of ``edge`` is the geometric mean of the widths, and that of the pilot unless ``pilot`` is given. The
    pilot has the same correction. Jones-Diggle divides each kernel by the share of it inside the window; ``uniform``
    divides the sum by the share of the kernel that a point at the cell would have.

    Raises
    ------
    NotEnoughDataError
        Fewer than 50 points lie in the window.
    """
    first_edge = edge if pilot is None else edge_field(edge.window, edge.grid, kernel="gaussian", bandwidth=pilot)
    first = smooth_within(points_xy, first_edge, correction=correction, weights=weights)
    x, y, heavy = first.sources
    if len(x) < LEAST_POINTS:
        raise NotEnoughDataError(needed=LEAST_POINTS, found=len(x))
    at_points = intensity_at_points(x, y, first_edge.bandwidth, weights=heavy)
    if correction == "uniform":
        at_points = at_points / np.maximum(first_edge.at(x, y), LEAST_WEIGHTED)
    least = max(least, LEAST_IN_CELLS * edge.grid.cell_size)
    widths, mean = abramson_widths(at_points, middle=edge.bandwidth, least=least)
    own = np.ones(len(x)) if weights is None else weights[first.used]
    divisor: Floats | float = 1.0
    if correction == "jones_diggle":
        own = own / np.maximum(edge_at_widths(edge.window, x, y, widths), LEAST_WEIGHTED)
    if correction == "uniform":
        divisor = _divide_at_cells(first, edge, mean=mean, least=least)
    values = sum_adaptive(x, y, own, widths, edge.grid) * divisor

    def sum_squares() -> Floats:
        narrow = own**2 / (4 * np.pi * widths**2)  # the square of a Gaussian is a narrower one
        return sum_adaptive(x, y, narrow, widths / np.sqrt(2), edge.grid) * np.square(divisor)

    return DensityField(
        values=values, edge=edge, used=first.used, sources=(x, y, own), sum_squares=sum_squares, widths=widths
    )


def edge_at_widths(window: Region, x: Floats, y: Floats, widths: Floats) -> Floats:
    """Return for each place the share inside the window of a Gaussian of its own width there.

    Known at widths a quarter apart and interpolated by their logarithm between them.
    """
    steps = max(1, int(np.ceil(np.log(widths.max() / widths.min()) / np.log(EDGE_RATIO))))
    levels = np.geomspace(widths.min(), widths.max(), steps + 1)
    place = np.zeros(len(x)) if steps == 1 else np.log(widths / levels[0]) / np.log(levels[1] / levels[0])
    below = np.clip(place.astype(np.int64), 0, steps - 1)
    share = np.clip(place - below, 0.0, 1.0)
    factor = np.zeros(len(x))
    for level, width in enumerate(levels):
        near = np.flatnonzero((below == level) | (below == level - 1))
        if len(near):
            part = np.where(below[near] == level, 1 - share[near], share[near])
            factor[near] += part * _coarse_edge(window, float(width)).at(x[near], y[near])
    return factor


def _coarse_edge(window: Region, width: float) -> EdgeField:
    left, bottom, right, top = window.bounds
    cell = max(width / STEPS, float(np.sqrt((right - left) * (top - bottom) / EDGE_NODES)))
    grid = grid_over(window.bounds, cell_size=cell)
    return edge_field(window, grid, kernel="gaussian", bandwidth=width, steps=width / cell)  # one node a cell


def _divide_at_cells(pilot: DensityField, edge: EdgeField, *, mean: float, least: float) -> Floats:
    """Return one over the edge factor of the kernel that a point at each cell would have; 0 outside the window."""
    divisor = np.zeros(edge.grid.n)
    inside = np.flatnonzero((edge.cells >= LEAST_WEIGHTED) & (edge.share > 0))
    roots = 1 / np.sqrt(np.maximum(pilot.values[inside], np.finfo(np.float64).tiny))
    widths = np.maximum(edge.bandwidth * np.minimum(roots, TRIM * mean) / mean, least)
    x, y = _centres(edge.grid, inside)
    divisor[inside] = 1 / np.maximum(edge_at_widths(edge.window, x, y, widths), LEAST_WEIGHTED)
    return divisor


def _centres(grid: Grid, cells: NDArray[np.int64]) -> tuple[Floats, Floats]:
    centres = grid.centres(cells)
    return centres[:, 0].copy(), centres[:, 1].copy()
