from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from numpy.testing import assert_array_equal
from scipy import stats

from analysis.errors import ParameterError
from analysis.grids import grid_over
from analysis.hotspots import HotspotsParams, hotspots
from analysis.imputation import Dealer, find_supports
from analysis.scene import NO_AREA, Points, Scene, points_at

UTM = 32617
CELL = 250.0
MANY = HotspotsParams(imputations=50, shuffles=99)


def scene_of(x, y, *, radius=0.0, unplaced=(), side=20, window=None):
    """Two halves of a square town, left and right, as areas."""
    width = side * CELL
    boxes = [shapely.box(0, 0, width / 2, width), shapely.box(width / 2, 0, width, width)]
    areas = gpd.GeoDataFrame({"code": ["01", "02"], "name": ["Oeste", "Este"]}, geometry=boxes, crs=UTM)
    bare = points_at(np.asarray(x, dtype=float), np.asarray(y, dtype=float), radius=radius)
    points = replace(bare, area=(bare.x >= width / 2).astype(np.int64))
    rows = pd.DataFrame(
        list(unplaced), columns=["area", "method", "n", "x", "y", "radius"][: len(unplaced[0]) if unplaced else 3]
    )
    mask = shapely.box(0, 0, width, width)
    return Scene(crs=UTM, points=points, months=12.0, window=window or mask, mask=mask, areas=areas, unplaced=rows)


def town(rng, *, side=20, mean=1.0, block=0.0):
    counts = rng.poisson(mean, (side, side))
    counts[5:8, 5:8] += rng.poisson(block, (3, 3))
    rows, columns = np.nonzero(counts)
    n = counts[rows, columns]
    x = (np.repeat(columns, n) + rng.random(n.sum())) * CELL
    y = (np.repeat(rows, n) + rng.random(n.sum())) * CELL
    return x, y


def dealer_of(scene):
    grid = grid_over(scene.mask.bounds, cell_size=CELL)
    _rows, _columns = np.divmod(np.arange(grid.n), grid.columns)
    x, y = grid.centres(np.arange(grid.n)).T
    cells = np.flatnonzero(shapely.contains_xy(scene.mask, x, y))
    position = np.full(grid.n + 1, -1, dtype=np.int64)
    position[cells] = np.arange(len(cells))
    return Dealer(scene, grid, cells, position), grid, cells


def test_without_any_doubt_of_place_the_maps_say_what_the_points_say():
    scene = scene_of(*town(np.random.default_rng(1), block=6))
    plain, imputed = hotspots(scene, HotspotsParams(shuffles=99)), hotspots(scene, MANY)
    hot = plain.table["class"].isin(["hot99", "hot95"]).to_numpy()
    assert hot.any()
    assert_array_equal(imputed.table["hot_share"].to_numpy(), hot.astype(float))
    assert_array_equal(imputed.table["maps_hot"].to_numpy(), 50 * hot)
    assert_array_equal(imputed.table["mean_count"].to_numpy(), plain.table["count"].to_numpy())
    columns = ["cell", "count", "score", "around", "z", "p_hot", "q_hot"]
    pd.testing.assert_frame_equal(imputed.table[columns], plain.table[columns])


@pytest.mark.parametrize("options", [{"draws": "conditional"}, {"values": "counts"}, {"correction": "by"}])
def test_the_options_of_the_test_hold_in_each_map(options):
    scene = scene_of(*town(np.random.default_rng(2), block=20))
    plain = hotspots(scene, HotspotsParams(shuffles=99, **options))
    imputed = hotspots(scene, HotspotsParams(shuffles=99, imputations=50, **options))
    assert_array_equal(imputed.table["hot_share"] == 1, plain.table["class"].isin(["hot99", "hot95"]))


def test_the_same_seed_deals_the_same_maps_and_another_one_others():
    scene = scene_of(*town(np.random.default_rng(3), block=4), radius=300.0, unplaced=[(0, "corregimiento", 80)])
    first, again = hotspots(scene, MANY), hotspots(scene, MANY)
    pd.testing.assert_frame_equal(first.table, again.table)
    other = hotspots(scene, replace(MANY, seed=5))
    assert not first.table["mean_count"].equals(other.table["mean_count"])


def test_an_incident_without_a_point_is_drawn_in_its_area_only_and_evenly():
    scene = scene_of([100.0], [100.0], unplaced=[(1, "corregimiento", 40_000)])
    dealer, grid, cells = dealer_of(scene)
    counts = dealer.deal(np.random.default_rng(4))
    x, _y = grid.centres(cells).T
    right = x > 10 * CELL
    assert counts.sum() == 40_001
    assert counts[~right].sum() == 1
    assert stats.chisquare(counts[right]).pvalue > 1e-3


def test_a_circle_of_a_barrio_within_its_area_bounds_its_incidents():
    circle = (0, "barrio", 500, 9 * CELL, 9 * CELL, 600.0)
    scene = scene_of([100.0], [100.0], unplaced=[circle])
    dealer, grid, cells = dealer_of(scene)
    counts = dealer.deal(np.random.default_rng(5))
    counts[(grid.locate(np.array([100.0]), np.array([100.0])) == cells).argmax()] -= 1
    x, y = grid.centres(cells[counts > 0]).T
    assert (np.hypot(x - 9 * CELL, y - 9 * CELL) <= 600).all()
    assert (x < 10 * CELL).all()


def test_a_vague_point_stays_in_its_circle_and_on_observed_land():
    n = 20_000
    window = shapely.box(0, 0, 20 * CELL, 10 * CELL)  # the river is at y = 2500
    scene = scene_of(np.full(n, 2_500.0), np.full(n, 2_400.0), radius=400.0, window=window)
    dealer, _, _ = dealer_of(scene)
    x, y = dealer._scatter(np.random.default_rng(6))
    assert (np.hypot(x - 2_500, y - 2_400) <= 400).all()
    assert (y < 2_500).all()
    circle = shapely.Point(2_500, 2_400).buffer(400, quad_segs=64).intersection(window)
    left = shapely.intersection(circle, shapely.box(0, 0, 2_400, 2_500)).area / circle.area
    assert np.mean(x < 2_400) == pytest.approx(left, abs=4 * np.sqrt(left * (1 - left) / n))


def test_a_point_whose_circle_holds_no_land_stays_where_it_was_reported():
    scene = scene_of([4_000.0], [4_000.0], radius=50.0, window=shapely.box(0, 0, 1_000, 1_000))
    x, y = dealer_of(scene)[0]._scatter(np.random.default_rng(7))
    assert (x[0], y[0]) == (4_000.0, 4_000.0)


def test_no_vague_point_is_lost_beyond_the_study_cells():
    rng = np.random.default_rng(16)
    x, y = rng.uniform(0, 9 * CELL, 500), rng.uniform(0, 20 * CELL, 500)
    scene = replace(scene_of(x, y, radius=600.0), mask=shapely.box(0, 0, 9 * CELL, 20 * CELL))
    assert dealer_of(scene)[0].deal(rng).sum() == 500


def test_what_names_no_place_is_in_no_map_and_is_counted():
    x, y = town(np.random.default_rng(8))
    result = hotspots(scene_of(x, y, unplaced=[(NO_AREA, "none", 9), (0, "corregimiento", 3)]), MANY)
    assert result.left_out["without_support"] == 9
    assert result.table["mean_count"].sum() == pytest.approx(len(x) + 3)


def test_doubt_of_place_lowers_the_certainty_of_a_block_and_moves_it_nowhere():
    x, y = town(np.random.default_rng(9), block=6)
    sure, vague = (hotspots(scene_of(x, y, radius=radius), MANY).table for radius in (0.0, 500.0))
    block = sure["hot_share"].to_numpy() == 1
    assert vague["hot_share"][block].mean() < 1
    assert vague["hot_share"][block].mean() > vague["hot_share"][~block].mean() + 0.3


def test_shifting_the_town_by_whole_cells_shifts_the_answer():
    x, y = town(np.random.default_rng(10), block=6)
    scene = scene_of(x, y, unplaced=[(0, "corregimiento", 50)])
    moved = replace(
        scene,
        points=replace(scene.points, x=scene.points.x + 40 * CELL),
        mask=shapely.affinity.translate(scene.mask, 40 * CELL),
        window=shapely.affinity.translate(scene.window, 40 * CELL),
        areas=scene.areas.assign(geometry=scene.areas.geometry.translate(40 * CELL)),
    )
    here, there = hotspots(scene, MANY).table, hotspots(moved, MANY).table
    assert_array_equal(here["maps_hot"].to_numpy(), there["maps_hot"].to_numpy())


def test_more_maps_only_add_to_the_first_ones():
    scene = scene_of(*town(np.random.default_rng(11), block=4), radius=200.0)
    fifty, hundred = (hotspots(scene, replace(MANY, imputations=n)).table for n in (50, 100))
    more = hundred["maps_hot"] - fifty["maps_hot"]
    assert more.between(0, 50).all()


def test_maps_of_chance_seldom_show_a_cell_hot_in_half_of_the_maps():
    rng = np.random.default_rng(12)  # 100 towns at 5 %: more than 11 in 100 has a chance below 1 in 200
    shown = 0
    for _ in range(100):
        x, y = town(rng)
        known = rng.random(len(x)) < 0.7  # lost at random, wherever it is
        lost = np.bincount((x[~known] >= 10 * CELL).astype(int), minlength=2)
        rows = [(i, "corregimiento", int(n)) for i, n in enumerate(lost)]
        table = hotspots(scene_of(x[known], y[known], radius=150.0, unplaced=rows), MANY).table
        shown += bool((table["hot_share"] >= 0.5).any())
    assert shown <= 11


def test_the_gate_does_not_close_areas_whose_incidents_are_drawn():
    x, y = town(np.random.default_rng(13), block=6)
    result = hotspots(scene_of(x, y, unplaced=[(0, "corregimiento", 5_000)]), MANY)
    assert result.reading["gate"]["closed"] == []
    assert result.view.scale == "imputed"


def test_the_facts_agree_with_the_table():
    result = hotspots(scene_of(*town(np.random.default_rng(14), block=8), radius=150.0), MANY)
    facts, table = result.reading["imputed"], result.table
    assert facts["often50"] == (table["hot_share"] >= 0.5).sum() == table["class"].str.startswith("often").sum()
    assert facts["often95"] == (table["class"] == "often95").sum() <= facts["often80"] <= facts["often50"]
    assert facts["highest"] == table["maps_hot"].max()
    places = result.tables["places"]
    assert len(places) > 0
    assert places["hot_share"].between(0.5, 1).all()
    assert (
        "hot_share"
        not in hotspots(scene_of(*town(np.random.default_rng(14), block=8)), HotspotsParams()).tables["places"]
    )


@pytest.mark.parametrize("imputations", [1, 49, 501, -1])
def test_too_few_or_too_many_maps_are_refused(imputations):
    with pytest.raises(ParameterError):
        HotspotsParams(imputations=imputations)


def test_an_area_without_study_cells_supports_nothing():
    scene = scene_of([100.0], [100.0], unplaced=[(1, "corregimiento", 5)])
    small = replace(scene, mask=shapely.box(0, 0, 9 * CELL, 20 * CELL))
    grid = grid_over(small.mask.bounds, cell_size=CELL)
    cells = grid.locate(np.array([100.0]), np.array([100.0]))
    assert find_supports(small, grid, cells).without == 5


def test_points_are_not_changed():
    scene = scene_of(*town(np.random.default_rng(15)), radius=100.0)
    before = Points(
        **{name: getattr(scene.points, name).copy() for name in ("x", "y", "radius", "area", "day", "hour")}
    )
    hotspots(scene, MANY)
    assert_array_equal(scene.points.x, before.x)
    assert_array_equal(scene.points.y, before.y)
