from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from analysis.grids import grid_over
from analysis.peaks import find_peak
from analysis.scene import Scene, points_at

LAND = shapely.box(0, 0, 1_000, 1_000)
GRID = grid_over(LAND.bounds, cell_size=100.0)
NOTHING = points_at(np.empty(0), np.empty(0))


def test_the_highest_cell_is_told_with_the_smallest_area_and_the_nearest_place() -> None:
    frame = {"code": ["1", "2"], "name": ["Grande", "Pequeña"]}
    areas = gpd.GeoDataFrame(frame, geometry=[LAND, shapely.box(400, 400, 800, 800)], crs=32617)
    places = gpd.GeoDataFrame({"name": ["plaza"], "kind": ["x"]}, geometry=[shapely.Point(500, 600)])
    scene = Scene(crs=32617, points=NOTHING, months=1.0, window=LAND, mask=LAND, areas=areas, places=places)
    cells = GRID.locate(np.array([550.0, 50.0]), np.array([550.0, 50.0]))
    table = pd.DataFrame({"cell": cells, "risk": [3.0, np.nan]})
    expected = {"risk": 3.0, "x": 550.0, "y": 550.0, "name": "plaza", "area_name": "Pequeña"}
    assert find_peak(table, "risk", GRID, scene) == expected


def test_where_nothing_is_shown_there_is_no_peak_and_far_from_all_no_name() -> None:
    scene = Scene(crs=32617, points=NOTHING, months=1.0, window=LAND, mask=LAND)
    table = pd.DataFrame({"cell": [0], "risk": [np.nan]})
    assert find_peak(table, "risk", GRID, scene) is None
    peak = find_peak(table.assign(risk=1.0), "risk", GRID, scene)
    assert peak is not None
    assert (peak["name"], peak["area_name"]) == ("", "")
