"""Areas: editions of boundaries side by side, one of each level in force."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from sqlalchemy import Connection

from analysis.scene import Region
from geo_observatorio.db.queries import query
from geo_observatorio.errors import NotFoundError, phrase

STORED_SRID = 4326


@dataclass(frozen=True, kw_only=True)
class BoundarySet:
    """One edition of one level; ``id`` is 0 until it is kept, ``found`` says what its file looked like."""

    municipality: str
    level: str
    edition: str
    sha256: str
    source: str = ""
    licence: str = ""
    schematic: bool = False
    in_force: bool = True
    found: dict[str, Any] = field(default_factory=dict)
    id: int = 0


def list_boundaries(conn: Connection, municipality: str) -> list[BoundarySet]:
    """Return all editions of all levels, those in force first within a level."""
    rows = conn.execute(query("boundaries_list"), {"municipality": municipality}).mappings()
    return [BoundarySet(**row) for row in rows]


def find_boundaries(conn: Connection, municipality: str, level: str, edition: str | None = None) -> BoundarySet:
    """Return an edition of a level, the one in force where none is named.

    Raises
    ------
    NotFoundError
        There is none; it names the levels or editions there are.
    """
    known = list_boundaries(conn, municipality)
    for item in known:
        if item.level == level and (item.in_force if edition is None else item.edition == edition):
            return item
    if edition is None:
        raise NotFoundError(noun=phrase("capa"), found=level, needed=_names({item.level for item in known}))
    editions = {item.edition for item in known if item.level == level}
    raise NotFoundError(noun=phrase("edición de {level}", level=level), found=edition, needed=_names(editions))


def load_areas(conn: Connection, boundaries: BoundarySet, srid: int) -> gpd.GeoDataFrame:
    """Return the areas of an edition in a projection, ordered by code.

    Returns
    -------
    geopandas.GeoDataFrame
        Columns ``code``, ``name``, ``observed``, ``area_km2``, ``label`` (a point inside), ``geometry``.
    """
    rows = conn.execute(query("area_list"), {"boundary_set": boundaries.id, "srid": srid})
    table = pd.DataFrame(rows.all(), columns=list(rows.keys()))
    label = gpd.GeoSeries.from_wkb(table.pop("label").map(bytes), crs=srid)
    geometry = gpd.GeoSeries.from_wkb(table.pop("geometry").map(bytes), crs=srid)
    return gpd.GeoDataFrame(table.assign(label=label), geometry=geometry, crs=srid)


def load_codes(conn: Connection, boundaries: BoundarySet) -> list[str]:
    """Return the codes of the areas of an edition, in the order of `load_areas`."""
    return list(conn.execute(query("area_codes"), {"boundary_set": boundaries.id}).scalars())


def load_window(areas: gpd.GeoDataFrame) -> Region:
    """Return the window of observation: the union of the observed areas, in their projection."""
    window: Region = areas[areas["observed"]].geometry.union_all()
    return window


def save_areas(conn: Connection, boundaries: BoundarySet, areas: gpd.GeoDataFrame) -> BoundarySet:
    """Keep a new edition and put it in force; older editions stay beside it.

    Parameters
    ----------
    areas
        Columns ``code``, ``name``, ``observed``, ``area_km2``, ``label``, ``geometry`` (polygons), in any projection.
    """
    head = {name: getattr(boundaries, name) for name in ("municipality", "level", "edition", "sha256")}
    more = {name: getattr(boundaries, name) for name in ("source", "licence", "schematic")}
    conn.execute(query("boundaries_retire"), {"municipality": boundaries.municipality, "level": boundaries.level})
    found = json.dumps(boundaries.found, ensure_ascii=False)
    number = conn.execute(query("boundaries_save"), {**head, **more, "found": found}).scalar_one()
    rows = [
        {
            "boundary_set": number,
            "code": row.code,
            "name": row.name,
            "observed": bool(row.observed),
            "area_km2": float(row.area_km2),
            "label": shapely.to_wkb(row.label),
            "geometry": shapely.to_wkb(_as_multipolygon(row.geometry)),
        }
        for row in _as_stored(areas).itertuples(index=False)
    ]
    conn.execute(query("area_save"), rows)
    return find_boundaries(conn, boundaries.municipality, boundaries.level, boundaries.edition)


def put_in_force(conn: Connection, boundaries: BoundarySet) -> None:
    """Put an edition that is already kept in force again."""
    conn.execute(query("boundaries_retire"), {"municipality": boundaries.municipality, "level": boundaries.level})
    conn.execute(query("boundaries_put_in_force"), {"id": boundaries.id})


def _as_stored(areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    label = gpd.GeoSeries(areas["label"])
    label = label if label.crs else label.set_crs(areas.crs)
    return areas.assign(label=label.to_crs(STORED_SRID)).to_crs(STORED_SRID)


def _as_multipolygon(geometry: Region) -> shapely.MultiPolygon:
    return geometry if isinstance(geometry, shapely.MultiPolygon) else shapely.MultiPolygon([geometry])


def _names(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "-"
