"""Whole-map shuffles: what would be called significant if the values were dealt to the cells at random."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from analysis.grids import Floats, Ints
from analysis.multiple_testing import ROUNDING, penalty
from analysis.neighbours import Neighbourhood
from analysis.permutation import Null

WORKERS = 2
LEVEL = 0.05
BELOW_HALF = 0.499  # of a sum's two tails only one is below: no sum is both hot and cold
Short = NDArray[np.int32]  # half the memory traffic of a shuffle, which is all its cost


def count_in_shuffles(
    values: Ints, near: Neighbourhood, null: Null, rng: np.random.Generator, *, shuffles: int, method: str
) -> Ints:
    """Count the cells that shuffled maps would call significant at 5 %.

    Parameters
    ----------
    values
        Whole numbers, one per cell (n,); ``null`` is their permutation distribution.
    rng
        Gives each shuffle its own seed, so that the answer does not depend on the number of threads.
    method
        ``bh`` or ``by``: below a false discovery rate of 5 %; ``none``: every p up to 5 %.

    Returns
    -------
    Ints
        Hot and cold cells of each shuffle (shuffles, 2).
    """
    if method == "none":
        return count_below(values, near, null, rng, shuffles=shuffles, level=LEVEL)
    level = LEVEL / penalty(near.n, method=method)
    slots, distinct = _rank_small_p(null, level=level)
    thresholds = (distinct[0] / (level * ROUNDING), distinct[1] / (level * ROUNDING))
    return _run(values, near, null, slots, thresholds, rng.integers(0, 2**62, size=shuffles))[:, :2]


def count_below(
    values: Ints, near: Neighbourhood, null: Null, rng: np.random.Generator, *, shuffles: int, level: float
) -> Ints:
    """Count the hot and the cold cells of each shuffled map whose p is at most ``level`` (shuffles, 2)."""
    slots, distinct = _rank_small_p(null, level=min(level, BELOW_HALF))
    no_rule = (np.zeros(len(distinct[0])), np.zeros(len(distinct[1])))
    return _run(values, near, null, slots, no_rule, rng.integers(0, 2**62, size=shuffles))[:, :2]


def smallest_in_shuffles(
    values: Ints, near: Neighbourhood, null: Null, rng: np.random.Generator, *, shuffles: int
) -> Floats:
    """Return the smallest hot and the smallest cold p of each shuffled map (shuffles, 2), 1 where none is below 1/2."""
    slots, distinct = _rank_small_p(null, level=BELOW_HALF)
    no_rule = (np.zeros(len(distinct[0])), np.zeros(len(distinct[1])))
    found = _run(values, near, null, slots, no_rule, rng.integers(0, 2**62, size=shuffles))
    sides = [np.append(1.0, p)[found[:, 2 + at]] for at, p in enumerate(distinct)]
    return np.column_stack(sides)


def _run(
    values: Ints, near: Neighbourhood, null: Null, slots: Ints, thresholds: tuple[Floats, Floats], seeds: Ints
) -> Ints:
    layout = (np.zeros(near.lattice_size, dtype=np.int32), near.positions, near.parity, near.steps)
    distinct, ranks = np.unique(values - null.floor, return_inverse=True)
    which = np.arange(len(distinct)) if len(null.starts) > 1 else np.zeros_like(distinct)
    tables = (distinct, near.sizes() + null.with_self, null.starts[which], slots)

    def run(part: Ints) -> Ints:
        return _count(ranks.astype(np.int32), layout, tables, thresholds, part, null.with_self)

    with ThreadPoolExecutor(WORKERS) as pool:
        return np.vstack(list(pool.map(run, np.array_split(seeds, WORKERS))))


def _rank_small_p(null: Null, *, level: float) -> tuple[Ints, tuple[Floats, Floats]]:
    """Number the attainable sums whose p can matter, by p: hot ones 1, 2, ..., cold ones -1, -2, ..., others 0.

    Returns the numbers and the p that they stand for, hot and cold.

    The larger tail of a sum is at least one half, so no sum is both.
    """
    slots = np.zeros(len(null.upper), dtype=np.int64)
    ranked = []
    for p, sign in ((null.upper, 1), (null.lower, -1)):
        small = np.flatnonzero(p <= level * ROUNDING)
        distinct, rank = np.unique(p[small], return_inverse=True)
        slots[small] = sign * (rank + 1)
        ranked.append(distinct)
    return slots, (ranked[0], ranked[1])


@numba.njit(cache=True, nogil=True)
def _count(
    ranks: Short,
    layout: tuple[Short, Ints, Ints, Ints],
    tables: tuple[Ints, Ints, Ints, Ints],
    thresholds: tuple[Floats, Floats],
    seeds: Ints,
    with_self: bool,
) -> Ints:
    """Deal, sum, look up, count: one shuffle after the other. Returns hot, cold, and the number of the smallest p."""
    blank, positions, parity, steps = layout
    distinct, sizes, starts, slots = tables
    lattice, dealt, n = blank.copy(), ranks.copy(), len(ranks)
    hot, cold = np.zeros(len(thresholds[0]) + 1, dtype=np.int64), np.zeros(len(thresholds[1]) + 1, dtype=np.int64)
    counts = np.zeros((len(seeds), 4), dtype=np.int64)
    for r in range(len(seeds)):
        hot[:], cold[:], dealt[:] = 0, 0, ranks  # from the map each time: a shuffle depends on its seed alone
        shuffle(dealt, seeds[r])
        for i in range(n):
            lattice[positions[i]] = distinct[dealt[i]]
        for i in range(n):
            total = lattice[positions[i]] if with_self else 0
            for k in range(steps.shape[1]):
                total += lattice[positions[i] + steps[parity[i], k]]
            slot = slots[starts[dealt[i], sizes[i]] + total]
            if slot > 0:
                hot[slot] += 1
            elif slot < 0:
                cold[-slot] += 1
        counts[r, 0] = _step_up(hot, thresholds[0], n)
        counts[r, 1] = _step_up(cold, thresholds[1], n)
        counts[r, 2], counts[r, 3] = _first(hot), _first(cold)
    return counts


@numba.njit(cache=True, nogil=True)
def _step_up(found: Ints, thresholds: Floats, n: int) -> int:
    """Return how many tests the step-up rule rejects, given how many have each p (in units of the level)."""
    rejected, so_far = 0, 0
    for slot in range(len(thresholds)):
        so_far += found[slot + 1]
        if thresholds[slot] * n <= so_far:
            rejected = so_far
    return rejected


@numba.njit(cache=True, nogil=True)
def _first(found: Ints) -> int:
    """Return the first number that occurs, 0 where none does."""
    for slot in range(1, len(found)):
        if found[slot] > 0:
            return slot
    return 0


@numba.njit(cache=True, nogil=True)
def shuffle(dealt: Any, seed: int) -> None:
    """Shuffle in place (Fisher-Yates, splitmix64): numba's own generator is shared by the threads."""
    state = np.uint64(seed)
    for i in range(len(dealt) - 1, 0, -1):
        state += np.uint64(0x9E3779B97F4A7C15)
        z = state
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
        j = np.int64(((z >> np.uint64(32)) * np.uint64(i + 1)) >> np.uint64(32))
        dealt[i], dealt[j] = dealt[j], dealt[i]
