"""Density per inhabitant: incidents per 1,000 inhabitants and year around each cell, by one kernel for both.

The people of each area are spread over its inhabited ground (dasymetric), so the map is no finer than the areas.
Formula, assumptions and reading guide: docs/handbook/density_rate.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from analysis.area_peaks import summarise_by_area
from analysis.edges import EdgeField, edge_field
from analysis.errors import NoBaseError, NotEnoughDataError
from analysis.extents import bounds_of, median_radius, widest_cell
from analysis.gate import LEAST_PLACED, Ground, open_ground
from analysis.grids import grid_over
from analysis.params import Params, option
from analysis.peaks import find_peak
from analysis.people import People, spread_people
from analysis.rasters import centres_inside
from analysis.result import Result, View
from analysis.scene import Population, Scene, require_points
from analysis.smoothing import DensityField, smooth_within

Floats = NDArray[np.float64]

LEAST_EDGE: Final = 0.25  # below this share of the kernel inside the window, a cell is too uncertain to be shown
LEAST_PERSONS: Final = 500.0  # within a kernel's reach; below, a rate says nothing
MONTHS_A_YEAR: Final = 12.0
PER: Final = 1000.0


@dataclass(frozen=True, kw_only=True)
class DensityRateParams(Params):
    """Options of `density_rate`, each with a default that one can defend (handbook/density_rate.md)."""

    bandwidth: float = option(500.0, unit="m", low=1.0, high=100_000.0)
    cell_size: float = option(100.0, unit="m", low=5.0, high=2_000.0)
    least_placed: float = option(LEAST_PLACED, low=0.0, high=1.0)  # below it an area is left out of the surface


def density_rate(scene: Scene, params: DensityRateParams) -> Result:
    """Divide the density of the incidents by that of the inhabitants, both by one kernel.

    Returns
    -------
    Result
        One row per cell whose centre lies in the window: ``rate_per_1000`` (incidents per 1,000 inhabitants and
        year; NaN where ``reason`` says why: ``few_people`` or ``edge``), ``persons_km2``,
        ``incidents_km2`` (per km² and year), ``relative_error`` (of the incidents; the people are taken as known),
        ``uncertain``.

    Raises
    ------
    NoBaseError
        There is no population.
    NotEnoughDataError
        No incident lies in the window.
    BelowGateError
        Too few incidents have a point, in every area.
    """
    require_points(scene.points, at_least=1)
    people_of = _require_population(scene)
    ground = open_ground(scene, least=params.least_placed)
    opened, without_people = _keep_populated(ground)
    bandwidth = max(params.bandwidth, median_radius(opened.points))
    raised = bandwidth != params.bandwidth
    cell_size = min(params.cell_size, widest_cell("gaussian", bandwidth))
    grid = grid_over(bounds_of(opened.window), cell_size=cell_size)
    edge = edge_field(opened.window, grid, kernel="gaussian", bandwidth=bandwidth)
    people = spread_people(opened, step=bandwidth / 4)
    field, persons = _smooth_both(opened, people, edge)
    table = _tabulate(field, persons, opened)
    reasons = {
        "outside_window": int(np.sum(~field.used)),
        "below_gate": ground.left_out,
        "no_population": without_people,
    }
    return Result(
        params=params,
        table=table,
        view=View(kind="cells", value="rate_per_1000", scale="sequential", unit="incidents_1000_year"),
        crs=scene.crs,
        n_observations=int(field.used.sum()),
        grid=grid,
        chosen={"bandwidth": bandwidth} if raised else {},
        tables={"areas": summarise_by_area(table, "rate_per_1000", grid, scene.areas), "placing": ground.placing},
        left_out={reason: n for reason, n in reasons.items() if n},
        reading={
            "gate": ground.read(),
            "bandwidth": bandwidth,
            "raised": raised,
            "vintage": people_of.vintage,
            "kind": people_of.kind,
            "source": people_of.source,
            **_read(table, field, people, edge, opened),
        },
    )


def _require_population(scene: Scene) -> Population:
    """Return the population; a rate without one is not calculable."""
    if scene.population is None or not np.nansum(scene.population.persons) > 0:
        raise NoBaseError(needed="population", found=0)
    return scene.population


def _keep_populated(ground: Ground) -> tuple[Scene, int]:
    """Cut the areas without a known population out of the window, with their points, and count these.

    The people of areas whose ground is not in the window are forgotten: of closed ones, and of those that
    deliver nothing.
    """
    scene, people = ground.scene, _require_population(ground.scene)
    outlines = scene.areas.geometry.to_numpy()
    shown = ground.placing["shown"].to_numpy(dtype=np.bool_)
    shown = shown & shapely.intersects(scene.window, shapely.point_on_surface(outlines))
    unknown = ~np.isfinite(people.persons)
    scene = replace(scene, population=replace(people, persons=np.where(shown, people.persons, np.nan)))
    if not unknown.any():
        return scene, 0
    without = shapely.union_all(outlines[unknown])
    kept = ~np.append(unknown, False)[scene.points.area]  # NO_AREA is the last entry
    window, mask = (_cut(region, without) for region in (scene.window, scene.mask))
    return replace(scene, points=scene.points.take(kept), window=window, mask=mask), int(np.sum(~kept))


def _cut(region: shapely.Geometry, without: shapely.Geometry) -> shapely.MultiPolygon:
    parts = shapely.get_parts(shapely.difference(region, without))
    return shapely.MultiPolygon([part for part in parts if isinstance(part, shapely.Polygon)])


def _smooth_both(scene: Scene, people: People, edge: EdgeField) -> tuple[DensityField, DensityField]:
    """Return the density of the incidents and that of the persons."""
    field = smooth_within(np.column_stack([scene.points.x, scene.points.y]), edge)
    if not field.used.any():
        raise NotEnoughDataError(needed=1, found=0)
    return field, smooth_within(people.xy, edge, weights=people.persons)


def _tabulate(field: DensityField, persons: DensityField, scene: Scene) -> pd.DataFrame:
    cells = np.flatnonzero(centres_inside(scene.window, field.edge.grid))
    people, years = persons.values[cells], scene.months / MONTHS_A_YEAR
    edge = field.edge.cells[cells] < LEAST_EDGE
    few = people * 4 * np.pi * field.edge.bandwidth**2 < LEAST_PERSONS
    reason = np.where(edge, "edge", np.where(few, "few_people", "")).astype(object)
    shown = reason == ""
    rate = np.full(len(cells), np.nan)
    rate[shown] = PER * field.values[cells][shown] / people[shown] / years
    return pd.DataFrame(
        {
            "cell": cells,
            "rate_per_1000": rate,
            "reason": reason,
            "persons_km2": people * 1e6,
            "incidents_km2": field.values[cells] * 1e6 / years,
            "relative_error": np.where(shown, field.relative_error[cells], np.nan),
            "uncertain": ~shown,
        }
    )


def _read(table: pd.DataFrame, field: DensityField, people: People, edge: EdgeField, scene: Scene) -> Mapping[str, Any]:
    """Gather the facts from which the page writes: what, per whom, how sure, what not to conclude."""
    persons, n = float(people.persons.sum()), int(field.used.sum())
    km2 = edge.grid.cell_area / 1e6
    few = np.asarray(table["reason"] == "few_people")
    return {
        "incidents": n,
        "persons": persons,
        "unspread": people.unspread,
        "mean": PER * n / persons / (scene.months / MONTHS_A_YEAR) if persons else None,
        "peak": find_peak(table, "rate_per_1000", edge.grid, scene),
        "few_people_km2": float(few.sum() * km2),
        "few_people_incidents_share": float(
            table["incidents_km2"][few].sum() / max(1e-300, table["incidents_km2"].sum())
        ),
        "not_to_conclude": ["residents_are_not_passers", "no_test", "no_finer_than_areas"],
    }
