"""Places: what the gazetteer knows by name, with other names for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd
import shapely
from sqlalchemy import Connection

from geo_observatorio.db.queries import query

DEFAULT_RADIUS = 100.0  # metres


@dataclass(frozen=True, kw_only=True)
class Place:
    """A named place in EPSG:4326; ``radius`` is how far from it an incident said to be there may be (metres)."""

    name: str
    geometry: shapely.Geometry
    radius: float = DEFAULT_RADIUS
    aliases: tuple[str, ...] = ()


def load_places(conn: Connection, municipality: str, srid: int) -> gpd.GeoDataFrame:
    """Return the places in force, each as a point of it, in a projection: ``name``, ``kind``, ``geometry``."""
    rows = conn.execute(query("place_list"), {"municipality": municipality, "srid": srid})
    table = pd.DataFrame(rows.all(), columns=list(rows.keys()))
    geometry = gpd.GeoSeries.from_wkb(table.pop("geometry").map(bytes), crs=srid)
    return gpd.GeoDataFrame(table, geometry=geometry, crs=srid)


def list_places(conn: Connection, municipality: str, kind: str, source: str) -> list[Place]:
    """Return the places in force of one kind and source, in the order in which they were kept."""
    rows = conn.execute(query("place_current"), {"municipality": municipality, "kind": kind, "source": source})
    return [
        Place(
            name=row.name, geometry=shapely.from_wkb(bytes(row.geometry)), radius=row.radius, aliases=tuple(row.aliases)
        )
        for row in rows
    ]


def count_places(conn: Connection, municipality: str) -> list[tuple[str, str, int]]:
    """Return kind, source and number of the places in force."""
    rows = conn.execute(query("place_counts"), {"municipality": municipality})
    return [(row.kind, row.source, row.places) for row in rows]


def save_places(conn: Connection, municipality: str, kind: str, source: str, places: Sequence[Place]) -> int:
    """Replace the places of one kind and source by these, the old ones kept as history; return how many were kept."""
    head = {"municipality": municipality, "kind": kind, "source": source}
    conn.execute(query("place_retire"), head)
    for place in places:
        values = {**head, "name": place.name, "radius": place.radius, "geometry": shapely.to_wkb(place.geometry)}
        number = conn.execute(query("place_save"), values).scalar_one()
        aliases = [{"place": number, "alias": alias} for alias in place.aliases]
        if aliases:
            conn.execute(query("place_alias_save"), aliases)
    return len(places)
