"""Units of a spatial scan: study cells or areas, with their incidents and the base against which these are counted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from analysis.area_totals import count_by_area
from analysis.assignment import assign
from analysis.errors import GridTooLargeError, NotEnoughDataError, ParameterError
from analysis.gate import Ground
from analysis.grids import Floats, Grid, Ints
from analysis.piles import largest_piles
from analysis.rasters import share_inside
from analysis.scan_statistic import LEAST_UNITS
from analysis.scan_windows import Units
from analysis.scene import NO_AREA, Scene
from analysis.study_cells import count_in_cells

MOST_UNITS: Final = 20_000  # a minute of circles; a city of 600 km² has 10,000 cells of 250 m

Booleans = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, eq=False)
class ScanUnits:
    """Places that are in a circle or not, as a whole.

    Attributes
    ----------
    keys
        Cell of the grid, or position in ``scene.areas`` (n,).
    xy
        Middle of each unit: of a cell, or of the land of an area (n, 2).
    land
        Square metres of the study mask inside (n,).
    base, counts
        What is expected to share out the incidents, and the incidents (n,).
    base_kind
        ``land``, ``population`` or ``incidents``.
    grid
        Of cells; None for areas.
    pile
        Most incidents of each cell on one coordinate (n,); None for areas.
    left_out
        Incidents outside every unit, by reason.
    """

    keys: Ints
    xy: Floats
    land: Floats
    base: Floats
    counts: Ints
    base_kind: str
    grid: Grid | None
    pile: Ints | None
    left_out: dict[str, int]

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def places(self) -> Units:
        """Return coordinates and base for the scan."""
        return Units(np.ascontiguousarray(self.xy[:, 0]), np.ascontiguousarray(self.xy[:, 1]), self.base)

    def outlines(self, scene: Scene, members: Ints) -> NDArray[np.object_]:
        """Return the outlines of some units."""
        if self.grid is not None:
            return self.grid.polygons(self.keys[members])
        return np.asarray(scene.areas.geometry.to_numpy()[self.keys[members]], dtype=object)

    def frame(self, scene: Scene) -> pd.DataFrame:
        """Return one row per unit: ``cell`` or ``code`` and ``name``."""
        if self.grid is not None:
            return pd.DataFrame({"cell": self.keys})
        areas = scene.areas.iloc[self.keys]
        return pd.DataFrame(
            {"code": areas["code"].astype(str).to_numpy(), "name": areas["name"].astype(str).to_numpy()}
        )

    def name_areas(self, scene: Scene, at: Ints) -> list[str]:
        """Name the area that holds the middle of some units; empty where none does."""
        names = [*scene.areas["name"].astype(str), ""]
        if self.grid is None:
            return [names[key] for key in self.keys[at]]
        inside = assign(self.xy[at, 0], self.xy[at, 1], scene.areas)
        return [names[area if area != NO_AREA else -1] for area in inside]


def cells_of(ground: Ground, *, cell_size: float) -> ScanUnits:
    """Return the study cells, their base the land inside."""
    study = count_in_cells(ground.scene, cell_size=cell_size, cell_shape="square")
    if len(study.cells) > MOST_UNITS:
        raise GridTooLargeError(needed=MOST_UNITS, found=len(study.cells))
    points = ground.scene.points
    land = share_inside(ground.scene.mask, study.grid)[study.cells] * study.grid.cell_area
    return ScanUnits(
        keys=study.cells,
        xy=study.grid.centres(study.cells),
        land=land,
        base=land,
        counts=study.counts,
        base_kind="land",
        grid=study.grid,
        pile=largest_piles(study.cell_of_point, points.x, points.y, groups=len(study.cells)),
        left_out={"outside_mask": study.outside, "below_gate": ground.left_out},
    )


def areas_of(scene: Scene, *, base: str = "land") -> ScanUnits:
    """Return the observed areas; their base is the population, or the land of the study mask inside.

    Raises
    ------
    ParameterError
        The population is asked for and not known.
    """
    observed = scene.areas.get("observed", pd.Series(True, index=scene.areas.index)).to_numpy(dtype=bool)
    keys = np.flatnonzero(observed)
    outlines = scene.areas.geometry.to_numpy()[keys]
    inside = shapely.intersection(outlines, scene.mask)
    middle = shapely.centroid(np.where(shapely.area(inside) > 0, inside, outlines))
    if base == "population" and scene.population is None:
        raise ParameterError(name="base", needed="land", found=base)
    counts = count_by_area(scene)
    land = shapely.area(inside)
    persons = scene.population.persons[keys] if scene.population is not None else land
    return ScanUnits(
        keys=keys,
        xy=shapely.get_coordinates(middle).reshape(-1, 2),
        land=land,
        base=np.asarray(persons if base == "population" else land, dtype=np.float64),
        counts=counts[keys],
        base_kind=base,
        grid=None,
        pile=None,
        left_out={"without_area": scene.n_incidents - int(counts[keys].sum())},
    )


def keep_based(units: ScanUnits) -> ScanUnits:
    """Leave out the units without a base: nothing can be expected there; their incidents are counted.

    Raises
    ------
    NotEnoughDataError
        Fewer than three units are left, or no incident.
    """
    keep = units.base > 0  # NaN is left out as well
    left = int(units.counts[~keep].sum())
    units = take(units, keep)
    if len(units) < LEAST_UNITS or not units.counts.any():
        raise NotEnoughDataError(needed=LEAST_UNITS, found=min(len(units), int(units.counts.sum())))
    return replace(units, left_out={**units.left_out, "without_base": left})


def take(units: ScanUnits, keep: Booleans) -> ScanUnits:
    """Return the chosen units."""
    columns = {name: getattr(units, name)[keep] for name in ("keys", "xy", "land", "base", "counts")}
    return replace(units, **columns, pile=None if units.pile is None else units.pile[keep])
