"""Names of places: every name of the gazetteer, with a point of it."""

from __future__ import annotations

import shapely
from sqlalchemy import Connection

from geo_observatorio.db.queries import query
from geo_observatorio.geocoding.gazetteer import Entry


def list_entries(conn: Connection, municipality: str) -> list[Entry]:
    """Return all places in force as the geocoder reads them."""
    rows = conn.execute(query("place_entries"), {"municipality": municipality}).mappings()
    return [
        Entry(**row | {"aliases": tuple(row["aliases"]), "shape": _read_shape(row["shape"])})  # one row, one place
        for row in map(dict, rows)
    ]


def find_names_edition(conn: Connection, municipality: str) -> str:
    """Return a text that changes whenever a name or a place of the gazetteer begins or ends."""
    return str(conn.execute(query("place_names_edition"), {"municipality": municipality}).scalar_one())


def _read_shape(wkb: memoryview | None) -> shapely.Geometry | None:
    return shapely.from_wkb(bytes(wkb)) if wkb is not None else None
