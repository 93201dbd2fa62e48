"""Global autocorrelation: Moran's I, Geary's C and the General G of Getis and Ord, with their moments under chance.

Cliff & Ord (1981), Spatial Processes, and Getis & Ord (1992), Geographical Analysis 24:189-206, with the correction of
B1 (1993). The moments are those of dealing the values to the units at random (randomisation). In each z a positive
value says that like lies beside like, so that of Geary is turned round.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.errors import NotEnoughDataError, NoVariationError
from analysis.weights import require_known, row_sums, weight_sums

Floats = NDArray[np.float64]
Sums = tuple[float, float, float]

FEWEST_UNITS = 4  # the variance divides by n - 3
ROUNDING = 1e-12


@dataclass(frozen=True, kw_only=True)
class Moments:
    """A statistic, what chance would give, and how far apart they are (``z``, turned so that positive is alike)."""

    value: float
    expected: float
    variance: float
    z: float


def moran(values: Floats, weights: Any, *, units: int | None = None) -> Moments:
    """Compute Moran's I = n / S0 sum w_ij z_i z_j / sum z_i^2 and its moments under randomisation.

    Parameters
    ----------
    values
        One number per unit (n,).
    weights
        Sparse n x n, without the diagonal.
    units
        n in the formulas; None: every unit, islands included. spdep's moran.test counts those with neighbours only.
    """
    z, n, sums = _prepare(values, weights, units)
    return moran_of_products(z, float(z @ (weights @ z)), sums, units=n)


def moran_of_products(z: Floats, products: float, sums: Sums, *, units: int) -> Moments:
    """Compute Moran's I from the centred values, the weighted sum of their products and S0, S1, S2 of the weights."""
    n, (s0, s1, s2) = units, sums
    m2, kurtosis = _square_and_kurtosis(z)
    value = n / s0 * products / (len(z) * m2)
    expected = -1 / (n - 1)
    above = n * ((n**2 - 3 * n + 3) * s1 - n * s2 + 3 * s0**2)
    above -= kurtosis * (n * (n - 1) * s1 - 2 * n * s2 + 6 * s0**2)
    variance = above / ((n - 1) * (n - 2) * (n - 3) * s0**2) - expected**2
    return _moments(value, expected, variance)


def moran_normal_variance(weights: Any, *, units: int | None = None) -> float:
    """Return the variance of Moran's I where the values are drawn from a normal distribution."""
    n = weights.shape[0] if units is None else units
    s0, s1, s2 = weight_sums(weights)
    return (n**2 * s1 - n * s2 + 3 * s0**2) / (s0**2 * (n**2 - 1)) - 1 / (n - 1) ** 2


def geary(values: Floats, weights: Any, *, units: int | None = None) -> Moments:
    """Compute Geary's C = (n - 1) / (2 S0) sum w_ij (x_i - x_j)^2 / sum z_i^2; see `moran` for the arguments."""
    z, n, (s0, s1, s2) = _prepare(values, weights, units)
    m2, k = _square_and_kurtosis(z)
    gaps = float(z**2 @ (row_sums(weights) + row_sums(weights.T)) - 2 * (z @ (weights @ z)))
    value = (n - 1) / (2 * s0) * gaps / (len(z) * m2)
    first = (n - 1) * s1 * (n**2 - 3 * n + 3 - (n - 1) * k)
    second = (n - 1) * s2 * (n**2 + 3 * n - 6 - (n**2 - n + 2) * k) / 4
    third = s0**2 * (n**2 - 3 - (n - 1) ** 2 * k)
    variance = (first - second + third) / (n * (n - 2) * (n - 3) * s0**2)
    return _moments(value, 1.0, variance, turn=-1.0)


def general_g(values: Floats, weights: Any, *, units: int | None = None) -> Moments:
    """Compute the General G = sum w_ij x_i x_j / sum over pairs of x_i x_j: whether the high lie beside the high.

    Raises
    ------
    NotEnoughDataError
        A value is negative, or fewer than two are positive: G is a share of products and would have no meaning.
    """
    x = np.asarray(values, dtype=np.float64)
    if (x < 0).any() or np.sum(x > 0) < 2:
        raise NotEnoughDataError(needed=2, found=int(np.sum(x > 0)))
    _, n, sums = _prepare(values, weights, units)
    return general_g_of_products(x, float(x @ (weights @ x)), sums, units=n)


def general_g_of_products(x: Floats, products: float, sums: Sums, *, units: int) -> Moments:
    """Compute the General G from the values, the weighted sum of their products and S0, S1, S2 of the weights."""
    n = units
    m1, m2, m3, m4 = (float(np.sum(x**power)) for power in (1, 2, 3, 4))
    pairs = m1**2 - m2
    value = products / pairs
    expected = sums[0] / (n * (n - 1))
    square = _second_moment_of_g(n, sums, (m1, m2, m3, m4))
    variance = square / (pairs**2 * n * (n - 1) * (n - 2) * (n - 3)) - expected**2
    return _moments(value, expected, variance)


def _second_moment_of_g(n: int, sums: Sums, m: tuple[float, float, float, float]) -> float:
    """Return the numerator of E(G^2), with Getis & Ord's coefficients B0 to B4."""
    s0, s1, s2 = sums
    m1, m2, m3, m4 = m
    b0 = (n**2 - 3 * n + 3) * s1 - n * s2 + 3 * s0**2
    b1 = -((n**2 - n) * s1 - 2 * n * s2 + 6 * s0**2)
    b2 = -(2 * n * s1 - (n + 3) * s2 + 6 * s0**2)
    b3 = 4 * (n - 1) * s1 - 2 * (n + 1) * s2 + 8 * s0**2
    b4 = s1 - s2 + s0**2
    return b0 * m2**2 + b1 * m4 + b2 * m1**2 * m2 + b3 * m1 * m3 + b4 * m1**4


def _prepare(values: Floats, weights: Any, units: int | None) -> tuple[Floats, int, Sums]:
    """Return the centred values, n and the sums of the weights; refuse what has no answer."""
    x = np.asarray(values, dtype=np.float64)
    n = len(x) if units is None else units
    require_known(x)
    if n < FEWEST_UNITS:
        raise NotEnoughDataError(needed=FEWEST_UNITS, found=n)
    if np.ptp(x) <= ROUNDING * np.abs(x).max():
        raise NoVariationError(found=float(x[0]))
    sums = weight_sums(weights)
    if sums[0] == 0:
        raise NotEnoughDataError(needed=1, found=0)  # nobody has a neighbour
    return x - x.mean(), n, sums


def _square_and_kurtosis(z: Floats) -> tuple[float, float]:
    m2 = float(np.mean(z**2))
    return m2, float(np.mean(z**4)) / m2**2


def _moments(value: float, expected: float, variance: float, *, turn: float = 1.0) -> Moments:
    """Return the moments; a variance of nothing but rounding (every unit beside every other) has no z."""
    some = variance > ROUNDING * max(expected**2, ROUNDING)
    z = turn * (value - expected) / variance**0.5 if some else float("nan")
    return Moments(value=value, expected=expected, variance=variance, z=z)
