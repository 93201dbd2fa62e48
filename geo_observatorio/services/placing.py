"""Place incidents: by a credible coordinate, else by what the words of the address, the barrio or the area name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import nan
from typing import Final

import geopandas as gpd
import numpy as np
from sqlalchemy import Connection

from geo_observatorio.db.areas import find_boundaries, load_areas
from geo_observatorio.db.municipalities import Municipality
from geo_observatorio.geocoding.answers import Answer
from geo_observatorio.geocoding.geocoder import Geocoder
from geo_observatorio.services.coordinates import (
    Coordinates,
    District,
    find_radii,
    read_coordinates,
    refuse_coordinates,
)
from geo_observatorio.services.geocode import find_geocoder
from geo_observatorio.services.naming import AreaNames, read_aliases
from geo_observatorio.sources.rows import Draft, Repair
from geo_observatorio.sources.templates import Template
from geo_observatorio.sources.values import hide_unless_value

POINTS: Final = frozenset(("coordinate", "crossing", "landmark", "street"))
SCORES: Final = {  # of coordinates: our degree of belief that the incident lies within the radius, not yet measured
    "in the stated area": 0.95,
    "no area stated": 0.9,
    "repaired": 0.8,
    "in another area": 0.6,
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
class Placer:
    """Everything that is needed to place the incidents of one source in one municipality."""

    template: Template
    district: District
    area_names: AreaNames
    geocoder: Geocoder

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
        """Place an incident by what its address, its barrio or its area say; each text is looked up once."""
        stated = stated or self.area_names.find_in_address(address)
        answer = self.geocoder.find(address, barrio=barrio, stated=stated)
        if not stated and (answer.kind in {"barrio", "corregimiento"} or "area_by_name" in answer.flags):
            stated = answer.area
        where = Placed(method=answer.kind, stated_area=stated, score=answer.score, radius=answer.radius)
        return self._put_at(where, answer) if answer.kind in POINTS else where

    def _put_at(self, where: Placed, answer: Answer) -> Placed:
        x, y = self.district.to_metres(np.array([answer.longitude]), np.array([answer.latitude]))
        return replace(where, longitude=answer.longitude, latitude=answer.latitude, x=float(x[0]), y=float(y[0]))


def make_placer(conn: Connection, template: Template, municipality: Municipality) -> Placer:
    """Load what is needed to place the incidents of a source.

    Raises
    ------
    NotFoundError
        The municipality has no areas of the source's level.
    """
    areas = load_areas(conn, find_boundaries(conn, municipality.code, template.level), municipality.metric_srid)
    geocoder = find_geocoder(conn, municipality, template.level, template.area_aliases)
    return build_placer(template, areas, municipality.metric_srid, geocoder)


def build_placer(
    template: Template, areas: gpd.GeoDataFrame, metric_srid: int, geocoder: Geocoder | None = None
) -> Placer:
    """Build a placer on areas in metres and a geocoder on the same; None: one that knows no place."""
    aliases = read_aliases(template.area_aliases)
    return Placer(
        template=template,
        district=District(areas, metric_srid, tolerance=template.edge_tolerance),
        area_names=AreaNames(areas, aliases),
        geocoder=geocoder or Geocoder((), areas, aliases=aliases),
    )


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
