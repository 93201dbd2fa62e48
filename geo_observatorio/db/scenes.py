"""Scenes: a selection loaded from the database, in metres, with the facts that a page says of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely import MultiPolygon, Polygon
from sqlalchemy import Connection, Row

from analysis.assignment import AreaIndex
from analysis.scene import NO_AREA, Points, Population, Region, Scene
from geo_observatorio.db.areas import BoundarySet, find_boundaries, load_areas
from geo_observatorio.db.copying import read_columns
from geo_observatorio.db.municipalities import Municipality, find_municipality
from geo_observatorio.db.places import load_places
from geo_observatorio.db.populations import load_population
from geo_observatorio.db.queries import query, query_text
from geo_observatorio.db.selections import Categories, find_selected_categories
from geo_observatorio.db.snapshots import load_mask
from geo_observatorio.errors import NotFoundError, SelectionError, SensitiveCategoryError
from geo_observatorio.models import Selection
from geo_observatorio.provenance import Facts

LEAST_SHOWN = 5  # fewer incidents of reserved categories are never told as a number
POINT_COLUMNS = [("x", "f8"), ("y", "f8"), ("radius", "f4"), ("local_day", "M8[D]"), ("local_hour", "i2")]


@dataclass(frozen=True, kw_only=True, eq=False)
class Ground:
    """What a question stands on, before any incident is read: limits, mask, people, places."""

    municipality: Municipality
    boundaries: BoundarySet
    mask_set: BoundarySet
    areas: gpd.GeoDataFrame
    window: Region
    mask: Region
    population: Population | None
    places: gpd.GeoDataFrame

    @property
    def editions(self) -> dict[str, str]:
        """Return a text for each part that changes when the part does."""
        return {
            "boundaries": f"{self.boundaries.level} {self.boundaries.edition} {self.boundaries.sha256[:12]}",
            "mask": f"{self.mask_set.edition} {self.mask_set.sha256[:12]}",
            "population": self.population.vintage if self.population else "",
            "places": str(len(self.places)),
        }


@dataclass(frozen=True, kw_only=True, eq=False)
class LoadedScene:
    """A scene and the facts of its data."""

    scene: Scene
    facts: Facts


def load_ground(conn: Connection, selection: Selection) -> Ground:
    """Load limits, mask, population and places of a completed selection, cut to its areas."""
    municipality = find_municipality(conn, selection.municipality)
    boundaries = find_boundaries(conn, municipality.code, selection.level)
    areas = load_areas(conn, boundaries, municipality.metric_srid)
    mask_set, mask = load_mask(conn, municipality.code, municipality.metric_srid, selection.snapshot)
    population = load_population(conn, boundaries)
    chosen = _choose_areas(areas, selection.areas)
    window = _join(areas[chosen & areas["observed"]])
    return Ground(
        municipality=municipality,
        boundaries=boundaries,
        mask_set=mask_set,
        areas=areas[chosen].reset_index(drop=True),
        window=window,
        mask=_cut_mask(mask, window) if selection.areas else mask,
        population=_cut_population(population, chosen),
        places=load_places(conn, municipality.code, municipality.metric_srid),
    )


def load_scene(conn: Connection, selection: Selection, ground: Ground, *, reserved: bool = False) -> LoadedScene:
    """Load the incidents of a completed selection.

    With ``reserved`` the scene holds the reserved categories instead of the open ones: for totals alone.

    Raises
    ------
    SensitiveCategoryError
        The selection means reserved categories only, and ``reserved`` is not set.
    """
    categories = find_selected_categories(conn, selection)
    if not categories.open and not reserved:
        raise SensitiveCategoryError(found=", ".join(selection.categories) or selection.line)
    shown = Categories(open=categories.reserved, reserved=[]) if reserved else categories
    binds = _binds(selection, shown)
    points = _load_points(conn, binds, _area_index(conn, ground), cut=bool(selection.areas))
    counts = list(conn.execute(query("scene_counts"), binds))
    facts = _facts(selection, ground, counts)
    scene = Scene(
        crs=ground.municipality.metric_srid,
        points=points,
        months=selection.months,
        window=ground.window,
        mask=ground.mask,
        areas=ground.areas,
        unplaced=_unplaced(counts, ground, cut=bool(selection.areas)),
        population=ground.population,
        places=ground.places,
    )
    return LoadedScene(scene=scene, facts=facts)


def _choose_areas(areas: gpd.GeoDataFrame, codes: tuple[str, ...]) -> Any:
    if not codes:
        return np.ones(len(areas), dtype=bool)
    unknown = set(codes) - set(areas["code"])
    if unknown:
        raise NotFoundError(
            noun="area", found=", ".join(sorted(unknown)), needed=", ".join(areas["code"].head(5)) + " ..."
        )
    return areas["code"].isin(codes).to_numpy()


def _join(areas: gpd.GeoDataFrame) -> Region:
    if areas.empty:
        raise SelectionError(name="areas", needed="areas whose incidents are delivered", found="0")
    joined: Region = areas.geometry.union_all()
    return joined


def _cut_mask(mask: Region, window: Region) -> Region:
    parts = [part for part in shapely.get_parts(shapely.intersection(mask, window)) if isinstance(part, Polygon)]
    return MultiPolygon(parts)


def _cut_population(population: Population | None, chosen: Any) -> Population | None:
    if population is None:
        return None
    return Population(
        persons=population.persons[chosen],
        vintage=population.vintage,
        kind=population.kind,
        source=population.source,
    )


def _binds(selection: Selection, categories: Categories) -> dict[str, Any]:
    return {
        "municipality": selection.municipality,
        "since": selection.since,
        "until": selection.until,
        "categories": categories.open,
        "reserved": categories.reserved,
        "sources": list(selection.sources),
        "weekdays": list(selection.weekdays),
        "hours": list(selection.hours),
        "as_of": selection.as_of,
    }


def _load_points(conn: Connection, binds: dict[str, Any], index: AreaIndex, *, cut: bool) -> Points:
    """Read the points, in an order that does not depend on the database's."""
    rows = read_columns(conn, query_text("scene_points"), binds, np.dtype(POINT_COLUMNS))
    rows = rows[np.lexsort((rows["local_hour"], rows["local_day"], rows["x"], rows["y"]))]
    x, y = np.ascontiguousarray(rows["x"]), np.ascontiguousarray(rows["y"])
    points = Points(
        x=x,
        y=y,
        radius=rows["radius"].astype(np.float64),
        area=index.locate(x, y),
        day=np.ascontiguousarray(rows["local_day"]),
        hour=rows["local_hour"].astype(np.int8),
    )
    return points.take(points.area != NO_AREA) if cut else points


def _area_index(conn: Connection, ground: Ground) -> AreaIndex:
    """Return the index of the areas, built once for each edition and choice of areas in a process."""
    database = conn.engine.url.render_as_string(hide_password=True)
    return _build_index(database, ground.boundaries.id, tuple(ground.areas["code"]), _Unhashed(ground.areas))


class _Unhashed:
    """Carry the areas past the cache's key: edition and codes identify them."""

    def __init__(self, areas: gpd.GeoDataFrame) -> None:
        self.areas = areas

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Unhashed)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=16)
def _build_index(_database: str, _boundaries: int, _codes: tuple[str, ...], areas: _Unhashed) -> AreaIndex:
    return AreaIndex(areas.areas)


def _unplaced(counts: list[Row[Any]], ground: Ground, *, cut: bool) -> pd.DataFrame:
    """Count the incidents without a point by area and method."""
    position = {code: number for number, code in enumerate(ground.areas["code"])}
    totals: Counter[tuple[int, str]] = Counter()
    for row in counts:
        if row.method in PLACELESS and not row.reserved and not row.hour_unknown:
            totals[position.get(row.stated_area, NO_AREA), row.method] += row.n
    rows = [(area, method, n) for (area, method), n in sorted(totals.items()) if not (cut and area == NO_AREA)]
    frame = pd.DataFrame(rows, columns=["area", "method", "n"])
    return frame.astype({"area": np.int64, "n": np.int64})


PLACELESS = ("barrio", "corregimiento", "none")


def _facts(selection: Selection, ground: Ground, counts: list[Row[Any]]) -> Facts:
    used = [row for row in counts if not row.reserved and not row.hour_unknown]
    methods: Counter[str] = Counter()
    for row in used:
        methods[row.method] += row.n
    reserved = sum(row.n for row in counts if row.reserved)
    return Facts(
        municipality=ground.municipality.code,
        municipality_name=ground.municipality.name,
        time_zone=ground.municipality.time_zone,
        crs=ground.municipality.metric_srid,
        n_incidents=methods.total(),
        placed_by_method={name: n for name, n in sorted(methods.items()) if name not in PLACELESS},
        unplaced_by_method={name: n for name, n in sorted(methods.items()) if name in PLACELESS},
        sources=sorted({row.source for row in used}),
        first_day=_edge(used, "first_day", min),
        last_day=_edge(used, "last_day", max),
        cut_off=_known(selection.as_of),
        boundary_edition=ground.boundaries.edition,
        mask_edition=ground.mask_set.edition,
        population_vintage=ground.population.vintage if ground.population else "",
        schematic=ground.boundaries.schematic,
        synthetic=ground.municipality.synthetic,
        sensitive_left_out=reserved if reserved == 0 or reserved >= LEAST_SHOWN else None,
        hour_unknown=sum(row.n for row in counts if row.hour_unknown and not row.reserved),
    )


def _edge(rows: list[Row[Any]], name: str, pick: Any) -> date | None:
    days = [getattr(row, name) for row in rows]
    edge: date | None = pick(days) if days else None
    return edge


def _known(as_of: datetime | None) -> datetime | None:
    return as_of if as_of and as_of.year > 1970 else None
