from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest
import shapely
from numpy.testing import assert_allclose, assert_array_equal

from analysis.errors import ParameterError, ResolutionError
from analysis.gi import gi_star_z
from analysis.scene import Scene, points_at
from analysis.weighted_hotspots import WeightedHotspotsParams, weighted_hotspots

SIDE, CELL = 16, 250.0
LAND = shapely.box(0, 0, SIDE * CELL, SIDE * CELL)
USUAL = WeightedHotspotsParams()


def scene_of(counts, weigh=lambda rng, n: np.full(n, 365.0), seed=0):
    rows, columns = np.nonzero(counts)
    n = counts[rows, columns]
    x, y = np.repeat((columns + 0.5) * CELL, n), np.repeat((rows + 0.5) * CELL, n)
    weight = weigh(np.random.default_rng(seed), len(x))
    points = dataclasses.replace(points_at(x, y), weight=weight)
    return Scene(crs=32617, points=points, months=12.0, window=LAND, mask=LAND)


def chance(seed=1, mean=2.0):
    return np.random.default_rng(seed).poisson(mean, (SIDE, SIDE))


def grave_in_a_block(rng, n, scene):
    """Return weights alike everywhere but in a block of nine cells, where they are grave."""
    inside = (scene.points.x > 5 * CELL) & (scene.points.x < 8 * CELL) & (scene.points.y > 5 * CELL)
    return np.where(inside & (scene.points.y < 8 * CELL), 3650.0, 365.0)


def test_grave_incidents_together_are_hot_where_the_number_of_incidents_is_even():
    plain = scene_of(chance())
    weight = grave_in_a_block(None, None, plain)
    result = weighted_hotspots(
        dataclasses.replace(plain, points=dataclasses.replace(plain.points, weight=weight)), USUAL
    )
    classes = result.table["class"].to_numpy().reshape(SIDE, SIDE)
    assert classes[6, 6] in {"hot95", "hot99"}
    assert result.reading["hot_weight_share"] > 3 * result.reading["hot_incident_share"]
    first = result.tables["places"].iloc[0]
    assert first["rank"] == 1
    assert_allclose(
        result.tables["places"]["weight_share"].sum(),
        first["weight_share"] + result.tables["places"]["weight_share"].iloc[1:].sum(),
    )
    assert first["weight"] <= weight.sum()


def test_z_is_that_of_the_formula_and_weights_add_up():
    result = weighted_hotspots(scene_of(chance(), lambda rng, n: rng.choice([30.0, 365.0, 3650.0], n)), USUAL)
    table = result.table
    median = 365.0
    values = np.log2(1 + table["weight"].to_numpy() / median).reshape(SIDE, SIDE)
    padded, inside = np.pad(values, 1), np.pad(np.ones((SIDE, SIDE)), 1)
    windows = [(slice(i, i + SIDE), slice(j, j + SIDE)) for i in range(3) for j in range(3)]
    sums, sizes = (sum(one[window] for window in windows).ravel() for one in (padded, inside))
    assert_allclose(table["z"], gi_star_z(values.ravel(), sums, sizes), atol=1e-9)
    assert_allclose(table["weight"].sum(), result.reading["weights"]["total"])


def test_another_unit_of_weight_changes_nothing():
    years = scene_of(chance(), lambda rng, n: rng.choice([1.0, 10.0], n))
    days = scene_of(chance(), lambda rng, n: 365.0 * rng.choice([1.0, 10.0], n))
    one, other = weighted_hotspots(years, USUAL), weighted_hotspots(days, USUAL)
    assert_array_equal(one.table["class"], other.table["class"])
    assert_allclose(one.table["p_hot"], other.table["p_hot"])
    assert_allclose(365 * one.table["weight"], other.table["weight"])


def test_maps_of_chance_seldom_show_a_hot_cell():
    shown = 0
    for seed in range(40):  # at 5 %: more than 6 in 40 has a chance below 1 in 100
        scene = scene_of(chance(seed, 1.0), lambda rng, n: rng.choice([30.0, 365.0, 3650.0], n), seed)
        shown += weighted_hotspots(scene, dataclasses.replace(USUAL, seed=seed)).reading["hot95"] > 0
    assert shown <= 6


def test_points_without_weights_and_too_few_permutations_are_refused():
    bare = scene_of(chance())
    with pytest.raises(ParameterError):
        weighted_hotspots(dataclasses.replace(bare, points=dataclasses.replace(bare.points, weight=None)), USUAL)
    with pytest.raises(ResolutionError):
        weighted_hotspots(bare, WeightedHotspotsParams(permutations=999))


def test_the_permutations_picked_are_told_and_the_reading_is_plain_json():
    result = weighted_hotspots(scene_of(chance()), USUAL)
    assert result.chosen == {"permutations": 256 * 20 - 1}
    json.dumps(dict(result.reading), allow_nan=False)
