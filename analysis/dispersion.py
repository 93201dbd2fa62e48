"""Overdispersed shares: how much more counts vary between two periods than independent incidents would.

Given its sum, a unit's count in the later period is beta-binomial: binomial, but incidents that come in clusters make
it vary more. The precision s of the beta distribution is c N^g for a unit with N incidents: g = 0 is a constant
correlation between incidents (negative binomial counts of constant shape), g = 1 a constant ratio of variance to mean.
c and g are found by maximum likelihood over all units.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

POWERS: Final = (0.0, 0.5, 1.0)
BINOMIAL: Final = 1e8  # precision beyond which incidents are independent for all purposes
SMALLEST: Final = 0.01  # precision: nearly all incidents of a unit are of one period, or of one kind
LOG_RANGE: Final = (np.log(1e-2), np.log(1e7))  # of c; at the upper end the distribution is binomial


@dataclass(frozen=True, kw_only=True)
class Dispersion:
    """How precisely the share of a unit with N incidents is held: s = scale * N ** power."""

    scale: float
    power: float

    def precision(self, totals: Ints) -> Floats:
        """Return s of units with that many incidents."""
        return np.asarray(self.scale * np.maximum(totals, 1).astype(np.float64) ** self.power)


def fit_dispersion(successes: Ints, totals: Ints, *, share: float) -> Dispersion:
    """Estimate the dispersion of units around a common share by maximum likelihood.

    Parameters
    ----------
    successes, totals
        Incidents of the later period, and of both, per unit (n,); units with fewer than two say nothing.
    share
        Share of the later period in all incidents, between 0 and 1.
    """
    useful = totals >= 2
    pairs, copies = np.unique(np.column_stack([successes[useful], totals[useful]]), axis=0, return_counts=True)
    best = (np.inf, Dispersion(scale=float(np.exp(LOG_RANGE[1])), power=0.0))
    for power in POWERS if len(pairs) else ():

        def loss(log_scale: float, power: float = power) -> float:
            precision = Dispersion(scale=float(np.exp(log_scale)), power=power).precision(pairs[:, 1])
            return -float(copies @ _log_likelihood(pairs[:, 0], pairs[:, 1], share, precision))

        found = optimize.minimize_scalar(loss, bounds=LOG_RANGE, method="bounded")
        best = min(best, (float(found.fun), Dispersion(scale=float(np.exp(found.x)), power=power)), key=lambda b: b[0])
    return best[1]


def precision_of_ratio(totals: Ints, ratios: Floats) -> Floats:
    """Return s of negative binomial counts with these ratios of variance to mean (n,); infinite where it is 1."""
    clustered = ratios > 1
    return np.where(clustered, np.maximum(totals, 1) / np.where(clustered, ratios - 1, 1.0), np.inf)


def precision_of_inflation(totals: Ints, ratios: Floats) -> Floats:
    """Return s of shares whose variance is that many times the binomial one (n,); infinite where it is once."""
    clustered = (ratios > 1) & (totals > 1)
    s = (totals - 1) / np.where(clustered, ratios - 1, 1.0) - 1
    return np.where(clustered, np.maximum(s, SMALLEST), np.inf)


def inflation(totals: Ints, precision: Floats) -> Floats:
    """Return the variance of each unit in units of the binomial variance, 1 or more."""
    return np.asarray(1 + np.maximum(totals - 1, 0) / (precision + 1))


def two_sided_p(successes: Ints, totals: Ints, *, share: float, precision: Floats) -> Floats:
    """Return twice the smaller mid-p tail of each unit, at most 1; a unit without incidents has p = 1.

    Parameters
    ----------
    precision
        s of each unit (n,); infinite where its incidents are independent.
    """
    unit = np.repeat(np.arange(len(totals)), totals + 1)
    starts = np.cumsum(totals + 1) - (totals + 1)
    value = np.arange(len(unit)) - starts[unit]
    chance = np.exp(_log_probability(value, totals[unit], share, precision[unit]))
    weight = np.where(value == successes[unit], 0.5, 1.0) * chance
    n = len(totals)
    above = np.bincount(unit, weights=np.where(value >= successes[unit], weight, 0.0), minlength=n)
    below = np.bincount(unit, weights=np.where(value <= successes[unit], weight, 0.0), minlength=n)
    return np.asarray(np.minimum(1.0, 2 * np.minimum(above, below)))


def smallest_p(totals: Ints, *, share: float, precision: Floats) -> Floats:
    """Return the smallest p that each unit could have, given how many incidents it has in all."""
    ends = (np.zeros_like(totals), totals)
    logs = [_log_probability(end, totals, share, precision) for end in ends]
    return np.asarray(np.exp(np.minimum(*logs)))  # the doubled half of the rarer end


def _log_probability(value: Ints, total: Ints, share: float, precision: Floats) -> Floats:
    ways = special.gammaln(total + 1) - special.gammaln(value + 1) - special.gammaln(total - value + 1)
    return np.asarray(ways + _log_likelihood(value, total, share, precision))


def _log_likelihood(value: Ints, total: Ints, share: float, precision: Floats) -> Floats:
    """Leave out the number of ways; beyond a precision where rounding spoils the beta function, it is binomial."""
    held = np.minimum(precision, BINOMIAL)
    a, b = share * held, (1 - share) * held
    clustered = special.betaln(value + a, total - value + b) - special.betaln(a, b)
    independent = special.xlogy(value, share) + special.xlogy(total - value, 1 - share)
    return np.asarray(np.where(precision < BINOMIAL, clustered, independent))
