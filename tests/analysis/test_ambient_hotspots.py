from __future__ import annotations

import dataclasses
import json

import geopandas as gpd
import numpy as np
import pytest
import shapely
from numpy.testing import assert_allclose, assert_array_equal

from analysis.ambient_hotspots import AmbientHotspotsParams, ambient_hotspots
from analysis.errors import NoBaseError
from analysis.hotspots import HotspotsParams, hotspots
from analysis.scene import Population, Scene, points_at

SIDE, CELL = 24, 250.0
LAND = shapely.box(0, 0, SIDE * CELL, SIDE * CELL)
HALVES = gpd.GeoDataFrame(
    {"code": ["01", "02"], "name": ["Centro", "Afuera"]},
    geometry=[shapely.box(0, 0, 3000, 6000), shapely.box(3000, 0, 6000, 6000)],
    crs=32617,
)
QUICK = AmbientHotspotsParams(runs=19)


def scene_of(counts, persons=(90_000.0, 10_000.0), areas=HALVES):
    rows, columns = np.nonzero(counts)
    n = counts[rows, columns]
    x, y = np.repeat((columns + 0.5) * CELL, n), np.repeat((rows + 0.5) * CELL, n)
    points = points_at(x, y)
    points.area[:] = np.where(x < 3000, 0, 1)
    people = Population(persons=np.array(persons), vintage="2023", kind="residential", source="censo")
    return Scene(
        crs=32617,
        points=points,
        months=12.0,
        window=LAND,
        mask=LAND,
        areas=areas,
        population=people if persons else None,
    )


def by_people(rng, *, mean=2.0):
    """Return counts that follow the people: nine times as many in the left half."""
    people = np.where(np.arange(SIDE) < SIDE // 2, 1.8, 0.2) * np.ones((SIDE, 1))
    return rng.poisson(mean * people)


def test_expected_counts_follow_the_people_and_add_up():
    counts = by_people(np.random.default_rng(1))
    table = ambient_hotspots(scene_of(counts), QUICK).table
    left = table["cell"] % 26 < 13  # the grid has a border of one cell
    per_cell = table["persons"].groupby(left).mean()
    assert_allclose(per_cell, [10_000 / 288, 90_000 / 288])
    inner = table.iloc[[SIDE + 1]]  # nine cells of the left half
    assert_allclose(inner["expected"], 9 * 0.9 * counts.sum() / 288)
    assert table["count"].sum() == counts.sum()


def test_many_incidents_for_many_people_are_hot_spots_but_not_hot_for_their_people():
    counts = by_people(np.random.default_rng(2))
    assert hotspots(scene_of(counts), HotspotsParams(resamples=0)).reading["hot95"] > 0
    result = ambient_hotspots(scene_of(counts), QUICK)
    assert result.reading["hot95"] == 0
    assert result.reading["form"] == "poisson"
    assert len(result.tables["places"]) == 0


def test_a_block_where_few_live_is_hot_for_its_people_and_its_place_tells_what_they_would_give():
    counts = by_people(np.random.default_rng(3))
    counts[10:13, 18:21] = np.random.default_rng(4).poisson(3.0, (3, 3))  # no more than in the busy half
    result = ambient_hotspots(scene_of(counts), QUICK)
    classes = result.table["class"].to_numpy().reshape(SIDE, SIDE)
    assert classes[11, 19] == "hot99"
    assert not np.isin(classes[:, :11], ["hot99", "hot95"]).any()
    first = result.tables["places"].iloc[0]
    assert first["area_name"] == "Afuera"
    assert first["ratio"] == first["count"] / first["expected"] > 3


def test_maps_of_chance_seldom_show_a_hot_cell():
    rng, shown = np.random.default_rng(5), 0
    for _ in range(60):  # at 5 %: more than 8 in 60 has a chance below 1 in 100
        people = np.where(np.arange(SIDE) < SIDE // 2, 1.8, 0.2) * np.ones((SIDE, 1))
        shown += ambient_hotspots(scene_of(rng.negative_binomial(people / 2, 1 / 3)), QUICK).reading["hot95"] > 0
    assert shown <= 8


def test_a_population_twice_as_large_changes_nothing_and_turning_the_map_turns_the_answer():
    counts = by_people(np.random.default_rng(6))
    counts[10:13, 18:21] += 2
    plain = ambient_hotspots(scene_of(counts), QUICK)
    double = ambient_hotspots(scene_of(counts, persons=(180_000.0, 20_000.0)), QUICK)
    assert_array_equal(plain.table["class"], double.table["class"])
    assert_allclose(plain.table["p"], double.table["p"])
    flipped = ambient_hotspots(scene_of(counts[::-1]), QUICK)
    assert_allclose(plain.table["p"].to_numpy().reshape(SIDE, SIDE)[::-1].ravel(), flipped.table["p"], rtol=1e-9)


def test_without_a_population_it_is_refused_and_areas_without_one_are_left_out():
    counts = by_people(np.random.default_rng(7))
    with pytest.raises(NoBaseError):
        ambient_hotspots(scene_of(counts, persons=()), QUICK)
    with pytest.raises(NoBaseError):
        ambient_hotspots(scene_of(counts, persons=(np.nan, 0.0)), QUICK)
    half = ambient_hotspots(scene_of(counts, persons=(90_000.0, np.nan)), QUICK)
    assert half.left_out == {"without_base": counts[:, 12:].sum()}
    assert half.n_observations == counts[:, :12].sum() == half.table["count"].sum()
    assert len(half.table) == 288


def test_the_reading_is_plain_json_and_the_seed_decides_only_the_simulated_maps():
    scene = scene_of(by_people(np.random.default_rng(8)))
    one, other = ambient_hotspots(scene, QUICK), ambient_hotspots(scene, dataclasses.replace(QUICK, seed=3))
    json.dumps(dict(one.reading), allow_nan=False)
    assert_array_equal(one.table["p"], other.table["p"])
    assert one.reading["population_kind"] == "residential"


def test_one_extreme_cell_with_empty_neighbours_does_not_heat_its_surroundings():
    counts = by_people(np.random.default_rng(9))
    counts[10:13, 17:20] = 0
    counts[11, 18] = 200
    result = ambient_hotspots(scene_of(counts), QUICK)
    assert result.table["class"].eq("none").all()
    assert result.table["around"].max() >= 200
