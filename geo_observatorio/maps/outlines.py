"""Outlines as GeoJSON in degrees, with no more digits and corners than a screen can show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from pyproj import Transformer

from analysis.grids import Floats
from geo_observatorio.maps.projecting import DEGREES

DIGITS = 5  # of a degree: a metre
MOST_CORNERS = 60_000  # of a whole layer
TOLERANCES = (0.0, 5.0, 10.0, 20.0, 40.0, 80.0)  # metres


def to_degrees(geometry: Iterable[Any], crs: int) -> Any:
    """Transform shapely geometries from metres to degrees, rounded to a metre."""
    there = Transformer.from_crs(crs, DEGREES, always_xy=True)

    def move(xy: Floats) -> Floats:
        return np.round(np.column_stack(there.transform(xy[:, 0], xy[:, 1])), DIGITS)

    return shapely.transform(np.array(list(geometry), dtype=object), move)


def thin(geometry: Iterable[Any]) -> Any:
    """Drop corners, shared borders alike, until the whole layer is light enough for a page."""
    shapes = np.array(list(geometry), dtype=object)
    for tolerance in TOLERANCES:
        thinned = shapes if tolerance == 0 else shapely.coverage_simplify(shapes, tolerance)
        if shapely.get_num_coordinates(thinned).sum() <= MOST_CORNERS:
            return thinned
    return thinned


def to_features(geometry: Iterable[Any], crs: int, properties: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return a GeoJSON FeatureCollection in degrees."""
    features = [
        {"type": "Feature", "properties": dict(values), "geometry": shapely.geometry.mapping(shape)}
        for shape, values in zip(to_degrees(geometry, crs), properties, strict=True)
    ]
    return {"type": "FeatureCollection", "features": features}


def limits_features(areas: gpd.GeoDataFrame, crs: int) -> dict[str, Any]:
    """Return the limits of areas with code, name, whether their incidents are delivered, and where the name goes."""
    labels = to_degrees(shapely.point_on_surface(areas.geometry.to_numpy()), crs)
    observed = areas["observed"] if "observed" in areas else [True] * len(areas)
    sizes = np.sqrt(shapely.area(areas.geometry.to_numpy()))
    properties = [
        {
            "code": str(code),
            "name": str(name),
            "observed": bool(seen),
            "label": [round(point.y, 5), round(point.x, 5)],
            "size": round(float(size)),
        }
        for code, name, seen, point, size in zip(areas["code"], areas["name"], observed, labels, sizes, strict=True)
    ]
    return to_features(thin(areas.geometry.to_numpy()), crs, properties)
