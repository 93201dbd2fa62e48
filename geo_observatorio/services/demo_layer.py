"""The schematic district: Voronoi cells of published label points inside an outline drawn by hand."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_observatorio.resources import data_dir

MUNICIPALITY = "0808"
METRIC_SRID = 32617
EDITION = "Esquema de demostración"
NOTE = "esquema, no son límites oficiales"
VINTAGE = "2023"
SOURCE = "Celdas de Voronoi de los puntos de rótulo publicados por el INEC, dentro de un contorno dibujado a mano"


def read_corregimientos(folder: Path | None = None) -> pd.DataFrame:
    """Read the table of published facts: one row per corregimiento, ordered by code.

    Columns: ``code, name, district, label_lon, label_lat`` (degrees), ``area_km2`` (official, for information only),
    ``pop_2023`` (persons), ``source``.
    """
    path = (folder or data_dir("layers") / "demo") / "corregimientos.csv"
    table = pd.read_csv(path, dtype={"code": str}, encoding="utf-8")
    return table.sort_values("code", ignore_index=True)


def read_outline(srid: int = METRIC_SRID, folder: Path | None = None) -> shapely.Polygon:
    """Read the outline of the district with its enclave, in a metric projection."""
    path = (folder or data_dir("layers") / "demo") / "outline.geojson"
    collection = shapely.from_geojson(path.read_text(encoding="utf-8"))
    outline = gpd.GeoSeries([shapely.get_geometry(collection, 0)], crs=4326).to_crs(srid).iloc[0]
    return shapely.Polygon(outline)


def read_land(folder: Path | None = None) -> gpd.GeoDataFrame:
    """Read the land around the district in degrees, so that a map tells sea from land: ``name`` and geometry."""
    path = (folder or data_dir("layers") / "demo") / "land.geojson"
    collection = shapely.from_geojson(path.read_text(encoding="utf-8"))
    return gpd.GeoDataFrame({"name": ["Tierra firme"]}, geometry=[shapely.get_geometry(collection, 0)], crs=4326)


def make_schematic_layer(folder: Path | None = None) -> gpd.GeoDataFrame:
    """Make the 35 schematic corregimientos in metres (UTM 17N), ordered by code.

    Returns
    -------
    GeoDataFrame
        ``code, name, observed`` (false for the enclave of San Miguelito), ``persons`` (census of 2023), ``label``
        (point, metres) and geometry. The cells share their edges exactly: no gap, no overlap. Their areas are not the
        official ones.
    """
    table = read_corregimientos(folder)
    labels = gpd.GeoSeries.from_xy(table["label_lon"], table["label_lat"], crs=4326).to_crs(METRIC_SRID)
    cells = clip_voronoi(shapely.get_coordinates(labels.array), read_outline(folder=folder))
    columns = {
        "code": table["code"],
        "name": table["name"],
        "observed": table["code"].str.startswith(MUNICIPALITY),
        "persons": table["pop_2023"],
        "label": labels,
    }
    return gpd.GeoDataFrame(columns, geometry=cells, crs=METRIC_SRID)


def clip_voronoi(xy: np.ndarray, outline: shapely.Polygon) -> np.ndarray:
    """Return the Voronoi cell of each point inside the outline, in the order of the points (n, 2)."""
    points = shapely.multipoints(xy)
    cells = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=outline, ordered=True))
    return _close_seams(shapely.intersection(cells, outline))


def _close_seams(cells: np.ndarray) -> np.ndarray:
    """Snap all vertices to one millimetre as one coverage, so that neighbours share them to the last bit."""
    shared = shapely.union_all(shapely.boundary(cells), grid_size=0.001)
    faces = shapely.get_parts(shapely.polygonize([shared]))
    tree = shapely.STRtree(faces)
    at, face = tree.query(shapely.point_on_surface(cells), predicate="within")
    ordered = np.empty(len(cells), dtype=object)
    ordered[at] = faces[face]
    return ordered
