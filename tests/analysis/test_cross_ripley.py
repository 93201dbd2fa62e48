import dataclasses

import numpy as np
import pytest
import shapely
from numpy.testing import assert_allclose

from analysis.cross_ripley import CrossRipleyParams, cross_ripley
from analysis.errors import NotEnoughDataError, ParameterError
from analysis.scene import Scene, points_at

GROUND = shapely.box(0, 0, 4000, 3000).difference(shapely.Point(1500, 1500).buffer(500))


def scene_of(x, y, ground=GROUND):
    return Scene(crs=32617, points=points_at(x, y, radius=20.0), months=12, window=ground, mask=ground)


def ask(first, second, **options):
    params = CrossRipleyParams(**{"runs": 39, "farthest": 500.0, "cell_size": 500.0, **options})
    return cross_ripley(scene_of(*first), scene_of(*second), params)


def scatter(n, seed):
    return np.random.default_rng(seed).uniform((0, 0), (4000, 3000), (n, 2)).T


def gather(n, seed, spread=60.0):
    """A city: everything is near a few places."""
    rng = np.random.default_rng(seed)
    parents = np.random.default_rng(99).uniform(0, 3000, (12, 2))
    return (parents[rng.integers(0, 12, n)] + rng.normal(0, spread, (n, 2))).T


def test_two_by_two_points_on_paper():
    square = shapely.box(0, 0, 2000, 2000)
    first = (np.full(10, 1000.0), 1000.0 + np.arange(10) * 0.01)
    second = (np.full(10, 1015.0), 1000.0 + np.arange(10) * 0.01)
    params = CrossRipleyParams(runs=39, farthest=500.0)
    table = cross_ripley(scene_of(*first, square), scene_of(*second, square), params).tables["functions"]
    assert table["k"].iloc[0] == 0.0  # none of the others within 10 m
    # Within 20 m all 100 pairs of the two sides, each 15 m apart: 4 km² squared over 100, times what the shift leaves.
    assert table["k"].iloc[1] == pytest.approx(4e6 * 2000 / 1985, rel=1e-3)


def test_kinds_of_one_city_are_not_told_apart_however_clustered_it_is():
    refused = [ask(gather(120, 2 * k), gather(60, 2 * k + 1), level=0.1, seed=k).reading["p"] <= 0.1 for k in range(30)]
    assert sum(refused) <= 9  # P(more than 9 of 30 at 10 %) < 0.001


def test_kinds_that_seek_each_other_are_closer_and_kinds_that_avoid_each_other_are_not():
    x, y = scatter(150, 1)
    together = ask((x, y), (x + 15.0, y)).reading
    assert together["p"] == 1 / 40
    assert together["closer"][0][0] == 20.0
    west = x < 2000
    apart = ask((x[west], y[west]), (x[~west], y[~west])).reading
    assert apart["p"] == 1 / 40
    assert apart["apart"]
    assert not apart["closer"]


def test_which_side_is_first_does_not_matter_to_the_curve():
    one, other = gather(100, 3), scatter(80, 4)
    there, back = ask(one, other), ask(other, one)
    assert_allclose(there.tables["functions"]["k"], back.tables["functions"]["k"])
    assert (there.reading["cases"], there.reading["controls"]) == (back.reading["controls"], back.reading["cases"])


def test_nothing_depends_on_the_order_of_the_incidents():
    one, other = gather(100, 5), scatter(80, 6)
    turned = ask([v[::-1] for v in one], [v[::-1] for v in other])
    assert_allclose(turned.tables["functions"].to_numpy(), ask(one, other).tables["functions"].to_numpy())


def test_the_cells_tell_where_the_second_kind_is_a_larger_part():
    rng = np.random.default_rng(7)
    second = np.append(scatter(60, 8), rng.normal((3500, 2500), 50, (60, 2)).T, axis=1)
    result = ask(scatter(300, 9), second)
    best = result.table.loc[result.table["kind_ratio"].idxmax()]
    centre = result.grid.centres(np.array([int(best["cell"])]))[0]
    assert np.hypot(*(centre - (3500, 2500))) < 700
    assert result.table["kind_ratio"].isna().any() or (result.table["around"] >= 10).all()


def test_very_many_points_are_sampled_whatever_their_kind():
    result = ask(gather(900, 10), gather(300, 11), most_points=400)
    assert result.n_observations == 400
    assert result.left_out["sampled_out"] + result.left_out.get("outside_mask", 0) == 800
    assert 0.15 < result.reading["cases"] / 400 < 0.35


def test_too_few_of_either_kind_are_refused():
    with pytest.raises(NotEnoughDataError):
        ask(scatter(60, 1), scatter(9, 2))
    with pytest.raises(NotEnoughDataError):
        ask(scatter(9, 1), scatter(60, 2))
    other = dataclasses.replace(scene_of(*scatter(60, 1)), crs=32618)
    with pytest.raises(ParameterError):
        cross_ripley(other, scene_of(*scatter(60, 1)), CrossRipleyParams())
