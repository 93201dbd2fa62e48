"""Coordinates as written become coordinates in the district, repaired or refused by named rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from analysis.assignment import AreaIndex
from geo_observatorio.sources.rows import Draft
from geo_observatorio.sources.templates import Formats

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Words = NDArray[np.object_]

STORED_SRID: Final = 4326
NO_AREA: Final = -1
ON_MIDDLE: Final = 1.0  # metres: a coordinate so close to an area's middle stands for the area
METRES_PER_DEGREE: Final = 111_000.0
BEST_RADIUS: Final = 5.0  # metres, with five decimals or more
WORST_RADIUS: Final = 250.0  # a coordinate that may be off by more is no point
SURELY_METRES: Final = 1000.0  # no degree is so large
WEB_MERCATOR: Final = 3857
IN_METRES: Final = frozenset(("metres_for_degrees", "exchanged_metres", "web_mercator", "eastern_zone", "western_zone"))
FIELDS: Final = ("longitude", "latitude", "x", "y", "inside", "rule")


@dataclass(frozen=True, kw_only=True, eq=False)
class Coordinates:
    """Coordinates of some drafts: degrees, metres, whether they lie in the district, the rule that repaired each."""

    longitude: Floats
    latitude: Floats
    x: Floats
    y: Floats
    inside: Flags
    rule: Words

    def merge(self, where: Flags, new: Coordinates, rule: str) -> Coordinates:
        """Take some coordinates from ``new``, as read by a rule."""
        at = np.flatnonzero(where)
        return self.put(at, new.take(at), rule)

    def take(self, at: Ints) -> Coordinates:
        """Return some of the coordinates, by position."""
        return Coordinates(**{name: getattr(self, name)[at] for name in FIELDS})

    def put(self, at: Ints, new: Coordinates, rule: str) -> Coordinates:
        """Return all coordinates with new ones at some positions, as read by a rule."""
        columns = {name: getattr(self, name).copy() for name in FIELDS}
        for name in FIELDS[:-1]:
            columns[name][at] = getattr(new, name)
        columns["rule"][at] = rule
        return Coordinates(**columns)


class District:
    """The areas of a municipality, as the judge of coordinates.

    Parameters
    ----------
    areas
        Areas in metres, observed or not: ``code``, ``label``, geometry.
    tolerance
        Metres outside all areas that still count as inside.
    """

    def __init__(self, areas: gpd.GeoDataFrame, metric_srid: int, *, tolerance: float) -> None:
        self.metric_srid = metric_srid
        self._tolerance = tolerance
        self._codes = areas["code"].to_numpy(dtype=object)
        self._index = AreaIndex(areas)
        self._tree = shapely.STRtree(areas.geometry.to_numpy())
        middles = [shapely.centroid(areas.geometry.to_numpy()), areas["label"].to_numpy()]
        self._middles = shapely.STRtree(np.concatenate(middles))
        self._to_metres = Transformer.from_crs(STORED_SRID, metric_srid, always_xy=True)

    def find_areas(self, x: Floats, y: Floats) -> Words:
        """Return the code of the area that holds each point (metres), '' for none."""
        found: Words = np.append(self._codes, "")[self._index.locate(x, y)]
        return found

    def to_metres(self, longitude: Floats, latitude: Floats) -> tuple[Floats, Floats]:
        """Return degrees as metres; NaN where they are no degrees."""
        x, y = np.full(len(longitude), np.nan), np.full(len(longitude), np.nan)
        valid = (np.abs(longitude) <= 180) & (np.abs(latitude) <= 90)  # false for NaN
        x[valid], y[valid] = self._to_metres.transform(longitude[valid], latitude[valid])
        return np.where(np.isfinite(x), x, np.nan), np.where(np.isfinite(y), y, np.nan)

    def holds(self, x: Floats, y: Floats) -> Flags:
        """Tell which points lie in an area, or as close to one as the layer leaves gaps."""
        inside: Flags = self._index.locate(x, y) != NO_AREA
        beside = np.flatnonzero(~inside & np.isfinite(x))
        if len(beside):
            points = shapely.points(x[beside], y[beside])
            near, _ = self._tree.query(points, predicate="dwithin", distance=self._tolerance)
            inside[beside[near]] = True
        return inside

    def on_middle(self, x: Floats, y: Floats) -> Ints:
        """Return the positions of the points that lie on an area's centroid or label."""
        near, _ = self._middles.query(shapely.points(x, y), predicate="dwithin", distance=ON_MIDDLE)
        return np.unique(near)

    def from_degrees(self, longitude: Floats, latitude: Floats, srid: int = STORED_SRID) -> Coordinates:
        """Judge degrees of some datum."""
        if srid != STORED_SRID:
            longitude, latitude = _transform(srid, STORED_SRID, longitude, latitude)
        x, y = self.to_metres(longitude, latitude)
        rule = np.full(len(x), "", dtype=object)
        return Coordinates(longitude=longitude, latitude=latitude, x=x, y=y, inside=self.holds(x, y), rule=rule)

    def from_metres(self, east: Floats, north: Floats, srid: int) -> Coordinates:
        """Judge metres of some projection, 0 for the municipality's own."""
        return self.from_degrees(*_transform(srid or self.metric_srid, STORED_SRID, east, north))


def read_coordinates(drafts: Sequence[Draft], district: District, formats: Formats) -> Coordinates:
    """Read the coordinates of drafts, in degrees or in metres; repair those of which one reading alone is possible."""
    longitude, latitude = _column(drafts, "longitude"), _column(drafts, "latitude")
    east, north = _column(drafts, "east"), _column(drafts, "north")
    read = district.from_degrees(longitude, latitude, formats.srid)
    in_degrees = np.isfinite(longitude) & np.isfinite(latitude)
    metric = ~in_degrees & np.isfinite(east) & np.isfinite(north)
    if metric.any():
        read = read.merge(metric, district.from_metres(east, north, formats.metric_srid), "")
    for written, first, second, readings in (
        (in_degrees, longitude, latitude, other_degrees),
        (metric, east, north, other_metres),
    ):
        wrong = np.flatnonzero(written & ~read.inside)
        if len(wrong):
            read = repair_coordinates(read, wrong, readings(district, formats, first[wrong], second[wrong]))
    return read


def repair_coordinates(read: Coordinates, wrong: Ints, readings: dict[str, Coordinates]) -> Coordinates:
    """Take another reading of wrong coordinates where it alone lies in the district: where two do, nobody can tell."""
    possible = np.sum([reading.inside for reading in readings.values()], axis=0)
    for rule, reading in readings.items():
        taken = np.flatnonzero(reading.inside & (possible == 1))
        if len(taken):
            read = read.put(wrong[taken], reading.take(taken), rule)
    return read


def other_degrees(district: District, formats: Formats, lon: Floats, lat: Floats) -> dict[str, Coordinates]:
    """Read what stands in the columns for degrees otherwise: exchanged, with a lost minus, both, or as metres."""
    metres = (np.abs(lon) > SURELY_METRES) & (np.abs(lat) > SURELY_METRES)
    east, north = np.where(metres, lon, np.nan), np.where(metres, lat, np.nan)
    return {
        "exchanged_coordinates": district.from_degrees(lat, lon, formats.srid),
        "lost_minus": district.from_degrees(-np.where(lon > 0, lon, np.nan), lat, formats.srid),
        "exchanged_and_lost_minus": district.from_degrees(-np.where(lat > 0, lat, np.nan), lon, formats.srid),
        "metres_for_degrees": district.from_metres(east, north, formats.metric_srid),
        "exchanged_metres": district.from_metres(north, east, formats.metric_srid),
        **_other_projections(district, formats, east, north),
    }


def other_metres(district: District, formats: Formats, east: Floats, north: Floats) -> dict[str, Coordinates]:
    """Read what stands in the columns for metres otherwise: exchanged, as degrees, or in another projection."""
    return {
        "exchanged_metres": district.from_metres(north, east, formats.metric_srid),
        "degrees_for_metres": district.from_degrees(east, north, formats.srid),
        "exchanged_degrees_for_metres": district.from_degrees(north, east, formats.srid),
        **_other_projections(district, formats, east, north),
    }


def _other_projections(district: District, formats: Formats, east: Floats, north: Floats) -> dict[str, Coordinates]:
    readings = {"web_mercator": district.from_metres(east, north, WEB_MERCATOR)}
    for step, rule in ((-1, "western_zone"), (1, "eastern_zone")):
        srid = (formats.metric_srid or district.metric_srid) + step
        if is_utm(srid) and is_utm(srid - step):
            readings[rule] = district.from_metres(east, north, srid)
    return readings


def is_utm(srid: int) -> bool:
    """Tell whether an EPSG code is of a northern UTM zone, in WGS 84 or in NAD27."""
    return 32601 <= srid <= 32660 or 26701 <= srid <= 26722


def refuse_coordinates(drafts: Sequence[Draft], found: Coordinates, district: District) -> Words:
    """Name the rule by which each coordinate is not believed: '' where it is, `absent` where there is none."""
    longitude, latitude = _column(drafts, "longitude"), _column(drafts, "latitude")
    refused = np.where(found.inside, "", "outside_district").astype(object)
    written = (np.isfinite(longitude) & np.isfinite(latitude)) | np.isfinite(found.x)
    refused[~written] = "absent"
    refused[(longitude == 0) & (latitude == 0)] = "zero_coordinate"
    refused[(refused == "") & (find_radii(drafts, found) > WORST_RADIUS)] = "coarse_coordinate"
    good = np.flatnonzero(refused == "")
    refused[good[district.on_middle(found.x[good], found.y[good])]] = "area_middle"
    return refused


def find_radii(drafts: Sequence[Draft], found: Coordinates) -> Floats:
    """Return how far each coordinate may be off by the way it is written (metres); whole metres are good ones."""
    written = [radius_of_decimals(d.decimals) if d.longitude == d.longitude else BEST_RADIUS for d in drafts]
    return np.where(np.isin(found.rule, list(IN_METRES)), BEST_RADIUS, np.array(written, dtype=np.float64))


def radius_of_decimals(decimals: int) -> float:
    """Return how far degrees may be off by their decimals (metres): 5 -> 5, 3 -> 111, 2 -> 1,110."""
    return max(BEST_RADIUS, METRES_PER_DEGREE * 10.0**-decimals)


def _column(drafts: Sequence[Draft], name: str) -> Floats:
    return np.array([getattr(draft, name) for draft in drafts], dtype=np.float64)


def _transform(source: int, target: int, first: Floats, second: Floats) -> tuple[Floats, Floats]:
    shifted: tuple[Any, Any] = Transformer.from_crs(source, target, always_xy=True).transform(first, second)
    return np.asarray(shifted[0], dtype=np.float64), np.asarray(shifted[1], dtype=np.float64)
