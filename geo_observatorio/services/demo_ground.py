"""The ground of the demo: a municipality marked as synthetic, the limits in force or schematic ones, its places."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from sqlalchemy import Connection

from geo_observatorio.db.areas import BoundarySet, find_boundaries, list_boundaries, load_areas, save_areas
from geo_observatorio.db.municipalities import Municipality, find_municipality, list_municipalities, save_municipality
from geo_observatorio.db.places import Place, save_places
from geo_observatorio.db.populations import load_population, save_population
from geo_observatorio.errors import NotFoundError
from geo_observatorio.resources import data_dir
from geo_observatorio.services.demo_layer import (
    EDITION,
    METRIC_SRID,
    MUNICIPALITY,
    NOTE,
    SOURCE,
    VINTAGE,
    make_schematic_layer,
    read_corregimientos,
    read_land,
)
from geo_observatorio.services.demo_places import SOURCE as PLACE_SOURCE
from geo_observatorio.services.demo_places import Gazetteer
from geo_observatorio.services.municipalities import read_municipality

LEVEL = "corregimiento"
FOCUS_LEVEL = "foco plantado"
LAND_LEVEL = "land"  # what is not sea, for the eye alone
POPULATION_SOURCE = "INEC, censo 2023, personas empadronadas"


def mark_municipality(conn: Connection, code: str) -> Municipality:
    """Return the municipality marked as synthetic; that of Panama is added where it is not there yet."""
    known = {item.code: item for item in list_municipalities(conn)}
    if code == MUNICIPALITY and code not in known:
        known[code] = read_municipality(data_dir("layers") / "municipalities" / "panama.toml")
    if code not in known:
        raise NotFoundError(noun="municipio", found=code, needed=", ".join(sorted({*known, MUNICIPALITY})))
    marked = replace(known[code], synthetic=True)
    save_municipality(conn, marked)
    return marked


def ensure_limits(conn: Connection, municipality: Municipality) -> BoundarySet:
    """Return the corregimientos in force; Panama gets the schematic ones where no others are."""
    kept = [item for item in list_boundaries(conn, municipality.code) if item.level == LEVEL]
    if kept or municipality.code != MUNICIPALITY:
        return find_boundaries(conn, municipality.code, LEVEL)
    return save_schematic_layer(conn)


def save_schematic_layer(conn: Connection) -> BoundarySet:
    """Keep the schematic corregimientos and their population of 2023, and put them in force."""
    layer = make_schematic_layer()
    head = BoundarySet(
        municipality=MUNICIPALITY,
        level=LEVEL,
        edition=EDITION,
        sha256=hash_areas(layer),
        source=SOURCE,
        schematic=True,
        found={"note": NOTE, "areas": len(layer), "official_km2": official_areas()},
    )
    kept = save_areas(conn, head, layer.assign(area_km2=layer.area / 1e6))
    persons = dict(zip(layer["code"], layer["persons"].astype(int).tolist(), strict=True))
    save_population(conn, kept, persons, vintage=VINTAGE, kind="residential", source=POPULATION_SOURCE)
    save_land(conn)
    return kept


def save_land(conn: Connection) -> None:
    """Keep the schematic land around the district, unless a land layer is there already."""
    if any(item.level == LAND_LEVEL for item in list_boundaries(conn, MUNICIPALITY)):
        return
    land = read_land()
    measured = land.to_crs(METRIC_SRID)
    stored = land.assign(code="1", observed=True, area_km2=measured.area / 1e6, label=land.representative_point())
    head = BoundarySet(
        municipality=MUNICIPALITY,
        level=LAND_LEVEL,
        edition=EDITION,
        sha256=hash_areas(stored),
        source="Dibujada a mano, con la costa del contorno",
        schematic=True,
        found={"note": NOTE},
    )
    save_areas(conn, head, stored)


def official_areas() -> dict[str, float]:
    """Return the published surface of each corregimiento (km²): told beside the scheme, whose own differ."""
    table = read_corregimientos()
    return dict(zip(table["code"], table["area_km2"].tolist(), strict=True))


def load_settled_areas(conn: Connection, municipality: Municipality, limits: BoundarySet) -> gpd.GeoDataFrame:
    """Return the areas in metres with `persons`: of their newest population, else of our table, else alike."""
    areas = load_areas(conn, limits, municipality.metric_srid)
    population = load_population(conn, limits)
    known = read_corregimientos().set_index("code")["pop_2023"]
    fallback = areas["code"].map(known).to_numpy(dtype=np.float64)
    persons = fallback if population is None else population.persons
    persons = np.where(np.isnan(persons), fallback, persons)
    usual = np.nanmedian(persons) if np.isfinite(persons).any() else 10_000.0
    return areas.assign(persons=np.where(np.isnan(persons), usual, persons))


def find_settled_areas(conn: Connection, code: str) -> gpd.GeoDataFrame:
    """Return the areas in force with their persons, or the schematic ones where Panama has none; keep nothing."""
    if code == MUNICIPALITY and not any(item.level == LEVEL for item in list_boundaries(conn, code)):
        return make_schematic_layer()
    municipality = find_municipality(conn, code)
    return load_settled_areas(conn, municipality, find_boundaries(conn, code, LEVEL))


def save_gazetteer(conn: Connection, municipality: Municipality, gazetteer: Gazetteer) -> int:
    """Keep the demo's places in place of those it had; return how many."""
    places = gazetteer.places.to_crs(4326)
    for kind, part in places.groupby("kind"):
        rows = zip(part["name"], part.geometry, part["radius"], strict=True)
        named = [Place(name=name, geometry=geometry, radius=float(radius)) for name, geometry, radius in rows]
        save_places(conn, municipality.code, str(kind), PLACE_SOURCE, named)
    return len(places)


def save_truth(conn: Connection, municipality: Municipality, foci: gpd.GeoDataFrame, *, seed: int) -> BoundarySet:
    """Keep the planted hotspots as a layer of its own, with the parameters of each in `found`."""
    stored = foci[["code", "name", "geometry"]].assign(observed=True, area_km2=foci.area / 1e6, label=foci.centroid)
    head = BoundarySet(
        municipality=municipality.code,
        level=FOCUS_LEVEL,
        edition=f"Semilla {seed}",
        sha256=hash_areas(foci),
        source=PLACE_SOURCE,
        schematic=True,
        found={"seed": seed, "foci": [_describe(focus) for focus in foci.itertuples()]},
    )
    return save_areas(conn, head, stored)


def hash_areas(areas: gpd.GeoDataFrame) -> str:
    """Return the SHA-256 of codes and shapes."""
    digest = hashlib.sha256()
    for code, shape in zip(areas["code"], shapely.to_wkb(shapely.normalize(areas.geometry.to_numpy())), strict=True):
        digest.update(code.encode() + b"\0" + shape)
    return digest.hexdigest()


def _describe(focus: Any) -> dict[str, Any]:
    return {
        "code": focus.code,
        "title": focus.title,
        "area": focus.area,
        "categories": list(focus.categories),
        "since": f"{focus.since:%Y-%m-%d}",
        "until": f"{focus.until:%Y-%m-%d}",
        "multiplier": float(focus.multiplier),
        "radius": float(focus.radius),
    }
