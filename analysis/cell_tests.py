"""The test of every cell's neighbourhood, exact or by draws; hot and cold are two one-sided families.

Gi* counts the cell itself, Gi does not. Its own value is dealt like all others, or held fixed (conditional), which
gives Gi and Gi* the same p. Whole-map shuffles tell what chance would call hot, and give the extreme of the whole map.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.errors import GridTooLargeError, ParameterError
from analysis.gi import gi_star_z, gi_z
from analysis.grids import Floats, Ints
from analysis.hotspot_options import DECAY, FEWEST_SHUFFLES, GI_STAR, MAX_STATISTIC, HotspotsParams
from analysis.monte_carlo import (
    Maps,
    monte_carlo_p,
    needed_permutations,
    require_resolution,
    require_work,
    sort_kinds,
)
from analysis.multiple_testing import adjust, adjust_to_extremes, passes
from analysis.neighbours import Neighbourhood
from analysis.permutation import CONDITIONAL, Null, null_conditional, null_with_self
from analysis.shuffles import LEVEL, count_below, count_in_shuffles, smallest_in_shuffles

MOST_SHUFFLED = 10_000_000  # cells of all shuffled maps together, where they are kept: 320 MB


@dataclass(frozen=True, kw_only=True, eq=False)
class Side:
    """One family of tests: hot or cold.

    Attributes
    ----------
    p, q
        One-sided p and its adjusted value, per cell.
    significant
        Cells at the 5 % level of the correction before the safeguard.
    shuffled
        Mean number of such cells in shuffled maps.
    p_map
        Share of shuffled maps with at least as many such cells as this map.
    guarded
        Whether nothing stands that the shuffled maps show as well; not where no correction was asked for.
    """

    p: Floats
    q: Floats
    significant: int
    shuffled: float
    p_map: float
    guarded: bool = True

    @property
    def stands(self) -> bool:
        """Whether the map shows more of these cells than chance would, as far as that is asked."""
        return self.significant > 0 and (not self.guarded or self.p_map <= LEVEL)


@dataclass(frozen=True, kw_only=True, eq=False)
class Judged:
    """Every cell's z and both families; ``permutations`` is 0 where the p are exact."""

    z: Floats
    hot: Side
    cold: Side
    permutations: int = 0


def score(counts: Ints, params: HotspotsParams) -> Ints:
    """Return what is added up: the stabilised counts, or the counts."""
    return stabilise(counts) if params.values == "stabilised" else counts


def stabilise(counts: Ints) -> Ints:
    """Return whole-number scores round(4 log2(1 + count)): the order is kept, the weight of extremes is tamed."""
    scores: Ints = np.rint(4 * np.log2(1 + np.asarray(counts, dtype=np.float64))).astype(np.int64)
    return scores


def judge(scores: Floats | Ints, near: Neighbourhood, params: HotspotsParams, rng: np.random.Generator) -> Judged:
    """Test every neighbourhood against a random dealing of the map's own values.

    Raises
    ------
    ResolutionError
        So few permutations that no p could pass the correction.
    """
    if params.is_drawn:
        return _judge_by_draws(np.asarray(scores, dtype=np.float64), near, params, rng)
    return _judge_exactly(np.asarray(scores), near, params, rng)


def exact_null(scores: Ints, near: Neighbourhood, params: HotspotsParams) -> tuple[Null, Ints]:
    """Return the exact distribution that the options ask for, and where each cell stands in it."""
    sums, sizes = near.sums(scores), near.sizes()
    if params.has_own:
        sums, sizes = sums + scores, sizes + 1
    if params.draws == CONDITIONAL:
        null = null_conditional(scores, sizes)
    else:
        null = null_with_self(scores, sizes, own=params.has_own)
    return null, null.entries(sums, sizes)


def find_hot_in_maps(
    maps: Iterable[Ints], near: Neighbourhood, params: HotspotsParams
) -> Iterator[tuple[Ints, NDArray[np.bool_]]]:
    """Yield the counts of each map and its hot cells; the shuffles of the first map serve as safeguard of all."""
    shuffled: Ints | None = None
    for counts in maps:
        scores = score(counts, params)
        null, entries = exact_null(scores, near, params)
        if shuffled is None:
            rng = np.random.default_rng(params.seed)
            found = count_in_shuffles(scores, near, null, rng, shuffles=params.shuffles, method=params.correction)
            shuffled = found[:, 0]
        hot = passes(adjust(null.upper[entries], method=params.correction), LEVEL)
        stands = hot.any() and (params.correction == "none" or float(np.mean(shuffled >= hot.sum())) <= LEVEL)
        yield counts, hot & stands


def _judge_exactly(scores: Ints, near: Neighbourhood, params: HotspotsParams, rng: np.random.Generator) -> Judged:
    null, entries = exact_null(scores, near, params)
    p = null.upper[entries], null.lower[entries]
    if params.correction == MAX_STATISTIC:
        smallest = smallest_in_shuffles(scores, near, null, rng, shuffles=params.shuffles)
        counts = [
            count_below(scores, near, null, rng, shuffles=params.shuffles, level=float(level))[:, at]
            for at, level in enumerate(_critical(smallest))
        ]
        q = [adjust_to_extremes(p[at], smallest[:, at]) for at in (0, 1)]
    else:
        found = count_in_shuffles(scores, near, null, rng, shuffles=params.shuffles, method=params.correction)
        counts, q = list(found.T), [adjust(one, method=params.correction) for one in p]
    hot, cold = (_side(p[at], q[at], counts[at], params.correction) for at in (0, 1))
    return Judged(z=_z_or_nan(scores, near, params), hot=hot, cold=cold)


def _judge_by_draws(values: Floats, near: Neighbourhood, params: HotspotsParams, rng: np.random.Generator) -> Judged:
    n = near.n
    permutations = params.permutations or needed_permutations(n, method=params.correction, level=LEVEL)
    require_resolution(permutations, n, method=params.correction, level=LEVEL)
    _require_room(n, params.shuffles)
    weights = step_weights(near, params)
    kinds = sort_kinds(near, weights, own=params.has_own)
    require_work(kinds, permutations)
    owns = np.vstack([np.arange(n), *(rng.permutation(n) for _ in range(params.shuffles))])
    sums = np.vstack([near.weigh(values[own], weights) + params.has_own * values[own] for own in owns])
    fixed, maps = params.draws == CONDITIONAL, Maps(sums=sums, owns=owns)
    p = monte_carlo_p(values, kinds, maps, rng, permutations=permutations, fixed=fixed)
    hot, cold = (_side_by_draws(tail, params.correction) for tail in p)
    return Judged(z=_z_or_nan(values, near, params), hot=hot, cold=cold, permutations=permutations)


def _require_room(n: int, shuffles: int) -> None:
    """Refuse more shuffled maps, or more cells, than can be kept at once."""
    most = MOST_SHUFFLED // n
    if most < FEWEST_SHUFFLES:
        raise GridTooLargeError(needed=MOST_SHUFFLED // FEWEST_SHUFFLES, found=n)
    if shuffles > most:
        raise ParameterError(name="shuffles", needed=f"{FEWEST_SHUFFLES} .. {most}", found=shuffles)


def step_weights(near: Neighbourhood, params: HotspotsParams) -> Floats:
    """Return the weight of each step: 1, or falling evenly with distance to 0 one cell beyond the farthest one."""
    if params.weights == DECAY:
        return np.asarray(1 - near.distances / (near.distances.max(initial=0.0) + params.cell_size))
    return np.ones(near.distances.shape)


def _side_by_draws(tails: Floats, method: str) -> Side:
    """Judge the first row, the map, beside the others, its shuffles."""
    p, shuffled = tails[0], tails[1:]
    if method == MAX_STATISTIC:
        smallest = shuffled.min(axis=1)
        beyond = np.sum(shuffled <= _critical(smallest[:, None])[0], axis=1)
        return _side(p, adjust_to_extremes(p, smallest), beyond, method)
    counts = np.array([np.sum(passes(adjust(row, method=method), LEVEL)) for row in shuffled])
    return _side(p, adjust(p, method=method), counts, method)


def _critical(smallest: Floats) -> Floats:
    """Return the largest p that would be called significant, one per column of smallest p: just below the quantile."""
    beyond = int(LEVEL * (len(smallest) + 1) * (1 + 1e-12)) - 1
    return np.asarray(np.sort(smallest, axis=0)[beyond] * (1 - 1e-9))


def _side(p: Floats, q: Floats, shuffled: Ints, method: str) -> Side:
    significant = int(np.sum(passes(q, LEVEL)))
    return Side(
        p=p,
        q=q,
        significant=significant,
        shuffled=float(np.mean(shuffled)),
        p_map=float(np.mean(shuffled >= significant)),
        guarded=method != "none",
    )


def _z_or_nan(scores: Floats | Ints, near: Neighbourhood, params: HotspotsParams) -> Floats:
    """Compute z; a map of equal values has none, and its p are all 1: a result, not an error."""
    if np.all(scores == scores[0]):
        return np.full(len(scores), np.nan)
    own = float(params.measure == GI_STAR)
    weights, held = step_weights(near, params), np.ones(near.n)
    sums = near.weigh(scores, weights) + own * scores
    size, squares = near.weigh(held, weights) + own, near.weigh(held, weights**2) + own
    compute = gi_star_z if own else gi_z
    return compute(scores, sums, size, squares)
