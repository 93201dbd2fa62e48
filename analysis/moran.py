"""Local Moran: I_i = z_i times the lag of z, its quadrant, and its z under dealing the other units' values.

Anselin (1995), Geographical Analysis 27:93-115; conditional moments: Sokal, Oden & Thomson (1998), Sauer et al. (2021).
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analysis.gi import gi_z, gi_z_weighted

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Words = NDArray[np.object_]

QUADRANTS: Final = ("hh", "ll", "hl", "lh")
NONE: Final = "none"
DIVISORS: Final = ("n", "n-1")


def local_moran_i(values: Floats | Ints, sums: Floats | Ints, weights: Floats | Ints, *, divisor: str) -> Floats:
    """Compute I_i = (x_i - mean) / m2 times sum w_ij (x_j - mean).

    Parameters
    ----------
    values
        One number per unit (n,).
    sums, weights
        Weighted sum over the neighbours of each unit, and the sum of those weights (n,).
    divisor
        Of the variance m2: ``n``, as Anselin (1995) has it, or ``n-1``, as GeoDa and PySAL do.

    Returns
    -------
    Floats
        NaN for a unit without neighbours, and everywhere where all values are equal.
    """
    x = np.asarray(values, dtype=np.float64)
    z = x - x.mean()
    m2 = float(z @ z) / (len(x) - (divisor == "n-1"))
    lag = np.asarray(sums, dtype=np.float64) - x.mean() * np.asarray(weights)
    known = (np.asarray(weights) > 0) & (np.ptp(x) > 0)
    return np.where(known, z * lag / (m2 or 1.0), np.nan)


def conditional_z(values: Floats | Ints, sums: Floats | Ints, sizes: Ints) -> Floats:
    """Return how far I_i lies from what dealing the other values would give, in z; binary weights.

    With the own value held, I_i is the neighbours' sum times a constant: its z is that of Gi, with the sign of z_i.
    """
    return _turn(values) * gi_z(values, sums, sizes)


def conditional_z_weighted(values: Floats | Ints, weights: Any) -> Floats:
    """Return the same for any weights (sparse n x n, empty diagonal)."""
    return _turn(values) * gi_z_weighted(values, weights)


def find_quadrants(values: Floats | Ints, lags: Floats) -> Words:
    """Say of each unit whether it and the mean of its neighbours lie above (h) or below (l) the mean of all.

    Parameters
    ----------
    lags
        Mean of the neighbours (n,); NaN without neighbours.

    Returns
    -------
    Words
        hh, ll, hl, lh; none where one of the two is the mean itself or unknown.
    """
    x = np.asarray(values, dtype=np.float64)
    mean = x.mean()
    slack = 1e-12 * float(np.abs(x).max(initial=0.0))
    own, around = x - mean, lags - mean
    with np.errstate(invalid="ignore"):
        choices = [
            (own > slack) & (around > slack),
            (own < -slack) & (around < -slack),
            (own > slack) & (around < -slack),
            (own < -slack) & (around > slack),
        ]
    found: Words = np.full(len(x), NONE, dtype=object)
    for name, here in zip(QUADRANTS, choices, strict=True):
        found[here] = name
    return found


def by_alikeness(values: Floats | Ints, upper: Floats, lower: Floats) -> tuple[Floats, Floats]:
    """Turn the tails of the neighbours' sum into those of I_i: alike (I_i large) and unlike (I_i small).

    A unit at the mean has I_i = 0 whatever its neighbours are: both tails are 1.
    """
    x = np.asarray(values, dtype=np.float64)
    turn = _turn(x)
    alike = np.where(turn > 0, upper, np.where(turn < 0, lower, 1.0))
    return alike, np.where(turn > 0, lower, np.where(turn < 0, upper, 1.0))


def _turn(values: Floats | Ints) -> Floats:
    """Return the sign of each value's distance from the mean; 0 where only rounding is left."""
    x = np.asarray(values, dtype=np.float64)
    z = x - x.mean()
    return np.where(np.abs(z) > 1e-12 * float(np.abs(x).max(initial=0.0)), np.sign(z), 0.0)
