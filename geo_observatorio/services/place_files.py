"""Files of places: shapes with a name, or a CSV with a name, a latitude and a longitude."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from geo_observatorio.errors import phrase, refuse_layer
from geo_observatorio.services.table_files import TableFile, fields_of, read_table, require_field
from geo_observatorio.services.vector_files import is_vector_file, read_vectors

LATITUDES = ("lat", "latitud", "latitude", "stop_lat", "lat_dec", "y")
LONGITUDES = ("lon", "lng", "long", "longitud", "longitude", "stop_lon", "lon_dec", "x")
SEPARATORS = re.compile(r"[|;]")


@dataclass(frozen=True, kw_only=True, eq=False)
class PlaceFile:
    """The rows of a file that have a place: ``name``, ``aliases`` (tuple) and geometry; and how many it has in all."""

    name: str
    rows: int
    frame: gpd.GeoDataFrame


def read_places(
    path: Path, name: str, aliases: tuple[str, ...], coordinates: tuple[str, str], *, layer: str | None = None
) -> PlaceFile:
    """Read names and positions.

    Parameters
    ----------
    name, aliases
        Fields with the name and with other names.
    coordinates
        Fields of latitude and longitude in a CSV, in degrees; empty: those with a usual name.

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
        geometry = _read_points(table, coordinates)
    for field in (name, *aliases):
        require_field(table, field)
    columns = {"name": table.frame[name].to_numpy(), "aliases": [_split(row) for row in _rows(table, aliases)]}
    frame = gpd.GeoDataFrame(columns, geometry=geometry.to_numpy(), crs=geometry.crs)
    return PlaceFile(
        name=path.name,
        rows=len(frame),
        frame=frame[~(frame.geometry.isna() | frame.geometry.is_empty)].reset_index(drop=True),
    )


def _rows(table: TableFile, fields: tuple[str, ...]) -> list[list[str]]:
    return [list(row) for row in table.frame[list(fields)].itertuples(index=False)]


def _split(texts: list[str]) -> tuple[str, ...]:
    return tuple(part for text in texts for part in SEPARATORS.split(text) if part.strip())


def _read_points(table: TableFile, coordinates: tuple[str, str]) -> gpd.GeoSeries:
    """Make points of two fields in degrees; a row without numbers in range has none."""
    latitude = _choose_field(table, coordinates[0], LATITUDES)
    longitude = _choose_field(table, coordinates[1], LONGITUDES)
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
