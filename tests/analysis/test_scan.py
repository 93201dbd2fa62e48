import dataclasses

import geopandas as gpd
import numpy as np
import pytest
import shapely
from numpy.testing import assert_allclose

from analysis.errors import GridTooLargeError, NotEnoughDataError, ParameterError
from analysis.scan import ScanParams, scan
from analysis.scene import Population, Scene, points_at

SIDE = 5000.0
GROUND = shapely.box(0, 0, SIDE, SIDE)


def scene_at(x, y, *, mask=GROUND, people=None):
    """A square city of 25 areas of a square kilometre."""
    outlines = [shapely.box(i * 1e3, j * 1e3, (i + 1) * 1e3, (j + 1) * 1e3) for j in range(5) for i in range(5)]
    areas = gpd.GeoDataFrame(
        {"code": [f"{k:02d}" for k in range(25)], "name": [f"Área {k}" for k in range(25)]},
        geometry=outlines,
        crs=32617,
    )
    inside = (np.asarray(y) // 1000 * 5 + np.asarray(x) // 1000).astype(int)
    points = dataclasses.replace(points_at(np.asarray(x), np.asarray(y)), area=inside)
    persons = None if people is None else Population(persons=people, vintage="2023", kind="residential", source="")
    return Scene(crs=32617, points=points, months=12, window=mask, mask=mask, areas=areas, population=persons)


def city(n=800, more=0, seed=0, **options):
    """Incidents at random, and more of them within 300 m of the middle."""
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(0, SIDE, (2, n))
    return scene_at(np.append(x, rng.normal(2500, 150, more)), np.append(y, rng.normal(2500, 150, more)), **options)


def ask(scene, **options):
    return scan(scene, ScanParams(replications=99, **options))


def test_a_case_small_enough_to_do_on_paper():
    # 25 areas of the same base, 2 incidents in each and 12 in one: 12 of 60 where 2.4 are expected
    x = np.repeat(np.arange(25) % 5 * 1e3 + 500.0, 2)
    y = np.repeat(np.arange(25) // 5 * 1e3 + 500.0, 2)
    scene = scene_at(np.append(x, [2500.0] * 10), np.append(y, [2500.0] * 10))
    row = ask(scene, units="areas").table.iloc[0]
    assert (row["observed"], row["units"], row["area_name"]) == (12, 1, "Área 12")
    assert row["expected"] == pytest.approx(2.4)
    assert row["ratio"] == pytest.approx(5.0)
    assert row["relative_risk"] == pytest.approx((12 / 2.4) / (48 / 57.6))
    assert row["log_ratio"] == pytest.approx(12 * np.log(12 / 2.4) + 48 * np.log(48 / 57.6))
    assert row["land_km2"] == pytest.approx(1.0)
    assert row["class"] == "cluster_high"


def test_a_planted_cluster_is_found_drawn_and_told():
    result = ask(city(more=80))
    row = result.table.iloc[0]
    assert row["p"] == 0.01
    assert row["gumbel_p"] < 1e-4
    assert row.geometry.contains(shapely.Point(2500, 2500))
    assert row["land_km2"] == pytest.approx(row["units"] * 0.0625)
    assert row.geometry.area == pytest.approx(row["land_km2"] * 1e6)
    assert result.reading["certain"] == 1
    assert result.tables["units"]["cluster"].eq(1).sum() == row["units"]


def test_on_a_map_of_chance_the_most_likely_circle_is_shown_as_what_it_is():
    result = ask(city(seed=3))
    assert result.table["class"].tolist() == ["none"]
    assert result.table["p"].iloc[0] > 0.05
    assert result.reading["certain"] == 0


def test_the_base_of_a_cell_is_its_land_so_that_the_sea_is_no_empty_ground():
    coast = shapely.Polygon([(0, 0), (5000, 0), (5000, 1150), (0, 1150)])  # the upper cells reach into the sea
    rng = np.random.default_rng(5)
    result = ask(scene_at(rng.uniform(0, 5000, 900), rng.uniform(0, 1150, 900), mask=coast), sides="both")
    units = result.tables["units"]
    assert units["base"].sum() == pytest.approx(5000 * 1150)
    assert_allclose(np.unique(units["base"].round(6)), [250 * 150, 250 * 250])
    assert result.table["class"].tolist() == ["none"]
    assert (result.table["land_share"].dropna() <= 1).all()


def test_persons_are_the_base_of_areas_where_they_are_known():
    people = np.full(25, 1000.0)
    people[12] = 30_000.0  # where most live most happens
    rng = np.random.default_rng(6)
    area = rng.choice(25, 900, p=people / people.sum())
    x, y = area % 5 * 1e3 + rng.uniform(0, 1e3, 900), area // 5 * 1e3 + rng.uniform(0, 1e3, 900)
    by_land = ask(scene_at(x, y, people=people), units="areas", base="land")
    by_persons = ask(scene_at(x, y, people=people), units="areas")
    assert by_land.table["class"].iloc[0] == "cluster_high"
    assert by_persons.table["class"].tolist() == ["none"]
    assert by_persons.chosen == {"base": "population"}
    assert by_persons.reading["vintage"] == "2023"
    assert by_persons.reading["too_large"] == 1  # more than a tenth of the city lives there


def test_an_area_without_persons_is_left_out_and_its_incidents_are_counted():
    people = np.full(25, 1000.0)
    people[[3, 4]] = [np.nan, 0.0]
    scene = city(people=people)
    result = ask(scene, units="areas")
    lost = int(np.isin(scene.points.area, [3, 4]).sum())
    assert result.left_out == {"without_base": lost}
    assert result.n_observations == 800 - lost


def test_a_second_cluster_hidden_by_a_large_one_is_found_when_that_is_taken_out():
    rng = np.random.default_rng(8)
    x, y = rng.uniform(0, SIDE, (2, 300))
    x, y = np.append(x, rng.normal(1000, 150, 700)), np.append(y, rng.normal(1000, 150, 700))
    x, y = np.append(x, rng.normal(4000, 100, 14)), np.append(y, rng.normal(4000, 100, 14))
    scene = scene_at(x, y)
    plain, iterative = ask(scene), ask(scene, iterative=True)
    there = shapely.box(3700, 3700, 4300, 4300)
    assert iterative.table.intersects(there).any()
    assert not plain.table.intersects(there).any()
    assert (plain.table["p"] <= 0.05).all()


def test_a_cluster_found_among_the_rest_is_measured_against_the_rest():
    # 600 of 876 lie in one area: the next two, above all that are left, have less than the mean of all 25
    n = np.full(25, 10)
    n[[12, 0, 1]] = 600, 28, 28
    area = np.repeat(np.arange(25), n)
    scene = scene_at(area % 5 * 1e3 + 500.0, area // 5 * 1e3 + 500.0)
    table = ask(scene, units="areas", iterative=True).table
    second = table[table["area_name"] == "Área 0"].iloc[0]
    rest = 876 - 600
    assert second["class"] == "cluster_high"
    assert second["expected"] == pytest.approx(rest / 24)
    assert second["ratio"] == pytest.approx(28 / (rest / 24))
    assert second["log_ratio"] == pytest.approx(
        28 * np.log(28 / (rest / 24)) + (rest - 28) * np.log((rest - 28) / (rest - rest / 24))
    )
    assert (table["class"] == "cluster_high").all()
    assert (table["dispersed_p"] >= table["p"]).all()


def test_the_sensitivity_tells_the_widths_that_were_looked_at():
    table = ask(city(more=80)).tables["sensitivity"]
    assert table["max_share"].tolist() == [0.05, 0.1, 0.25, 0.5]
    assert table["log_ratio"].is_monotonic_increasing


def test_counts_that_vary_more_than_chance_are_warned_of():
    rng = np.random.default_rng(9)
    cells = rng.negative_binomial(0.5, 0.2, 400)  # variance five times the mean
    at = np.repeat(np.arange(400), cells)
    scene = scene_at(at % 20 * 250 + 125.0, at // 20 * 250 + 125.0)
    noisy, plain = ask(scene).reading, ask(city(seed=2)).reading
    assert noisy["dispersion"] > 2
    assert noisy["dispersion_p"] == 0.01
    assert plain["dispersion"] == pytest.approx(1.0, abs=0.2)
    assert plain["dispersion_p"] > 0.05


def test_the_ratio_divided_by_the_dispersion_makes_p_larger():
    rng = np.random.default_rng(9)
    at = np.repeat(np.arange(400), rng.negative_binomial(0.5, 0.2, 400))
    table = ask(scene_at(at % 20 * 250 + 125.0, at // 20 * 250 + 125.0)).table
    assert (table["dispersed_p"] >= table["p"]).all()


def test_a_pile_in_a_cluster_is_told():
    scene = city(n=500)
    x, y = np.append(scene.points.x, [3300.0] * 40), np.append(scene.points.y, [3300.0] * 40)
    row = ask(scene_at(x, y)).table.iloc[0]
    assert row["pile"] == 40
    assert row["observed"] < 60


def test_nothing_depends_on_the_order_of_the_incidents():
    scene = city(more=60)
    order = np.random.default_rng(1).permutation(len(scene.points))
    mixed = dataclasses.replace(scene, points=scene.points.take(order))
    one, other = ask(scene).table, ask(mixed).table
    assert_allclose(one["log_ratio"], other["log_ratio"])


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"units": "cells", "base": "population"}, ParameterError),
        ({"units": "areas", "base": "population"}, ParameterError),  # nobody was counted
        ({"cell_size": 50.0, "least_placed": 0.5}, GridTooLargeError),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(options, error):
    wide = shapely.box(0, 0, 10_000, 10_000)
    with pytest.raises(error):
        ask(city(mask=wide), **options)


def test_no_incident_and_no_ground_are_refused():
    with pytest.raises(NotEnoughDataError):
        ask(city(n=0))
    with pytest.raises(NotEnoughDataError):
        ask(city(mask=shapely.Polygon()))
