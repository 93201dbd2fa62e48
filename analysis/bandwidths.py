"""Bandwidth selectors, as advice: both return the sigma of a Gaussian in metres."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from analysis.convolution import SPLINE, STEPS, filter_field, lay_lattice, sample_field, spread_points
from analysis.errors import NotEnoughDataError, NoVariationError
from analysis.grids import grid_over
from analysis.kernels import direct_density

Floats = NDArray[np.float64]

FEW: Final = 2_000  # points up to which all pairs are summed; beyond, the field of the lattice is asked
NODES: Final = 1_000_000  # of that lattice; it sets the least sigma that is tried
PRECISION: Final = 0.005  # of the advised sigma beyond FEW points, relative


@dataclass(frozen=True, kw_only=True)
class Advice:
    """What a selector advises; ``at_boundary`` tells that the search ended at its limit, so there was no optimum."""

    method: str
    sigma: float
    at_boundary: bool = False


def scott(x: Floats, y: Floats) -> tuple[float, float]:
    """Return Scott's rule (1992, eq. 6.42) for each coordinate: its standard deviation times n to the -1/6.

    Raises
    ------
    NotEnoughDataError
        Fewer than two points.
    """
    if len(x) < 2:
        raise NotEnoughDataError(needed=2, found=len(x))
    factor = len(x) ** (-1 / 6)
    return float(np.std(x, ddof=1) * factor), float(np.std(y, ddof=1) * factor)


def advise_scott(x: Floats, y: Floats) -> Advice:
    """Advise the geometric mean of Scott's two bandwidths; raise NoVariationError where a coordinate is constant."""
    along, upward = scott(x, y)
    if along * upward == 0:
        raise NoVariationError(found=0.0)
    return Advice(method="scott", sigma=float(np.sqrt(along * upward)))


def sum_inverse_intensity(x: Floats, y: Floats, sigma: float) -> float:
    """Sum 1/lambda(x_i) over the points: lambda with the point itself and without edge correction, by all pairs."""
    xy = np.column_stack([x, y])
    return float(np.sum(1 / direct_density(xy, xy, bandwidth=sigma, kernel="gaussian")))


def advise_cronie_van_lieshout(x: Floats, y: Floats, *, area: float, low: float, high: float) -> Advice:
    """Advise the sigma at which the sum of 1/lambda(x_i) is the area of the window (Cronie and van Lieshout 2018).

    Parameters
    ----------
    area
        Of the window of observation (square metres).
    low, high
        Limits of the search (metres). Never below a cell or the positional error: repeated addresses pull sigma down.
    """
    exact = len(x) <= FEW
    if not exact:
        low = max(low, STEPS["gaussian"] * np.sqrt(np.ptp(x) * np.ptp(y) / NODES))
    total = sum_inverse_intensity if exact else _sum_on_lattice

    def excess(log_sigma: float) -> float:
        return float(np.log(total(x, y, float(np.exp(log_sigma))) / area))

    high = max(low, high)
    start = float(np.clip(np.sqrt(np.prod(scott(x, y))), low, high))
    limits = np.log([low, start, high])
    log_sigma, at_boundary = _find_root(excess, limits, precision=1e-9 if exact else PRECISION)
    return Advice(method="cronie_van_lieshout", sigma=float(np.exp(log_sigma)), at_boundary=at_boundary)


def _find_root(excess: Callable[[float], float], limits: Floats, *, precision: float) -> tuple[float, bool]:
    """Walk from the middle of the limits to where the rising function changes its sign, and close in."""
    low, here, high = (float(limit) for limit in limits)
    step = np.log(2) if excess(here) < 0 else -np.log(2)
    end = high if step > 0 else low
    while here != end:
        further = min(here + step, end) if step > 0 else max(here + step, end)
        if excess(further) * step >= 0:
            return float(brentq(excess, min(here, further), max(here, further), xtol=precision)), False
        here = further
    return end, True


def _sum_on_lattice(x: Floats, y: Floats, sigma: float) -> float:
    """Sum 1/lambda(x_i) with lambda from splines on a lattice of sigma / 4."""
    grid = grid_over((x.min(), y.min(), x.max(), y.max()), cell_size=sigma / STEPS["gaussian"])
    lattice = lay_lattice(grid, kernel="gaussian", bandwidth=sigma)
    field = spread_points(x, y, np.ones(len(x)), lattice)
    coefficients = filter_field(field, lattice, kernel="gaussian", bandwidth=sigma, undo=2 * SPLINE)
    own = 1 / (2 * np.pi * sigma**2)  # a point's own kernel is the least its lambda can be
    return float(np.sum(1 / np.maximum(sample_field(coefficients, lattice, x, y) / lattice.step**2, own)))
