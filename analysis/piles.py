"""Piles: incidents on one and the same coordinate, which no distance tells apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.grids import Floats, Ints


@dataclass(frozen=True, kw_only=True, eq=False)
class Locations:
    """Distinct coordinates of points.

    Attributes
    ----------
    x, y
        Metres (m,).
    size
        Points on each (m,).
    of_point
        Location of each point (n,).
    """

    x: Floats
    y: Floats
    size: Ints
    of_point: Ints

    def __len__(self) -> int:
        return len(self.x)


def find_locations(x: Floats, y: Floats) -> Locations:
    """Gather the points of each coordinate."""
    order = np.lexsort((y, x))
    xs, ys = x[order], y[order]
    first = np.ones(len(x), dtype=bool)
    first[1:] = (np.diff(xs) != 0) | (np.diff(ys) != 0)
    of_point = np.empty(len(x), dtype=np.int64)
    of_point[order] = np.cumsum(first) - 1
    return Locations(
        x=xs[first], y=ys[first], size=np.bincount(of_point, minlength=int(first.sum())), of_point=of_point
    )


def largest_piles(labels: Ints, x: Floats, y: Floats, *, groups: int) -> Ints:
    """Return the most points of each group that lie on one coordinate (groups,); negative labels are in none."""
    inside = labels >= 0
    places = find_locations(x[inside], y[inside])
    m = max(1, len(places))
    pairs, size = np.unique(labels[inside] * m + places.of_point, return_counts=True)
    largest = np.zeros(groups, dtype=np.int64)
    np.maximum.at(largest, pairs // m, size)
    return largest
