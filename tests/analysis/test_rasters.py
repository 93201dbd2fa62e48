from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from numpy.testing import assert_allclose

from analysis.grids import Grid, Shape, grid_over
from analysis.rasters import centres_inside, moments_inside, share_inside
from analysis.scene import Region

SHAPES: tuple[Shape, ...] = ("square", "hexagon")


def blob(seed: int) -> Region:
    """Return an irregular land with a lake and an island, in metres."""
    rng = np.random.default_rng(seed)
    angles = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    radii = 1500 + 500 * rng.random(60)
    shell = np.column_stack([np.cos(angles), np.sin(angles)]) * radii[:, None]
    lake = shapely.Point(200, 100).buffer(411.3)
    island = shapely.Point(150, 130).buffer(97.7)
    return shapely.Polygon(shell).difference(lake).union(island)


def oracle_grid(region: Region, shape: Shape, cell_size: float) -> Grid:
    return grid_over(region.bounds, cell_size=cell_size, shape=shape)


@pytest.mark.parametrize("shape", SHAPES)
def test_centres_agree_with_shapely(shape: Shape) -> None:
    region = blob(1)
    grid = oracle_grid(region, shape, 37.0)
    xy = grid.centres()
    assert (centres_inside(region, grid) == shapely.contains_xy(region, xy[:, 0], xy[:, 1])).all()


@pytest.mark.parametrize("shape", SHAPES)
def test_shares_agree_with_shapely(shape: Shape) -> None:
    region = blob(2)
    grid = oracle_grid(region, shape, 83.0)
    cells = grid.polygons(np.arange(grid.n))
    expected = shapely.area(shapely.intersection(cells, region)) / grid.cell_area
    assert_allclose(share_inside(region, grid), expected, atol=1e-9)


@pytest.mark.parametrize("shape", SHAPES)
def test_shares_add_up_to_the_area(shape: Shape) -> None:
    region = blob(3)
    grid = oracle_grid(region, shape, 50.0)
    assert_allclose(share_inside(region, grid).sum() * grid.cell_area, region.area, rtol=1e-10)


def test_moments_give_the_centroids_of_the_cut_cells() -> None:
    region = blob(6)
    grid = Grid(shape="square", left=-900.0, bottom=-800.0, cell_size=97.0, rows=17, columns=30)
    share, along, upward = moments_inside(region, grid)
    cut = np.flatnonzero(share > 1e-6)
    parts = shapely.centroid(shapely.intersection(grid.polygons(cut), region))
    offset = (shapely.get_coordinates(parts) - grid.centres(cut)) / grid.cell_size
    assert_allclose(np.column_stack([along[cut], upward[cut]]) / share[cut, None], offset, atol=1e-7)


def test_two_regions_that_share_an_edge_never_both_hold_a_centre() -> None:
    grid = Grid(shape="square", left=0.0, bottom=0.0, cell_size=10.0, rows=8, columns=8)
    west, east = shapely.box(5.0, 5.0, 35.0, 65.0), shapely.box(35.0, 5.0, 75.0, 65.0)
    both = centres_inside(west, grid).astype(int) + centres_inside(east, grid)
    assert both.max() == 1
    assert both.sum() == centres_inside(shapely.box(5.0, 5.0, 75.0, 65.0), grid).sum() == 7 * 6


def test_a_region_larger_than_the_grid_covers_it() -> None:
    grid = Grid(shape="square", left=0.0, bottom=0.0, cell_size=10.0, rows=5, columns=7)
    region = shapely.Polygon([(-500, -400), (600, -300), (700, 500), (-300, 900)])
    assert centres_inside(region, grid).all()
    assert_allclose(share_inside(region, grid), 1.0, atol=1e-12)


def test_a_region_beside_the_grid_covers_nothing() -> None:
    grid = Grid(shape="square", left=0.0, bottom=0.0, cell_size=10.0, rows=5, columns=7)
    for region in (shapely.box(-90, 0, -20, 50), shapely.box(80, 0, 120, 50), shapely.box(0, 60, 70, 90)):
        assert not centres_inside(region, grid).any()
        assert_allclose(share_inside(region, grid), 0.0, atol=1e-12)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_region_cut_by_the_frame_agrees_with_shapely(shape: Shape) -> None:
    region = blob(4)
    grid = Grid(shape=shape, left=-700.0, bottom=-600.0, cell_size=61.0, rows=25, columns=19)
    expected = shapely.area(shapely.intersection(grid.polygons(np.arange(grid.n)), region)) / grid.cell_area
    assert_allclose(share_inside(region, grid), expected, atol=1e-9)


def test_the_orientation_of_rings_does_not_matter() -> None:
    region = blob(5)
    grid = oracle_grid(region, "square", 71.0)
    turned = shapely.orient_polygons(region, exterior_cw=True)
    assert_allclose(share_inside(turned, grid), share_inside(region, grid), atol=1e-12)


@pytest.mark.shared
def test_the_district_agrees_with_shapely(shared) -> None:
    path = shared / "data/layers/corregimientos_panama_sanmiguelito_35_pob2023.gpkg"
    window = gpd.read_file(path).to_crs(32617).geometry.union_all()
    grid = grid_over(window.bounds, cell_size=200.0)
    xy = grid.centres()
    shapely.prepare(window)
    assert (centres_inside(window, grid) == shapely.contains_xy(window, xy[:, 0], xy[:, 1])).all()
    assert_allclose(share_inside(window, grid).sum() * grid.cell_area, window.area, rtol=1e-9)
