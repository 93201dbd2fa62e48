"""Bandwidth selectors, as advice: all return the sigma of a Gaussian in metres."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.spatial import cKDTree

from analysis.errors import NotEnoughDataError, NoVariationError
from analysis.intensities import FEW, intensity_at_points, least_sigma
from analysis.kernels import convert_bandwidth

Floats = NDArray[np.float64]

PRECISION: Final = 0.005  # of the advised sigma beyond FEW points, relative
NEIGHBOUR: Final = 20  # which one, for the mean distance to the k-th neighbour
MOST_ASKED: Final = 20_000  # points whose neighbours are looked up; beyond, every so many-th


@dataclass(frozen=True, kw_only=True)
class Advice:
    """What a selector advises; ``at_boundary`` tells that the search ended at its limit, so there was no optimum."""

    method: str
    sigma: float
    at_boundary: bool = False


@dataclass(frozen=True, kw_only=True)
class Search:
    """Between which sigmas (metres) a selector looks: never below a cell or the positional error, since repeated
    addresses pull every criterion down."""

    low: float
    high: float


def scott(x: Floats, y: Floats) -> tuple[float, float]:
    """Return Scott's rule (1992, eq. 6.42) for each coordinate: its standard deviation times n to the -1/6.

    Raises
    ------
    NotEnoughDataError
        Fewer than two points.
    """
    _require_two(x)
    factor = len(x) ** (-1 / 6)
    return float(np.std(x, ddof=1) * factor), float(np.std(y, ddof=1) * factor)


def silverman(x: Floats, y: Floats) -> tuple[float, float]:
    """Return Silverman's rule (1986, eq. 3.31) for each coordinate: 0.9 min(sd, IQR/1.34) n to the -1/5.

    It is a rule for a line: in the plane it errs towards narrow. Where half of the coordinates are one and the same,
    the standard deviation stands for the range between quartiles.
    """
    _require_two(x)
    return _silverman(x), _silverman(y)


def _silverman(values: Floats) -> float:
    upper, lower = np.quantile(values, [0.75, 0.25])
    deviation, quartiles = float(np.std(values, ddof=1)), float(upper - lower) / 1.34
    return 0.9 * (min(deviation, quartiles) or deviation) * float(len(values) ** -0.2)


def _require_two(x: Floats) -> None:
    if len(x) < 2:
        raise NotEnoughDataError(needed=2, found=len(x))


def advise_scott(x: Floats, y: Floats) -> Advice:
    """Advise the geometric mean of Scott's two bandwidths; raise NoVariationError where a coordinate is constant."""
    return Advice(method="scott", sigma=_join(*scott(x, y)))


def advise_silverman(x: Floats, y: Floats) -> Advice:
    """Advise the geometric mean of Silverman's two bandwidths; raise NoVariationError like `advise_scott`."""
    return Advice(method="silverman", sigma=_join(*silverman(x, y)))


def _join(along: float, upward: float) -> float:
    if along * upward == 0:
        raise NoVariationError(found=0.0)
    return float(np.sqrt(along * upward))


def advise_neighbour(x: Floats, y: Floats, search: Search) -> Advice:
    """Advise the mean distance to the twentieth neighbour, as practice takes it: as the radius of a quartic kernel.

    Beyond `MOST_ASKED` points the distances of a regular part of them are averaged.
    """
    if len(x) <= NEIGHBOUR:
        raise NotEnoughDataError(needed=NEIGHBOUR + 1, found=len(x))
    xy = np.column_stack([x, y])
    some = xy[:: max(1, len(xy) // MOST_ASKED)]
    distance, _ = cKDTree(xy).query(some, k=[NEIGHBOUR + 1])  # the first is the point itself
    sigma = convert_bandwidth(float(distance.mean()), source="quartic", target="gaussian")
    kept = float(np.clip(sigma, search.low, search.high))
    return Advice(method="neighbour", sigma=kept, at_boundary=kept != sigma)


def sum_inverse_intensity(x: Floats, y: Floats, sigma: float) -> float:
    """Sum 1/lambda(x_i) over the points: lambda with the point itself and without edge correction."""
    return float(np.sum(1 / intensity_at_points(x, y, sigma)))


def advise_cronie_van_lieshout(x: Floats, y: Floats, search: Search, *, area: float) -> Advice:
    """Advise the sigma at which the sum of 1/lambda(x_i) is the area of the window (Cronie and van Lieshout 2018).

    Parameters
    ----------
    area
        Of the window of observation (square metres).
    """
    low = max(search.low, least_sigma(x, y))
    high = max(low, search.high)

    def excess(log_sigma: float) -> float:
        return float(np.log(sum_inverse_intensity(x, y, float(np.exp(log_sigma))) / area))

    start = float(np.clip(np.sqrt(np.prod(scott(x, y))), low, high))
    limits = np.log([low, start, high])
    log_sigma, at_boundary = _find_root(excess, limits, precision=1e-9 if len(x) <= FEW else PRECISION)
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
