"""GeoJSON, read without GDAL: nothing in the text can make it open another file or an address."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, NoReturn

import geopandas as gpd
import pandas as pd
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from geo_observatorio.errors import phrase, refuse_layer

DECLARED = re.compile(r"urn:ogc:def:crs:(?:EPSG|OGC):[\d.]*:\w+|EPSG:\d+")
STANDARD = "OGC:CRS84"  # RFC 7946: WGS 84, longitude first


def read_geojson(path: Path, name: str) -> gpd.GeoDataFrame:
    """Read the features of a GeoJSON file; ``name`` is what the user calls it.

    Raises
    ------
    LayerRefusedError
        Not JSON (NaN and Infinity are not), not UTF-8, nested too deep, no features, or a projection given by a link.
    """
    document = _parse(path, name)
    features = document.get("features") if document.get("type") == "FeatureCollection" else [document]
    if not isinstance(features, list) or not all(_is_feature(item) for item in features):
        raise refuse_layer(name, phrase("entidades (Feature) de GeoJSON"), str(document.get("type"))[:40])
    crs = _declared_projection(document, name)
    table = pd.DataFrame([item.get("properties") or {} for item in features], index=range(len(features)))
    return gpd.GeoDataFrame(table, geometry=_read_shapes(features, name), crs=crs)


def _parse(path: Path, name: str) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"), parse_constant=_refuse_constant)
    except RecursionError as error:
        raise refuse_layer(name, phrase("un GeoJSON de pocos niveles"), phrase("demasiados niveles")) from error
    except UnicodeDecodeError as error:
        raise refuse_layer(name, phrase("texto en UTF-8"), str(error.reason)) from error
    except ValueError as error:
        raise refuse_layer(name, phrase("un GeoJSON bien formado"), str(error)) from error
    if not isinstance(document, dict):
        raise refuse_layer(name, phrase("un GeoJSON bien formado"), type(document).__name__)
    return document


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(constant)


def _is_feature(item: object) -> bool:
    return isinstance(item, dict) and item.get("type") == "Feature" and isinstance(item.get("properties") or {}, dict)


def _declared_projection(document: dict[str, Any], name: str) -> CRS | None:
    if "crs" not in document:
        return CRS.from_user_input(STANDARD)
    declared = document["crs"]
    if declared is None:
        return None
    try:
        text = declared["properties"]["name"]
        if declared["type"] == "name" and DECLARED.fullmatch(text):
            return CRS.from_user_input(text)
    except (KeyError, TypeError, CRSError) as error:
        raise refuse_layer(name, phrase("un código EPSG en «crs»"), str(declared)[:80]) from error
    raise refuse_layer(name, phrase("un código EPSG en «crs»"), str(declared)[:80])


def _read_shapes(features: list[dict[str, Any]], name: str) -> list[shapely.Geometry | None]:
    shapes: list[shapely.Geometry | None] = []
    for number, feature in enumerate(features, 1):
        geometry = feature.get("geometry")
        try:
            shapes.append(None if geometry is None else shapely.from_geojson(json.dumps(geometry)))
        except (shapely.GEOSException, TypeError) as error:
            found = phrase("en la fila {row}: {error}", row=number, error=str(error)[:80])
            raise refuse_layer(name, phrase("una geometría legible en cada fila"), found) from error
    return shapes
