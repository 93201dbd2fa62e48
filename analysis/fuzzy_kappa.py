"""Fuzzy kappa: how alike two maps of classes are, where near misses count in part and chance is taken off.

Hagen (2003), International Journal of Geographical Information Science 17:235-249. A cell agrees as much as the nearer
of two things is near: its class of one map in the other one, each way, the worse of both. With a reach of nothing it is
Cohen's kappa.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, signal

from analysis.grids import Floats, Ints

Booleans = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, eq=False)
class FuzzyKappa:
    """The agreement of two maps.

    Attributes
    ----------
    cells
        Agreement of each cell, 0 to 1 (rows, columns); NaN outside the study area.
    agreement
        Its mean.
    expected
        What the mean would be if every cell of either map got its class by lot, in the proportions of that map.
    kappa
        Agreement beyond that, as part of what was left to reach; NaN where both maps have one class throughout.
    plain
        Cohen's kappa, in which a near miss is a miss.
    """

    cells: Floats
    agreement: float
    expected: float
    kappa: float
    plain: float


def membership(distance: Floats, *, halving: float, reach: float) -> Floats:
    """Return how much something at that distance counts: half of it every ``halving``, nothing beyond ``reach``."""
    return np.where(distance <= reach, 0.5 ** (distance / halving), 0.0)


def fuzzy_kappa(one: Ints, other: Ints, inside: Booleans, *, halving: float, reach: float) -> FuzzyKappa:
    """Compare two maps of classes 0, 1, .. on one lattice.

    Parameters
    ----------
    one, other
        Class of each cell (rows, columns).
    inside
        Cells of the study area.
    halving, reach
        In cells.
    """
    n = int(max(one[inside].max(), other[inside].max())) + 1
    near = [[_nearness(side, inside, k, halving=halving, reach=reach) for k in range(n)] for side in (one, other)]
    in_one = np.take_along_axis(np.stack(near[0]), other[None], axis=0)[0]  # the other's class, sought in the one
    in_other = np.take_along_axis(np.stack(near[1]), one[None], axis=0)[0]
    cells = np.where(inside, np.minimum(in_one, in_other), np.nan)
    agreement = float(np.nanmean(cells))
    parts = [np.bincount(side[inside], minlength=n) / inside.sum() for side in (one, other)]
    expected = _expect(parts[0], parts[1], inside, halving=halving, reach=reach)
    observed, chance = float(np.mean(one[inside] == other[inside])), float(parts[0] @ parts[1])
    return FuzzyKappa(
        cells=cells,
        agreement=agreement,
        expected=expected,
        kappa=_beyond(agreement, expected),
        plain=_beyond(observed, chance),
    )


def _beyond(found: float, expected: float) -> float:
    return (found - expected) / (1 - expected) if expected < 1 else float("nan")


def _nearness(side: Ints, inside: Booleans, kind: int, *, halving: float, reach: float) -> Floats:
    """Return how near the nearest cell of a class is, at every cell."""
    here = inside & (side == kind)
    if not here.any():
        return np.zeros(side.shape)
    return membership(ndimage.distance_transform_edt(~here), halving=halving, reach=reach)


def _expect(first: Floats, second: Floats, inside: Booleans, *, halving: float, reach: float) -> float:
    """Return the mean agreement of two maps dealt by lot.

    Of a cell with class a in one map and b in the other, b is found within a distance in the one with the chance
    1 - (1 - share of b) ** (cells so near), and a in the other likewise: the worse of both needs both.
    """
    distances, around = _count_around(inside, reach)
    weights = membership(distances, halving=halving, reach=reach)
    steps = -np.diff(np.append(weights, 0.0))  # a sum over rings by parts: each distance adds what it has over the next
    total = float(first @ second)  # one class: whole agreement
    for a, p in enumerate(first):
        for b, q in enumerate(second):
            if a == b or p * q == 0:
                continue
            both = (1 - (1 - first[b]) ** around) * (1 - (1 - second[a]) ** around)
            total += p * q * float(np.sum(steps[:, None] * both) / around.shape[1])
    return total


def _count_around(inside: Booleans, reach: float) -> tuple[Floats, Floats]:
    """Return the distances of a lattice up to ``reach`` (d,) and how many cells lie so near each study cell (d, n)."""
    half = int(np.floor(reach))
    dy, dx = np.mgrid[-half : half + 1, -half : half + 1]
    apart = np.hypot(dx, dy)
    distances = np.unique(apart[(apart > 0) & (apart <= reach)])
    ground = inside.astype(np.float64)
    counts = []
    for distance in distances:
        disc = ((apart > 0) & (apart <= distance)).astype(np.float64)
        counts.append(np.rint(signal.fftconvolve(ground, disc, mode="same"))[inside])
    return distances, np.array(counts).reshape(len(distances), int(inside.sum()))
