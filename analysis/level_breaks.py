"""Breaks in a series of monthly counts: months from which the level is another than before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from analysis.grids import Floats, Ints

LEVEL: Final = 0.01  # share of unbroken series in which a break is told
MARGIN: Final = 3  # months on each side: fewer tell no level
FEWEST: Final = 12  # months of a series
SEASONAL: Final = 24  # months from which the months of the year have effects of their own
TRENDING: Final = 36  # months from which a trend can be told from a step between two years
YEAR: Final = 12
DRAWS: Final = 1999


@dataclass(frozen=True, kw_only=True)
class LevelBreak:
    """A month from which the level is another.

    Attributes
    ----------
    at
        Position of the first month of the new level.
    ratio
        Mean count after it, up to the next break, over the mean before it.
    p
        Share of unbroken series of this length with a step as clear.
    """

    at: int
    ratio: float
    p: float


def find_breaks(counts: Sequence[int] | Ints, *, seed: int = 20240601) -> list[LevelBreak]:
    """Find the months from which the level of a series changes, the clearest first found, then within its two parts.

    The counts are stabilised, 2 sqrt(n + 3/8), and a step at each month is fitted by least squares beside effects of
    the months of the year (from 24 months on) and a straight trend (from 36 on: a slow rise is no break). The largest
    absolute t is compared with the largest of series of independent normal numbers of the same length, for which it
    does not depend on mean or spread.

    Parameters
    ----------
    counts
        Consecutive months (n,).
    """
    return sorted(_split(np.asarray(counts, dtype=np.float64), 0, seed), key=lambda found: found.at)


def _split(counts: Floats, start: int, seed: int) -> list[LevelBreak]:
    n = len(counts)
    if n < FEWEST or np.all(counts == counts[0]):
        return []
    steps, residual, freedom = _design(n)
    t = _largest(2 * np.sqrt(counts[:, None] + 0.375), steps, residual, freedom)
    p = float((1 + np.sum(_under_chance(n, seed) >= t[0].max())) / (DRAWS + 1))
    if p > LEVEL:
        return []
    cut = MARGIN + int(np.argmax(t[0]))
    before, after = counts[:cut], counts[cut:]
    ratio = float(after.mean() / before.mean()) if before.mean() > 0 else float("inf")
    found = LevelBreak(at=start + cut, ratio=ratio, p=p)
    return [found, *_split(before, start, seed), *_split(after, start + cut, seed)]


def _design(n: int) -> tuple[Floats, Floats, int]:
    """Return the steps, cleared of months and trend, what clears a series of them, and degrees of freedom."""
    usual = np.ones((n, 1))
    if n >= SEASONAL:
        months = np.arange(n) % YEAR == np.arange(YEAR)[:, None]
        usual = months.T.astype(np.float64)
    if n >= TRENDING:
        usual = np.column_stack([usual, np.arange(n) - n / 2])
    residual = np.eye(n) - usual @ np.linalg.pinv(usual)
    cuts = np.arange(MARGIN, n - MARGIN + 1)
    steps = (np.arange(n)[None, :] >= cuts[:, None]).astype(np.float64) @ residual
    return steps, residual, n - usual.shape[1] - 1


def _largest(series: Floats, steps: Floats, residual: Floats, freedom: int) -> Floats:
    """Return |t| of a step at each month, for each of the series that stand side by side (series, months)."""
    clear = residual @ series
    whole = np.sum(clear**2, axis=0)
    explained = (steps @ clear) ** 2 / np.sum(steps**2, axis=1)[:, None]
    left = np.maximum(whole[None, :] - explained, 1e-12 * np.maximum(whole, 1e-12)[None, :])
    t: Floats = np.sqrt(explained / (left / freedom)).T
    return t


@lru_cache(maxsize=256)
def _under_chance(n: int, seed: int) -> Floats:
    """Return the largest |t| of unbroken series of n months."""
    rng = np.random.default_rng(seed)
    return np.asarray(_largest(rng.normal(size=(n, DRAWS)), *_design(n)).max(axis=1))
