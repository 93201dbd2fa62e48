"""What the finer maps show inside each area."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from numpy.testing import assert_allclose
from shapely import box

from analysis import area_insides
from analysis.area_insides import peak_by_area, share_of_hot_area, share_of_hot_incidents
from analysis.assignment import AreaIndex, assign
from analysis.grids import Grid
from analysis.hotspots import HotspotsParams
from analysis.result import Result, View
from analysis.scene import Points, Scene, points_at

GRID = Grid(shape="square", left=0.0, bottom=0.0, cell_size=100.0, rows=2, columns=2)
AREAS = gpd.GeoDataFrame(
    {"code": ["a", "b", "c"], "name": ["A", "B", "C"]},
    geometry=[box(0, 0, 150, 200), box(150, 0, 200, 200), box(500, 500, 600, 600)],
    crs=32617,
)


def result(column: str, values: list[object]) -> Result:
    return Result(
        params=HotspotsParams(),
        table=pd.DataFrame({"cell": np.arange(4), column: values}),
        view=View(kind="cells", value=column, scale="hotspots", unit=""),
        crs=32617,
        n_observations=1,
        grid=GRID,
    )


def scene(x: list[float], y: list[float]) -> Scene:
    xy = np.array(x), np.array(y)
    bare = points_at(*xy)
    points = Points(x=bare.x, y=bare.y, radius=bare.radius, area=assign(*xy, AREAS), day=bare.day, hour=bare.hour)
    mask = box(0, 0, 200, 200)
    return Scene(crs=32617, points=points, months=1, window=mask, mask=mask, areas=AREAS)


def test_a_cell_shared_by_two_areas_counts_for_each_with_its_part():
    # cell 1 (lower right) is hot; A holds half of it in an area of three half-cells wide
    found = share_of_hot_area(result("class", ["none", "hot95", "none", "hot90"]), AreaIndex(AREAS), 3)
    assert_allclose(found, [5000 / 30_000, 5000 / 10_000, np.nan])


@pytest.mark.parametrize("shape", ["square", "hexagon"])
def test_the_samples_of_a_cell_fill_it_evenly(shape: str):
    grid = Grid(shape=shape, left=0.0, bottom=0.0, cell_size=100.0, rows=40, columns=40)  # type: ignore[arg-type]
    table = pd.DataFrame({"cell": np.arange(grid.n), "class": np.where(np.arange(grid.n) % 40 < 20, "hot99", "none")})
    whole = result("class", ["none"] * 4)
    cells = Result(params=whole.params, table=table, view=whole.view, crs=32617, n_observations=1, grid=grid)
    area = gpd.GeoDataFrame({"code": ["a"]}, geometry=[box(1000, 1000, 3000, 3000)], crs=32617)
    assert share_of_hot_area(cells, AreaIndex(area), 1)[0] == pytest.approx(0.5, abs=0.02)


def test_the_share_of_incidents_in_hot_cells_is_counted_by_area():
    one = scene([120.0, 20.0, 180.0, 20.0], [50.0, 50.0, 50.0, 150.0])
    found = share_of_hot_incidents(result("class", ["none", "hot99", "none", "none"]), one)
    assert_allclose(found, [1 / 3, 1.0, np.nan])


def test_the_peak_is_that_of_the_cells_inside_or_of_the_middle():
    found = peak_by_area(result("density", [1.0, 9.0, np.nan, 4.0]), scene([], []), AreaIndex(AREAS))
    assert_allclose(found[1:], [9.0, np.nan])
    assert found[0] == 1.0


def test_cells_without_an_edge_count_as_if_they_were_sampled(monkeypatch: pytest.MonkeyPatch):
    rng = np.random.default_rng(4)
    grid = Grid(shape="square", left=0.0, bottom=0.0, cell_size=100.0, rows=60, columns=60)
    table = pd.DataFrame({"cell": np.arange(grid.n), "class": rng.choice(["hot99", "none"], grid.n)})
    whole = result("class", ["none"] * 4)
    cells = Result(params=whole.params, table=table, view=whole.view, crs=32617, n_observations=1, grid=grid)
    xy = rng.uniform(0, 6000, (2, 12))
    shapes = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(xy.T), extend_to=box(0, 0, 6000, 6000)))
    areas = gpd.GeoDataFrame({"code": [f"{k:02d}" for k in range(12)]}, geometry=shapes, crs=32617)
    fast = share_of_hot_area(cells, AreaIndex(areas), 12)
    monkeypatch.setattr(area_insides, "cells_near", lambda lines, grid: np.arange(grid.n))
    assert_allclose(fast, share_of_hot_area(cells, AreaIndex(areas), 12), rtol=1e-12)
