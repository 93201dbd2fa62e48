"""Counts against an ambient base: what each cell should hold for its people, and how far counts vary beyond that.

A count is negative binomial around its expected value. Two ways of varying are fitted by maximum likelihood over the
cells, and the likelier is kept: a variance that is a constant multiple of the mean (quasi-Poisson), where sums over
cells have exactly such a distribution too, or rates that vary from cell to cell (constant size), where the sums are
matched in mean and variance. Cameron & Trivedi (1986), Journal of Applied Econometrics 1:29-53.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import optimize, special, stats

from analysis.grids import Floats, Ints

Form = Literal["poisson", "constant_ratio", "varying_rates"]
LOG_RANGE = (np.log(1e-4), np.log(1e4))  # of the excess; at its lower end there is none
RARE = 0.001
GAIN = 1.92  # log-likelihood that one more parameter must gain at 5 %: half of 3.84


@dataclass(frozen=True, kw_only=True)
class Excess:
    """How counts vary beyond chance.

    Attributes
    ----------
    form
        ``poisson``: not at all. ``constant_ratio``: variance = mean (1 + value). ``varying_rates``: variance = mean +
        value mean².
    """

    form: Form
    value: float

    def beyond(self, expected: Floats, squares: Floats) -> Floats:
        """Return the variance beyond that of chance of sums with these expected values and sums of their squares."""
        scale = {"poisson": 0.0, "constant_ratio": 1.0, "varying_rates": 1.0}[self.form]
        return scale * self.value * (squares if self.form == "varying_rates" else expected)


def spread_evenly(persons: Floats, area_of_cell: Ints) -> Floats:
    """Give each area's persons to its study cells in equal parts (n,); NaN where nobody is known to live.

    Parameters
    ----------
    area_of_cell
        Position of the area that holds each cell, -1 for none.
    """
    cells = np.bincount(area_of_cell[area_of_cell >= 0], minlength=len(persons))
    each = np.append(np.where(persons > 0, persons, np.nan) / np.maximum(1, cells), np.nan)
    return np.asarray(each[area_of_cell])


def fit_excess(counts: Ints, expected: Floats) -> Excess:
    """Fit both ways of varying and keep the likelier; neither where it explains no more than chance does.

    Likelihood, not moments: one extreme cell would inflate the variance so much that it hides itself.
    """
    best = _log_likelihood(counts, expected, np.zeros_like(expected)) + GAIN
    excess = Excess(form="poisson", value=0.0)
    shapes: dict[Form, Floats] = {"constant_ratio": expected, "varying_rates": expected**2}
    for form, shape in shapes.items():

        def loss(log_value: float, shape: Floats = shape) -> float:
            return -_log_likelihood(counts, expected, np.exp(log_value) * shape)

        found = optimize.minimize_scalar(loss, bounds=LOG_RANGE, method="bounded")
        if -found.fun > best:
            best, excess = -float(found.fun), Excess(form=form, value=float(np.exp(found.x)))
    return excess


def upper_tail(sums: Ints, expected: Floats, beyond: Floats) -> Floats:
    """Return P(X >= sum) of a negative binomial with that mean and that variance beyond the mean (n,)."""
    size = expected**2 / np.where(beyond > 0, beyond, 1.0)
    at = np.maximum(sums, 1)
    clustered = special.betainc(at, size, expected / (size + expected))
    chance = special.gammainc(at, expected)
    return np.where(sums > 0, np.where(beyond > 0, clustered, chance), 1.0)


def cap_counts(expected: Floats, beyond: Floats) -> Ints:
    """Return the count that a cell passes once in a thousand: what lies above it says no more of its surroundings."""
    size = expected**2 / np.where(beyond > 0, beyond, 1.0)
    clustered = stats.nbinom.ppf(1 - RARE, size, size / (size + expected))
    return np.asarray(np.where(beyond > 0, clustered, stats.poisson.ppf(1 - RARE, expected)), dtype=np.int64)


def draw_like(counts: Ints, expected: Floats, excess: Excess, rng: np.random.Generator) -> Ints:
    """Draw a map that varies as this one does, without saying where.

    Where rates vary from cell to cell, each cell's own rate is drawn given its count, and the rates are dealt to the
    cells anew: extremes that no fitted distribution expects stay in the map, and only lie elsewhere.
    """
    if excess.form == "constant_ratio":
        return np.asarray(rng.poisson(rng.gamma(expected / excess.value, excess.value)))
    if excess.form == "varying_rates":
        size = 1 / excess.value
        rates = rng.gamma(counts + size) / (expected + size)
        return np.asarray(rng.poisson(expected * rng.permutation(rates)))
    return np.asarray(rng.poisson(expected))


def _log_likelihood(counts: Ints, expected: Floats, beyond: Floats) -> float:
    """Return the log-likelihood up to what depends on the counts alone."""
    if not beyond.any():
        return float(np.sum(special.xlogy(counts, expected) - expected))
    size = expected**2 / beyond
    rising = special.gammaln(counts + size) - special.gammaln(size)
    ends = special.xlogy(counts, expected / (size + expected)) - size * np.log1p(expected / size)
    return float(np.sum(rising + ends))
