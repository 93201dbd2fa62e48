"""One bandwidth for two groups: oversmoothing of all points, or least squares cross-validation of the ratio."""

from __future__ import annotations

from dataclasses import dataclass
from math import gamma
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from analysis.convolution import SPLINE, STEPS, filter_field, lay_lattice, sample_field, spread_points
from analysis.errors import NotEnoughDataError, NoVariationError
from analysis.grids import grid_over
from analysis.kernels import direct_density

Floats = NDArray[np.float64]

FEW_PAIRS: Final = 4_000_000  # sums up to so many pairs are exact; beyond, the field of the lattice is asked
NODES: Final = 1_000_000  # of that lattice; it sets the least sigma that is tried
TRIALS: Final = 13  # sigmas compared before the best one is refined
TINY: Final = 1e-300


@dataclass(frozen=True, kw_only=True)
class RiskBandwidth:
    """A sigma in metres; ``at_boundary``: the search ended at its limit, so there was no optimum."""

    method: str
    sigma: float
    at_boundary: bool = False


def oversmooth(x: Floats, y: Floats) -> float:
    """Return Terrell's (1990) oversmoothing bandwidth of a Gaussian in the plane: the widest that any density needs.

    The scale is the lesser of the mean standard deviation and the mean interquartile range over 1.34 (Davies, Marshall
    and Hazelton 2018).

    Raises
    ------
    NotEnoughDataError
        Fewer than two points.
    NoVariationError
        All points lie in one place.
    """
    if len(x) < 2:
        raise NotEnoughDataError(needed=2, found=len(x))
    spread = np.mean([np.std(x, ddof=1), np.std(y, ddof=1)])
    middle = np.mean([np.subtract(*np.percentile(values, [75, 25])) for values in (x, y)]) / 1.34
    scale = float(min(spread, middle) if middle > 0 else spread)
    if scale == 0:
        raise NoVariationError(found=0.0)
    bound = 16 * gamma(5) * 8 / (10**4 * np.pi)
    return scale * float((2 / (4 * np.pi) / (len(x) * bound)) ** (1 / 6))


def cross_validate_ratio(cases: Floats, controls: Floats, *, low: float, high: float) -> RiskBandwidth:
    """Minimise the criterion of Hazelton (2008) between two sigmas (metres).

    It estimates the squared error of the ratio f/g, weighted by g²: the mean of f(y)² / g(y) over the controls (g
    without the control itself) less twice the mean of f(x) over the cases (f without the case itself). Points (n, 2).
    """
    low = max(low, _least_sigma(np.vstack([cases, controls])))
    high = max(high, low * 1.01)
    trials = np.linspace(np.log(low), np.log(high), TRIALS)
    errors = [ratio_error(cases, controls, float(np.exp(trial))) for trial in trials]
    best = int(np.argmin(errors))
    if best in (0, TRIALS - 1):
        return RiskBandwidth(method="hazelton", sigma=float(np.exp(trials[best])), at_boundary=True)
    found = minimize_scalar(
        lambda trial: ratio_error(cases, controls, float(np.exp(trial))),
        bounds=(trials[best - 1], trials[best + 1]),
        method="bounded",
        options={"xatol": 0.01},
    )
    return RiskBandwidth(method="hazelton", sigma=float(np.exp(found.x)))


def ratio_error(cases: Floats, controls: Floats, sigma: float) -> float:
    """Return Hazelton's criterion at one sigma, without edge correction, which it does not need."""
    n, m = len(cases), len(controls)
    own = 1 / (2 * np.pi * sigma**2)
    f_there = _sum_at(controls, cases, sigma) / n
    g_there = np.maximum(_sum_at(controls, controls, sigma) - own, TINY) / (m - 1)
    f_here = np.maximum(_sum_at(cases, cases, sigma) - own, 0.0) / (n - 1)
    return float(np.mean(f_there**2 / g_there) - 2 * np.mean(f_here))


def _sum_at(at: Floats, xy: Floats, sigma: float) -> Floats:
    if len(at) * len(xy) <= FEW_PAIRS:
        return direct_density(at, xy, bandwidth=sigma, kernel="gaussian")
    both = np.vstack([at, xy])
    (left, bottom), (right, top) = both.min(axis=0), both.max(axis=0)
    grid = grid_over((left, bottom, right, top), cell_size=sigma / STEPS["gaussian"])
    lattice = lay_lattice(grid, kernel="gaussian", bandwidth=sigma)
    x, y = (np.ascontiguousarray(xy[:, axis]) for axis in (0, 1))
    field = spread_points(x, y, np.ones(len(x)), lattice)
    coefficients = filter_field(field, lattice, kernel="gaussian", bandwidth=sigma, undo=2 * SPLINE)
    x, y = (np.ascontiguousarray(at[:, axis]) for axis in (0, 1))
    return np.maximum(sample_field(coefficients, lattice, x, y), 0.0) / lattice.step**2


def _least_sigma(xy: Floats) -> float:
    """Return the sigma below which the lattice would have too many nodes."""
    along, upward = np.ptp(xy, axis=0)
    return float(STEPS["gaussian"] * np.sqrt(along * upward / NODES))
