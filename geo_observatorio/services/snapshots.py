"""Make snapshots: fix a moment, and build the study mask from what is known then."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import shapely
from sqlalchemy import Connection

from analysis.errors import NotEnoughDataError
from analysis.scene import Region
from geo_observatorio.db.areas import BoundarySet, find_boundaries, load_areas, load_window, save_areas
from geo_observatorio.db.copying import read_columns
from geo_observatorio.db.municipalities import find_municipality, lock_municipality
from geo_observatorio.db.queries import query_text
from geo_observatorio.db.selections import find_level
from geo_observatorio.db.snapshots import MASK_LEVEL, Snapshot, list_snapshots, save_snapshot
from geo_observatorio.errors import AlreadyExistsError, SelectionError, phrase

LONGEST_NAME, LONGEST_NOTE = 80, 500  # letters
COLUMNS = np.dtype([("x", "f8"), ("y", "f8")])


def create_snapshot(
    conn: Connection, municipality: str, name: str, note: str = "", *, level: str | None = None, made_by: str = ""
) -> Snapshot:
    """Fix what is known now under a name, and put the study mask built from it in force.

    The mask holds the cells of 100 m of observed land within 500 m of any credibly placed incident. Incidents of
    reserved categories are left out: a lone one would stand in the middle of its own disc.

    Parameters
    ----------
    level
        Level whose observed areas are the window of observation; None: the one that the municipality is read by.

    Raises
    ------
    SelectionError
        The name is empty, longer than a line, or holds what cannot be printed.
    AlreadyExistsError
        A snapshot or a mask of that name is kept already.
    NotEnoughDataError
        No incident is placed on observed land.
    """
    from analysis.masks import CELL_SIZE, REACH, outline, study_cells  # noqa: PLC0415  # scipy: half a second of a start

    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable() or len(note) > LONGEST_NOTE:
        needed = phrase("un nombre de hasta {n} letras y una nota de hasta {m}", n=LONGEST_NAME, m=LONGEST_NOTE)
        raise SelectionError(name="name", needed=needed, found=name[:LONGEST_NAME])
    place = find_municipality(conn, municipality)
    lock_municipality(conn, municipality)
    if any(item.name == name for item in list_snapshots(conn, municipality)):
        raise AlreadyExistsError(noun=phrase("corte"), found=name)
    areas = find_boundaries(conn, municipality, level or find_level(conn, municipality))
    window = load_window(load_areas(conn, areas, place.metric_srid))
    points = read_columns(conn, query_text("snapshot_points"), {"municipality": municipality}, COLUMNS)
    grid, cells = study_cells(np.ascontiguousarray(points["x"]), np.ascontiguousarray(points["y"]), window)
    if not len(cells):
        raise NotEnoughDataError(needed=1, found=0)
    found = {
        "cells": len(cells),
        "cell_size": CELL_SIZE,
        "reach": REACH,
        "incidents": len(points),
        "window": f"{areas.level} {areas.edition}",
    }
    mask = save_mask(conn, municipality, name, outline(grid, cells), srid=place.metric_srid, found=found)
    return save_snapshot(conn, mask, name, note, made_by)


def save_mask(
    conn: Connection, municipality: str, edition: str, mask: Region, *, srid: int, found: Mapping[str, object]
) -> BoundarySet:
    """Keep a study mask, given in a projection, and put it in force."""
    head = BoundarySet(
        municipality=municipality,
        level=MASK_LEVEL,
        edition=edition,
        sha256=hashlib.sha256(shapely.to_wkb(shapely.normalize(mask))).hexdigest(),
        found=dict(found),
    )
    table = {"code": ["mask"], "name": [edition], "observed": [True], "area_km2": [mask.area / 1e6]}
    area = gpd.GeoDataFrame(table, geometry=[mask], crs=srid)
    label = gpd.GeoSeries([mask.representative_point()], crs=srid)
    return save_areas(conn, head, area.assign(label=label))
