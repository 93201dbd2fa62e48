"""Rates: exact intervals of counts and of their ratios, and empirical Bayes for areas of unequal size.

Garwood (1936), Biometrika 28:437-442 (interval of a Poisson count); Clopper & Pearson (1934), Biometrika 26:404-413
(interval of a share); Marshall (1991), Journal of the Royal Statistical Society C 40:283-294 (global empirical Bayes);
Assuncao & Reis (1999), Statistics in Medicine 18:2147-2162 (standardised rates).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, special

from analysis.errors import NotEnoughDataError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PER_PERSONS = 100_000  # a rate is told per 100,000 persons and year
MONTHS_PER_YEAR = 12.0
TINY: Final = 1e-12


@dataclass(frozen=True, kw_only=True, eq=False)
class EmpiricalBayes:
    """Rates drawn towards the common rate, the more the smaller the area.

    Attributes
    ----------
    rates
        Shrunk rates in counts per unit of exposure (n,); NaN where the exposure is unknown or zero.
    weights
        How much of its own rate each area keeps, 0 to 1 (n,).
    mean
        Common rate: all counts over all exposure.
    variance
        Variance between areas beyond that of Poisson counts; 0 where chance explains all differences.
    """

    rates: Floats
    weights: Floats
    mean: float
    variance: float


def poisson_interval(counts: Ints | Floats, *, level: float = 0.95) -> tuple[Floats, Floats]:
    """Return the exact (Garwood) interval of the mean of Poisson counts; divide by the exposure for a rate."""
    counts = np.asarray(counts, dtype=np.float64)
    tail = (1 - level) / 2
    low = np.where(counts > 0, special.gammaincinv(np.maximum(counts, 1), tail), 0.0)
    return low, np.asarray(special.gammainccinv(counts + 1, tail))


def person_years(persons: Floats, *, months: float) -> Floats:
    """Return the exposure of each area; NaN where nobody is known to live, so that no rate is made of it."""
    persons = np.asarray(persons, dtype=np.float64)
    return np.where(persons > 0, persons, np.nan) * months / MONTHS_PER_YEAR


def empirical_bayes(counts: Ints | Floats, exposure: Floats) -> EmpiricalBayes:
    """Shrink rates towards the common rate (Marshall 1991, moments, global).

    Parameters
    ----------
    counts
        Incidents per area (n,).
    exposure
        Person-years per area (n,); areas with NaN or 0 take no part and get NaN.

    Raises
    ------
    NotEnoughDataError
        Fewer than two areas have an exposure.
    """
    counts, exposure = np.asarray(counts, dtype=np.float64), np.asarray(exposure, dtype=np.float64)
    known = exposure > 0
    if known.sum() < 2:
        raise NotEnoughDataError(needed=2, found=int(known.sum()))
    total = exposure[known].sum()
    mean = float(counts[known].sum() / total)
    size = np.where(known, exposure, np.nan)
    raw = counts / size
    spread = float(np.sum(exposure[known] * (raw[known] - mean) ** 2) / total)
    variance = max(spread - mean / float(exposure[known].mean()), 0.0)
    noise = mean / size
    weights = np.where(variance + noise > 0, variance, 0.0) / np.where(variance + noise > 0, variance + noise, 1.0)
    weights = np.where(known, weights, np.nan)
    return EmpiricalBayes(rates=mean + weights * (raw - mean), weights=weights, mean=mean, variance=variance)


def standardise_rates(counts: Ints | Floats, exposure: Floats) -> Floats:
    """Return each rate's distance from the common one in its own standard deviation (Assuncao & Reis 1999) (n,).

    A rate of few persons varies more by chance alone; so measured, all of them vary alike. Where the variance between
    areas comes out negative, the variance of a Poisson count is taken. NaN where the exposure is unknown or zero.

    Raises
    ------
    NotEnoughDataError
        Fewer than two areas have an exposure.
    """
    bayes = empirical_bayes(counts, exposure)
    size = np.where(np.asarray(exposure) > 0, exposure, np.nan)
    raw = np.asarray(counts, dtype=np.float64) / size
    variance = bayes.variance + bayes.mean / size
    return np.asarray((raw - bayes.mean) / np.sqrt(np.where(variance > 0, variance, 1.0)))  # no incident at all: 0


def local_empirical_bayes(
    counts: Ints | Floats, exposure: Floats, neighbours: Any, *, own_means: bool = False
) -> tuple[Floats, Floats, Floats]:
    """Shrink each rate towards that of its surroundings, itself included (Marshall 1991, moments, local).

    Parameters
    ----------
    counts, exposure
        Incidents and person-years per area (n,), all exposures positive.
    neighbours
        Sparse n x n of 0 and 1 without the diagonal.
    own_means
        False: the variance is that of the neighbours' rates around the area's own local mean (Marshall). True: each
        neighbour's rate around the neighbour's local mean, as spdep's EBlocal does unless it is told otherwise.

    Returns
    -------
    tuple
        Rates, how much of its own rate each area keeps (0 to 1), local means (n,). An area without neighbours is
        its own surroundings and comes out with its crude rate: give it the global one instead.
    """
    counts, exposure = np.asarray(counts, dtype=np.float64), np.asarray(exposure, dtype=np.float64)
    around = neighbours + sparse.eye_array(len(counts), format="csr")
    total, raw = around @ exposure, counts / exposure
    mean = (around @ counts) / total
    if own_means:
        spread = (around @ (exposure * (raw - mean) ** 2)) / total
    else:  # sum of P (r - m)^2 with one m for all of them
        spread = (around @ (exposure * raw**2)) / total - mean**2
    variance = np.maximum(spread - mean / (total / around.sum(axis=1)), 0.0)
    variance[variance < TINY * mean**2] = 0.0  # what rounding leaves of a difference of squares
    noise = mean / exposure
    weights = variance / np.where(variance + noise > 0, variance + noise, 1.0)
    return mean + weights * (raw - mean), weights, mean


def share_interval(part: Ints | Floats, whole: Ints | Floats, *, level: float = 0.95) -> tuple[Floats, Floats, Floats]:
    """Return share, low and high (Clopper-Pearson) of a part in a whole; NaN, 0, 1 where the whole is nothing."""
    part, others = np.asarray(part, dtype=np.float64), np.asarray(whole, dtype=np.float64) - part
    tail = (1 - level) / 2
    low = np.where(part > 0, special.betaincinv(np.where(part > 0, part, 1.0), others + 1, tail), 0.0)
    high = np.where(others > 0, special.betaincinv(part + 1, np.where(others > 0, others, 1.0), 1 - tail), 1.0)
    return _divide(part, part + others), low, high


def ratio_interval(
    after: Ints | Floats, before: Ints | Floats, *, exposure: float = 1.0, level: float = 0.95
) -> tuple[Floats, Floats, Floats]:
    """Return ratio, low and high of after against before, exact given their sum (Clopper-Pearson).

    Parameters
    ----------
    after, before
        Counts; divided by a dispersion beforehand they need not be whole, and the interval widens accordingly.
    exposure
        Length of the later period in units of the earlier one.

    Returns
    -------
    tuple
        NaN, 0, inf where both counts are 0; an infinite ratio where only the earlier one is.
    """
    after, before = np.asarray(after, dtype=np.float64), np.asarray(before, dtype=np.float64)
    _, low, high = share_interval(after, after + before, level=level)
    ratio = _divide(after, before)
    return ratio / exposure, _divide(low, 1 - low) / exposure, _divide(high, 1 - high) / exposure


def _divide(above: Floats, below: Floats) -> Floats:
    """Divide; a positive number by 0 is infinite, 0 by 0 unknown."""
    safe = np.where(below > 0, below, 1.0)
    return np.where(below > 0, above / safe, np.where(above > 0, np.inf, np.nan))
