"""Monte Carlo tails of a weighted sum over a neighbourhood, for values and weights that no exact table can hold.

If values are dealt to the cells at random, the sum over a neighbourhood is that of as many values drawn without
replacement, each with its weight. Cells whose neighbourhoods have the same weights share their draws, so that a p small
enough for the correction costs seconds, not hours. With an own value held fixed, the draws that hold it are left out
for that cell, which leaves a random set of draws of the other values.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

from analysis.errors import GridTooLargeError, ResolutionError
from analysis.grids import Floats, Ints
from analysis.multiple_testing import penalty
from analysis.neighbours import Neighbourhood

WORKERS = 2
MOST_DRAWN = 300_000_000  # values drawn for one map: some five seconds
SAME = 1e-9  # of the largest sum: two orders of adding up may differ by so much
Short = NDArray[np.int32]


@dataclass(frozen=True, kw_only=True, eq=False)
class Kinds:
    """Which neighbourhoods have the same weights.

    Attributes
    ----------
    of_cell
        Kind of each cell (n,).
    weights
        Weights of each kind, largest first, 0 for those it lacks (kinds, most).
    """

    of_cell: Ints
    weights: Floats

    @property
    def sizes(self) -> Ints:
        """Number of cells in a neighbourhood of each kind."""
        return np.asarray(np.count_nonzero(self.weights, axis=1))


@dataclass(frozen=True, kw_only=True, eq=False)
class Maps:
    """One or more dealings of the same values, one row each.

    Attributes
    ----------
    sums
        Weighted sum of each neighbourhood (maps, n).
    owns
        Which of the values lies in each cell (maps, n).
    """

    sums: Floats
    owns: Ints


def sort_kinds(near: Neighbourhood, weights: Floats, *, own: bool) -> Kinds:
    """Find the neighbourhoods that differ in nothing but where they lie.

    Parameters
    ----------
    weights
        Of each step (2, neighbours), positive.
    own
        Whether the cell itself is in the sum, with weight 1.
    """
    held = np.where(near.present(), weights[near.parity], 0.0)
    if own:
        held = np.column_stack([np.ones(near.n), held])
    distinct, of_cell = np.unique(np.round(-np.sort(-held, axis=1), 12), axis=0, return_inverse=True)
    return Kinds(of_cell=of_cell.ravel(), weights=distinct)


def needed_permutations(n: int, *, method: str, level: float) -> int:
    """Return how many permutations let the smallest p pass the correction of n tests: 1 / (R + 1) <= level / n."""
    tests = 1.0 if method == "none" else n * penalty(n, method=method)
    return int(np.ceil(tests / level * (1 - 1e-12))) - 1


def require_resolution(permutations: int, n: int, *, method: str, level: float) -> None:
    """Raise ResolutionError where the smallest p could not pass."""
    needed = needed_permutations(n, method=method, level=level)
    if permutations < needed:
        raise ResolutionError(needed=needed, found=permutations)


def require_work(kinds: Kinds, permutations: int) -> None:
    """Raise GridTooLargeError where the draws would take too long."""
    drawn = int(kinds.sizes.sum()) * permutations
    if drawn > MOST_DRAWN:
        n = len(kinds.of_cell)
        raise GridTooLargeError(needed=int(n * np.sqrt(MOST_DRAWN / drawn)), found=n)


def monte_carlo_p(
    values: Floats, kinds: Kinds, maps: Maps, rng: np.random.Generator, *, permutations: int, fixed: bool
) -> tuple[Floats, Floats]:
    """Return both one-sided p, (draws as extreme + 1) / (draws + 1), of every cell of one or more maps.

    Parameters
    ----------
    values
        The values that are dealt (n,).
    fixed
        Whether a cell's own value is held and only the others are drawn.

    Returns
    -------
    tuple
        Upper and lower tail (maps, n), never below 1 / (permutations + 1); ties count as extreme.
    """
    upper, lower = np.ones(maps.sums.shape), np.ones(maps.sums.shape)
    seeds = rng.integers(0, 2**62, size=len(kinds.weights))

    def run(kind: int) -> None:
        cells = np.flatnonzero(kinds.of_cell == kind)
        weights = kinds.weights[kind][: kinds.sizes[kind]]
        if len(weights):
            totals, picks = _draw(values, weights, permutations, seeds[kind])
            part = Maps(sums=maps.sums[:, cells], owns=maps.owns[:, cells])
            upper[:, cells], lower[:, cells] = _tails(totals, picks, part, len(values) if fixed else 0)

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(run, range(len(kinds.weights))))
    return upper, lower


def _tails(totals: Floats, picks: Short, maps: Maps, n_fixed: int) -> tuple[Floats, Floats]:
    """Count the draws as extreme; with ``n_fixed`` values, each held in its cell, without those that hold it."""
    order = np.argsort(totals, kind="stable")
    totals = totals[order]
    slack = SAME * max(1.0, float(np.abs(totals[[0, -1]]).max()))
    low, high = maps.sums - slack, maps.sums + slack
    found = np.empty((3, *low.shape), dtype=np.int64)
    found[0] = len(totals) - np.searchsorted(totals, low, side="left")
    found[1] = np.searchsorted(totals, high, side="right")
    found[2] = len(totals)
    if n_fixed:
        starts, held = _list_by_value(totals, picks[order], n_fixed)
        _take_out(found, low, high, maps.owns, starts, held)
    return (found[0] + 1) / (found[2] + 1), (found[1] + 1) / (found[2] + 1)


@numba.njit(cache=True, nogil=True)
def _draw(values: Floats, weights: Floats, permutations: int, seed: int) -> tuple[Floats, Short]:
    """Draw without replacement (splitmix64, so that a kind depends on its seed alone); sums, and what was drawn."""
    n, k = len(values), len(weights)
    totals, picks = np.zeros(permutations), np.empty((permutations, k), dtype=np.int32)
    state = np.uint64(seed)
    for r in range(permutations):
        at = 0
        while at < k:
            state += np.uint64(0x9E3779B97F4A7C15)
            z = state
            z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            z = z ^ (z >> np.uint64(31))
            pick = np.int32(((z >> np.uint64(32)) * np.uint64(n)) >> np.uint64(32))
            fresh = True
            for before in range(at):
                fresh &= picks[r, before] != pick
            if fresh:
                picks[r, at] = pick
                totals[r] += weights[at] * values[pick]
                at += 1
    return totals, picks


@numba.njit(cache=True, nogil=True)
def _list_by_value(totals: Floats, picks: Short, n: int) -> tuple[Ints, Floats]:
    """List, value by value, the totals of the draws that hold it, ascending as the totals are."""
    starts = np.zeros(n + 1, dtype=np.int64)
    for r in range(len(picks)):
        for pick in picks[r]:
            starts[pick + 1] += 1
    for i in range(n):
        starts[i + 1] += starts[i]
    at, held = starts[:-1].copy(), np.empty(starts[-1])
    for r in range(len(picks)):
        for pick in picks[r]:
            held[at[pick]] = totals[r]
            at[pick] += 1
    return starts, held


@numba.njit(cache=True, nogil=True)
def _take_out(found: Ints, low: Floats, high: Floats, owns: Ints, starts: Ints, held: Floats) -> None:
    """Take the draws that hold a cell's own value out of its counts (above, below, all), in place."""
    for r in range(low.shape[0]):
        for i in range(low.shape[1]):
            mine = held[starts[owns[r, i]] : starts[owns[r, i] + 1]]
            found[0, r, i] -= len(mine) - np.searchsorted(mine, low[r, i])
            found[1, r, i] -= np.searchsorted(mine, high[r, i], side="right")
            found[2, r, i] -= len(mine)
