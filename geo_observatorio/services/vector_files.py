"""Files of shapes: GeoPackage, GeoJSON, zipped shapefile, OpenStreetMap; judged by content, never by their name.

A file is copied first and read under a name of ours, so that neither its name nor a change while it is read can matter.
"""

from __future__ import annotations

import hashlib
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pyogrio.errors
import shapely

from geo_observatorio.errors import Phrase, phrase, refuse_layer
from geo_observatorio.services.geojson import read_geojson
from geo_observatorio.services.osm_files import is_osm, read_osm
from geo_observatorio.services.shapefiles import extract_shapefile, read_projection

MOST_BYTES = 500_000_000
CHUNK = 1 << 20
DBF_BYTES = 254  # of a text in a shapefile, at most
SQLITE = b"SQLite format 3\x00"
GEOPACKAGE = (b"GPKG", b"GP10", b"GP11")  # at byte 68
NEEDED = phrase("un GeoPackage, un GeoJSON, un shapefile en zip o un extracto de OpenStreetMap")
DISGUISES = {b"<OGRVRT": "VRT", b"<gml": "GML", b"FeatureCollection": "GML", b"<kml": "KML", b"<?xml": "XML"}


@dataclass(frozen=True, kw_only=True, eq=False)
class VectorFile:
    """What a file holds: its shapes with their fields, its hash, and what its reader remarked."""

    name: str
    sha256: str
    driver: str
    frame: gpd.GeoDataFrame
    remarks: list[str] = field(default_factory=list)


def read_vectors(path: Path, *, layer: str | None = None, complete: bool = True) -> VectorFile:
    """Read all shapes of a file, as they are, with the projection that it declares.

    Parameters
    ----------
    complete
        Every row must have a shape.

    Raises
    ------
    LayerRefusedError
        Neither GeoPackage, GeoJSON nor zipped shapefile by its content; damaged; too large; without projection;
        several layers and none named; no shapes; a shape that is empty or has coordinates that are no numbers.
    """
    with private_copy(path) as (copy, sha256):
        driver = _sniff(copy, path.name)
        with warnings.catch_warnings(record=True) as remarks:
            warnings.simplefilter("always")
            frame = _read(copy, driver, path.name, layer)
    _require_shapes(frame, path.name, complete=complete)
    _require_projection(frame, path.name)
    texts = sorted({str(remark.message) for remark in remarks})
    if driver == "ESRI Shapefile":
        texts += [f"{name}: textos de {DBF_BYTES} bytes, quizá cortados" for name in _find_cut_fields(frame)]
    return VectorFile(name=path.name, sha256=sha256, driver=driver, frame=frame, remarks=texts)


def _find_cut_fields(frame: gpd.GeoDataFrame) -> list[str]:
    """Return the fields with a text as long as a DBF can hold, of which the end may be lost."""
    texts = frame.drop(columns=frame.geometry.name).select_dtypes(include=["object", "string", "str"])
    return [
        str(name)
        for name in texts.columns
        if any(isinstance(text, str) and len(text.encode()) >= DBF_BYTES for text in texts[name])
    ]


def is_vector_file(path: Path) -> bool:
    """Tell by the first bytes whether a file claims to hold shapes."""
    with path.open("rb") as file:
        return _format_of(file.read(512)) is not None


@contextmanager
def private_copy(path: Path) -> Iterator[tuple[Path, str]]:
    """Copy a file into a folder of our own that is gone afterwards; yield the copy and its SHA-256."""
    if path.stat().st_size > MOST_BYTES:
        raise refuse_layer(
            path.name, phrase("a lo sumo {n} MB", n=MOST_BYTES // 10**6), f"{path.stat().st_size // 10**6} MB"
        )
    digest = hashlib.sha256()
    with tempfile.TemporaryDirectory(prefix="observatorio-") as folder:
        copy = Path(folder) / "layer.gpkg"  # the name that the GeoPackage driver expects; nobody else looks at it
        with path.open("rb") as source, copy.open("wb") as target:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                target.write(chunk)
        yield copy, digest.hexdigest()


def _sniff(path: Path, name: str) -> str:
    with path.open("rb") as file:
        head = file.read(512)
    driver = _format_of(head)
    if driver is None:
        raise refuse_layer(name, NEEDED, _describe(head))
    return driver


def _format_of(head: bytes) -> str | None:
    if head.startswith(SQLITE) and head[68:72] in GEOPACKAGE:
        return "GPKG"
    if head.startswith(b"PK\x03\x04"):
        return "ESRI Shapefile"
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        return "GeoJSON"
    if is_osm(head):
        return "OSM"
    return None


def _describe(head: bytes) -> Phrase | str:
    for mark, format_name in DISGUISES.items():
        if mark in head:
            return phrase("un archivo {format}", format=format_name)
    if not head:
        return phrase("un archivo vacío")
    return phrase("otra cosa")


def _read(path: Path, driver: str, name: str, layer: str | None) -> gpd.GeoDataFrame:
    if driver == "GeoJSON":
        return read_geojson(path, name)
    if driver == "OSM":
        return read_osm(path, name, layer)
    if driver == "ESRI Shapefile":
        with extract_shapefile(path, name, layer) as (shapefile, encoding):
            frame = _read_with_gdal(shapefile, driver, name, encoding=encoding)
            return frame.set_crs(read_projection(shapefile, name), allow_override=True)
    return _read_with_gdal(path, driver, name, layer=_choose_layer(path, name, layer))


def _read_with_gdal(
    path: Path, driver: str, name: str, *, layer: str | None = None, encoding: str | None = None
) -> gpd.GeoDataFrame:
    try:
        found = str(pyogrio.read_info(path, layer=layer, encoding=encoding)["driver"])
        if found != driver:
            raise refuse_layer(name, NEEDED, found)
        return gpd.GeoDataFrame(pyogrio.read_dataframe(path, layer=layer, encoding=encoding))
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError, shapely.GEOSException) as error:
        raise refuse_layer(name, phrase("un archivo entero"), _first_line(error)) from error


def _choose_layer(path: Path, name: str, layer: str | None) -> str:
    try:
        layers = [str(row[0]) for row in pyogrio.list_layers(path) if row[1] is not None]
    except pyogrio.errors.DataSourceError as error:
        raise refuse_layer(name, phrase("un archivo entero"), _first_line(error)) from error
    chosen = [item for item in layers if layer in (None, item)]
    if len(chosen) != 1:
        needed = phrase("una sola capa, o su nombre con --layer")
        raise refuse_layer(name, needed, ", ".join(layers) or phrase("ninguna"))
    return chosen[0]


def _require_shapes(frame: gpd.GeoDataFrame, name: str, *, complete: bool) -> None:
    if frame.empty:
        raise refuse_layer(name, phrase("al menos una geometría"), phrase("ninguna"))
    shapes = frame.geometry.to_numpy()
    absent = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    if absent.all() or (complete and absent.any()):
        found = phrase("{n} filas sin ella, la primera, la {row}", n=int(absent.sum()), row=int(absent.argmax()) + 1)
        raise refuse_layer(name, phrase("una geometría en cada fila"), found)
    numbers = shapely.get_coordinates(shapes)
    if not np.isfinite(numbers).all():
        raise refuse_layer(name, phrase("coordenadas que sean números"), phrase("NaN o infinito"))


def _require_projection(frame: gpd.GeoDataFrame, name: str) -> None:
    crs = frame.crs
    if crs is None or not (crs.is_geographic or crs.is_projected) or "undefined" in crs.name.lower():
        raise refuse_layer(name, phrase("un sistema de coordenadas declarado"), phrase("ninguno"))
    if crs.is_geographic:
        left, bottom, right, top = frame.total_bounds
        if left < -180 or right > 180 or bottom < -90 or top > 90:
            found = phrase("valores hasta {value}", value=f"{max(abs(left), abs(bottom), abs(right), abs(top)):.1f}")
            raise refuse_layer(name, phrase("grados, como dice su sistema de coordenadas ({crs})", crs=crs.name), found)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
