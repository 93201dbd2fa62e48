"""Focos puntuales: single cells whose own count is extreme for the map, whatever their neighbours hold."""

from __future__ import annotations

import numpy as np
from scipy import optimize, special

from analysis.grids import Floats, Ints
from analysis.multiple_testing import adjust


def outlier_q(counts: Ints, *, method: str = "bh") -> Floats:
    """Return q of each cell's count in the upper tail of a negative binomial fitted to the whole map (n,)."""
    return adjust(upper_tail(counts), method=method)


def upper_tail(counts: Ints) -> Floats:
    """Return P(X >= count) under the negative binomial of the map's mean and fitted dispersion.

    A map that varies no more than chance alone would (variance at most the mean) gets the Poisson tail.
    """
    mean, size = float(np.mean(counts)), fit_size(counts)
    if np.isinf(size):
        tail = special.gammainc(np.maximum(counts, 1), mean)
    else:
        tail = special.betainc(np.maximum(counts, 1), size, mean / (size + mean))
    return np.where(counts > 0, tail, 1.0)


def fit_size(counts: Ints) -> float:
    """Fit the size of a negative binomial (variance = mean + mean²/size) by maximum likelihood; inf for Poisson.

    Likelihood, not moments: one extreme cell inflates the variance so much that it would hide itself.
    """
    distinct, cells = np.unique(counts, return_counts=True)
    mean = float(np.average(distinct, weights=cells))
    if np.average((distinct - mean) ** 2, weights=cells) <= mean:
        return float("inf")

    def slope(log_size: float) -> float:
        size = np.exp(log_size)
        gain = special.digamma(distinct + size) - special.digamma(size)
        return float(np.average(gain, weights=cells) - np.log1p(mean / size))

    low, high = np.log(1e-8), np.log(1e8)
    return float(np.exp(optimize.brentq(slope, low, high))) if slope(high) < 0 < slope(low) else float("inf")
