"""Files of places: shapes with a name, or a CSV with a name and a latitude and a longitude, or a WKT."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo_observatorio.errors import phrase, refuse_layer
from geo_observatorio.services.table_files import TableFile, fields_of, read_table, require_field
from geo_observatorio.services.vector_files import is_vector_file, read_vectors

LATITUDES = ("lat", "latitud", "latitude", "stop_lat", "lat_dec", "y")
LONGITUDES = ("lon", "lng", "long", "longitud", "longitude", "stop_lon", "lon_dec", "x")
SHAPES = ("wkt", "the_geom", "geom", "geometry")
SEPARATORS = re.compile(r"[|;]")
TAGS = "other_tags"  # where the reader of OpenStreetMap puts what has no field of its own: "alt_name"=>"Calle 50"
TAG = re.compile(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"')
WHOLE = 0.0004  # minutes: what five decimals of a degree leave of a whole minute
WHOLE_OF_FOUR = 0.0035  # the same of four decimals


@dataclass(frozen=True, kw_only=True)
class PlaceFields:
    """Where a file says what; empty: it does not, and latitude and longitude stand under a usual name."""

    name: str
    aliases: tuple[str, ...] = ()
    kind: str = ""
    radius: str = ""
    latitude: str = ""
    longitude: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class PlaceFile:
    """The rows of a file that have a place, and how many it has in all.

    Columns ``name``, ``aliases`` (tuple), ``kind`` and ``radius`` (text, empty where the file says none), ``coarse``
    (the position is rounded to whole minutes) and geometry.
    """

    name: str
    rows: int
    frame: gpd.GeoDataFrame


def read_places(path: Path, fields: PlaceFields, *, layer: str | None = None) -> PlaceFile:
    """Read names and positions.

    Raises
    ------
    LayerRefusedError
        The file cannot be read, or a field is absent.
    """
    if is_vector_file(path):
        file = read_vectors(path, layer=layer, complete=False)
        table, geometry = fields_of(file), file.frame.geometry.force_2d().reset_index(drop=True)
    else:
        table = read_table(path)
        geometry = _read_shapes(table, fields)
    table = _unfold_tags(table, fields.aliases)
    columns = {
        "name": _column(table, fields.name),
        "aliases": [_split(row) for row in _rows(table, fields.aliases)],
        "kind": _column(table, fields.kind),
        "radius": _column(table, fields.radius),
        "coarse": find_coarse(geometry),
    }
    frame = gpd.GeoDataFrame(columns, geometry=geometry.to_numpy(), crs=geometry.crs)
    placed = frame[~(frame.geometry.isna() | frame.geometry.is_empty)].reset_index(drop=True)
    return PlaceFile(name=path.name, rows=len(frame), frame=placed)


def find_coarse(geometry: gpd.GeoSeries) -> NDArray[np.bool_]:
    """Tell which points lie on whole minutes of latitude and longitude: somebody rounded them."""
    found = np.zeros(len(geometry), dtype=bool)
    points = (geometry.geom_type == "Point").to_numpy() & ~geometry.is_empty.to_numpy()
    if points.any():
        degrees = shapely.get_coordinates(geometry[points].to_crs(4326).to_numpy())
        few = np.abs(degrees - np.round(degrees, 4)) < 1e-9
        rest = np.abs(degrees * 60 - np.round(degrees * 60))
        found[points] = (rest < np.where(few, WHOLE_OF_FOUR, WHOLE)).all(axis=1)
    return found


def _column(table: TableFile, field: str) -> list[str]:
    if not field:
        return [""] * len(table.frame)
    require_field(table, field)
    return list(table.frame[field])


def _rows(table: TableFile, fields: tuple[str, ...]) -> list[list[str]]:
    for field in fields:
        require_field(table, field)
    return [list(row) for row in table.frame[list(fields)].itertuples(index=False)]


def _split(texts: list[str]) -> tuple[str, ...]:
    return tuple(part for text in texts for part in SEPARATORS.split(text) if part.strip())


def _unfold_tags(table: TableFile, wanted: tuple[str, ...]) -> TableFile:
    """Make fields of the tags that are wanted, where OpenStreetMap's reader left them in one text."""
    absent = [name for name in wanted if name not in table.frame.columns]
    if TAGS not in table.frame.columns or not absent:
        return table
    tags = [dict(TAG.findall(text)) for text in table.frame[TAGS]]
    more = {name: [row.get(name, "").replace('\\"', '"') for row in tags] for name in absent}
    return TableFile(name=table.name, sha256=table.sha256, frame=table.frame.assign(**more))


def _read_shapes(table: TableFile, fields: PlaceFields) -> gpd.GeoSeries:
    """Make shapes of a field with WKT, or points of two fields, in degrees; a row without numbers in range has none."""
    wkt = next((str(column) for column in table.frame.columns if column.lower() in SHAPES), "")
    if wkt and not fields.latitude:
        drawn = shapely.from_wkt(table.frame[wkt].to_numpy(dtype=object), on_invalid="ignore")
        shapes = np.asarray(shapely.force_2d(drawn))
        left, bottom, right, top = shapely.bounds(shapes).T
        credible = (left >= -180) & (right <= 180) & (bottom >= -90) & (top <= 90)  # false for what is empty
        shapes[~credible] = None
        series = gpd.GeoSeries(shapes, crs=4326)
        if credible.all() or not _has_coordinates(table):
            return series
        return series.where(credible, _read_points(table, fields))
    return _read_points(table, fields)


def _has_coordinates(table: TableFile) -> bool:
    columns = {column.lower() for column in table.frame.columns}
    return bool(columns & set(LATITUDES)) and bool(columns & set(LONGITUDES))


def _read_points(table: TableFile, fields: PlaceFields) -> gpd.GeoSeries:
    latitude = _choose_field(table, fields.latitude, LATITUDES)
    longitude = _choose_field(table, fields.longitude, LONGITUDES)
    y, x = (_as_numbers(table.frame[field]) for field in (latitude, longitude))
    credible = (np.abs(y) <= 90) & (np.abs(x) <= 180) & ((x != 0) | (y != 0))
    points = gpd.GeoSeries.from_xy(np.where(credible, x, 0.0), np.where(credible, y, 0.0), crs=4326)
    return points.where(credible)


def _choose_field(table: TableFile, field: str, usual: tuple[str, ...]) -> str:
    if field:
        require_field(table, field)
        return field
    for column in table.frame.columns:
        if column.lower() in usual:
            return str(column)
    raise refuse_layer(table.name, phrase("un campo {names}", names=" | ".join(usual)), ", ".join(table.frame.columns))


def _as_numbers(texts: pd.Series) -> np.ndarray:
    """Return numbers, NaN where there is none; a lone comma is a decimal one."""
    numbers = pd.to_numeric(texts.str.replace(",", ".", regex=False), errors="coerce")
    return np.asarray(numbers, dtype=np.float64)
