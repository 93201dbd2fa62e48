"""Hotspots by area."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from shapely import box

from analysis.area_hotspots import AreaHotspotsParams, area_hotspots
from analysis.assignment import assign
from analysis.errors import NotEnoughDataError
from analysis.rates import empirical_bayes, poisson_interval
from analysis.scene import Population, Scene, points_at

SIDE = 5
MASK = box(0, 0, 2000 * SIDE, 2000 * SIDE)
AREAS = gpd.GeoDataFrame(
    {"code": [f"{k:02d}" for k in range(25)], "name": [f"Área {k}" for k in range(25)]},
    geometry=[box(2000 * c, 2000 * r, 2000 * (c + 1), 2000 * (r + 1)) for r in range(SIDE) for c in range(SIDE)],
    crs=32617,
)
PERSONS = np.full(25, 10_000.0)


def scene_of(counts: np.ndarray, *, persons: np.ndarray | None = PERSONS, seed: int = 0) -> Scene:
    rng = np.random.default_rng(seed)
    area = np.repeat(np.arange(25), counts)
    x = 2000 * (area % SIDE) + rng.uniform(1, 1999, len(area))
    y = 2000 * (area // SIDE) + rng.uniform(1, 1999, len(area))
    points = dataclasses.replace(points_at(x, y), area=assign(x, y, AREAS))
    population = None
    if persons is not None:
        population = Population(persons=persons, vintage="2023", kind="residential", source="censo")
    return Scene(crs=32617, points=points, months=6, window=MASK, mask=MASK, areas=AREAS, population=population)


def planted() -> np.ndarray:
    counts = np.full(25, 20)
    counts[[0, 1, 5, 6]] = 200
    return counts


def test_rates_are_per_hundred_thousand_and_year_with_their_exact_interval():
    table = area_hotspots(scene_of(planted()), AreaHotspotsParams()).table
    assert_allclose(table["rate"], planted() / 10_000 * 2 * 100_000)
    low, high = poisson_interval(planted())
    assert_allclose(table["rate_low"], low * 20)
    assert_allclose(table["rate_high"], high * 20)
    assert_allclose(table["eb_rate"], empirical_bayes(planted(), np.full(25, 0.05)).rates)


def test_a_planted_corner_is_hot_by_the_exact_distribution():
    found = area_hotspots(scene_of(planted()), AreaHotspotsParams())
    assert "Área 0" in found.reading["hot"]
    assert found.reading["exact"]
    assert found.chosen == {}
    # the corner and its three neighbours hold the four highest of 25 values: 1 of 12,650 draws of four
    assert found.table["p_hot"].iloc[0] == pytest.approx(1 / 12_650)


def test_what_lies_inside_is_joined():
    table = area_hotspots(scene_of(planted()), AreaHotspotsParams()).table
    assert table["hot_area_share"].iloc[0] > 0.5
    assert table["hot_incident_share"].iloc[0] > 0.5
    assert table["hot_area_share"].iloc[24] == 0
    assert table["peak_density"].iloc[0] > table["peak_density"].iloc[24]


def test_incidents_without_a_point_count_for_their_area():
    unplaced = pd.DataFrame({"area": [4, 4, -1], "method": ["corregimiento", "barrio", "none"], "n": [5, 6, 3]})
    found = area_hotspots(dataclasses.replace(scene_of(planted()), unplaced=unplaced), AreaHotspotsParams())
    row = found.table.iloc[4]
    assert (row["count"], row["placed"], row["unplaced"]) == (31, 20, 11)
    assert found.left_out == {"without_area": 3}
    assert_allclose(found.table["share"].sum(), 1.0)


def test_without_a_population_nothing_is_calculable_but_the_counts():
    found = area_hotspots(scene_of(planted(), persons=None), AreaHotspotsParams())
    assert set(found.table["class"]) == {"not_calculable"}
    assert found.table["rate"].isna().all()
    assert_array_equal(found.table["count"], planted())
    assert found.reading["not_calculable_because"] == "no_population"
    assert found.reading["population"] is None


def test_one_area_without_population_leaves_the_others_alone():
    persons = PERSONS.copy()
    persons[[24, 23]] = [np.nan, 0.0]
    table = area_hotspots(scene_of(planted(), persons=persons), AreaHotspotsParams()).table
    assert table["class"].iloc[[23, 24]].tolist() == ["not_calculable"] * 2
    assert table["rate"].iloc[[23, 24]].isna().all()
    assert table["eb_rate"].iloc[:23].notna().all()


def test_an_area_outside_the_window_is_flagged_and_has_no_rate():
    scene = dataclasses.replace(scene_of(planted()), window=box(0, 0, 10_000, 8_000))
    table = area_hotspots(scene, AreaHotspotsParams()).table
    assert_array_equal(table["observed"], np.arange(25) < 20)
    assert table["rate"].iloc[20:].isna().all()


def test_areas_may_say_themselves_what_is_observed():
    areas = AREAS.assign(observed=np.arange(25) != 7)
    table = area_hotspots(dataclasses.replace(scene_of(planted()), areas=areas), AreaHotspotsParams()).table
    assert np.flatnonzero(~table["observed"]).tolist() == [7]
    assert np.isnan(table["eb_rate"].iloc[7])


def test_size_alone_makes_no_area_hot():
    persons = np.linspace(1_000, 90_000, 25)
    rng, hot = np.random.default_rng(1), 0
    for seed in range(20):
        table = area_hotspots(scene_of(rng.poisson(persons / 500), persons=persons, seed=seed), AreaHotspotsParams())
        hot += len(table.reading["hot"]) > 0
    assert hot <= 4


def test_rates_that_chance_explains_are_not_calculable_hotspots():
    found = area_hotspots(scene_of(np.full(25, 20)), AreaHotspotsParams())
    assert found.reading["not_calculable_because"] == "no_variation"
    assert_allclose(found.table["eb_rate"], 400.0)


def test_four_areas_cannot_pass_the_correction():
    persons = np.full(25, np.nan)
    persons[:4] = 10_000
    found = area_hotspots(scene_of(planted(), persons=persons), AreaHotspotsParams())
    assert found.reading["not_calculable_because"] == "resolution"


def test_the_order_of_the_areas_does_not_matter():
    scene = scene_of(planted())
    order = np.random.default_rng(2).permutation(25)
    points = dataclasses.replace(scene.points, area=np.argsort(order)[scene.points.area])
    shuffled = dataclasses.replace(scene, points=points, areas=AREAS.iloc[order].reset_index(drop=True))
    one = area_hotspots(scene, AreaHotspotsParams()).table
    other = area_hotspots(shuffled, AreaHotspotsParams()).table.sort_values("code", ignore_index=True)
    columns = ["count", "rate", "eb_rate", "z", "p_hot", "hot_area_share", "peak_density"]
    assert_allclose(other[columns], one[columns])
    assert other["class"].tolist() == one["class"].tolist()


def test_no_incident_in_the_whole_city_is_told_and_not_raised():
    found = area_hotspots(scene_of(np.zeros(25, dtype=int)), AreaHotspotsParams())
    assert found.table["count"].sum() == 0
    assert not found.reading["hotspots_inside"]
    assert found.reading["most"] is None


def test_a_scene_without_areas_is_refused():
    empty = dataclasses.replace(scene_of(planted()), areas=AREAS.iloc[:0], population=None)
    with pytest.raises(NotEnoughDataError):
        area_hotspots(empty, AreaHotspotsParams())
