"""The ratio of two ratios: a zone against the rest, after against before, with an interval that carries dispersion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from analysis.rates import ratio_interval
from analysis.time_blocks import FEWEST_BLOCKS, vary_in_time

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FEW: Final = 10.0  # effective incidents; below it the normal interval on the log scale is not trusted
FEWEST_AREAS: Final = 8  # that an estimate of the dispersion needs


@dataclass(frozen=True, kw_only=True)
class Noise:
    """How much more the counts vary than independent incidents.

    Attributes
    ----------
    phi
        Variance in units of the Poisson variance, at least 1.
    freedom
        Degrees of freedom of the estimate; infinite where it was not estimated.
    source
        ``blocks`` of time, ``areas``, or ``none``.
    """

    phi: float
    freedom: float
    source: str


@dataclass(frozen=True, kw_only=True)
class Counts:
    """Incidents of the zone and of the rest, before and after."""

    zone_before: int
    zone_after: int
    rest_before: int
    rest_after: int

    def ratio(self) -> float:
        """Return (zone after / zone before) / (rest after / rest before)."""
        above, below = self.zone_after * self.rest_before, self.zone_before * self.rest_after
        return above / below if below else float("inf") if above else float("nan")


def noise_from_blocks(before: Ints, after: Ints) -> Noise | None:
    """Estimate the dispersion from how the zone's share varies among blocks of time within a period.

    Parameters
    ----------
    before, after
        Incidents of zone and rest (2, blocks) in blocks of equal length.

    Returns
    -------
    Noise | None
        None with fewer than eight usable blocks.
    """
    chi2, freedom = (float(part[0]) for part in vary_in_time(before, after))
    if freedom < FEWEST_BLOCKS - 2:
        return None
    return Noise(phi=max(1.0, chi2 / freedom), freedom=freedom, source="blocks")


def noise_from_areas(before: Ints, after: Ints) -> Noise | None:
    """Estimate the dispersion from how the later share varies among areas outside the zone; None with too few."""
    chi2, freedom = _pearson(after, before)
    if freedom + 1 < FEWEST_AREAS:
        return None
    return Noise(phi=max(1.0, chi2 / freedom), freedom=float(freedom), source="areas")


def compare(counts: Counts, noise: Noise, *, level: float = 0.95) -> tuple[float, float]:
    """Return the interval of the ratio of ratios.

    With ten effective incidents or more in each count: log ratio +- t sqrt(phi (1/a + 1/b + 1/c + 1/d)). With fewer:
    the exact intervals of the two ratios, on counts divided by phi, joined by their distances (Donner & Zou 2012,
    Statistical Methods in Medical Research 21:347-359).
    """
    cells = np.array([counts.zone_after, counts.zone_before, counts.rest_after, counts.rest_before])
    if cells.min() / noise.phi >= FEW:
        half = _quantile(noise, level) * np.sqrt(noise.phi * np.sum(1 / cells))
        centre = np.log(counts.ratio())
        with np.errstate(over="ignore"):
            return float(np.exp(centre - half)), float(np.exp(centre + half))
    return _join_exact(cells / noise.phi, _widen(noise, level))


def p_of_no_change(counts: Counts, noise: Noise) -> float:
    """Return the two-sided p of a ratio of 1: the level at which the interval just reaches it."""
    low, high = 0.0, 1.0
    for _ in range(40):
        level = (low + high) / 2
        ends = compare(counts, noise, level=level)
        if ends[0] <= 1 <= ends[1]:
            high = level
        else:
            low = level
    return float(1 - (low + high) / 2)


def _pearson(part: Ints, others: Ints) -> tuple[float, int]:
    """Return Pearson's chi-square of shares around their common one, and its degrees of freedom."""
    totals = part + others
    known = totals > 0
    if known.sum() < 2 or part[known].sum() in (0, totals[known].sum()):
        return 0.0, 0
    share = part[known].sum() / totals[known].sum()
    expected = totals[known] * share
    return float(np.sum((part[known] - expected) ** 2 / (expected * (1 - share)))), int(known.sum()) - 1


def _quantile(noise: Noise, level: float) -> float:
    upper = (1 + level) / 2
    return float(special.stdtrit(noise.freedom, upper) if np.isfinite(noise.freedom) else special.ndtri(upper))


def _widen(noise: Noise, level: float) -> float:
    """Return the level at which a normal interval is as wide as the t interval of the level asked for."""
    return float(2 * special.ndtr(_quantile(noise, level)) - 1)


def _join_exact(cells: Floats, level: float) -> tuple[float, float]:
    above, below = cells[[0, 2]], cells[[1, 3]]
    _, low, high = ratio_interval(above, below, level=level)
    middle = np.log((above + 0.5) / (below + 0.5))  # finite where a count is 0
    centre = middle[0] - middle[1]
    with np.errstate(divide="ignore", over="ignore"):
        down, up = middle - np.log(low), np.log(high) - middle
        return float(np.exp(centre - np.hypot(down[0], up[1]))), float(np.exp(centre + np.hypot(up[0], down[1])))
