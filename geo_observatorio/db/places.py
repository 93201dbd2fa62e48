"""Places: what the gazetteer knows by name, with other names for each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd
import shapely
from sqlalchemy import Connection

from geo_observatorio.db.queries import query

DEFAULT_RADIUS = 100.0  # metres
SEGMENT = "tramo"  # kind of a line that carries a density along streets, and names nothing


@dataclass(frozen=True, kw_only=True)
class Place:
    """A named place in EPSG:4326; ``radius`` is how far from it an incident said to be there may be (metres).

    A ``coarse`` one has a position rounded to whole minutes: it tells which of two is meant, and places nothing.
    """

    name: str
    geometry: shapely.Geometry
    radius: float = DEFAULT_RADIUS
    aliases: tuple[str, ...] = ()
    coarse: bool = False


@dataclass(frozen=True, kw_only=True)
class FoundPlace:
    """A place in force: a point of it in degrees, and how far around that point it reaches (metres)."""

    id: int
    name: str
    kind: str
    source: str
    radius: float
    coarse: bool
    longitude: float
    latitude: float
    reach: float


def load_places(conn: Connection, municipality: str, srid: int) -> gpd.GeoDataFrame:
    """Return the places in force, each as a point of it, in a projection: ``name``, ``kind``, ``geometry``."""
    return _load(conn, "place_list", municipality, srid)


def load_lines(conn: Connection, municipality: str, srid: int) -> gpd.GeoDataFrame:
    """Return the lines in force that may name a spot, in a projection: ``name``, ``radius``, ``geometry``."""
    return _load(conn, "place_lines", municipality, srid)


def load_streets(conn: Connection, municipality: str, srid: int) -> gpd.GeoDataFrame:
    """Return all lines in force, those of the kind ``tramo`` too, in a projection: ``name``, ``geometry``."""
    return _load(conn, "place_streets", municipality, srid)


def _load(conn: Connection, name: str, municipality: str, srid: int) -> gpd.GeoDataFrame:
    rows = conn.execute(query(name), {"municipality": municipality, "srid": srid})
    table = pd.DataFrame(rows.all(), columns=list(rows.keys()))
    geometry = gpd.GeoSeries.from_wkb(table.pop("geometry").map(bytes), crs=srid)
    return gpd.GeoDataFrame(table, geometry=geometry, crs=srid)


def list_places(conn: Connection, municipality: str, kind: str, source: str) -> list[Place]:
    """Return the places in force of one kind and source, in the order in which they were kept."""
    rows = conn.execute(query("place_current"), {"municipality": municipality, "kind": kind, "source": source})
    return [
        Place(
            name=row.name,
            geometry=shapely.from_wkb(bytes(row.geometry)),
            radius=row.radius,
            aliases=tuple(row.aliases),
            coarse=row.coarse,
        )
        for row in rows
    ]


def list_kinds(conn: Connection, municipality: str, source: str) -> list[str]:
    """Return the kinds of the places in force of one source."""
    return list(conn.execute(query("place_kinds"), {"municipality": municipality, "source": source}).scalars())


def count_places(conn: Connection, municipality: str) -> list[tuple[str, str, int, int]]:
    """Return kind, source, number of the places in force, and how many of these are coarse."""
    rows = conn.execute(query("place_counts"), {"municipality": municipality})
    return [(row.kind, row.source, row.places, row.coarse) for row in rows]


def find_place(conn: Connection, municipality: str, number: int) -> FoundPlace | None:
    """Return a place in force by its number, None where there is none."""
    row = conn.execute(query("place_find"), {"municipality": municipality, "place": number}).mappings().one_or_none()
    return FoundPlace(**row) if row else None


def search_places(conn: Connection, municipality: str, text: str, *, limit: int) -> list[int]:
    """Return the numbers of the places in force with a name that holds something like a text, the likest first."""
    values = {"municipality": municipality, "text": text, "limit": limit}
    return list(conn.execute(query("place_similar"), values).scalars())


def save_places(conn: Connection, municipality: str, kind: str, source: str, places: Sequence[Place]) -> int:
    """Replace the places of one kind and source by these; return how many were kept.

    The old ones are kept as history. Names that persons gave them go on to the new places of the same name.
    """
    head = {"municipality": municipality, "kind": kind, "source": source}
    conn.execute(query("place_retire"), head)
    rows = [
        {
            "name": place.name,
            "radius": place.radius,
            "coarse": place.coarse,
            "geometry": shapely.to_wkb(place.geometry, hex=True),
            "aliases": list(dict.fromkeys(place.aliases)),
        }
        for place in places
    ]
    conn.execute(query("place_save"), {**head, "rows": json.dumps(rows, ensure_ascii=False)})
    conn.execute(query("place_alias_carry"), head)
    return len(places)
