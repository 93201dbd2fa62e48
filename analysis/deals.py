"""Whole maps dealt at random, for tests of the map as one: sums over all pairs of neighbours, map by map."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from math import ceil
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from analysis.errors import ParameterError
from analysis.multiple_testing import strictest
from analysis.shuffles import shuffle
from analysis.sides import TWO, sided_p
from analysis.weights import row_sums

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

WORKERS = 2
ROUNDING = 1e-9  # of a spread: two sums that differ by less are equal


def pair_sums(values: Floats, weights: Any, seeds: Ints) -> Floats:
    """Return, map by map, sum w_ij x_i x_j, sum x_i m_i and sum x_i^2 m_i; m_i is the weight from and to unit i.

    Parameters
    ----------
    seeds
        One per dealt map; a negative one leaves the values where they are.

    Returns
    -------
    Floats
        (maps, 3); a map depends on its seed alone, not on the number of threads.
    """
    layout = (weights.indptr.astype(np.int32), weights.indices.astype(np.int32), weights.data.astype(np.float64))
    margins = row_sums(weights) + row_sums(weights.T)
    x = np.asarray(values, dtype=np.float64)
    with ThreadPoolExecutor(WORKERS) as pool:
        parts = pool.map(lambda part: _pair_sums(x, layout, margins, part), np.array_split(seeds, WORKERS))
        return np.vstack(list(parts))


def observe_and_deal(values: Floats, weights: Any, rng: np.random.Generator, *, runs: int) -> tuple[Floats, Floats]:
    """Return `pair_sums` of the map as it is (3,), and of as many dealt maps (runs, 3)."""
    sums = pair_sums(values, weights, np.append(-1, rng.integers(0, 2**62, size=runs)))
    return sums[0], sums[1:]


def dealt_p(observed: float, dealt: Floats, *, sides: str, turn: float = 1.0) -> float:
    """Return the permutation p, the map itself counted among the deals.

    Parameters
    ----------
    turn
        1 where a high value says that like lies beside like, -1 where a low one does.
    """
    slack = ROUNDING * float(np.ptp(dealt)) if len(dealt) else 0.0
    high = (np.sum(turn * dealt >= turn * observed - slack) + 1) / (len(dealt) + 1)
    low = (np.sum(turn * dealt <= turn * observed + slack) + 1) / (len(dealt) + 1)
    return float(sided_p(np.asarray(high), np.asarray(low), sides=sides))


def require_deals(runs: int, least: int) -> None:
    """Raise ParameterError where so few deals could not let a single test pass the correction."""
    if runs < least:
        raise ParameterError(name="permutations", needed=f">= {least}", found=runs)


def fewest_deals(tests: int, *, level: float, sides: str, method: str) -> int:
    """Return how many deals it takes until the smallest p can pass the correction of that many tests."""
    tails = 2 if sides == TWO else 1
    return ceil(tails / strictest(tests, level=level, method=method) - 1e-9) - 1


@numba.njit(cache=True, nogil=True)
def _pair_sums(values: Floats, layout: tuple[Any, Any, Floats], margins: Floats, seeds: Ints) -> Floats:
    indptr, indices, data = layout
    sums = np.zeros((len(seeds), 3))
    for r in range(len(seeds)):
        x = values.copy()
        if seeds[r] >= 0:
            shuffle(x, seeds[r])
        for i in range(len(x)):
            lag = 0.0
            for at in range(indptr[i], indptr[i + 1]):
                lag += data[at] * x[indices[at]]
            sums[r, 0] += lag * x[i]
            sums[r, 1] += x[i] * margins[i]
            sums[r, 2] += x[i] * x[i] * margins[i]
    return sums
