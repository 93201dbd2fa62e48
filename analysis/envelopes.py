"""Envelopes: a curve of the data among curves of chance; where it leaves them, and how seldom chance goes so far.

Diggle (2013), chapter 2; Baddeley et al. (2014), Ecological Monographs 84:477-489, for the test by the largest
deviation: pointwise bands are no test, because a curve is looked at in many places.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, eq=False)
class Envelope:
    """What chance does, along a curve, and a test of the whole curve.

    Attributes
    ----------
    mean
        Mean of the curves of chance.
    low, high
        Band that a curve of chance leaves anywhere with probability ``level``, of equal width along the curve.
    point_low, point_high
        Band that it leaves at one given place with probability ``level``.
    p
        Two-sided: how often a curve goes as far from the mean of the others as this one does, at its farthest.
    farthest
        Where the data do: position in the curve.
    """

    observed: Floats
    mean: Floats
    low: Floats
    high: Floats
    point_low: Floats
    point_high: Floats
    p: float
    farthest: int

    @property
    def above(self) -> Booleans:
        """Where the data lie above the band of the whole curve."""
        return self.observed > self.high

    @property
    def below(self) -> Booleans:
        """Where the data lie below the band of the whole curve."""
        return self.observed < self.low


def envelop(observed: Floats, chance: Floats, level: float) -> Envelope:
    """Compare a curve with those of chance (runs, places).

    The largest deviation of every curve is measured from the mean of all others: so all are alike under chance, and p
    is exact; its resolution is 1 / (runs + 1).
    """
    runs = len(chance)
    every = np.vstack([observed, chance])
    far = np.abs(every - every.mean(axis=0)) * (runs + 1) / runs
    largest = far.max(axis=1)
    mean = chance.mean(axis=0)
    allowed = max(int(np.floor(level * (runs + 1) + 1e-9)), 1)
    width = np.sort(largest)[::-1][allowed - 1]
    rank = max(int(np.floor(level / 2 * (runs + 1) + 1e-9)), 1)
    ordered = np.sort(chance, axis=0)
    return Envelope(
        observed=observed,
        mean=mean,
        low=mean - width,
        high=mean + width,
        point_low=ordered[rank - 1],
        point_high=ordered[runs - rank],
        p=float(np.mean(largest >= largest[0] * (1 - 1e-12))),
        farthest=int(np.argmax(far[0])),
    )


def find_ranges(places: Floats, there: Booleans) -> list[list[float]]:
    """Return the runs of places where something holds, as [first, last]."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], there, [False]]).astype(int)))
    return [[float(places[low]), float(places[high - 1])] for low, high in edges.reshape(-1, 2)]
