"""Two counts with their exposures: whether their rates differ, and by what ratio.

The E-test (Krishnamoorthy & Thomson 2004, Journal of Statistical Planning and Inference 119:23-35) looks at all pairs
of counts that a common rate could give; the conditional test and its mid-p (Lancaster 1961, Journal of the American
Statistical Association 56:223-234) at those with the same sum.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from analysis.grids import Floats, Ints

HALVINGS: Final = 60
REACH: Final = 12.0  # standard deviations of a count that are looked at
TAIL: Final = 40.0  # and multiples of its dispersion: beyond both a count has no chance worth telling
TIES: Final = 1e-9  # outcomes this close to the observed one, in units of it, are as extreme


def e_test(after: Ints, before: Ints, *, exposure: float = 1.0, dispersion: Floats | float = 1.0) -> Floats:
    """Return the two-sided p that both counts of each unit have one rate.

    The common rate is estimated from the unit itself; the p sums the chance of all pairs whose standardised difference
    is at least the observed one.

    Parameters
    ----------
    after, before
        Counts (n,).
    exposure
        Length of the later period in units of the earlier one.
    dispersion
        Variance of the counts in units of their mean, 1 for Poisson counts, larger for negative binomial ones.
    """
    later, earlier = np.asarray(after, dtype=np.int64), np.asarray(before, dtype=np.int64)
    phi = np.maximum(np.broadcast_to(np.asarray(dispersion, dtype=np.float64), later.shape), 1.0)
    rows = np.column_stack([later, earlier, phi])
    distinct, back = np.unique(rows, axis=0, return_inverse=True)
    p = [_e_test(int(row[0]), int(row[1]), exposure, float(row[2])) for row in distinct]
    return np.asarray(p, dtype=np.float64)[back.ravel()]


def _e_test(after: int, before: int, exposure: float, phi: float) -> float:
    squared = _squared_distance(np.array(float(after)), np.array(float(before)), exposure)
    if not squared > 0:  # equal rates, or no incident at all
        return 1.0
    rate = (after + before) / (exposure + 1)
    later, earlier = _likely_counts(rate * exposure, phi), _likely_counts(rate, phi)
    low, high = _far_enough(later, float(squared) * (1 - TIES), exposure)
    up_to = np.concatenate([[0.0], np.cumsum(count_chance(earlier, rate, phi))])
    places = [np.clip(bound - earlier[0], 0, len(earlier)).astype(np.int64) for bound in (low + 1, high)]
    outside = up_to[places[0]] + up_to[-1] - up_to[places[1]]
    return float(min(1.0, count_chance(later, rate * exposure, phi) @ outside))


def _squared_distance(after: Floats, before: Floats, exposure: float) -> Floats:
    """Return the squared difference of the rates in units of its variance; 0 where nothing happened."""
    variance = after / exposure**2 + before
    return np.asarray((after / exposure - before) ** 2 / np.where(variance > 0, variance, 1.0))


def _likely_counts(mean: float, phi: float) -> Floats:
    width = REACH * np.sqrt(phi * mean)
    return np.arange(max(0.0, np.floor(mean - width)), np.ceil(mean + width + TAIL * phi) + 1)


def _far_enough(after: Floats, squared: float, exposure: float) -> tuple[Floats, Floats]:
    """Return for each later count the largest earlier one far below it (-1 for none) and the smallest far above it.

    The squared distance reaches a value at the two roots of a quadratic in the earlier count.
    """
    rate = after / exposure
    half = rate + squared / 2
    root = np.sqrt(half**2 - rate**2 + squared * after / exposure**2)
    low, high = np.floor(half - root + TIES), np.ceil(half + root - TIES)
    return np.where((after > 0) & (low >= 0), low, -1.0), high


def count_chance(value: Floats, mean: float, phi: float) -> Floats:
    """Return the probability of each count: Poisson where phi is 1, else negative binomial of variance phi x mean."""
    if phi <= 1:
        return np.asarray(np.exp(special.xlogy(value, mean) - mean - special.gammaln(value + 1)))
    size = mean / (phi - 1)
    ways = special.gammaln(value + size) - special.gammaln(size) - special.gammaln(value + 1)
    return np.asarray(np.exp(ways - size * np.log(phi) + value * np.log1p(-1 / phi)))


def midp_interval(
    after: Floats | Ints, before: Floats | Ints, *, exposure: float = 1.0, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Return the mid-p interval of the ratio of the later rate to the earlier one: narrower than the exact one.

    It covers what it promises on average over the counts, not for each. Counts divided by a dispersion need not be
    whole.
    """
    later, earlier = np.asarray(after, dtype=np.float64), np.asarray(before, dtype=np.float64)
    tail = (1 - level) / 2
    low = _share_with_tail(later, earlier, tail)
    high = 1 - _share_with_tail(earlier, later, tail)
    with np.errstate(divide="ignore"):
        return low / (1 - low) / exposure, high / (1 - high) / exposure


def _share_with_tail(count: Floats, others: Floats, tail: float) -> Floats:
    """Return the share at which so many or more, the observed number counted half, have that probability; 0 of none."""
    low, high = np.zeros_like(count), np.ones_like(count)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        small = _mid_tail(count, others, middle) < tail
        low, high = np.where(small, middle, low), np.where(small, high, middle)
    return np.where(count > 0, (low + high) / 2, 0.0)


def _mid_tail(count: Floats, others: Floats, share: Floats) -> Floats:
    """Return P(X > count) + P(X = count) / 2 of a binomial; the beta function carries it between whole numbers."""
    or_more = special.betainc(np.where(count > 0, count, 1.0), others + 1, share)
    more = np.where(others > 0, special.betainc(count + 1, np.where(others > 0, others, 1.0), share), 0.0)
    return np.asarray((np.where(count > 0, or_more, 1.0) + more) / 2)


def tell_percent(ratio: Floats, before: Ints, *, least: int = 20) -> NDArray[np.float64]:
    """Return a change in percent, NaN where the base is too small to carry one."""
    return np.where(np.asarray(before) >= least, 100 * (ratio - 1), np.nan)
