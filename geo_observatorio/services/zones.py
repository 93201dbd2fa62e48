"""Zones drawn on a map: a short text of corners in degrees, read into the outline that a statistic takes."""

from __future__ import annotations

import math

import geopandas as gpd
import shapely

from geo_observatorio.errors import SelectionError
from geo_observatorio.maps.projecting import DEGREES

MOST_CORNERS = 200
FEWEST_CORNERS = 3
LONGEST = 8000  # characters


def read_zone(text: str, srid: int) -> str:
    """Return the outline (WKT in metres) of a zone written as ``lon lat,lon lat,...``.

    Raises
    ------
    SelectionError
        It is no simple polygon of 3 to 200 corners in degrees.
    """
    corners = [_read_corner(part) for part in text[:LONGEST].split(",")]
    if corners and corners[0] == corners[-1]:
        corners = corners[:-1]
    if not FEWEST_CORNERS <= len(corners) <= MOST_CORNERS or len(text) > LONGEST:
        raise SelectionError(name="zone", needed=f"{FEWEST_CORNERS} .. {MOST_CORNERS}", found=len(corners))
    polygon = shapely.Polygon(corners)
    if not polygon.is_valid or polygon.area == 0:
        raise SelectionError(name="zone", needed="lon lat,lon lat,...", found=shapely.is_valid_reason(polygon))
    return shapely.to_wkt(_to_metres(polygon, srid), rounding_precision=2)


def write_zone(outline: str, srid: int) -> str:
    """Return the text of a zone, as `read_zone` takes it, from its outline (WKT in metres)."""
    polygon = gpd.GeoSeries.from_wkt([outline], crs=srid).to_crs(DEGREES).iloc[0]
    return ",".join(f"{longitude:.5f} {latitude:.5f}" for longitude, latitude in polygon.exterior.coords[:-1])


def _read_corner(text: str) -> tuple[float, float]:
    parts = text.split()
    try:
        longitude, latitude = (float(part) for part in parts)
    except ValueError as error:
        raise SelectionError(name="zone", needed="lon lat,lon lat,...", found=text[:40]) from error
    if not (math.isfinite(longitude) and math.isfinite(latitude) and abs(longitude) <= 180 and abs(latitude) <= 85):
        raise SelectionError(name="zone", needed="-180 .. 180, -85 .. 85", found=text[:40])
    return longitude, latitude


def _to_metres(polygon: shapely.Polygon, srid: int) -> shapely.Polygon:
    moved: shapely.Polygon = gpd.GeoSeries([polygon], crs=DEGREES).to_crs(srid).iloc[0]
    return moved
