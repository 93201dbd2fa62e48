"""Focos puntuales: single cells whose own count is extreme for the map, whatever their neighbours hold."""

from __future__ import annotations

import numpy as np
from scipy import optimize, special

from analysis.grids import Floats, Ints
from analysis.multiple_testing import adjust

FEWEST = 5  # incidents that make a foco: on an empty map a second incident in one cell would be extreme
POISSON = 1e3  # sizes beyond this and this many times the mean: chance alone; there only rounding is left of the slope
RARE = 0.05  # a tail above it is never rejected, so it may stay as it is


def outlier_q(counts: Ints, *, method: str = "bh") -> Floats:
    """Return q of each cell's count in the upper tail of a negative binomial fitted to the map (n,).

    Cells with fewer than five incidents have q = 1.
    """
    tail = np.where(counts >= FEWEST, upper_tail(counts), 1.0)
    return adjust(tail, method=method)


def upper_tail(counts: Ints) -> Floats:
    """Return P(X >= count) under a negative binomial fitted to the whole map.

    For its own test a cell enters the fit with no more than the next smaller count of the map (5 at least): one extreme
    cell on a nearly empty map would explain itself. A map that varies no more than chance would gets the Poisson tail.
    """
    distinct, which, cells = np.unique(counts, return_inverse=True, return_counts=True)
    tail = _tail(distinct, distinct, cells)
    for at in np.flatnonzero((tail <= RARE) & (distinct >= FEWEST)):
        others, tamed = cells.copy(), max(FEWEST, distinct[at - 1])
        others[at] -= 1
        tail[at] = _tail(distinct[at : at + 1], np.append(distinct, tamed), np.append(others, 1))[0]
    return np.asarray(tail[which])


def fit_size(counts: Ints) -> float:
    """Fit the size of a negative binomial (variance = mean + mean²/size) by maximum likelihood; inf for Poisson.

    Likelihood, not moments: one extreme cell inflates the variance so much that it would hide itself.
    """
    return _fit(*np.unique(counts, return_counts=True))


def _tail(values: Ints, distinct: Ints, cells: Ints) -> Floats:
    """Return P(X >= value), fitted to ``distinct`` counts that so many cells have."""
    mean, size = float(np.average(distinct, weights=cells)), _fit(distinct, cells)
    if np.isinf(size):
        tail = special.gammainc(np.maximum(values, 1), mean)
    else:
        tail = special.betainc(np.maximum(values, 1), size, mean / (size + mean))
    return np.where(values > 0, tail, 1.0)


def _fit(distinct: Ints, cells: Ints) -> float:
    mean = float(np.average(distinct, weights=cells))
    if np.average((distinct - mean) ** 2, weights=cells) <= mean:
        return float("inf")

    def slope(log_size: float) -> float:
        size = np.exp(log_size)
        gain = special.digamma(distinct + size) - special.digamma(size)
        return float(np.average(gain, weights=cells) - np.log1p(mean / size))

    low, high = np.log(1e-8), np.log(POISSON * max(1.0, mean))
    return float(np.exp(optimize.brentq(slope, low, high))) if slope(high) < 0 < slope(low) else float("inf")
