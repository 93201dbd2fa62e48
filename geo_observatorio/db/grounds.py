"""The ground of a question, before any incident is read: limits, mask, people, places."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon
from sqlalchemy import Connection

from analysis.scene import Population, Region
from geo_observatorio.db.areas import BoundarySet, find_boundaries, load_areas
from geo_observatorio.db.municipalities import Municipality, find_municipality
from geo_observatorio.db.places import load_places, load_streets
from geo_observatorio.db.populations import load_population
from geo_observatorio.db.queries import query
from geo_observatorio.db.snapshots import find_mask, load_mask
from geo_observatorio.errors import NotFoundError, SelectionError, phrase
from geo_observatorio.models import Selection

if TYPE_CHECKING:  # numba: half a second of every start, needed where a question is new
    from analysis.assignment import AreaIndex

MOST_KEPT = 64
Kept = TypeVar("Kept")
_KEPT: dict[tuple[Any, ...], Any] = {}  # what never changes, by database and edition; the oldest goes first


@dataclass(frozen=True, kw_only=True)
class Editions:
    """Which edition of each part a question stands on; found by a few small queries."""

    municipality: Municipality
    boundaries: BoundarySet
    mask: BoundarySet
    population: Population | None
    places: str

    def as_dict(self) -> dict[str, str]:
        """Return a text for each part that changes when the part does."""
        return {
            "boundaries": f"{self.boundaries.level} {self.boundaries.edition} {self.boundaries.sha256[:12]}",
            "mask": f"{self.mask.edition} {self.mask.sha256[:12]}",
            "population": self.population.vintage if self.population else "",
            "places": self.places,
        }


@dataclass(frozen=True, kw_only=True, eq=False)
class Ground:
    """The geometry of the editions, in metres, cut to the areas of a selection."""

    editions: Editions
    areas: gpd.GeoDataFrame
    index: AreaIndex
    window: Region
    mask: Region
    population: Population | None
    places: gpd.GeoDataFrame


def find_editions(conn: Connection, selection: Selection) -> Editions:
    """Find the editions in force for a completed selection, or those of its snapshot."""
    municipality = find_municipality(conn, selection.municipality)
    boundaries = find_boundaries(conn, municipality.code, selection.level)
    return Editions(
        municipality=municipality,
        boundaries=boundaries,
        mask=find_mask(conn, municipality.code, selection.snapshot),
        population=load_population(conn, boundaries),
        places=conn.execute(query("place_edition"), {"municipality": municipality.code}).scalar_one(),
    )


def load_ground(conn: Connection, editions: Editions, selection: Selection) -> Ground:
    """Load the geometry of the editions, cut to the areas of a selection."""
    srid, code = editions.municipality.metric_srid, editions.municipality.code
    areas = keep(conn, ("areas", editions.boundaries.id), lambda: load_areas(conn, editions.boundaries, srid))
    mask = keep(conn, ("mask", editions.mask.id), lambda: load_mask(conn, code, srid, selection.snapshot)[1])
    places = keep(conn, ("places", code, editions.places), lambda: load_places(conn, code, srid))
    chosen = _choose_areas(areas, selection.areas)
    shown = areas[chosen].reset_index(drop=True)
    part = (editions.boundaries.id, selection.areas)
    window = keep(conn, ("window", *part), lambda: _join(areas[chosen & areas["observed"]]))
    return Ground(
        editions=editions,
        areas=shown,
        index=keep(conn, ("index", *part), lambda: _index_areas(shown)),
        window=window,
        mask=_cut_mask(mask, window) if selection.areas else mask,
        population=_cut_population(editions.population, chosen),
        places=places,
    )


def load_network(conn: Connection, editions: Editions) -> gpd.GeoDataFrame:
    """Load the lines of streets: ``name``, geometry; empty where the gazetteer has none."""
    srid, code = editions.municipality.metric_srid, editions.municipality.code
    streets: gpd.GeoDataFrame = keep(conn, ("streets", code, editions.places), lambda: load_streets(conn, code, srid))
    return streets


def _index_areas(areas: gpd.GeoDataFrame) -> AreaIndex:
    from analysis.assignment import AreaIndex  # noqa: PLC0415  # see above

    return AreaIndex(areas)


def keep(conn: Connection, key: tuple[Any, ...], make: Callable[[], Kept]) -> Kept:
    """Return what was made for a key of this database before, or make it; an edition never changes once kept."""
    whole = (conn.engine.url.render_as_string(hide_password=True), *key)
    if whole not in _KEPT:
        value = make()
        while len(_KEPT) >= MOST_KEPT:
            _KEPT.pop(next(iter(_KEPT)), None)
        _KEPT[whole] = value
    kept: Kept = _KEPT[whole]
    return kept


def _choose_areas(areas: gpd.GeoDataFrame, codes: tuple[str, ...]) -> NDArray[np.bool_]:
    if not codes:
        return np.ones(len(areas), dtype=bool)
    unknown = set(codes) - set(areas["code"])
    if unknown:
        raise NotFoundError(
            noun=phrase("área"), found=", ".join(sorted(unknown)), needed=", ".join(areas["code"].head(5)) + " ..."
        )
    return np.asarray(areas["code"].isin(codes))


def _join(areas: gpd.GeoDataFrame) -> Region:
    if areas.empty:
        raise SelectionError(
            name="areas", needed=phrase("un área cuyos incidentes se entregan"), found=phrase("ninguna")
        )
    joined: Region = areas.geometry.union_all()
    return joined


def _cut_mask(mask: Region, window: Region) -> Region:
    parts = [part for part in shapely.get_parts(shapely.intersection(mask, window)) if isinstance(part, Polygon)]
    return MultiPolygon(parts)


def _cut_population(population: Population | None, chosen: NDArray[np.bool_]) -> Population | None:
    if population is None:
        return None
    return Population(
        persons=population.persons[chosen],
        vintage=population.vintage,
        kind=population.kind,
        source=population.source,
    )
