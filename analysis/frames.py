"""Scenes made of GeoDataFrames: for notebooks and scripts, without a database."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from analysis.assignment import assign
from analysis.errors import GeographicCoordinatesError, NotEnoughDataError, ParameterError
from analysis.scene import Points, Population, Region, Scene, points_at

DAYS_A_MONTH: Final = 30.4375
UNKNOWN_HOUR: Final = -1


def make_scene(
    incidents: gpd.GeoDataFrame,
    areas: gpd.GeoDataFrame,
    *,
    months: float | None = None,
    mask: Region | None = None,
    window: Region | None = None,
    streets: gpd.GeoDataFrame | None = None,
) -> Scene:
    """Make a scene of incidents (points) and areas (polygons) in one metric projection.

    Parameters
    ----------
    incidents
        Points; the columns ``day`` (dates), ``hour`` (0 to 23) and ``radius`` (metres of uncertainty) are used where
        they are present.
    areas
        Polygons with ``code`` and ``name``; a column ``persons`` makes rates possible, a column ``base`` (incidents of
        every kind) location quotients. Reprojected to the incidents'.
    months
        Length of the period; without it, from the first day of the incidents to the last, both included.
    mask, window
        Study mask and window of observation; without them the union of the areas. A mask that holds forest and
        water makes every inhabited place look hot: give the inhabited land where it is known.
    streets
        Lines with ``name``, for `network_density`. Reprojected to the incidents'.

    Raises
    ------
    GeographicCoordinatesError
        The incidents are in degrees.
    NotEnoughDataError
        There are no areas.
    ParameterError
        A geometry is not a point, a projection is missing, a column is missing, or no period can be told.
    """
    crs = _read_projection(incidents, "incidents")
    _read_projection(areas, "areas")
    _require_points(incidents)
    _require_areas(areas)
    areas = areas.to_crs(crs).reset_index(drop=True)
    land = window or cast(Region, shapely.union_all(areas.geometry.to_numpy()))
    points = _read_points(incidents, areas)
    known = points.day[~np.isnat(points.day)]
    since, until = (known.min(), known.max()) if len(known) else (None, None)
    return Scene(
        crs=crs,
        points=points,
        months=_measure_months(since, until) if months is None else months,
        window=land,
        mask=mask or land,
        areas=areas,
        population=_read_population(areas),
        base=areas["base"].to_numpy(dtype=np.int64) if "base" in areas else None,
        streets=_read_streets(streets, crs),
        since=since,
        until=until,
    )


def _read_projection(frame: gpd.GeoDataFrame, name: str) -> int:
    """Return the EPSG code of a frame's metric projection."""
    code = None if frame.crs is None else frame.crs.to_epsg()
    if code is None:
        raise ParameterError(name=name, needed="a projection with an EPSG code (set_crs, to_crs)", found=str(frame.crs))
    if name == "incidents" and frame.crs.is_geographic:
        raise GeographicCoordinatesError(found=code)
    return int(code)


def _read_streets(streets: gpd.GeoDataFrame | None, crs: int) -> gpd.GeoDataFrame:
    """Return the streets in the projection of the incidents; none where none are given."""
    if streets is None:
        return gpd.GeoDataFrame({"name": []}, geometry=[], crs=crs)
    _read_projection(streets, "streets")
    if "name" not in streets:
        raise ParameterError(name="streets", needed="column name", found="without")
    if not streets.geom_type.isin(["LineString", "MultiLineString"]).all():
        raise ParameterError(name="streets", needed="a line in every row", found="other geometries")
    return streets[["name", streets.geometry.name]].to_crs(crs).reset_index(drop=True)


def _require_points(incidents: gpd.GeoDataFrame) -> None:
    shapes = incidents.geometry
    wrong = int((shapes.isna() | shapes.is_empty | (shapes.geom_type != "Point")).sum())
    if wrong:
        raise ParameterError(name="incidents", needed="a point in every row", found=f"{wrong} without")


def _require_areas(areas: gpd.GeoDataFrame) -> None:
    missing = [name for name in ("code", "name") if name not in areas]
    if missing:
        raise ParameterError(name="areas", needed="columns code, name", found=f"without {', '.join(missing)}")
    if len(areas) == 0:
        raise NotEnoughDataError(needed=1, found=0)


def _read_points(incidents: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> Points:
    x, y = incidents.geometry.x.to_numpy(), incidents.geometry.y.to_numpy()
    points = replace(points_at(x, y), area=assign(x, y, areas))
    if "radius" in incidents:
        points = replace(points, radius=incidents["radius"].to_numpy(dtype=np.float64))
    if "day" not in incidents:
        return points
    days = pd.to_datetime(incidents["day"]).to_numpy().astype("datetime64[D]")
    if "hour" not in incidents:
        return replace(points, day=days)
    return replace(points, day=days, hour=incidents["hour"].fillna(UNKNOWN_HOUR).to_numpy(dtype=np.int8))


def _measure_months(since: np.datetime64 | None, until: np.datetime64 | None) -> float:
    if since is None or until is None:
        raise ParameterError(name="months", needed="a number, or incidents with days", found="none")
    return float((until - since).astype(int) + 1) / DAYS_A_MONTH


def _read_population(areas: gpd.GeoDataFrame) -> Population | None:
    if "persons" not in areas:
        return None
    persons = areas["persons"].to_numpy(dtype=np.float64)
    return Population(persons=persons, vintage="", kind="", source="")
