"""Regression to the mean: what a zone that was chosen because it peaked would lose without anything being done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from shapely import MultiPolygon, Polygon

from analysis.grids import grid_over
from analysis.rasters import share_inside
from analysis.rates import empirical_bayes
from analysis.scene import Scene

FEWEST_TILES: Final = 20
PEAK: Final = 0.05  # share of equally sized tiles that hold as many incidents
LEAST_INSIDE: Final = 0.5  # of a tile, in the study area


@dataclass(frozen=True, kw_only=True)
class Peak:
    """The zone among tiles of its own size in the earlier period.

    Attributes
    ----------
    tiles
        Squares as large as the zone's inhabited land that cover the study area.
    rank
        Share of them with at least as many incidents per inhabited km² as the zone.
    weight
        How much of its difference from the mean tile is expected to last, 0 to 1 (empirical Bayes).
    expected_ratio
        Later against earlier incidents that the zone would show, against the city, if nothing changed there.
    """

    tiles: int
    rank: float
    weight: float
    expected_ratio: float

    @property
    def peaked(self) -> bool:
        """Whether the zone was among the highest of its size."""
        return self.rank <= PEAK


def assess_peak(before: Scene, zone: Polygon | MultiPolygon, *, count: int, phi: float) -> Peak | None:
    """Compare the zone with all others of its size; None where the city has fewer than twenty.

    Parameters
    ----------
    count
        Placed incidents of the zone in the earlier period.
    phi
        Dispersion of the counts: noise that does not last from one period to the next.
    """
    size = float(zone.intersection(before.mask).area)
    if size <= 0 or count == 0 or before.mask.area < FEWEST_TILES * size:
        return None
    grid = grid_over(before.mask.bounds, cell_size=float(np.sqrt(size)))
    inside = share_inside(before.mask, grid)
    used = inside >= LEAST_INSIDE
    if used.sum() < FEWEST_TILES:
        return None
    counts = grid.count(before.points.x, before.points.y)[used]
    if not counts.any():  # what the zone holds lies outside the study area
        return None
    bayes = empirical_bayes(counts / phi, inside[used])
    weight = bayes.variance / (bayes.variance + bayes.mean)
    mean = bayes.mean * phi
    return Peak(
        tiles=int(used.sum()),
        rank=float(np.mean(counts / inside[used] >= count)),
        weight=weight,
        expected_ratio=float((mean + weight * (count - mean)) / count),
    )
