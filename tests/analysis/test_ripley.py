import dataclasses

import numpy as np
import pytest
import shapely
from numpy.testing import assert_allclose

from analysis.errors import NotEnoughDataError, ParameterError, TooManySidesError
from analysis.ripley import RipleyParams, choose_reach, most_for, ripley, take_points, usual_farthest
from analysis.scene import Scene, points_at

GROUND = shapely.box(0, 0, 4000, 3000).difference(shapely.Point(1500, 1500).buffer(500))


def scene_of(x, y, ground=GROUND):
    return Scene(crs=32617, points=points_at(x, y, radius=20.0), months=12, window=ground, mask=ground)


def ask(x, y, **options):
    return ripley(scene_of(x, y), RipleyParams(**{"runs": 39, "farthest": 500.0, "cell_size": 500.0, **options}))


def scatter(n, seed):
    return np.random.default_rng(seed).uniform((0, 0), (4000, 3000), (n, 2)).T


def gather(n, seed, spread=60.0):
    rng = np.random.default_rng(seed)
    parents = rng.uniform(0, 3000, (n // 10, 2))
    return (parents[rng.integers(0, len(parents), n)] + rng.normal(0, spread, (n, 2))).T


def test_four_points_on_paper():
    x = np.array([1000.0, 1010.0, 3000.0, 3000.0] * 3) + np.repeat([0, 0.1, 0.2], 4)
    y = np.array([200.0, 200.0, 2000.0, 2010.0] * 3)
    table = ask(x, y).tables["functions"]
    # Within 10 m: each of the twelve points has its two copies and, of the three across, all within 10 m or just over.
    n = [sum(np.hypot(x - a, y - b) <= 10.0) - 1 for a, b in zip(x, y, strict=True)]
    assert table.loc[0, "distance"] == 10.0
    assert table.loc[0, "k"] == pytest.approx(GROUND.area * sum(n) / (12 * 11), rel=0.02)  # hardly any edge so near


def test_clustered_points_are_closer_together_and_the_reading_says_where():
    reading = ask(*gather(400, 1)).reading
    assert reading["p_l"] == reading["p_g"] == 1 / 40
    assert reading["closer"][0][0] <= 20.0
    assert not reading["apart"]
    assert 50.0 <= reading["at"] <= 300.0
    assert reading["ratio"] < 0.7 < reading["ratio_chance"]


def test_points_that_keep_their_distance_are_farther_apart():
    x, y = (v.ravel() for v in np.meshgrid(np.arange(100.0, 4000, 200), np.arange(100.0, 3000, 200)))
    rng = np.random.default_rng(2)
    reading = ask(x + rng.uniform(-30, 30, len(x)), y + rng.uniform(-30, 30, len(y))).reading
    assert reading["apart"][0][0] <= 100.0
    assert reading["ratio"] > 1.3
    assert reading["p_l"] == 1 / 40


def test_points_at_random_are_refused_as_often_as_the_level_says():
    refused = [ask(*scatter(40, seed), level=0.1, seed=seed).reading["p_l"] <= 0.1 for seed in range(30)]
    assert sum(refused) <= 9  # P(more than 9 of 30 at 10 %) < 0.001


def test_a_pattern_that_is_only_denser_at_one_end_is_closer_than_even_chance_but_not_than_smooth_chance():
    rng = np.random.default_rng(3)
    x, y = scatter(3000, 3)
    kept = rng.random(3000) < (x / 4000) ** 2 * 0.5
    even, smooth = (ask(x[kept], y[kept], chance=chance).reading for chance in ("even", "smooth"))
    assert even["p_l"] == 1 / 40
    assert smooth["p_l"] > 0.05
    assert ask(*gather(400, 1), chance="smooth").reading["p_l"] == 1 / 40


def test_a_coordinate_is_counted_once_and_its_repeats_are_told():
    x, y = scatter(100, 4)
    piled = np.append(x, np.full(300, x[0])), np.append(y, np.full(300, y[0]))
    once, everyone = ask(*piled), ask(*piled, repeated="all")
    inside = ask(x, y)
    assert once.left_out["repeated_point"] == 300
    assert_allclose(once.tables["functions"]["l"], inside.tables["functions"]["l"])
    assert everyone.tables["functions"]["l"].iloc[0] > 100.0
    assert "repeated_point" not in everyone.left_out


def test_very_many_points_are_sampled_and_the_rest_is_told():
    x, y = gather(3000, 5)
    whole, part = ask(x, y), ask(x, y, most_points=800)
    assert part.n_observations == 800
    assert part.left_out["sampled_out"] == whole.n_observations - 800
    assert_allclose(part.tables["functions"]["l"].iloc[10:], whole.tables["functions"]["l"].iloc[10:], rtol=0.15)


def test_no_address_asks_for_more_work_than_can_be_waited_for():
    far, near = most_for(GROUND, 20_000.0, 1999), most_for(GROUND, 200.0, 199)
    assert far < 500
    assert near > 5000
    jagged = shapely.Point(0, 0).buffer(1000, quad_segs=200)
    with pytest.raises(TooManySidesError):
        ripley(scene_of(*scatter(60, 1) / 10, jagged), RipleyParams(edge="isotropic", runs=39))
    round_about = shapely.MultiPolygon([shapely.Point(0, 0).buffer(5000, quad_segs=100)])  # 400 sides, all in reach
    points, rng = points_at(*gather(3000, 5)), np.random.default_rng(0)
    params = RipleyParams(edge="isotropic")
    assert len(take_points(points, round_about, 20_000.0, params, rng).x) < 150
    assert len(take_points(points, round_about, 200.0, params, rng).x) > 500
    assert choose_reach(5000.0, 250.0) == 2500.0
    assert choose_reach(20.0, 250.0) == 250.0


def test_nothing_depends_on_the_order_of_the_incidents():
    x, y = gather(300, 6)
    order = np.random.default_rng(0).permutation(300)
    one, other = ask(x, y, most_points=200), ask(x[order], y[order], most_points=200)
    assert_allclose(one.tables["functions"].to_numpy(), other.tables["functions"].to_numpy())


def test_the_cells_tell_where_there_are_more_points_than_evenly_spread():
    x, y = np.append(scatter(200, 7), np.random.default_rng(7).normal((3500, 2500), 50, (200, 2)).T, axis=1)
    result = ask(x, y)
    best = result.table.loc[result.table["around_ratio"].idxmax()]
    centre = result.grid.centres(np.array([int(best["cell"])]))[0]
    assert np.hypot(*(centre - (3500, 2500))) < 600
    assert best["around_ratio"] > 5


def test_points_beyond_the_study_area_are_left_out():
    x, y = scatter(50, 8)
    result = ask(np.append(x, 1500.0), np.append(y, 1500.0))  # in the hole
    inside = shapely.contains_xy(GROUND, x, y).sum()
    assert result.n_observations == inside
    assert result.left_out["outside_mask"] == 51 - inside


@pytest.mark.parametrize("edge", ["isotropic", "border"])
def test_the_corrections_agree_where_the_edge_hardly_matters(edge):
    x, y = gather(500, 9)
    usual, other = ask(x, y, farthest=100.0), ask(x, y, farthest=100.0, edge=edge)
    assert_allclose(other.tables["functions"]["l"], usual.tables["functions"]["l"], rtol=0.1)


def test_the_farthest_distance_is_told_where_the_method_chose_it():
    assert ask(*scatter(60, 1), farthest=None).chosen == {"farthest": 750.0}
    assert ask(*scatter(60, 1)).chosen == {}
    assert usual_farthest(shapely.box(0, 0, 9e4, 8e4)) == 1000.0


def test_too_few_points_are_refused():
    with pytest.raises(NotEnoughDataError):
        ask(*scatter(9, 1))
    with pytest.raises(NotEnoughDataError):
        ask(np.full(500, 100.0), np.full(500, 100.0))
    with pytest.raises(NotEnoughDataError):
        ripley(dataclasses.replace(scene_of(*scatter(60, 1)), mask=shapely.Polygon()), RipleyParams())


@pytest.mark.parametrize("wrong", [{"farthest": 10.0}, {"runs": 5}, {"edge": "none"}, {"level": 0.2}])
def test_options_beyond_their_limits_are_refused(wrong):
    with pytest.raises(ParameterError):
        RipleyParams(**wrong)
