"""Trends: a month beside the same month of the year before, with the dispersion that months have anyway."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

YEAR = 12  # months
LEVEL = 0.01  # many groups stand on one page, so each must be sure
LEAST_BASE = 20  # a base below it shows no percentage
FEWEST_PAIRS = 6  # months with a month a year before, to know how much months vary


@dataclass(frozen=True, kw_only=True)
class Change:
    """A month beside the same month a year before.

    Attributes
    ----------
    before
        None where there is no such month.
    percent
        Change in per cent; None without a base of at least 20.
    distinguishable
        Whether the change is more than months vary; False where that is not known.
    """

    now: int
    before: int | None
    percent: float | None
    distinguishable: bool


def compare_months(counts: Sequence[int]) -> Change:
    """Compare the last of consecutive monthly counts with the one twelve months before.

    The counts are Poisson with a common dispersion, estimated (never below 1) from the earlier pairs of equal months
    around their common ratio; given both counts, the later one's share is judged by a t with that many degrees of
    freedom. Season cancels out, because equal months are compared.
    """
    now = counts[-1]
    before = counts[-1 - YEAR] if len(counts) > YEAR else None
    percent = 100 * (now / before - 1) if before is not None and before >= LEAST_BASE else None
    pairs = [(counts[i - YEAR], counts[i]) for i in range(YEAR, len(counts) - 1)]
    sure = before is not None and _is_distinguishable(now, before, pairs)
    return Change(now=now, before=before, percent=percent, distinguishable=sure)


def _is_distinguishable(now: int, before: int, pairs: Sequence[tuple[int, int]]) -> bool:
    from scipy import special  # noqa: PLC0415  # a quarter of a second of every start

    used = [(old, new) for old, new in pairs if old + new > 0]
    if len(used) < FEWEST_PAIRS or now + before == 0:
        return False
    t = (now - before) / math.sqrt(_dispersion(used) * (now + before))
    return bool(2 * special.stdtr(len(used) - 1, -abs(t)) <= LEVEL)


def _dispersion(pairs: Sequence[tuple[int, int]]) -> float:
    """Return Pearson's estimate of the dispersion of the pairs around their common ratio, at least 1."""
    share = sum(new for _, new in pairs) / sum(old + new for old, new in pairs)
    if share in {0.0, 1.0}:
        return 1.0
    squares = [(new - share * (old + new)) ** 2 / ((old + new) * share * (1 - share)) for old, new in pairs]
    return max(1.0, sum(squares) / (len(pairs) - 1))
