"""Blocks of time: how much counts vary from month to month within one period, as a measure of chance."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.scene import Scene

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DAYS_PER_MONTH: Final = 30.4375
DAYS_PER_WEEK: Final = 7.0
FEWEST_BLOCKS: Final = 8  # before and after together, that an estimate of the dispersion needs
HALVINGS: Final = 40
LEAST_OF_ITS_OWN: Final = 5.0  # incidents in a pair of blocks, for a unit to tell its own variance
MOST_RATIO: Final = 1000.0  # of variance to mean: the bound of a search
MOST_UNKNOWN: Final = 0.05  # share of incidents without a day


def count_in_blocks(before: Scene, after: Scene, units: tuple[Ints, Ints], *, n_units: int) -> tuple[Ints, Ints] | None:
    """Count the incidents of each unit in blocks of a month, or of a week where there are fewer than eight months.

    Parameters
    ----------
    units
        Unit of each point of either scene, -1 for none.

    Returns
    -------
    tuple | None
        Counts (units, blocks) of either period; None where the days of more than one point in twenty are unknown.
    """
    months = before.months + after.months
    width = DAYS_PER_MONTH if months >= FEWEST_BLOCKS else DAYS_PER_WEEK
    tables = []
    for scene, unit in zip((before, after), units, strict=True):
        known = ~np.isnat(scene.points.day)
        if not known.any() or known.mean() < 1 - MOST_UNKNOWN:
            return None
        block, n_blocks = _find_blocks(scene, known, width=width)
        used = unit[known] >= 0
        flat = unit[known][used] * n_blocks + block[used]
        tables.append(np.bincount(flat, minlength=n_units * n_blocks).reshape(n_units, n_blocks))
    return tables[0], tables[1]


def vary_in_time(before: Ints, after: Ints) -> tuple[Floats, Floats]:
    """Measure how much each unit's share of all units varies among the blocks of one period.

    What all units have in common (season, holidays, recording) cancels, and so does the change between the periods.

    Parameters
    ----------
    before, after
        Incidents (units, blocks) of either period.

    Returns
    -------
    tuple
        Pearson's chi-square of each unit (n,), and its degrees of freedom (n,); their quotient is the variance in
        units of that of independent incidents. A period without an incident of the unit adds to neither.
    """
    chi2, freedom = np.zeros(len(before)), np.zeros(len(before))
    for table in (before, after):
        totals = table.sum(axis=0)
        share = table.sum(axis=1, keepdims=True) / max(int(totals.sum()), 1)
        variance = totals * share * (1 - share)
        chi2 += np.sum((table - totals * share) ** 2 / np.where(variance > 0, variance, np.inf), axis=1)
        blocks = int(np.sum(totals > 0))
        freedom += np.where((share[:, 0] > 0) & (share[:, 0] < 1), max(blocks - 1, 0), 0)
    return chi2, freedom


def ratios_of_variance(before: Ints, after: Ints) -> Floats | None:
    """Return the variance to mean of each unit's counts: the larger of its own and that of all units together.

    The larger, so that a lucky estimate makes nobody significant; 1 at least. None with fewer than eight blocks.
    """
    return _larger_ratio(*vary_in_time(before, after))


def ratios_around_change(before: Ints, after: Ints) -> Floats | None:
    """Return the variance to mean of each unit's own counts, whatever the other units do, by the same rule.

    Where both periods have as many blocks, the k-th of one is compared with the k-th of the other, so that a season
    that both share cancels; else each is compared with the mean of its period, and a season counts as noise.
    """
    if before.shape[1] == after.shape[1] > FEWEST_BLOCKS - 2:
        chi2, freedom = _vary_in_pairs(before, after)
        if not freedom.any():
            return None
        totals = before + after
        own, all_together = (_ratio_of_pairs(chi2, freedom, totals, together=together) for together in (False, True))
        return np.where(totals.mean(axis=1) >= LEAST_OF_ITS_OWN, np.maximum(own, all_together), all_together)
    parts = [_vary_around_mean(table) for table in (before, after)]
    return _larger_ratio(parts[0][0] + parts[1][0], parts[0][1] + parts[1][1])


def _vary_in_pairs(before: Ints, after: Ints) -> tuple[Floats, Floats]:
    """Measure how much the later part of each pair of blocks varies around that of the whole: chi-square, freedom."""
    totals = before + after
    share = after.sum(axis=1, keepdims=True) / np.maximum(totals.sum(axis=1, keepdims=True), 1)
    variance = totals * share * (1 - share)
    chi2 = np.sum((after - totals * share) ** 2 / np.where(variance > 0, variance, np.inf), axis=1)
    known = (share[:, 0] > 0) & (share[:, 0] < 1)
    return chi2, np.where(known, np.maximum(np.sum(totals > 0, axis=1) - 1, 0), 0).astype(np.float64)


def _ratio_of_pairs(chi2: Floats, freedom: Floats, totals: Ints, *, together: bool) -> Floats:
    """Return the variance to mean at which such a chi-square is expected, found by halving; 1 at least.

    A pair with N incidents adds 1 + (N - 1) f / (N + f), f being the ratio less one: a single incident tells nothing.
    """
    pairs = np.maximum(np.sum(totals > 0, axis=1), 1)
    low, high = np.zeros(len(totals)), np.full(len(totals), MOST_RATIO)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        more = np.where(totals > 0, 1 + (totals - 1) * middle[:, None] / (totals + middle[:, None]), 0.0)
        expected = freedom / pairs * more.sum(axis=1)
        short = np.full(len(totals), expected.sum() < chi2.sum()) if together else expected < chi2
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    return np.where((freedom > 0) | together, 1 + low, 1.0)


def _vary_around_mean(table: Ints) -> tuple[Floats, Floats]:
    mean = table.mean(axis=1, keepdims=True)
    chi2 = np.sum((table - mean) ** 2 / np.where(mean > 0, mean, np.inf), axis=1)
    return chi2, np.where(mean[:, 0] > 0, table.shape[1] - 1, 0).astype(np.float64)


def _larger_ratio(chi2: Floats, freedom: Floats) -> Floats | None:
    if freedom.max(initial=0) < FEWEST_BLOCKS - 2:
        return None
    own = chi2 / np.where(freedom > 0, freedom, np.inf)
    return np.maximum(own, max(1.0, float(chi2.sum() / freedom.sum())))


def _find_blocks(scene: Scene, known: NDArray[np.bool_], *, width: float) -> tuple[Ints, int]:
    """Return the block of each point with a known day, and the number of blocks."""
    span = scene.months * DAYS_PER_MONTH
    n = max(1, round(span / width))
    day = scene.points.day[known]
    start = day.min() if scene.since is None else scene.since
    days = (day - start).astype("timedelta64[D]").astype(np.float64)
    return np.clip((days / span * n).astype(np.int64), 0, n - 1), n
