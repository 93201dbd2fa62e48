"""Where a surface is highest, and what is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from analysis.grids import Grid
from analysis.scene import Scene

NAME_WITHIN: Final = 500.0  # metres from the peak to the place that names it


def find_peak(table: pd.DataFrame, column: str, grid: Grid, scene: Scene) -> Mapping[str, Any] | None:
    """Return the highest shown value of a column of cells, where it is, and what is there; None where none is shown."""
    values = table[column].to_numpy()
    if not np.isfinite(values).any():
        return None
    row = int(np.nanargmax(values))
    x, y = grid.centres(table["cell"].to_numpy()[[row]])[0]
    return {column: float(values[row]), **describe_spot(x, y, scene)}


def describe_spot(x: float, y: float, scene: Scene) -> dict[str, Any]:
    """Return where something is and what is there; empty names where nothing is near."""
    return {
        "x": float(x),
        "y": float(y),
        "name": _nearest_name(scene.places, x, y),
        "area_name": _area_name(scene.areas, x, y),
    }


def _nearest_name(places: gpd.GeoDataFrame, x: float, y: float) -> str:
    if len(places) == 0:
        return ""
    distance = shapely.distance(places.geometry.to_numpy(), shapely.Point(x, y))
    nearest = int(np.argmin(distance))
    return str(places["name"].iloc[nearest]) if distance[nearest] <= NAME_WITHIN else ""


def _area_name(areas: gpd.GeoDataFrame, x: float, y: float) -> str:
    """Return the name of the smallest area around a place, empty outside all."""
    outlines = areas.geometry.to_numpy()
    around = np.flatnonzero(shapely.intersects_xy(outlines, x, y))
    if len(around) == 0:
        return ""
    return str(areas["name"].iloc[around[np.argmin(shapely.area(outlines[around]))]])
