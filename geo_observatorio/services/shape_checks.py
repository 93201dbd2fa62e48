"""Polygons as they come: repaired where they must be, and said how they were."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_observatorio.errors import phrase, refuse_layer

STORED_SRID = 4326
LEAST_OVERLAP = 1.0  # square metres: less is rounding of coordinates
LEAST_REPAIR = 1.0  # square metres that a repair must leave
POLYGONS = (3, 6)  # shapely's numbers of Polygon and MultiPolygon
NAMED = 20  # how many codes are named in a report
NEAR = 3.0  # degrees around the zone of a projection where it still measures well


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What the shapes of a file looked like.

    Attributes
    ----------
    repeated
        Areas whose shape is that of an earlier one.
    overlapping_pairs, overlap_km2
        Pairs of areas of different shape that share more than 1 m², and what they share, pair by pair.
    """

    areas: int
    crs: str
    with_height: int
    invalid: int
    repaired: list[str] = field(default_factory=list)
    repeated: int = 0
    overlapping_pairs: int = 0
    overlap_km2: float = 0.0
    total_km2: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)


def prepare_areas(areas: gpd.GeoDataFrame, file: str, srid: int) -> tuple[gpd.GeoDataFrame, Findings]:
    """Make polygons that can be stored, and tell what was found.

    Parameters
    ----------
    areas
        Columns ``code``, ``name``, ``observed`` and geometry, in any projection.
    srid
        EPSG code of the municipality's metric projection.

    Returns
    -------
    tuple
        The areas in EPSG:4326 with ``area_km2`` and ``label``, ordered by code; and the findings.

    Raises
    ------
    LayerRefusedError
        Shapes that are no polygons, that vanish when repaired, or that lie outside the zone of the projection.
    """
    _require_polygons(areas, file)
    flat = areas.set_geometry(areas.geometry.force_2d())
    broken = ~flat.is_valid.to_numpy()
    stored = _transform(_repair(flat, broken, file), file, srid)
    measured = stored.to_crs(srid)
    measured = _repair(measured, ~measured.is_valid.to_numpy(), file)
    pairs, overlap = _measure_overlaps(measured)
    findings = Findings(
        areas=len(areas),
        crs=_name_projection(areas),
        with_height=int(areas.has_z.sum()),
        invalid=int(broken.sum()),
        repaired=areas.loc[broken, "code"].sort_values().head(NAMED).tolist(),
        repeated=_count_repeated(measured),
        overlapping_pairs=pairs,
        overlap_km2=round(overlap / 1e6, 6),
        total_km2=round(float(measured.area.sum()) / 1e6, 6),
    )
    label = gpd.GeoSeries(shapely.point_on_surface(_largest_parts(measured)), crs=srid, index=measured.index)
    return stored.assign(area_km2=measured.area / 1e6, label=label.to_crs(STORED_SRID)), findings


def _require_polygons(areas: gpd.GeoDataFrame, file: str) -> None:
    others = areas.geom_type[~np.isin(shapely.get_type_id(areas.geometry.to_numpy()), POLYGONS)]
    if len(others):
        raise refuse_layer(file, phrase("polígonos"), f"{others.iloc[0]} ({len(others)})")


def _repair(areas: gpd.GeoDataFrame, broken: np.ndarray, file: str) -> gpd.GeoDataFrame:
    """Make the broken shapes valid, keeping their polygons only."""
    shapes = areas.geometry.to_numpy().copy()
    shapes[broken] = [_keep_polygons(shape) for shape in shapely.make_valid(shapes[broken])]
    if shapely.is_empty(shapes).any():
        codes = areas.loc[shapely.is_empty(shapes), "code"].head(NAMED)
        raise refuse_layer(file, phrase("polígonos con superficie"), ", ".join(codes))
    return areas.set_geometry(gpd.GeoSeries(shapes, index=areas.index, crs=areas.crs))


def _keep_polygons(shape: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(shapely.get_parts(shape))  # a collection may hold multipolygons
    return shapely.union_all(parts[shapely.get_type_id(parts) == POLYGONS[0]])


def _transform(areas: gpd.GeoDataFrame, file: str, srid: int) -> gpd.GeoDataFrame:
    """Bring areas to EPSG:4326, ordered by code; refuse what lies where the metric projection does not measure."""
    stored = areas.to_crs(STORED_SRID).sort_values("code", ignore_index=True)
    stored = _repair(stored, ~stored.is_valid.to_numpy(), file)
    bounds = stored.total_bounds
    zone = gpd.GeoSeries([], crs=srid).crs.area_of_use
    inside = (
        bool(np.isfinite(bounds).all())
        and zone.west - NEAR <= bounds[0]
        and bounds[2] <= zone.east + NEAR
        and zone.south - NEAR <= bounds[1]
        and bounds[3] <= zone.north + NEAR
    )
    if not inside:
        needed = phrase("áreas en la zona de la proyección del municipio ({zone})", zone=f"EPSG:{srid}")
        found = phrase("áreas en {place}", place=", ".join(f"{value:.2f}" for value in bounds))
        raise refuse_layer(file, needed, found)
    return stored


def _measure_overlaps(areas: gpd.GeoDataFrame) -> tuple[int, float]:
    """Return how many pairs of different areas overlap, and by how many square metres in all."""
    shapes = areas.geometry.to_numpy()
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    first, second = first[first < second], second[first < second]
    shared = shapely.area(shapely.intersection(shapes[first], shapes[second]))
    counts = (shared > LEAST_OVERLAP) & ~shapely.equals(shapes[first], shapes[second])
    return int(counts.sum()), float(shared[counts].sum())


def _count_repeated(areas: gpd.GeoDataFrame) -> int:
    return int(pd.Series(shapely.to_wkb(shapely.normalize(areas.geometry.to_numpy()))).duplicated().sum())


def _largest_parts(areas: gpd.GeoDataFrame) -> np.ndarray:
    parts = areas[["geometry"]].explode(index_parts=False)
    parts = parts.assign(size=parts.area).sort_values("size", kind="stable")
    return np.asarray(parts[~parts.index.duplicated(keep="last")].sort_index().geometry.to_numpy())


def _name_projection(areas: gpd.GeoDataFrame) -> str:
    code = areas.crs.to_epsg()
    return f"EPSG:{code}" if code else str(areas.crs.name)
