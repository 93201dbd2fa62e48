from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from analysis import STATISTICS
from analysis.errors import NotEnoughDataError, ParameterError, ResolutionError
from analysis.hotspots import HotspotsParams, hotspots
from analysis.permutation import exact_p
from analysis.scene import Scene, points_at

UTM = 32617


def scene_of(counts, *, size=250.0, months=12.0, mask=None, shift=(0.0, 0.0), **more):
    """Put ``counts[row, column]`` incidents in the middle of each cell."""
    rows, columns = np.nonzero(counts)
    n = counts[rows, columns]
    x = np.repeat((columns + 0.5) * size, n) + shift[0]
    y = np.repeat((rows + 0.5) * size, n) + shift[1]
    height, width = counts.shape
    mask = mask or shapely.box(shift[0], shift[1], shift[0] + width * size, shift[1] + height * size)
    return Scene(crs=UTM, points=points_at(x, y), months=months, window=mask, mask=mask, **more)


def planted(rng, *, mean=1.0, times=5.0, side=40):
    counts = rng.poisson(mean, (side, side))
    counts[10:13, 10:13] = rng.poisson(mean * times, (3, 3))
    return counts


def grid_column(result, name, side):
    return result.table[name].to_numpy().reshape(side, side)


def test_a_map_of_nine_cells_on_paper():
    counts = np.array([[0, 0, 0], [0, 3, 0], [0, 0, 1]])
    table = hotspots(scene_of(counts), HotspotsParams(values="counts")).table
    assert table["count"].tolist() == [0, 0, 0, 0, 3, 0, 0, 0, 1]
    assert table["around"].tolist() == [3, 3, 3, 3, 4, 4, 3, 4, 4]
    assert_allclose(table["expected"], np.array([4, 6, 4, 6, 9, 6, 4, 6, 4]) * 4 / 9)
    # of four draws of nine, the cell with 3 is one with probability 4/9; with it the 1 with 4/9 x 3/8
    assert_allclose(table["p_hot"].iloc[[0, 8]], [4 / 9, 4 / 9 * 3 / 8])


def test_scores_are_four_times_the_logarithm_to_base_two_rounded():
    counts = np.zeros((4, 4), dtype=int)
    counts[0, :4] = [1, 2, 3, 115]
    table = hotspots(scene_of(counts), HotspotsParams()).table
    assert table["score"].iloc[:5].tolist() == [4, 6, 8, 27, 0]


def test_p_are_the_exact_tails_of_the_scores():
    counts = planted(np.random.default_rng(5), side=20)
    table = hotspots(scene_of(counts), HotspotsParams()).table
    score = np.pad(grid_column(hotspots(scene_of(counts), HotspotsParams()), "score", 20), 1)
    inside = np.pad(np.ones((20, 20), dtype=int), 1)
    windows = [(slice(i, i + 20), slice(j, j + 20)) for i in range(3) for j in range(3)]
    sums, sizes = (sum(values[window] for window in windows).ravel() for values in (score, inside))
    upper, lower = exact_p(table["score"].to_numpy(), sums, sizes)
    assert_allclose(table["p_hot"], upper, rtol=1e-12)
    assert_allclose(table["p_cold"], lower, rtol=1e-12)


def test_a_planted_block_is_hot_and_is_the_first_place():
    result = hotspots(scene_of(planted(np.random.default_rng(6))), HotspotsParams())
    assert grid_column(result, "class", 40)[11, 11] == "hot99"
    block = shapely.box(10 * 250, 10 * 250, 13 * 250, 13 * 250)
    assert result.tables["places"].geometry.iloc[0].intersects(block)
    assert result.reading["hot95"] > 0
    assert not result.reading["nothing_distinguishable"]


def test_one_full_cell_with_empty_neighbours_comes_first_among_the_places():
    counts = np.random.default_rng(7).negative_binomial(0.25, 0.2, (40, 40))
    counts[19:22, 19:22] = 0
    counts[20, 20] = 115
    result = hotspots(scene_of(counts), HotspotsParams())
    first = result.tables["places"].iloc[0]
    assert (first["rank"], first["count"], first["kind"]) == (1, 115, "foco")
    assert grid_column(result, "class", 40)[20, 20] == "none"
    assert grid_column(result, "foco", 40)[20, 20]


CHANCE = {
    "sparse": lambda rng: rng.poisson(0.1, (20, 20)),
    "poisson": lambda rng: rng.poisson(1.0, (20, 20)),
    "overdispersed": lambda rng: rng.negative_binomial(1 / 3, 1 / 4, (20, 20)),
    "unequal": lambda rng: rng.poisson(np.exp(rng.normal(-0.5, 1.0, (20, 20)))),
}


@pytest.mark.parametrize("kind", CHANCE)
def test_maps_of_chance_seldom_show_a_hot_cell(kind):
    rng = np.random.default_rng(8)  # 100 maps at 5 %: more than 11 in 100 has a chance below 1 in 200
    params = HotspotsParams(shuffles=99)
    shown = [hotspots(scene_of(CHANCE[kind](rng)), params).reading["hot95"] > 0 for _ in range(100)]
    assert sum(shown) <= 11


def test_a_block_of_five_times_the_rate_is_nearly_always_found():
    rng = np.random.default_rng(23)
    params, found = HotspotsParams(shuffles=99), 0
    for _ in range(40):
        classes = grid_column(hotspots(scene_of(planted(rng)), params), "class", 40)[10:13, 10:13]
        found += np.isin(classes, ["hot95", "hot99"]).any()
    assert found >= 36


def test_where_nothing_stands_out_the_result_says_so():
    counts = np.random.default_rng(9).poisson(1, (20, 20))
    result = hotspots(scene_of(counts), HotspotsParams())
    assert result.reading["nothing_distinguishable"]
    assert result.reading["top_place"] is None
    assert len(result.tables["places"]) == 0
    assert set(result.table["class"]) == {"none"}


def test_a_map_of_equal_counts_is_a_result_without_z_and_without_hot_cells():
    result = hotspots(scene_of(np.full((5, 5), 2)), HotspotsParams())
    assert result.table["z"].isna().all()
    assert_allclose(result.table[["p_hot", "p_cold", "q"]], 1)
    assert result.reading["no_variation"]
    assert result.reading["nothing_distinguishable"]


def test_no_incident_in_the_study_area_is_refused():
    outside = scene_of(np.ones((3, 3), dtype=int), mask=shapely.box(5000, 5000, 9000, 9000))
    with pytest.raises(NotEnoughDataError):
        hotspots(outside, HotspotsParams())
    with pytest.raises(NotEnoughDataError):
        hotspots(scene_of(np.zeros((5, 5), dtype=int)), HotspotsParams())


def test_fewer_than_nine_cells_are_refused():
    with pytest.raises(NotEnoughDataError):
        hotspots(scene_of(np.ones((2, 4), dtype=int)), HotspotsParams())


def test_incidents_outside_the_mask_are_left_out_and_counted():
    counts = planted(np.random.default_rng(10), side=20)
    result = hotspots(scene_of(counts, mask=shapely.box(0, 0, 15 * 250, 20 * 250)), HotspotsParams())
    assert result.left_out == {"outside_mask": counts[:, 15:].sum()}
    assert result.n_observations == counts[:, :15].sum() == result.table["count"].sum()
    assert len(result.table) == 300


def test_cells_of_the_sea_are_not_in_the_family():
    rng = np.random.default_rng(11)  # incidents anywhere on land, the sea in the east left out by the mask or not
    land, everything = shapely.box(0, 0, 20 * 250, 30 * 250), shapely.box(0, 0, 40 * 250, 30 * 250)
    counts = np.zeros((30, 40), dtype=int)
    counts[:, :20] = rng.poisson(1, (30, 20))
    with_mask = hotspots(scene_of(counts, mask=land), HotspotsParams())
    without = hotspots(scene_of(counts, mask=everything), HotspotsParams())
    assert (with_mask.table["p_hot"] <= 0.025).mean() <= 0.04
    assert with_mask.reading["hot95"] == 0
    assert (without.table["p_hot"] <= 0.025).mean() > 0.08


def test_moving_the_map_by_whole_cells_changes_nothing():
    counts = planted(np.random.default_rng(12), side=20)
    here = hotspots(scene_of(counts), HotspotsParams())
    there = hotspots(scene_of(counts, shift=(660_000.0, 990_000.0)), HotspotsParams())
    columns = ["count", "around", "expected", "z", "p_hot", "q_hot", "q_cold"]
    assert_allclose(here.table[columns], there.table[columns])
    assert here.reading == there.reading


def test_the_order_of_incidents_and_swapped_axes_change_nothing():
    counts = planted(np.random.default_rng(13), side=20)
    plain = hotspots(scene_of(counts), HotspotsParams())
    turned = hotspots(scene_of(counts.T), HotspotsParams())
    assert_allclose(grid_column(plain, "q_hot", 20), grid_column(turned, "q_hot", 20).T)
    scene = scene_of(counts)
    order = np.random.default_rng(14).permutation(len(scene.points))
    mixed = Scene(crs=UTM, points=scene.points.take(order), months=12, window=scene.window, mask=scene.mask)
    assert plain.table.equals(hotspots(mixed, HotspotsParams()).table)


def test_doubling_the_size_of_everything_changes_nothing():
    counts = planted(np.random.default_rng(15), side=20)
    small, large = (
        hotspots(scene_of(counts), HotspotsParams()),
        hotspots(scene_of(counts, size=500.0), HotspotsParams(cell_size=500.0)),
    )
    assert_allclose(small.table["z"], large.table["z"])
    assert_array_equal(small.table["class"], large.table["class"])


def test_the_seed_decides_the_shuffles_and_nothing_else():
    scene = scene_of(planted(np.random.default_rng(16), side=20))
    first, again = (hotspots(scene, HotspotsParams(seed=3)) for _ in range(2))
    other = hotspots(scene, HotspotsParams(seed=4))
    assert first.reading == again.reading
    assert first.table.equals(again.table)
    assert first.table["p_hot"].equals(other.table["p_hot"])


@pytest.mark.parametrize(
    "params",
    [
        HotspotsParams(cell_shape="hexagon"),
        HotspotsParams(neighbourhood="distance", band=500.0),
        HotspotsParams(order=2),
        HotspotsParams(correction="by"),
        HotspotsParams(draws="conditional"),
        HotspotsParams(cell_shape="hexagon", neighbourhood="distance"),
        HotspotsParams(measure="gi"),
        HotspotsParams(correction="max_statistic"),
        HotspotsParams(correction="none"),
        HotspotsParams(weights="decay", inference="monte_carlo", shuffles=19),
    ],
)
def test_every_option_finds_a_strong_block_and_accounts_for_every_incident(params):
    counts = planted(np.random.default_rng(17), times=12.0, side=24)
    result = hotspots(scene_of(counts), params)
    block = shapely.box(10 * 250, 10 * 250, 13 * 250, 13 * 250)
    hot = result.to_geodataframe().loc[lambda frame: frame["class"].str.startswith("hot")]
    assert hot.geometry.intersects(block).any()
    assert result.table["count"].sum() + result.left_out.get("outside_mask", 0) == counts.sum()


def test_gi_counts_only_the_neighbours_and_the_permutations_it_picked_are_told():
    counts = planted(np.random.default_rng(24), side=20)
    params = HotspotsParams(measure="gi", inference="monte_carlo", shuffles=19)
    result = hotspots(scene_of(counts), params)
    star = hotspots(scene_of(counts), HotspotsParams()).table
    assert_array_equal(result.table["around"], star["around"] - star["count"])
    assert result.chosen == {"permutations": 400 * 20 - 1}
    assert result.reading["permutations"] == 400 * 20 - 1
    with pytest.raises(ResolutionError):
        hotspots(scene_of(counts), HotspotsParams(inference="monte_carlo", permutations=999))


def test_a_band_is_the_ring_whose_centres_it_reaches():
    counts = planted(np.random.default_rng(18), side=20)
    ring = hotspots(scene_of(counts), HotspotsParams()).table
    band = hotspots(scene_of(counts), HotspotsParams(neighbourhood="distance")).table
    assert ring["p_hot"].equals(band["p_hot"])


def test_a_band_shorter_than_a_cell_is_refused():
    with pytest.raises(ParameterError):
        HotspotsParams(cell_size=500.0, band=100.0)


def test_an_island_is_judged_by_its_own_count():
    counts = np.random.default_rng(19).poisson(1, (10, 10))
    islands = shapely.MultiPolygon([shapely.box(0, 0, 2500, 1500), shapely.box(2000, 2000, 2250, 2250)])
    table = hotspots(scene_of(counts, mask=islands), HotspotsParams()).table
    last = table.iloc[-1]
    assert last["around"] == last["count"] == counts[8, 8]
    assert np.isfinite(last["z"])
    assert_allclose(last["p_hot"], (table["count"] >= last["count"]).mean())


def test_raw_counts_with_conditional_draws_judge_a_full_cell_by_its_neighbours_only():
    counts = np.random.default_rng(20).poisson(1, (20, 20))
    counts[9:12, 9:12] = 0
    counts[10, 10] = 60
    result = hotspots(scene_of(counts), HotspotsParams(values="counts", draws="conditional"))
    assert_allclose(grid_column(result, "p_hot", 20)[10, 10], 1)


@pytest.mark.parametrize("shape", ["square", "hexagon"])
def test_the_reading_is_plain_json_and_adds_up(shape):
    result = hotspots(scene_of(planted(np.random.default_rng(21), times=8.0)), HotspotsParams(cell_shape=shape))
    assert {type(value) for value in result.reading.values()} <= {int, float, bool, dict, str}
    reading = json.loads(json.dumps(dict(result.reading)))
    places = result.tables["places"]
    assert reading["incidents"] == result.n_observations
    assert reading["hot95"] == np.isin(result.table["class"], ["hot95", "hot99"]).sum()
    assert reading["hot90"] >= reading["hot95"] >= reading["hot99"]
    assert_allclose(reading["places_incident_share"], places["share"].sum())
    assert reading["fullest_share"] >= reading["places_incident_share"]
    assert reading["shuffled_hot_cells"] < reading["hot95"]


def test_places_are_named_after_the_nearest_known_place_and_the_area_of_most_incidents():
    counts = planted(np.random.default_rng(22), times=10.0)
    known = gpd.GeoDataFrame(
        {"name": ["Parque", "Lejos"], "kind": ["park", "park"]},
        geometry=shapely.points([(2900, 2900), (9000, 9000)]),
        crs=UTM,
    )
    areas = gpd.GeoDataFrame(
        {"code": ["01", "02"], "name": ["Norte", "Sur"]},
        geometry=[shapely.box(0, 2500, 10000, 10000), shapely.box(0, 0, 10000, 2500)],
        crs=UTM,
    )
    scene = scene_of(counts, places=known, areas=areas)
    scene.points.area[:] = np.where(scene.points.y >= 2500, 0, 1)
    first = hotspots(scene, HotspotsParams()).tables["places"].iloc[0]
    assert (first["name"], first["area_code"], first["area_name"]) == ("Parque", "01", "Norte")


def test_places_without_a_known_place_near_are_told_apart():
    counts = np.random.default_rng(23).poisson(0.5, (40, 40))
    for row, column in ((3, 3), (3, 35), (35, 3), (35, 35), (19, 19), (3, 27)):
        counts[row : row + 2, column : column + 2] = 30
    areas = gpd.GeoDataFrame({"code": ["01"], "name": ["Todo"]}, geometry=[shapely.box(0, 0, 10000, 10000)], crs=UTM)
    scene = scene_of(counts, areas=areas)
    scene.points.area[:] = 0
    places = hotspots(scene, HotspotsParams(coverage=0.05)).tables["places"]
    assert {"centre", "southwest", "southeast", "northwest", "northeast"} <= set(places["where"])
    assert not places.duplicated(["name", "area_code", "where", "part"]).any()
    assert places.loc[places["where"] == "southeast", "part"].tolist() == [1, 2]


def test_hotspots_is_in_the_catalogue_and_reads_its_options_from_text():
    params = STATISTICS["hotspots"].params.read({"cell_shape": "hexagon", "order": "2", "band": "", "coverage": "0.05"})
    assert params == HotspotsParams(cell_shape="hexagon", order=2, coverage=0.05)


@given(seed=st.integers(0, 10_000), turns=st.integers(1, 3))
@settings(max_examples=15, deadline=None)
def test_turning_the_map_turns_the_answer(seed: int, turns: int):
    counts = np.random.default_rng(seed).negative_binomial(0.3, 0.2, (9, 9))
    counts[4, 4] += 1
    plain, turned = (hotspots(scene_of(c), HotspotsParams(shuffles=19)) for c in (counts, np.rot90(counts, turns)))
    for column in ("z", "p_hot", "p_cold", "q_hot", "foco"):
        assert_allclose(np.rot90(grid_column(plain, column, 9), turns), grid_column(turned, column, 9))


@given(seed=st.integers(0, 10_000), copies=st.integers(2, 5))
@settings(max_examples=15, deadline=None)
def test_every_incident_told_several_times_changes_no_test_on_counts(seed: int, copies: int):
    counts = np.random.default_rng(seed).poisson(0.7, (9, 9))
    counts[4, 4] += 1
    params = HotspotsParams(values="counts", shuffles=19)
    once, often = (hotspots(scene_of(c), params).table for c in (counts, copies * counts))
    assert_array_equal(copies * once["count"], often["count"])
    for column in ("z", "p_hot", "p_cold", "q_hot", "q_cold"):
        assert_allclose(once[column], often[column])


def test_weights_that_fall_with_distance_are_drawn_and_that_is_told():
    result = hotspots(
        scene_of(planted(np.random.default_rng(25), side=20)), HotspotsParams(weights="decay", shuffles=19)
    )
    assert result.chosen == {"inference": "monte_carlo", "permutations": 400 * 20 - 1}
