"""Outlines for maps: the limits of an edition as GeoJSON, made once in a process."""

from __future__ import annotations

import json

from sqlalchemy import Connection

from geo_observatorio.db.areas import BoundarySet, find_boundaries, list_boundaries, load_areas
from geo_observatorio.db.grounds import keep
from geo_observatorio.db.municipalities import find_municipality
from geo_observatorio.db.queries import query
from geo_observatorio.errors import NotFoundError
from geo_observatorio.maps.outlines import limits_features
from geo_observatorio.maps.projecting import Bounds

VERSION_LENGTH = 12  # hexadecimal digits of the hash
LAND = "land"


def find_version(conn: Connection, municipality: str, level: str, edition: str | None = None) -> str | None:
    """Return what names an edition in addresses, the one in force where none is named; None where there is none."""
    for item in list_boundaries(conn, municipality):
        if item.level == level and (item.in_force if edition is None else item.edition == edition):
            return item.sha256[:VERSION_LENGTH]
    return None


def find_land(conn: Connection, municipality: str, level: str, edition: str | None = None) -> str | None:
    """Return what names the land in force; None where there is none, or where it is a scheme and the limits are not."""
    limits = find_boundaries(conn, municipality, level, edition)
    for item in list_boundaries(conn, municipality):
        if item.level == LAND and item.in_force and (limits.schematic or not item.schematic):
            return item.sha256[:VERSION_LENGTH]
    return None


def find_extent(conn: Connection, municipality: str, level: str, edition: str | None = None) -> Bounds:
    """Return the degrees (left, bottom, right, top) that hold the areas of an edition; raise NotFoundError."""
    boundaries = find_boundaries(conn, municipality, level, edition)
    row = conn.execute(query("area_extent"), {"boundary_set": boundaries.id}).one()
    return float(row.left), float(row.bottom), float(row.right), float(row.top)


def read_limits(conn: Connection, municipality: str, level: str, version: str) -> str:
    """Return the limits of an edition as GeoJSON in degrees; raise NotFoundError where there is no such edition."""
    for item in list_boundaries(conn, municipality):
        if item.level == level and item.sha256.startswith(version) and len(version) == VERSION_LENGTH:
            return _make(conn, item)
    raise NotFoundError(noun=level, found=version, needed=municipality)


def _make(conn: Connection, boundaries: BoundarySet) -> str:
    srid = find_municipality(conn, boundaries.municipality).metric_srid

    def write() -> str:
        return json.dumps(limits_features(load_areas(conn, boundaries, srid), srid), ensure_ascii=False)

    return keep(conn, ("outline", boundaries.id), write)
