"""Places: hot cells within a coverage budget, merged, split to a size one can walk, named and ranked."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import scipy.sparse as sp
import shapely
from numpy.typing import NDArray
from scipy.sparse import csgraph

from analysis.compass import find_directions
from analysis.grids import Floats, Grid, Ints
from analysis.hot_cells import HotCells
from analysis.neighbours import neighbours_by_order
from analysis.scene import NO_AREA, Scene

LARGEST = 1.25e6  # square metres: about 1 km², more is split
APART = 700.0  # metres between the two peaks of a split
NAME_WITHIN = 500.0  # metres from the outline to the place it is named after


@dataclass(frozen=True, kw_only=True, eq=False)
class Cells:
    """What is known of the study cells: where they lie, what was found there, and the area of each incident."""

    grid: Grid
    cells: Ints
    found: HotCells
    cell_of_point: Ints  # position among the study cells, -1 outside


def find_places(scene: Scene, known: Cells, *, coverage: float) -> gpd.GeoDataFrame:
    """Gather hot cells and focos into ranked places.

    Parameters
    ----------
    coverage
        Share of the study area that the places may take (one cell at least).

    Returns
    -------
    gpd.GeoDataFrame
        One row per place, by incidents per km² and month: ``rank``, ``name`` (nearest known place, or empty),
        ``area_code``, ``area_name``, ``where`` (in which part of that area: ``north``, ``northeast``, ..., ``centre``,
        empty without an area), ``part`` (1, 2, ... by rank where name, area and part are the same for several places,
        else 0), ``kind`` (``place`` or ``foco``), ``cells``, ``count``, ``area_km2``, ``rate``, ``share`` of all
        incidents in the study area, ``q``, geometry.
    """
    chosen = choose_cells(known.found, coverage=coverage)
    labels = group_cells(known.grid, known.cells[chosen], known.found.around[chosen])
    frame = _measure(scene, known, chosen, labels)
    frame = frame.sort_values(["rate", "count", "first"], ascending=[False, False, True], ignore_index=True)
    frame.insert(0, "rank", np.arange(1, len(frame) + 1))
    frame.insert(int(frame.columns.get_indexer(["where"])[0]) + 1, "part", number_parts(frame))
    return frame.drop(columns="first")


def choose_cells(found: HotCells, *, coverage: float) -> Ints:
    """Return the positions, ascending, of the focos and then the hot cells that the budget covers.

    Focos come first, fullest first; hot cells by q, then by their own count, then by that of their neighbourhood.
    """
    budget = max(1, int(coverage * len(found.counts)))
    candidates = np.flatnonzero(found.is_foco | found.is_hot)
    foco = found.is_foco[candidates]
    q = np.where(foco, -1.0, found.hot.q[candidates])
    order = np.lexsort((candidates, -found.around[candidates], -found.counts[candidates], q))
    return np.sort(candidates[order[:budget]])


def group_cells(grid: Grid, cells: Ints, weight: Ints) -> Ints:
    """Label cells that touch with one number, and split what is larger than about 1 km² at its peaks (n,).

    Parameters
    ----------
    cells
        Flat indices into the grid, ascending.
    weight
        What makes a peak: incidents in the neighbourhood of each cell.
    """
    indptr, indices = neighbours_by_order(grid, cells).to_csr()
    touching = sp.csr_array((np.ones(len(indices)), indices, indptr), shape=(len(cells), len(cells)))
    _, merged = csgraph.connected_components(touching, directed=False)
    labels, used = np.empty(len(cells), dtype=np.int64), 0
    for members in _members(merged):
        for part in _split(grid, cells, weight, touching, members):
            labels[part], used = used, used + 1
    return labels


def share_of_fullest(counts: Ints, n_cells: int) -> float:
    """Return the share of all incidents in the ``n_cells`` fullest cells: the yardstick for places of equal area."""
    total = int(counts.sum())
    return float(np.sort(counts)[::-1][:n_cells].sum() / total) if total else 0.0


def number_parts(places: pd.DataFrame) -> Ints:
    """Number the places that share name, area and part of the area, in their order; 0 where there is only one."""
    alike = places.groupby(["name", "area_code", "where"], sort=False)["rank"]
    return np.where(alike.transform("size") > 1, alike.cumcount() + 1, 0).astype(np.int64)


def _members(labels: Ints) -> list[Ints]:
    """List the positions of each label."""
    order = np.argsort(labels, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(labels[order])) + 1) if len(labels) else []


def _split(grid: Grid, cells: Ints, weight: Ints, touching: sp.csr_array, members: Ints) -> list[Ints]:
    """Give each cell to the nearer of two peaks, in steps from cell to cell, until every part is small enough."""
    parts, waiting = [], [members]
    while waiting:
        part = waiting.pop()
        if len(part) == 1 or len(part) * grid.cell_area <= LARGEST:
            parts.append(part)
            continue
        peaks = _two_peaks(grid.centres(cells[part]), weight[part])
        steps = csgraph.dijkstra(touching[part][:, part], directed=False, indices=peaks, unweighted=True)
        first = steps[0] <= steps[1]
        waiting += [part[first], part[~first]]
    return parts


def _two_peaks(xy: Floats, weight: Ints) -> list[int]:
    """Return the highest cell and the highest one well apart from it, or else the farthest."""
    top = int(np.argmax(weight))
    distance = np.hypot(*(xy - xy[top]).T)
    apart = np.flatnonzero(distance >= APART)
    return [top, int(apart[np.argmax(weight[apart])]) if len(apart) else int(np.argmax(distance))]


def _measure(scene: Scene, known: Cells, chosen: Ints, labels: Ints) -> gpd.GeoDataFrame:
    """Count, measure, outline and name each place."""
    found, n = known.found, int(labels.max(initial=-1)) + 1
    count = np.bincount(labels, weights=found.counts[chosen], minlength=n).astype(np.int64)
    cells = np.bincount(labels, minlength=n)
    square_km = cells * known.grid.cell_area / 1e6
    members = _members(labels)
    foco = [bool(found.is_foco[chosen[part]].all()) for part in members]
    q_own = np.where(found.is_foco, found.q_outlier, found.hot.q)[chosen]
    polygons = known.grid.polygons(known.cells[chosen])
    geometry = np.array([shapely.union_all(polygons[part]) for part in members], dtype=object)
    area = _area_of_most(known, scene.points.area, chosen, labels, n)
    codes, names = _areas_of(scene, area)
    columns = {
        "name": name_nearest(scene.places, geometry),
        "area_code": codes,
        "area_name": names,
        "where": find_directions(shapely.get_coordinates(shapely.centroid(geometry)), scene.areas, area),
        "kind": np.where(np.array(foco, dtype=bool), "foco", "place"),
        "cells": cells,
        "count": count,
        "area_km2": square_km,
        "rate": count / (square_km * scene.months),
        "share": count / max(1, int(found.counts.sum())),
        "q": [float(q_own[part].min()) for part in members],
        "first": [int(chosen[part[0]]) for part in members],
    }
    return gpd.GeoDataFrame(pd.DataFrame(columns), geometry=geometry, crs=scene.crs)


def _area_of_most(known: Cells, area_of_point: Ints, chosen: Ints, labels: Ints, n: int) -> Ints:
    """Return, per place, the area where most of its incidents lie; the lower position on ties; -1 for none."""
    place_of_cell = np.full(len(known.cells) + 1, -1, dtype=np.int64)  # the last entry serves points outside
    place_of_cell[chosen] = labels
    place = place_of_cell[known.cell_of_point]
    inside = (place >= 0) & (area_of_point != NO_AREA)
    pairs, votes = np.unique(np.column_stack([place[inside], area_of_point[inside]]), axis=0, return_counts=True)
    area = np.full(n, NO_AREA, dtype=np.int64)
    for at in np.lexsort((-pairs[:, 1], votes)):  # the most votes are written last
        area[pairs[at, 0]] = pairs[at, 1]
    return area


def _areas_of(scene: Scene, area: Ints) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Look up code and name of areas by position; empty where there is none."""
    code = np.append(scene.areas["code"].astype(str).to_numpy(dtype=object), "")
    name = np.append(scene.areas["name"].astype(str).to_numpy(dtype=object), "")
    return code[area], name[area]


def name_nearest(places: gpd.GeoDataFrame, geometry: NDArray[np.object_]) -> list[str]:
    """Name each outline after the known place nearest to it, within reach; the first of the list on ties."""
    names = [""] * len(geometry)
    if len(places) == 0 or len(geometry) == 0:
        return names
    middle = shapely.centroid(geometry)
    at, near = shapely.STRtree(places.geometry.to_numpy()).query_nearest(geometry, max_distance=NAME_WITHIN)
    distance = shapely.distance(middle[at], places.geometry.to_numpy()[near])
    for pair in np.lexsort((-near, -distance)):  # several inside the outline: the nearest to its middle, written last
        names[at[pair]] = str(places["name"].iloc[near[pair]])
    return names
