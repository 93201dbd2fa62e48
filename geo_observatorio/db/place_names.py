"""Names of places: every name of the gazetteer, with a point of it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from geo_observatorio.db.queries import query


@dataclass(frozen=True, kw_only=True)
class PlaceName:
    """One name of one place, in degrees; ``radius`` in metres."""

    id: int
    kind: str
    radius: float
    name: str
    longitude: float
    latitude: float


def list_place_names(conn: Connection, municipality: str) -> list[PlaceName]:
    """Return all names of all places in force."""
    rows = conn.execute(query("place_names"), {"municipality": municipality}).mappings()
    return [PlaceName(**row) for row in rows]
