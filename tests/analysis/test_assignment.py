"""Point in polygon."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from numpy.testing import assert_array_equal
from shapely.geometry import MultiPolygon, Polygon, box

from analysis.assignment import AreaIndex, assign
from analysis.errors import GeographicCoordinatesError


def frame(polygons: list[object], codes: list[str] | None = None, crs: int = 32617) -> gpd.GeoDataFrame:
    codes = codes or [f"{i:02d}" for i in range(len(polygons))]
    return gpd.GeoDataFrame({"code": codes, "name": codes}, geometry=polygons, crs=crs)


def brute(x: np.ndarray, y: np.ndarray, areas: gpd.GeoDataFrame) -> np.ndarray:
    """Ask shapely for every area, the largest first, so that the smallest is written last."""
    found = np.full(len(x), -1)
    for position in np.lexsort([areas["code"], areas.area.round(3)])[::-1]:
        found[shapely.contains_xy(areas.geometry.iloc[position], x, y)] = position
    return found


def random_stars(rng: np.random.Generator, n: int) -> list[Polygon]:
    stars = []
    for _ in range(n):
        angles = np.sort(rng.uniform(0, 2 * np.pi, rng.integers(3, 40)))
        radii = rng.uniform(5, 40, len(angles))
        centre = rng.uniform(0, 100, 2)
        stars.append(Polygon(centre + np.column_stack([radii * np.cos(angles), radii * np.sin(angles)])).buffer(0))
    return stars


def test_each_point_goes_to_the_area_that_holds_it():
    areas = frame([box(0, 0, 10, 10), box(10, 0, 20, 10)])
    assert_array_equal(assign(np.array([5.0, 15.0, 25.0]), np.array([5.0, 5.0, 5.0]), areas), [0, 1, -1])


def test_where_areas_overlap_the_smallest_one_wins():
    areas = frame([box(0, 0, 10, 10), box(4, 4, 6, 6)])
    assert_array_equal(assign(np.array([5.0, 1.0]), np.array([5.0, 1.0]), areas), [1, 0])


def test_of_two_equal_areas_the_first_by_code_wins():
    areas = frame([box(0, 0, 10, 10), box(0, 0, 10, 10)], codes=["b", "a"])
    assert_array_equal(assign(np.array([5.0]), np.array([5.0]), areas), [1])


def test_equal_areas_drawn_from_another_corner_still_tie():
    ring = np.array([(0.1, 0.3), (7.7, 1.1), (9.3, 8.9), (1.7, 6.1)]) + 1e6
    areas = frame([Polygon(ring), Polygon(np.roll(ring, 2, axis=0)[::-1])], codes=["b", "a"])
    assert_array_equal(assign(np.array([1e6 + 5]), np.array([1e6 + 4]), areas), [1])


def test_a_point_on_a_shared_edge_is_counted_once():
    areas = frame([box(0, 0, 10, 10), box(10, 0, 20, 10), box(0, 10, 10, 20), box(10, 10, 20, 20)])
    x = np.array([10.0, 10.0, 5.0, 10.0])
    y = np.array([5.0, 15.0, 10.0, 10.0])
    first = assign(x, y, areas)
    assert (first >= 0).all()
    alone = np.array([[assign(x, y, areas.iloc[[k]])] for k in range(4)])[:, 0]
    assert_array_equal((alone >= 0).sum(axis=0), 1)
    assert_array_equal(assign(x, y, areas), first)


def test_a_left_or_lower_edge_is_inside_as_in_a_grid():
    areas = frame([box(0, 0, 10, 10), box(10, 0, 20, 10), box(0, 10, 20, 20)])
    x, y = np.array([0.0, 10.0, 20.0, 5.0, 5.0]), np.array([5.0, 5.0, 5.0, 0.0, 10.0])
    assert_array_equal(assign(x, y, areas), [0, 1, -1, 0, 2])


def test_a_point_on_a_slanted_shared_edge_is_counted_once():
    split = [(0.3, 0.7), (9.1, 8.3)]
    areas = frame([Polygon([*split, (9.1, 0.7)]), Polygon([split[1], split[0], (0.3, 8.3)])])
    share = np.random.default_rng(1).uniform(0.01, 0.99, 2000)
    x, y = 0.3 + share * 8.8, 0.7 + share * 7.6
    held = [assign(x, y, areas.iloc[[k]]) >= 0 for k in range(2)]
    assert_array_equal(held[0] ^ held[1], True)


def test_holes_and_parts_are_respected():
    ring = Polygon([(0, 0), (10, 0), (10, 10), (0, 10)], [[(3, 3), (7, 3), (7, 7), (3, 7)]])
    areas = frame([MultiPolygon([ring, box(20, 0, 30, 10)])])
    assert_array_equal(assign(np.array([5.0, 1.0, 25.0, 15.0]), np.array([5.0, 5.0, 5.0, 5.0]), areas), [-1, 0, 0, -1])


@pytest.mark.parametrize("cells", [1, 100, 40_000])
def test_no_point_differs_from_shapely_whatever_the_raster(cells: int):
    rng = np.random.default_rng(7)
    stars = random_stars(rng, 30)
    areas = frame([*stars, stars[0], stars[5]])
    x, y = rng.uniform(-50, 150, (2, 20_000))
    assert_array_equal(AreaIndex(areas, cells=cells).locate(x, y), brute(x, y, areas))


def test_the_order_of_the_areas_does_not_matter():
    rng = np.random.default_rng(3)
    areas = frame(random_stars(rng, 20))
    x, y = rng.uniform(0, 100, (2, 5_000))
    order = rng.permutation(20)
    shuffled = areas.iloc[order].reset_index(drop=True)
    assert_array_equal(np.append(order, -1)[assign(x, y, shuffled)], assign(x, y, areas))


def test_moving_everything_changes_nothing():
    rng = np.random.default_rng(4)
    areas = frame(random_stars(rng, 10))
    x, y = rng.uniform(0, 100, (2, 5_000))
    moved = areas.set_geometry(areas.translate(650_000, 1_000_000))
    assert_array_equal(assign(x + 650_000, y + 1_000_000, moved), assign(x, y, areas))


def test_unknown_coordinates_have_no_area():
    areas = frame([box(0, 0, 10, 10)])
    assert_array_equal(assign(np.array([np.nan, np.inf, 5.0]), np.array([5.0, 5.0, np.nan]), areas), -1)


def test_empty_geometries_hold_nothing():
    areas = frame([Polygon(), box(0, 0, 10, 10)])
    assert_array_equal(assign(np.array([5.0]), np.array([5.0]), areas), [1])
    assert_array_equal(assign(np.array([5.0]), np.array([5.0]), areas.iloc[[0]]), [-1])
    assert_array_equal(assign(np.array([5.0]), np.array([5.0]), areas.iloc[[]]), [-1])


def test_degrees_are_refused():
    with pytest.raises(GeographicCoordinatesError):
        assign(np.array([5.0]), np.array([5.0]), frame([box(0, 0, 1, 1)], crs=4326))


@pytest.mark.shared
def test_the_colonias_of_mexico_city_agree_with_shapely(shared: Path):
    areas = gpd.read_file(shared / "data/layers/cdmx_colonias.geojson").to_crs(32614)
    areas = areas.assign(code=[f"{i:04d}" for i in range(len(areas))])
    left, bottom, right, top = areas.total_bounds
    rng = np.random.default_rng(5)
    x, y = rng.uniform(left, right, 50_000), rng.uniform(bottom, top, 50_000)
    assert_array_equal(assign(x, y, areas), brute(x, y, areas))
