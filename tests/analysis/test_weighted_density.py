from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import shapely
from numpy.testing import assert_allclose

from analysis.density import DensityParams, density
from analysis.errors import ParameterError
from analysis.scene import Scene, points_at
from analysis.weighted_density import WeightedDensityParams, weighted_density

CITY = shapely.Polygon([(0, 0), (5000, 0), (5000, 3000), (2500, 1500), (0, 3000)])
FAST = WeightedDensityParams(bandwidth=300.0, cell_size=100.0)


def scene_of(xy: np.ndarray, weight: np.ndarray | None, **others) -> Scene:
    points = dataclasses.replace(points_at(*xy.T, radius=20.0), weight=weight)
    return Scene(crs=32617, points=points, months=12.0, window=CITY, mask=CITY, **others)


def inside(n: int, seed: int) -> np.ndarray:
    xy = np.random.default_rng(seed).uniform((0, 0), (5000, 3000), (3 * n, 2))
    return xy[shapely.contains_xy(CITY, *xy.T)][:n]


def test_weights_of_one_are_the_density() -> None:
    xy = inside(200, 1)
    weighted = weighted_density(scene_of(xy, np.ones(200)), FAST).table
    plain = density(scene_of(xy, None), DensityParams(bandwidth=300.0, cell_size=100.0)).table
    for name in ("density", "count_density"):
        assert_allclose(weighted[name], plain["density"], rtol=1e-9)


def test_ten_times_the_weight_is_ten_times_the_density_and_the_same_relative_error() -> None:
    xy, weight = inside(150, 2), np.random.default_rng(2).uniform(1, 9, 150)
    one, ten = (weighted_density(scene_of(xy, factor * weight), FAST).table for factor in (1.0, 10.0))
    assert_allclose(ten["density"], 10 * one["density"], rtol=1e-9)
    assert_allclose(ten["relative_error"], one["relative_error"], rtol=1e-6)
    assert_allclose(ten["count_density"], one["count_density"], rtol=1e-12)


def test_a_whole_weight_is_that_many_incidents_in_one_place_but_for_its_error() -> None:
    xy, weight = inside(100, 3), np.random.default_rng(3).integers(1, 5, 100)
    weighted = weighted_density(scene_of(xy, weight.astype(float)), FAST)
    repeated = weighted_density(scene_of(np.repeat(xy, weight, axis=0), np.ones(weight.sum())), FAST)
    assert_allclose(weighted.table["density"], repeated.table["density"], rtol=1e-6, atol=1e-9)
    known = weighted.table["relative_error"].notna() & repeated.table["relative_error"].notna()
    assert (weighted.table["relative_error"] >= repeated.table["relative_error"] - 1e-9)[known].all()


def test_mass_is_the_sum_of_the_weights_and_unions_add() -> None:
    xy, weight = inside(200, 4), np.random.default_rng(4).uniform(1, 9, 200)
    whole = weighted_density(scene_of(xy, weight), FAST)
    assert whole.reading["mass_error"] < 1e-3
    assert_allclose(whole.reading["weights"]["total"], weight.sum())
    parts = [
        weighted_density(scene_of(xy[part], weight[part]), FAST).table["density"]
        for part in (slice(80), slice(80, 200))
    ]
    assert_allclose(whole.table["density"], parts[0] + parts[1], rtol=1e-6, atol=1e-9)


def test_where_it_weighs_most_and_where_most_happens_are_told_apart() -> None:
    thefts = np.random.default_rng(5).normal((1000, 800), 150, (60, 2))
    xy = np.vstack([thefts, [[4000.0, 800.0]] * 3])
    weight = np.append(np.full(60, 365.0), np.full(3, 36_500.0))
    facts = weighted_density(scene_of(xy, weight, unweighed={"proactive": 7}), FAST)
    assert facts.reading["peak"]["x"] > 3500
    assert facts.reading["count_peak"]["x"] < 1500
    assert facts.reading["peaks_apart"] > 2000
    assert facts.reading["weights"]["effective"] < 5
    assert facts.left_out == {"proactive": 7}


def test_points_without_weights_are_refused() -> None:
    with pytest.raises(ParameterError):
        weighted_density(scene_of(inside(20, 6), None), FAST)
