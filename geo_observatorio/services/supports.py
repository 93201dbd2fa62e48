"""Supports: where the incidents lie of which only the barrio is known, so that imputed maps spread them no wider."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Connection

from analysis.scene import Scene
from geo_observatorio.db.grounds import Ground, keep
from geo_observatorio.db.matches import find_repeats
from geo_observatorio.db.once_reserved import find_once_reserved
from geo_observatorio.db.place_names import find_names_edition, list_entries
from geo_observatorio.db.queries import query
from geo_observatorio.db.selections import bind_selection, find_selected_categories
from geo_observatorio.geocoding.gazetteer import Entry
from geo_observatorio.geocoding.geocoder import Geocoder
from geo_observatorio.models import Selection

CIRCLE = ["area", "x", "y", "radius"]


def add_supports(conn: Connection, selection: Selection, scene: Scene, ground: Ground) -> Scene:
    """Give the incidents that name a barrio its circle (``x``, ``y``, ``radius`` in metres), read from their address.

    What the gazetteer cannot find again keeps its area as support; how many there are does not change.
    """
    circles = _find_circles(conn, selection, ground)
    if circles.empty:
        return scene
    unplaced = scene.unplaced.copy()
    known = circles.groupby("area")["n"].sum()
    barrio = unplaced["method"] == "barrio"
    unplaced.loc[barrio, "n"] -= unplaced.loc[barrio, "area"].map(known).fillna(0).astype(np.int64)
    rest = unplaced[unplaced["n"] > 0]
    return replace(scene, unplaced=pd.concat([rest, circles.assign(method="barrio")], ignore_index=True))


def _find_circles(conn: Connection, selection: Selection, ground: Ground) -> pd.DataFrame:
    """Return area, circle and number of incidents for each barrio that an address names."""
    binds = bind_selection(selection, find_selected_categories(conn, selection))
    repeats = find_repeats(conn, binds | {"boundaries": ground.editions.boundaries.id})
    binds["left_out"] = [*repeats.ids, *find_once_reserved(conn, selection.municipality)]
    position = {code: number for number, code in enumerate(ground.areas["code"])}
    rows = [row for row in conn.execute(query("scene_barrios"), binds) if row.stated_area in position]
    if not rows:
        return pd.DataFrame(columns=[*CIRCLE, "n"])
    geocoder = _find_geocoder(conn, selection, ground)
    entries = {entry.id: entry for entry in geocoder.gazetteer.entries}
    found = [_circle(geocoder, entries, row, position[row.stated_area]) for row in rows]
    frame = pd.DataFrame([circle for circle in found if circle], columns=[*CIRCLE, "n"])
    circles: pd.DataFrame = frame.groupby(CIRCLE, as_index=False).sum()
    return circles


def _circle(
    geocoder: Geocoder, entries: Mapping[int, Entry], row: Any, area: int
) -> tuple[int, float, float, float, int] | None:
    """Return area, circle and number of a row whose address means one barrio of the gazetteer.

    The circle holds the barrio's outline; where only a point of it is known, its radius.
    """
    answer = geocoder.find(row.address, stated=row.stated_area)
    if answer.kind != "barrio" or len(answer.place_ids) != 1:
        return None
    entry = entries[answer.place_ids[0]]
    if entry.shape is None:
        x, y = geocoder.ground.to_metres(np.array([entry.longitude]), np.array([entry.latitude]))
        return area, float(x[0]), float(y[0]), entry.radius, row.n
    x, y = geocoder.ground.to_metres(*shapely.get_coordinates(entry.shape).T)
    outline = shapely.multipoints(np.column_stack([x, y]))
    middle = shapely.get_coordinates(shapely.centroid(shapely.minimum_bounding_circle(outline)))[0]
    radius = max(float(shapely.minimum_bounding_radius(outline)), entry.radius)
    return area, round(float(middle[0]), 1), round(float(middle[1]), 1), round(radius, 1), row.n


def _find_geocoder(conn: Connection, selection: Selection, ground: Ground) -> Geocoder:
    code = selection.municipality
    key = ("geocoder", code, ground.editions.boundaries.id, selection.areas, find_names_edition(conn, code))
    return keep(conn, key, lambda: Geocoder(list_entries(conn, code), ground.areas))
