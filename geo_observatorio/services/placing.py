"""Place incidents: by a credible coordinate, else a place that the address names, else the barrio or area named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from typing import Any, Final

import geopandas as gpd
import numpy as np
from sqlalchemy import Connection

from geo_observatorio.db.areas import find_boundaries, load_areas
from geo_observatorio.db.municipalities import Municipality
from geo_observatorio.db.place_names import PlaceName, list_place_names
from geo_observatorio.names import plain_text
from geo_observatorio.services.coordinates import (
    Coordinates,
    District,
    find_radii,
    read_coordinates,
    refuse_coordinates,
)
from geo_observatorio.services.naming import AreaNames, NamedPlaces, read_aliases
from geo_observatorio.sources.rows import Draft, Repair
from geo_observatorio.sources.templates import Template
from geo_observatorio.sources.values import hide_unless_value

BARRIO_KINDS: Final = frozenset(("barrio", "barriada", "lugar poblado", "urbanizacion"))
SCORES: Final = {  # our degree of belief that the incident lies within the radius: a judgement, not yet measured
    "in the stated area": 0.95,
    "no area stated": 0.9,
    "repaired": 0.8,
    "in another area": 0.6,
    "landmark in the stated area": 0.8,
    "landmark": 0.6,
    "barrio": 0.5,
    "corregimiento": 0.3,
    "none": 0.0,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """Where one incident is: a point (degrees, metres), or the area that it names, or nothing; NaN without a point."""

    method: str
    stated_area: str
    score: float
    radius: float = 0.0
    longitude: float = nan
    latitude: float = nan
    x: float = nan
    y: float = nan


@dataclass(frozen=True, kw_only=True, eq=False)
class Gazetteer:
    """Places of some kinds, with the names by which addresses mean them."""

    places: Sequence[PlaceName]
    names: NamedPlaces


@dataclass(frozen=True, kw_only=True, eq=False)
class Placer:
    """Everything that is needed to place the incidents of one source in one municipality.

    Attributes
    ----------
    radii
        Code of an area to the radius of a circle as large (metres).
    """

    template: Template
    district: District
    area_names: AreaNames
    radii: dict[str, float]
    landmarks: Gazetteer
    barrios: Gazetteer

    def place(self, drafts: Sequence[Draft]) -> list[Placed]:
        """Place drafts; what is understood otherwise than written is added to their repairs."""
        found = read_coordinates(drafts, self.district, self.template.formats)
        refused = refuse_coordinates(drafts, found, self.district)
        codes = self.district.find_areas(found.x, found.y)
        radii = find_radii(drafts, found)
        placed = []
        for i, draft in enumerate(drafts):
            stated = self.area_names.find(draft.area, draft.district)
            if refused[i] == "":
                placed.append(_place_at(found, i, draft, stated, codes[i], float(radii[i])))
                continue
            if refused[i] != "absent":
                draft.repairs.append(_trace_point(draft, "", refused[i]))
            if refused[i] == "area_middle":
                stated = stated or codes[i]
            placed.append(self.place_by_words(draft.address, draft.barrio, stated))
        return placed

    def place_by_words(self, address: str, barrio: str, stated: str) -> Placed:
        """Place an incident by what its address, its barrio or its area say."""
        stated = stated or self.area_names.find_in_address(address)
        landmark = self.landmarks.names.find(address, stated)
        if landmark is not None:
            return self._place_at_landmark(self.landmarks.places[landmark], stated)
        known = self.barrios.names
        place = known.find_exact(barrio, stated)
        place = known.find(address, stated) if place is None else place
        if place is not None:
            area, radius = stated or known.area_of(place), self.barrios.places[place].radius
            return Placed(method="barrio", stated_area=area, score=SCORES["barrio"], radius=radius)
        if not stated:
            return Placed(method="none", stated_area="", score=SCORES["none"])
        radius = self.radii[stated]
        return Placed(method="corregimiento", stated_area=stated, score=SCORES["corregimiento"], radius=radius)

    def _place_at_landmark(self, place: PlaceName, stated: str) -> Placed:
        x, y = self.district.to_metres(np.array([place.longitude]), np.array([place.latitude]))
        return Placed(
            method="landmark",
            stated_area=stated,
            score=SCORES["landmark in the stated area" if stated else "landmark"],
            radius=place.radius,
            longitude=place.longitude,
            latitude=place.latitude,
            x=float(x[0]),
            y=float(y[0]),
        )


def make_placer(conn: Connection, template: Template, municipality: Municipality) -> Placer:
    """Load what is needed to place the incidents of a source.

    Raises
    ------
    NotFoundError
        The municipality has no areas of the source's level.
    """
    areas = load_areas(conn, find_boundaries(conn, municipality.code, template.level), municipality.metric_srid)
    return build_placer(template, areas, municipality.metric_srid, places=list_place_names(conn, municipality.code))


def build_placer(
    template: Template, areas: gpd.GeoDataFrame, metric_srid: int, *, places: Sequence[PlaceName] = ()
) -> Placer:
    """Build a placer on areas in metres and the names of places."""
    district = District(areas, metric_srid, tolerance=template.edge_tolerance)
    reserved = set(areas["name"].map(plain_text))
    is_barrio = [plain_text(place.kind) in BARRIO_KINDS for place in places]
    landmarks = [place for place, barrio in zip(places, is_barrio, strict=True) if not barrio]
    barrios = [place for place, barrio in zip(places, is_barrio, strict=True) if barrio]
    radii = np.sqrt(areas.geometry.area.to_numpy() / np.pi)
    return Placer(
        template=template,
        district=district,
        area_names=AreaNames(areas, read_aliases(template.area_aliases)),
        radii=dict(zip(areas["code"], radii.tolist(), strict=True)),
        landmarks=_make_gazetteer(landmarks, district, reserved),
        barrios=_make_gazetteer(barrios, district, reserved),
    )


def _make_gazetteer(places: Sequence[PlaceName], district: District, reserved: set[str]) -> Gazetteer:
    """Index places by name; the spellings of one place count as one."""
    longitude = np.array([place.longitude for place in places], dtype=np.float64)
    latitude = np.array([place.latitude for place in places], dtype=np.float64)
    codes: list[Any] = district.find_areas(*district.to_metres(longitude, latitude)).tolist()
    first: dict[int, int] = {}
    names = [(place.name, first.setdefault(place.id, number)) for number, place in enumerate(places)]
    return Gazetteer(places=places, names=NamedPlaces(names, codes, reserved))


def _place_at(found: Coordinates, i: int, draft: Draft, stated: str, code: str, radius: float) -> Placed:
    """Place a draft at its credible coordinate."""
    score = SCORES["no area stated"]
    if found.rule[i]:
        after = f"{found.longitude[i]:.6f} {found.latitude[i]:.6f}"
        draft.repairs.append(_trace_point(draft, after, found.rule[i]))
        score = SCORES["repaired"]
    elif stated:
        score = SCORES["in the stated area" if code in {stated, ""} else "in another area"]
    return Placed(
        method="coordinate",
        stated_area=stated,
        score=score,
        radius=radius,
        longitude=float(found.longitude[i]),
        latitude=float(found.latitude[i]),
        x=float(found.x[i]),
        y=float(found.y[i]),
    )


def _trace_point(draft: Draft, after: str, rule: str) -> Repair:
    in_degrees = draft.longitude == draft.longitude  # NaN is the one value unlike itself
    before = (draft.longitude, draft.latitude) if in_degrees else (draft.east, draft.north)
    written = " ".join(hide_unless_value(repr(number), coordinate=True) for number in before)
    return {"field": "coordinate", "from": written, "to": after, "rule": rule}
