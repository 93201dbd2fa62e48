"""How alike two patterns of counts are: Fisher's test of shares, Andresen's S-index, intervals of differences.

Andresen (2009), Applied Geography 29:333-345 (S-index); Wheeler, Steenbeek & Andresen (2018), Transactions in GIS
22:882-902 (differences of proportions under false discovery); Newcombe (1998), Statistics in Medicine 17:873-890.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from analysis.grids import Floats, Ints

Booleans = NDArray[np.bool_]

ENDS: Final = (0.025, 0.975)  # of the sampled shares
ROUNDING: Final = 1 + 1e-7  # outcomes as probable as the observed one count as such


@dataclass(frozen=True, kw_only=True, eq=False)
class Alike:
    """Which units hold a like share of both patterns (n,), by Andresen's rule.

    Attributes
    ----------
    low, high
        Ends of the sampled share of the later pattern.
    inside
        Whether the share of the earlier one lies between them.
    empty
        Units without incidents on either side.
    """

    low: Floats
    high: Floats
    inside: Booleans
    empty: Booleans

    @property
    def s(self) -> float:
        """Share of all units that are alike, the doubly empty ones among them."""
        return float(np.mean(self.inside))

    @property
    def robust(self) -> float:
        """Share of the units with an incident on either side that are alike; NaN without any."""
        return float(np.mean(self.inside[~self.empty])) if (~self.empty).any() else float("nan")


def compare_by_samples(
    before: Ints, after: Ints, rng: np.random.Generator | None, *, samples: int = 200, part: float = 0.85
) -> Alike:
    """Tell which units are alike: the earlier share within the middle 95 % of those of samples of the later incidents.

    Parameters
    ----------
    before, after
        Incidents per unit (n,), some in each.
    rng
        None: no samples are drawn, and the ends are those of infinitely many.
    samples, part
        How many, without replacement, of which part of the later incidents.
    """
    size = max(1, round(part * int(after.sum())))
    if rng is None:
        low, high = sample_quantiles(after, size=size)
    else:
        drawn = rng.multivariate_hypergeometric(after, size, size=samples, method="marginals")
        low, high = np.quantile(drawn, ENDS, axis=0)
    share = before / before.sum()
    low, high = low / size, high / size
    inside = (low <= share * (1 + 1e-12)) & (share <= high * (1 + 1e-12))
    return Alike(low=low, high=high, inside=inside, empty=before + after == 0)


def sample_quantiles(counts: Ints, *, size: int) -> tuple[Floats, Floats]:
    """Return the ends of how many of each unit's incidents a sample of all holds (hypergeometric, n)."""
    distinct, back = np.unique(counts, return_inverse=True)
    unit, value = _outcomes(distinct)
    chance = np.exp(_log_hypergeometric(value, distinct[unit], size, int(counts.sum())))
    below = np.cumsum(chance)
    starts = np.cumsum(distinct + 1) - (distinct + 1)
    below -= np.append(0.0, below)[starts][unit]
    ends = [np.bincount(unit, weights=below < end * (1 - 1e-9), minlength=len(distinct)) for end in ENDS]
    low, high = (np.minimum(end, distinct)[back] for end in ends)
    return low.astype(np.float64), high.astype(np.float64)


def deal_out(before: Ints, after: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Deal the incidents of both patterns out again, as many to each side as it had: two draws of one pattern."""
    totals = before + after
    earlier = rng.multivariate_hypergeometric(totals, int(before.sum()), method="marginals")
    return earlier, totals - earlier


def fisher_p(before: Ints, after: Ints) -> Floats:
    """Return Fisher's two-sided exact p that each unit holds one share of both patterns (n,).

    The outcomes no more probable than the observed one add up, as R's fisher.test does.
    """
    totals = before + after
    pairs, back = np.unique(np.column_stack([after, totals]), axis=0, return_inverse=True)
    unit, value = _outcomes(pairs[:, 1])
    logs = _log_hypergeometric(value, pairs[unit, 1], int(after.sum()), int(totals.sum()))
    observed = np.bincount(unit, weights=np.where(value == pairs[unit, 0], np.exp(logs), 0.0), minlength=len(pairs))
    extreme = np.exp(logs) <= observed[unit] * ROUNDING
    p = np.bincount(unit, weights=np.where(extreme, np.exp(logs), 0.0), minlength=len(pairs))
    return np.minimum(p, 1.0)[back.ravel()]


def smallest_fisher_p(totals: Ints, *, later: int) -> Floats:
    """Return the smallest p that each unit could have, given its incidents and the sums of both patterns."""
    everything = int(totals.sum())
    ends = (np.maximum(0, totals - (everything - later)), np.minimum(totals, later))
    return np.exp(np.minimum(*(_log_hypergeometric(end, totals, later, everything) for end in ends)))


def share_difference(before: Ints, after: Ints, *, inflation: Floats | float = 1.0) -> tuple[Floats, Floats, Floats]:
    """Return later minus earlier share of each unit, with Newcombe's 95 % interval (hybrid of two score intervals).

    Parameters
    ----------
    inflation
        Variance of the shares in units of that of independent incidents; the counts are divided by it.
    """
    ends = []
    for counts in (before, after):
        total = counts.sum() / np.maximum(inflation, 1.0)
        share = counts / counts.sum()
        ends.append((share, *_score_interval(share, total)))
    (p, p_low, p_high), (q, q_low, q_high) = ends
    return q - p, q - p - np.hypot(q - q_low, p_high - p), q - p + np.hypot(q_high - q, p - p_low)


def _score_interval(share: Floats, total: Floats) -> tuple[Floats, Floats]:
    z = special.ndtri(0.975)
    centre = (share + z**2 / (2 * total)) / (1 + z**2 / total)
    half = z / (1 + z**2 / total) * np.sqrt(share * (1 - share) / total + (z / (2 * total)) ** 2)
    return np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)


def _outcomes(totals: Ints) -> tuple[Ints, Ints]:
    """Return unit and value of every outcome 0 .. total of every unit, one after the other."""
    unit = np.repeat(np.arange(len(totals)), totals + 1)
    starts = np.cumsum(totals + 1) - (totals + 1)
    return unit, np.arange(len(unit)) - starts[unit]


def _log_hypergeometric(value: Ints, marked: Ints, drawn: int, everything: int) -> Floats:
    """Return the log chance that so many of the marked ones are drawn; minus infinity where that cannot be."""
    possible = (value <= drawn) & (marked - value <= everything - drawn)
    others = np.where(possible, drawn - value, 0)
    logs = (
        _log_choose(marked, value)
        + _log_choose(everything - marked, np.minimum(others, everything - marked))
        - _log_choose(np.asarray(everything), np.asarray(drawn))
    )
    return np.where(possible, logs, -np.inf)


def _log_choose(n: Ints, k: Ints) -> Floats:
    return np.asarray(special.gammaln(n + 1.0) - special.gammaln(k + 1.0) - special.gammaln(n - k + 1.0))
