"""Crossings: where streets meet, computed from their lines and kept as places."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from sqlalchemy import Connection

from geo_observatorio.db.areas import STORED_SRID
from geo_observatorio.db.municipalities import Municipality
from geo_observatorio.db.places import Place, list_places, load_lines, save_places
from geo_observatorio.names import plain_text

KIND = "cruce"
SOURCE = "Cruces calculados de las calles"
RADIUS = 50.0  # metres, or that of the streets where they are known less well
MEETING = 10.0  # metres: lines drawn so near each other meet
SAME_CROSSING = 80.0  # metres: two carriageways cross a street twice at one crossing


def renew_crossings(conn: Connection, municipality: Municipality) -> int:
    """Compute the crossings of all streets in force and keep them in place of the former ones; return how many."""
    crossings = find_crossings(load_lines(conn, municipality.code, municipality.metric_srid))
    if crossings != list_places(conn, municipality.code, KIND, SOURCE):
        save_places(conn, municipality.code, KIND, SOURCE, crossings)
    return len(crossings)


def find_crossings(streets: gpd.GeoDataFrame) -> list[Place]:
    """Find where streets of different names meet.

    Parameters
    ----------
    streets
        Columns ``name``, ``radius`` and geometry (lines), in metres.

    Returns
    -------
    list
        In EPSG:4326, by name and position: `A con B`, with `B con A` as its alias.
    """
    if streets.empty:
        return []
    lines = streets.geometry.to_numpy()
    plain = streets["name"].map(plain_text).to_numpy()
    one, other = shapely.STRtree(lines).query(lines, predicate="dwithin", distance=MEETING)
    first = plain[one] < plain[other]  # each pair once, and no street with itself
    one, other = one[first], other[first]
    at = [_meeting_points(lines[i], lines[j]) for i, j in zip(one.tolist(), other.tolist(), strict=True)]
    pair = np.repeat(np.arange(len(at)), [len(points) for points in at])
    if not len(pair):
        return []
    xy = np.concatenate(at)
    group = _cluster(xy, plain[one][pair], plain[other][pair])
    names, radii = streets["name"].to_numpy(), streets["radius"].to_numpy()
    radius = np.maximum(np.maximum(radii[one], radii[other]), RADIUS)[pair]
    return _to_places(xy, group, list(zip(names[one][pair], names[other][pair], radius, strict=True)), streets.crs)


def _meeting_points(one: shapely.Geometry, other: shapely.Geometry) -> np.ndarray:
    """Return where two lines meet (n, 2): where they cross, or between their nearest points."""
    shared = shapely.intersection(one, other)
    if shapely.is_empty(shared):
        return np.asarray(shapely.get_coordinates(shapely.shortest_line(one, other)).mean(axis=0, keepdims=True))
    return np.asarray(shapely.get_coordinates(shapely.centroid(shapely.get_parts(shared))))


def _cluster(xy: np.ndarray, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Number the crossings: meetings of the same two names that lie near each other are one."""
    points = np.asarray(shapely.points(xy), dtype=object)
    i, j = shapely.STRtree(points).query(points, predicate="dwithin", distance=SAME_CROSSING)
    same = (one[i] == one[j]) & (other[i] == other[j])
    links = coo_matrix((np.ones(same.sum()), (i[same], j[same])), shape=(len(xy), len(xy)))
    return np.asarray(connected_components(links, directed=False)[1])


def _to_places(xy: np.ndarray, group: np.ndarray, told: list[tuple[str, str, float]], crs: object) -> list[Place]:
    size = np.bincount(group)
    middles = np.column_stack([np.bincount(group, weights=column) / size for column in xy.T])
    points = gpd.GeoSeries.from_xy(*middles.T, crs=crs).to_crs(STORED_SRID)
    first = np.unique(group, return_index=True)[1]
    places = [
        Place(name=f"{a} con {b}", geometry=point, radius=float(radius), aliases=(f"{b} con {a}",))
        for (a, b, radius), point in zip([told[i] for i in first], points, strict=True)
    ]
    return sorted(places, key=lambda place: (plain_text(place.name), *shapely.bounds(place.geometry).tolist()))
