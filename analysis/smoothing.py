"""Smoothing within a window: a density on a grid, corrected at the edge, with its variance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from analysis.convolution import smooth_points, smooth_squares
from analysis.edges import EdgeField, edge_field
from analysis.errors import ParameterError
from analysis.grids import Grid
from analysis.kernels import Kernel
from analysis.scattering import WeightedPoints
from analysis.scene import Region

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]
Correction = Literal["jones_diggle", "uniform", "none"]

CORRECTIONS: Final[tuple[Correction, ...]] = ("jones_diggle", "uniform", "none")
LEAST_WEIGHTED: Final = 1e-4  # below it a point cannot be weighted by 1/e
NOTHING: Final = 1e-4  # of the peak: below it a density is not told from none


@dataclass(frozen=True, kw_only=True, eq=False)
class DensityField:
    """A density on a grid.

    Attributes
    ----------
    values
        Incidents (or what their weights count) per square metre at the centre of each cell of the grid (flat), not
        greyed.
    edge
        The edge factors behind it: ``edge.cells`` is the share of the kernel that lies inside the window.
    used
        Which points were used: those in the window.
    sources
        Coordinates of these points, and the weights their kernels had.
    sum_squares
        Makes the variance, when it is asked for.
    widths
        Bandwidth of each of these points (metres) where each has its own.
    """

    values: Floats
    edge: EdgeField
    used: Booleans
    sources: WeightedPoints
    sum_squares: Callable[[], Floats]
    widths: Floats | None = None

    @property
    def mass(self) -> float:
        """Integral over the window: the points used, or their weights, to 0.1 % after Jones-Diggle."""
        return float(self.values @ self.edge.share * self.edge.grid.cell_area)

    @cached_property
    def variance(self) -> Floats:
        """Sum of the squared contributions: the variance of the values under a Poisson process (per m⁴).

        Weights are taken as known marks of the points, so their squares count: a compound Poisson process.
        """
        return self.sum_squares()

    @property
    def relative_error(self) -> Floats:
        """Standard error over value; NaN where nothing is near."""
        known = self.values > NOTHING * self.values.max(initial=0.0)
        error = np.full(len(self.values), np.nan)
        error[known] = np.sqrt(self.variance[known]) / self.values[known]
        return error


def density_field(
    points_xy: Floats, window: Region, grid: Grid, bandwidth: float, kernel: Kernel, *, weights: Floats | None = None
) -> DensityField:
    """Smooth points (n, 2) on a square grid that covers the window, keeping their mass inside it.

    Raises
    ------
    ParameterError
        A coordinate or a weight is not a number, the grid is not square or does not cover the window.
    """
    _check_ground(window, grid)
    return smooth_within(points_xy, edge_field(window, grid, kernel=kernel, bandwidth=bandwidth), weights=weights)


def smooth_within(
    points_xy: Floats, edge: EdgeField, *, correction: Correction = "jones_diggle", weights: Floats | None = None
) -> DensityField:
    """Smooth points (n, 2) with the kernel, grid and window of known edge factors.

    ``jones_diggle`` divides each kernel by the share of it that lies inside the window, at its point: the mass is kept
    (Jones 1993; Diggle 1985). ``uniform`` divides the sum by that share at the cell: no bias where the density is flat
    (Diggle 1985). ``none`` lets what falls outside be lost.
    """
    _check_points(points_xy, weights)
    x, y = (np.ascontiguousarray(points_xy[:, axis], dtype=np.float64) for axis in (0, 1))
    used = edge.contains(x, y)
    x, y = (x, y) if used.all() else (x[used], y[used])
    factor = edge.at(x, y)
    thick = factor >= LEAST_WEIGHTED
    if not thick.all():
        used[np.flatnonzero(used)[~thick]] = False
        x, y, factor = x[thick], y[thick], factor[thick]
    heavy = 1 / factor if correction == "jones_diggle" else np.ones(len(x))
    if weights is not None:
        heavy *= weights[used]
    values = smooth_points(x, y, heavy, edge.grid, kernel=edge.kernel, bandwidth=edge.bandwidth)
    values *= _divisor(edge, correction)

    def sum_squares() -> Floats:
        squares = smooth_squares(x, y, heavy**2, edge.grid, kernel=edge.kernel, bandwidth=edge.bandwidth)
        return squares * _divisor(edge, correction) ** 2

    return DensityField(values=values, edge=edge, used=used, sources=(x, y, heavy), sum_squares=sum_squares)


def _divisor(edge: EdgeField, correction: Correction) -> Floats | float:
    """Return what the sum at each cell is multiplied by; nothing is told where almost no kernel lies inside."""
    if correction != "uniform":
        return 1.0
    return np.where(edge.cells >= LEAST_WEIGHTED, 1 / np.maximum(edge.cells, LEAST_WEIGHTED), 0.0)


def _check_points(points_xy: Floats, weights: Floats | None) -> None:
    if not np.isfinite(points_xy).all():
        wrong = int(np.sum(~np.isfinite(points_xy).all(axis=1)))
        raise ParameterError(name="points", needed="finite coordinates in metres", found=f"{wrong} without")
    if weights is not None and not (np.isfinite(weights) & (weights >= 0)).all():
        wrong = int(np.sum(~(np.isfinite(weights) & (weights >= 0))))
        raise ParameterError(name="weights", needed="finite weights, 0 or more", found=f"{wrong} others")


def _check_ground(window: Region, grid: Grid) -> None:
    left, bottom, right, top = window.bounds
    wide, high = grid.columns * grid.cell_size, grid.rows * grid.row_height
    inside = grid.left <= left and grid.bottom <= bottom and right <= grid.left + wide and top <= grid.bottom + high
    if grid.shape != "square" or not inside:
        raise ParameterError(name="grid", needed="squares that cover the window", found=grid.shape)
