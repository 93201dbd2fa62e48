"""Extracts of OpenStreetMap: XML or PBF, by content; one layer of them at a time."""

from __future__ import annotations

import mmap
from pathlib import Path

import geopandas as gpd
import pyogrio
import pyogrio.errors

from geo_observatorio.errors import phrase, refuse_layer

LAYERS = ("points", "lines", "multilinestrings", "multipolygons")  # as GDAL's reader calls them
PBF = b"\x0a\x09OSMHeader"  # after the length of the first block
DECLARED = (b"<!DOCTYPE", b"<!ENTITY")  # an extract declares nothing of its own: only an attack does


def is_osm(head: bytes) -> bool:
    """Tell by its first bytes whether a file is an extract of OpenStreetMap."""
    return head[4:15] == PBF or b"<osm " in head


def read_osm(path: Path, name: str, layer: str | None) -> gpd.GeoDataFrame:
    """Read a layer: `points`, `lines`, `multilinestrings` or `multipolygons`.

    Raises
    ------
    LayerRefusedError
        No such layer is named, the file declares entities, or it is damaged.
    """
    if layer not in LAYERS:
        needed = phrase("el nombre de una capa con --layer: {names}", names=", ".join(LAYERS))
        raise refuse_layer(name, needed, layer or phrase("ninguna"))
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole:
        declares = whole[4:15] != PBF and any(whole.find(mark) >= 0 for mark in DECLARED)
    if declares:
        raise refuse_layer(name, phrase("un extracto sin declaraciones propias"), "DOCTYPE")
    try:
        # Through a query the reader builds this layer alone, and does not give up where the others are large.
        frame = gpd.GeoDataFrame(pyogrio.read_dataframe(path, sql=f"SELECT * FROM {layer}"))  # noqa: S608  # of LAYERS
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError) as error:
        raise refuse_layer(name, phrase("un archivo entero"), str(error).splitlines()[0]) from error
    return frame
