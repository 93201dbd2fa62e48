"""Rates by area, smoothed towards the whole and towards the neighbours."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy import sparse
from shapely import box

from analysis.area_rates import AreaRatesParams, area_rates
from analysis.errors import NotEnoughDataError
from analysis.rates import empirical_bayes, local_empirical_bayes
from analysis.scene import Population, Scene, points_at

AUCKLAND = json.loads((Path(__file__).parent / "reference" / "empirical_bayes.json").read_text())
CITY = box(0, 0, 5000, 1000)
AREAS = gpd.GeoDataFrame(
    {"code": list("abcde"), "name": ["A", "B", "C", "D", "E"]},
    geometry=[box(1000 * k, 0, 1000 * (k + 1), 1000) for k in range(5)],
    crs=32617,
)
GLOBAL, LOCAL = AreaRatesParams(), AreaRatesParams(smoothing="local")


def scene_of(counts: list[int], persons: list[float] | None, *, areas: gpd.GeoDataFrame = AREAS, **more) -> Scene:
    area = np.repeat(np.arange(len(counts)), counts)
    points = dataclasses.replace(points_at(1000.0 * area + 500, np.full(len(area), 500.0)), area=area)
    people = None
    if persons is not None:
        people = Population(persons=np.array(persons), vintage="2023", kind="residential", source="censo")
    return Scene(crs=32617, points=points, months=12.0, window=CITY, mask=CITY, areas=areas, population=people, **more)


def as_matrix(neighbours: list[list[int]]) -> sparse.csr_array:
    matrix = np.zeros((len(neighbours), len(neighbours)))
    for row, others in enumerate(neighbours):
        matrix[row, others] = 1
    return sparse.csr_array(matrix)


def test_global_rates_are_those_of_spdep():
    found = empirical_bayes(np.array(AUCKLAND["n"]), np.array(AUCKLAND["pop"], dtype=float))
    assert_allclose(found.rates, AUCKLAND["global"]["rates"], rtol=1e-10)
    assert_allclose([found.variance, found.mean], [AUCKLAND["global"][k] for k in ("variance", "mean")], rtol=1e-10)


@pytest.mark.parametrize("rule", ["marshall", "own_means"])
def test_local_rates_are_those_of_spdep_by_either_rule(rule: str):
    near = as_matrix(AUCKLAND["neighbours"])
    counts, pop = np.array(AUCKLAND["n"]), np.array(AUCKLAND["pop"], dtype=float)
    rates, _, mean = local_empirical_bayes(counts, pop, near, own_means=rule == "own_means")
    assert_allclose(rates, AUCKLAND["local"][rule], rtol=1e-10)
    assert_allclose(mean, AUCKLAND["local"]["mean"], rtol=1e-10)


def test_three_areas_in_a_row_on_paper():
    # rates 0.1, 0.3, 0.8 of 100 each; the first sees itself and the second: mean 0.2, spread 0.01, Poisson part 0.002
    near = as_matrix([[1], [0, 2], [1]])
    rates, weights, mean = local_empirical_bayes(np.array([10, 30, 80]), np.full(3, 100.0), near)
    assert_allclose(mean, [0.2, 0.4, 0.55])
    assert weights[0] == pytest.approx(0.008 / 0.01)
    assert rates[0] == pytest.approx(0.2 + 0.8 * -0.1)


def test_where_everybody_is_a_neighbour_the_local_rates_are_the_global_ones():
    counts, pop = np.array([3, 40, 11, 90]), np.array([50.0, 900.0, 120.0, 700.0])
    near = sparse.csr_array(1 - np.eye(4))
    for own in (False, True):
        rates, weights, _ = local_empirical_bayes(counts, pop, near, own_means=own)
        wanted = empirical_bayes(counts, pop)
        assert_allclose(rates, wanted.rates)
        assert_allclose(weights, wanted.weights)


def test_the_map_draws_what_was_asked_and_the_table_holds_all():
    scene = scene_of([10, 30, 80, 20, 60], [1e4, 1e4, 1e4, 2e4, 3e4])
    for smoothing, column in (("none", "rate"), ("global", "eb_rate"), ("local", "local_rate")):
        table = area_rates(scene, AreaRatesParams(smoothing=smoothing)).table
        assert_allclose(table["rate_shown"], table[column])
    assert_allclose(table["rate"], [100, 300, 800, 100, 200])
    assert (table["rate_low"] < table["rate"]).all()
    assert (table["rate_high"] > table["rate"]).all()


def test_two_years_of_twice_as_many_are_the_same_rate():
    one = area_rates(scene_of([10, 30, 80, 20, 60], [1e4] * 5), GLOBAL).table
    two = area_rates(dataclasses.replace(scene_of([20, 60, 160, 40, 120], [1e4] * 5), months=24.0), GLOBAL).table
    assert_allclose(two["rate"], one["rate"])
    assert (two["weight"] > one["weight"]).all()


def test_an_area_where_nobody_lives_has_no_rate_and_takes_no_part():
    some = area_rates(scene_of([10, 30, 80, 20, 60], [1e4, 0.0, 1e4, np.nan, 1e4]), GLOBAL)
    assert np.isnan(some.table[["rate", "eb_rate", "local_rate", "rate_shown"]].iloc[[1, 3]]).all(axis=None)
    assert some.reading["nobody"] == 2
    assert some.reading["with_rate"] == 3
    assert some.reading["common_rate"] == pytest.approx(150 / 3e4 * 1e5)


def test_fewer_than_five_cases_are_grey_and_told():
    found = area_rates(scene_of([4, 30, 80, 5, 60], [1e4] * 5), GLOBAL)
    assert found.table["few"].tolist() == [True, False, False, False, False]
    assert np.isnan(found.table["rate_shown"].iloc[0])
    assert found.table["rate"].iloc[0] == 40
    assert found.reading["few"] == 1


def test_an_island_is_smoothed_towards_the_whole():
    areas = AREAS.assign(geometry=[*AREAS.geometry[:4], box(4500, 0, 5000, 1000)])
    found = area_rates(scene_of([10, 30, 80, 20, 60], [1e4] * 5, areas=areas), LOCAL)
    assert found.reading["alone"] == 1
    assert found.table["local_rate"].iloc[4] == found.table["eb_rate"].iloc[4]


def test_without_population_nothing_is_a_rate_and_the_counts_stay():
    found = area_rates(scene_of([10, 30, 80, 20, 60], None), GLOBAL)
    assert found.table["rate_shown"].isna().all()
    assert found.table["count"].sum() == 200
    assert found.reading["population"] is None


def test_incidents_without_a_point_count_where_they_name_their_area():
    unplaced = pd.DataFrame({"area": [2, -1], "method": ["corregimiento", "none"], "n": [20, 7]})
    found = area_rates(scene_of([10, 30, 80, 20, 60], [1e4] * 5, unplaced=unplaced), GLOBAL)
    assert found.table["count"].iloc[2] == 100
    assert found.left_out == {"without_area": 7}


def test_where_chance_explains_all_differences_smoothing_keeps_nothing():
    found = area_rates(scene_of([50, 50, 51, 49, 50], [1e4] * 5), GLOBAL)
    assert found.reading["kept_high"] == 0
    assert_allclose(found.table["eb_rate"], found.reading["common_rate"])


def test_smoothing_brings_rates_nearer_to_the_true_ones():
    rng = np.random.default_rng(0)
    persons = np.geomspace(300, 90_000, 60)
    true = rng.gamma(4, 50, 60)
    counts = rng.poisson(true * persons / 1e5)
    smooth = empirical_bayes(counts, persons / 1e5).rates
    small = persons < 5000
    raw_error, smooth_error = (np.mean((one[small] - true[small]) ** 2) for one in (counts * 1e5 / persons, smooth))
    assert smooth_error < raw_error / 3


def test_without_areas_there_is_no_rate():
    with pytest.raises(NotEnoughDataError):
        area_rates(scene_of([], None, areas=AREAS.iloc[:0]), GLOBAL)
