"""Gi* on a few units with real values: neighbours by shared border, permutation p exact or by seeded shuffles.

The values are dealt to the units at random and the sum over a unit and its neighbours is a sum of m draws without
replacement. Up to 36 units every deal is counted, by splitting the values into two halves and meeting in the middle;
beyond that the deals are sampled.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, comb
from typing import Any, Final

import geopandas as gpd
import numba
import numpy as np
import scipy.sparse as sp
import shapely
from numpy.typing import NDArray

from analysis.errors import NoVariationError, ParameterError
from analysis.gi import gi_star_z

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_EXACT: Final = 36  # units; two halves of 2^18 subset sums
FEWEST_SHUFFLES: Final = 99_999
STRICTEST: Final = 0.01  # level of false discovery that the smallest p of a shuffle must be able to reach
ROUNDING: Final = 1e-10  # share of the values' total within which two sums are equal


@dataclass(frozen=True, kw_only=True, eq=False)
class AreaGi:
    """Gi* of each unit.

    Attributes
    ----------
    z, p_hot, p_cold
        Per unit (n,); the two p are one-sided.
    smallest_p
        The smallest p that each unit could have had, with its number of neighbours (n,).
    shuffles
        Number of sampled deals; 0 where all deals were counted.
    """

    z: Floats
    p_hot: Floats
    p_cold: Floats
    smallest_p: Floats
    shuffles: int


def border_neighbours(areas: gpd.GeoDataFrame, *, gap: float = 1.0) -> Any:
    """Return who shares a border or a corner with whom (sparse n x n of 0 and 1, without the diagonal).

    Parameters
    ----------
    gap
        Borders this near (metres) count as shared: files are digitised with slivers.
    """
    shapes = areas.geometry.to_numpy()
    one, other = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=gap)
    keep = one != other
    n = len(shapes)
    return sp.csr_array((np.ones(keep.sum()), (one[keep], other[keep])), shape=(n, n))


def area_gi(values: Floats, neighbours: Any, rng: np.random.Generator, *, shuffles: int | None = None) -> AreaGi:
    """Compute Gi* with the unit itself included, and its permutation p.

    Parameters
    ----------
    values
        One real value per unit (n,), none missing.
    neighbours
        Sparse n x n of 0 and 1 without the diagonal.
    shuffles
        None: all deals up to 36 units, else as many shuffles as the strictest level needs.

    Raises
    ------
    NoVariationError
        All values are equal.
    ParameterError
        So few shuffles that no p could pass the correction for n units.
    """
    if np.ptp(values) <= ROUNDING * np.abs(values).max(initial=0.0):
        raise NoVariationError(found=float(values[0]) if len(values) else None)
    n = len(values)
    sizes = np.asarray(neighbours.sum(axis=1)).ravel().astype(np.int64) + 1
    sums = neighbours @ values + values
    exact = n <= MOST_EXACT and shuffles is None
    runs = 0 if exact else _enough_shuffles(n, shuffles)
    p_hot, p_cold = exact_tails(values, sums, sizes) if exact else sampled_tails(values, sums, sizes, rng, runs=runs)
    smallest = np.array([1 / comb(n, int(m)) for m in sizes])
    smallest = smallest if exact else np.maximum(smallest, 1 / (runs + 1))
    return AreaGi(z=gi_star_z(values, sums, sizes), p_hot=p_hot, p_cold=p_cold, smallest_p=smallest, shuffles=runs)


def exact_tails(values: Floats, sums: Floats, sizes: Ints) -> tuple[Floats, Floats]:
    """Return P(T >= sum) and P(T <= sum) over all ways to draw ``sizes`` of the values."""
    centred = values - values.mean()
    targets = sums - sizes * values.mean()
    slack = ROUNDING * np.abs(centred).sum()
    half = len(values) // 2
    left, right = _subset_sums(centred[:half]), _subset_sums(centred[half:])
    hot, cold = np.empty(len(sums)), np.empty(len(sums))
    for i, (target, size) in enumerate(zip(targets, sizes, strict=True)):
        ways = comb(len(values), int(size))
        hot[i] = (ways - _count_below(left, right, int(size), float(target - slack))) / ways
        cold[i] = _count_below(left, right, int(size), float(target + slack)) / ways
    return hot, cold


def sampled_tails(
    values: Floats, sums: Floats, sizes: Ints, rng: np.random.Generator, *, runs: int
) -> tuple[Floats, Floats]:
    """Return (number at least as extreme + 1) / (runs + 1) for both tails, over the same random deals for all units."""
    centred = values - values.mean()
    targets = sums - sizes * values.mean()
    slack = ROUNDING * np.abs(centred).sum()
    wanted, column = np.unique(sizes, return_inverse=True)
    dealt = np.sort(_deal(centred, wanted, rng.random((runs, int(wanted[-1])))), axis=1)
    hot, cold = np.empty(len(sums)), np.empty(len(sums))
    for i, row in enumerate(column):
        hot[i] = runs - np.searchsorted(dealt[row], targets[i] - slack, side="left")
        cold[i] = np.searchsorted(dealt[row], targets[i] + slack, side="right")
    return (hot + 1) / (runs + 1), (cold + 1) / (runs + 1)


def _enough_shuffles(n: int, asked: int | None) -> int:
    needed = ceil(n / STRICTEST)
    if asked is not None and asked + 1 < needed:
        raise ParameterError(name="shuffles", needed=f">= {needed}", found=asked)
    return asked if asked is not None else max(FEWEST_SHUFFLES, needed)


def _subset_sums(values: Floats) -> list[Floats]:
    """Return the sums of all subsets, sorted, one array per subset size."""
    sums, sizes = np.zeros(1), np.zeros(1, dtype=np.int64)
    for value in values:
        sums, sizes = np.concatenate([sums, sums + value]), np.concatenate([sizes, sizes + 1])
    return [np.sort(sums[sizes == size]) for size in range(len(values) + 1)]


def _count_below(left: list[Floats], right: list[Floats], size: int, limit: float) -> int:
    """Count the subsets of that size whose sum is below the limit."""
    found = 0
    for k in range(max(0, size - len(right) + 1), min(size, len(left) - 1) + 1):
        found += int(np.searchsorted(right[size - k], limit - left[k]).sum())
    return found


@numba.njit(cache=True, nogil=True)
def _deal(values: Floats, wanted: Ints, uniform: Floats) -> Floats:
    """Draw without replacement, again and again; return the sum after each wanted number of draws (wanted, runs)."""
    runs, most = uniform.shape
    sums = np.empty((len(wanted), runs))
    order = np.arange(len(values))
    for r in range(runs):
        total, at = 0.0, 0
        for k in range(most):
            j = k + int(uniform[r, k] * (len(values) - k))
            order[k], order[j] = order[j], order[k]
            total += values[order[k]]
            if k + 1 == wanted[at]:
                sums[at, r] = total
                at += 1
    return sums
