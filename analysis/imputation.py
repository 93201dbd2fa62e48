"""Imputed locations: each incident drawn anew within what is known of its place, map after map."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from analysis.assignment import AreaIndex
from analysis.cell_tests import find_hot_in_maps
from analysis.grids import Floats, Grid, Ints
from analysis.hot_cells import HotCells, HotspotsParams
from analysis.neighbours import Neighbourhood
from analysis.scene import NO_AREA, Points, Scene

ATTEMPTS = 20  # to fall on observed land of the study; what never does stays where it was reported
OFTEN = (("95", 0.95), ("80", 0.80), ("50", 0.50))  # shares of the maps, as classes name them
Booleans = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, eq=False)
class OftenHot(HotCells):
    """What the points alone show, and in which share of the imputed maps each cell is hot.

    Attributes
    ----------
    share
        Share of the maps in which the cell is hot.
    mean_counts
        Mean count of the cell over the maps.
    """

    share: Floats
    mean_counts: Floats

    @cached_property
    def is_hot(self) -> Booleans:
        """Cells hot in half of the maps or more."""
        return np.asarray(self.share >= OFTEN[-1][1])

    @cached_property
    def is_foco(self) -> Booleans:
        """Return no cell: whether one address is extreme cannot be asked of incidents spread at random."""
        return np.zeros(len(self.counts), dtype=np.bool_)

    @property
    def classes(self) -> NDArray[np.object_]:
        """Return often95, often80, often50 or none."""
        found = np.full(len(self.counts), "none", dtype=object)
        for label, least in reversed(OFTEN):
            found[self.share >= least] = f"often{label}"
        return found


@dataclass(frozen=True, kw_only=True, eq=False)
class Supports:
    """What is known of the place of each incident.

    Attributes
    ----------
    points
        Incidents with a point: each lies in the circle of its radius.
    members, first, size
        Incidents without one: each lies in ``size`` study cells from ``members[first]`` on, in any of them alike.
    without
        Incidents of which no place is known, or one without a study cell: they are in no map.
    """

    points: Points
    members: Ints
    first: Ints
    size: Ints
    without: int


class Dealer:
    """Deals the incidents of a scene to its study cells, within their supports and on observed land.

    Parameters
    ----------
    cells
        Flat indices of the study cells.
    position
        Position among the study cells of each cell of the grid, -1 for none; a last entry for what is outside.
    """

    def __init__(self, scene: Scene, grid: Grid, cells: Ints, position: Ints) -> None:
        self.supports = find_supports(scene, grid, cells)
        self._grid, self._position, self._n = grid, position, len(cells)
        self._vague = self.supports.points.take(self.supports.points.radius > 0)
        sure = self.supports.points.take(~(self.supports.points.radius > 0))
        self._sure = self._count(sure.x, sure.y)
        window = gpd.GeoDataFrame({"code": ["window"]}, geometry=[scene.window], crs=scene.crs)
        self._land = AreaIndex(window) if len(self._vague) else None

    def deal(self, rng: np.random.Generator) -> Ints:
        """Return the count of each study cell in one map."""
        x, y = self._scatter(rng)
        supports = self.supports
        drawn = supports.first + (rng.random(len(supports.first)) * supports.size).astype(np.int64)
        named = np.bincount(supports.members[drawn], minlength=self._n)
        counts: Ints = self._sure + self._count(x, y) + named
        return counts

    def _scatter(self, rng: np.random.Generator) -> tuple[Floats, Floats]:
        """Draw each vague point evenly from the part of its circle that lies in study cells and on observed land."""
        points = self._vague
        x, y = points.x.copy(), points.y.copy()
        left = np.arange(len(points))
        for _ in range(ATTEMPTS):
            if not len(left) or self._land is None:
                break
            away = points.radius[left] * np.sqrt(rng.random(len(left)))
            angle = 2 * np.pi * rng.random(len(left))
            to_x, to_y = points.x[left] + away * np.cos(angle), points.y[left] + away * np.sin(angle)
            ashore = self._land.locate(to_x, to_y) != NO_AREA
            ashore &= self._position[self._grid.locate(to_x, to_y)] >= 0
            x[left[ashore]], y[left[ashore]] = to_x[ashore], to_y[ashore]
            left = left[~ashore]
        return x, y

    def _count(self, x: Floats, y: Floats) -> Ints:
        at = self._position[self._grid.locate(x, y)]
        return np.bincount(at[at >= 0], minlength=self._n)


def find_supports(scene: Scene, grid: Grid, cells: Ints) -> Supports:
    """Find the study cells in which each incident without a point may lie: those of its barrio, else of its area."""
    centres = grid.centres(cells)
    index = AreaIndex(scene.areas) if len(scene.areas) else None
    area = index.locate(*np.ascontiguousarray(centres.T)) if index else np.full(len(cells), NO_AREA)
    members, first, size, without, at = [], [], [], 0, 0
    for row in scene.unplaced.to_dict(orient="records"):
        inside, n = _cells_of(row, centres, area), int(row["n"])
        if len(inside) == 0:
            without += n
            continue
        members.append(inside)
        first.append(np.full(n, at))
        size.append(np.full(n, len(inside)))
        at += len(inside)
    joined = [np.concatenate(part) if part else np.zeros(0, dtype=np.int64) for part in (members, first, size)]
    return Supports(points=scene.points, members=joined[0], first=joined[1], size=joined[2], without=without)


def impute(found: HotCells, dealer: Dealer, near: Neighbourhood, params: HotspotsParams) -> OftenHot:
    """Test one map after the other, each with its own draw of the locations, and count where they are hot.

    The draw of a map depends on the seed and its number alone, so that more maps only add to the first ones.
    """
    seeds = np.random.SeedSequence(params.seed).spawn(params.imputations)
    maps = (dealer.deal(np.random.default_rng(seed)) for seed in seeds)
    hot, total = np.zeros(near.n), np.zeros(near.n)
    for counts, is_hot in find_hot_in_maps(maps, near, params):
        hot, total = hot + is_hot, total + counts
    own = {name: getattr(found, name) for name in HotCells.__dataclass_fields__}
    return OftenHot(**own, share=hot / params.imputations, mean_counts=total / params.imputations)


def _cells_of(row: Mapping[Hashable, Any], centres: Floats, area: Ints) -> Ints:
    """Return the positions of the study cells where the incidents of a row may lie."""
    own = np.flatnonzero(area == row["area"]) if row["area"] != NO_AREA else np.zeros(0, dtype=np.int64)
    x, y, radius = (float(row.get(name, np.nan)) for name in ("x", "y", "radius"))
    if not np.isfinite(x + y + radius):
        return own
    around = np.flatnonzero(np.hypot(centres[:, 0] - x, centres[:, 1] - y) <= radius)
    both = np.intersect1d(around, own)
    return next((part for part in (both, around, own) if len(part)), own)
