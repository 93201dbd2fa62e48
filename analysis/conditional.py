"""Conditional permutation of real values on a few units: each keeps its value, the others are dealt to its neighbours.

Anselin (1995), Geographical Analysis 27:93-115. Up to 36 units every deal is counted; beyond that the deals are
sampled, for each unit its own, so that the p of two units do not hang together by the draws, and no longer than it
takes to know a p that is not small (Besag & Clifford 1991, Biometrika 78:301-304).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import comb
from typing import Any, Final

import numba
import numpy as np
from numpy.typing import NDArray

from analysis.area_gi import MOST_EXACT, exact_tails
from analysis.weights import count_neighbours

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ENOUGH: Final = 1000  # deals in the smaller tail: its p is known to 3 %
ROUNDING: Final = 1e-10  # share of the values' spread within which two sums are equal
WORKERS: Final = 2


@dataclass(frozen=True, kw_only=True, eq=False)
class Tails:
    """Both tails of each unit's sum.

    Attributes
    ----------
    upper, lower
        P(T >= sum) and P(T <= sum) (n,); 1 for a unit without neighbours.
    least
        The smallest that a tail could have been (n,).
    runs
        Number of sampled deals at most; 0 where all were counted.
    """

    upper: Floats
    lower: Floats
    least: Floats
    runs: int


def conditional_tails(
    values: Floats, neighbours: Any, rng: np.random.Generator, *, gaps: bool, runs: int | None
) -> Tails:
    """Judge the sum of the neighbours' values, or of their squared differences from the unit's own (``gaps``).

    Parameters
    ----------
    values
        One number per unit (n,), none missing.
    neighbours
        Sparse n x n of 0 and 1 without the diagonal.
    runs
        Deals to sample at most; None: count them all.
    """
    neighbours = neighbours.tocsr()
    sizes = count_neighbours(neighbours)
    ways = np.array([1 / comb(len(values) - 1, int(k)) for k in sizes])
    if runs is None:
        upper, lower = _count_all(values, neighbours, gaps=gaps)
        return Tails(upper=upper, lower=lower, least=ways, runs=0)
    upper, lower = _sample(values, neighbours, rng, gaps=gaps, runs=runs)
    return Tails(upper=upper, lower=lower, least=np.maximum(ways, 1 / (runs + 1)), runs=runs)


def can_count_all(n: int) -> bool:
    """Tell whether all deals of that many units can be counted."""
    return n <= MOST_EXACT


def _count_all(values: Floats, neighbours: Any, *, gaps: bool) -> tuple[Floats, Floats]:
    upper, lower = np.ones(len(values)), np.ones(len(values))
    for i in range(len(values)):
        near = neighbours.indices[neighbours.indptr[i] : neighbours.indptr[i + 1]]
        if len(near):
            items = (values - values[i]) ** 2 if gaps else values
            high, low = exact_tails(np.delete(items, i), items[near].sum()[None], np.array([len(near)]))
            upper[i], lower[i] = high[0], low[0]
    return upper, lower


def _sample(
    values: Floats, neighbours: Any, rng: np.random.Generator, *, gaps: bool, runs: int
) -> tuple[Floats, Floats]:
    n = len(values)
    x = np.asarray(values, dtype=np.float64)
    x = (x - x.mean()) / (np.std(x) or 1.0)  # one slack for sums of any unit of measure
    seeds = rng.integers(0, 2**62, size=n)
    links = (neighbours.indptr.astype(np.int64), neighbours.indices.astype(np.int64))

    def run(units: Ints) -> Floats:
        return _sample_tails(x, links, seeds, units, runs, gaps)

    with ThreadPoolExecutor(WORKERS) as pool:
        found = np.vstack(list(pool.map(run, np.array_split(np.arange(n), WORKERS))))
    return found[:, 0], found[:, 1]


@numba.njit(cache=True, nogil=True)
def _sample_tails(x: Floats, links: tuple[Ints, Ints], seeds: Ints, units: Ints, runs: int, gaps: bool) -> Floats:
    """Draw the neighbours of one unit after the other, again and again, and count the sums in both tails."""
    (indptr, indices), n, found = links, len(x), np.ones((len(units), 2))
    items, order = np.empty(n), np.empty(n - 1, dtype=np.int64)
    for u in range(len(units)):
        i, k = units[u], indptr[units[u] + 1] - indptr[units[u]]
        if k == 0:
            continue
        total, span = 0.0, 0.0
        for j in range(n):
            items[j] = (x[j] - x[i]) ** 2 if gaps else x[j]
            span = max(span, abs(items[j]))
            if j != i:
                order[j - (j > i)] = j
        for at in range(indptr[i], indptr[i + 1]):
            total += items[indices[at]]
        slack = ROUNDING * span * n
        high, low, drawn = _count_tails(items, order, k, (total - slack, total + slack), seeds[i], runs)
        found[u, 0], found[u, 1] = (high + 1) / (drawn + 1), (low + 1) / (drawn + 1)
    return found


@numba.njit(cache=True, nogil=True)
def _count_tails(
    items: Floats, order: Ints, k: int, limits: tuple[float, float], seed: int, runs: int
) -> tuple[int, int, int]:
    """Draw k items without replacement (splitmix64) until both tails hold enough, ``runs`` times at most.

    The order that a draw leaves behind is as good as any for the next.
    """
    state, high, low, n = np.uint64(seed), 0, 0, len(order)
    for at in range(runs):
        drawn = 0.0
        for a in range(k):
            state += np.uint64(0x9E3779B97F4A7C15)
            z = state
            z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            z = z ^ (z >> np.uint64(31))
            b = a + np.int64(((z >> np.uint64(32)) * np.uint64(n - a)) >> np.uint64(32))
            order[a], order[b] = order[b], order[a]
            drawn += items[order[a]]
        high += drawn >= limits[0]
        low += drawn <= limits[1]
        if high >= ENOUGH and low >= ENOUGH:
            return high, low, at + 1
    return high, low, runs
