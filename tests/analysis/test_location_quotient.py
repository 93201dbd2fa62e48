"""Location quotients and their exact intervals."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats
from shapely import box

from analysis.errors import NotEnoughDataError, NothingElseError, ParameterError
from analysis.location_quotient import LocationQuotientParams, find_quotients, location_quotient
from analysis.rates import share_interval
from analysis.scene import Scene, points_at

CITY = box(0, 0, 5000, 1000)
AREAS = gpd.GeoDataFrame(
    {"code": list("abcde"), "name": ["A", "B", "C", "D", "E"]},
    geometry=[box(1000 * k, 0, 1000 * (k + 1), 1000) for k in range(5)],
    crs=32617,
)
PARAMS = LocationQuotientParams()
# chosen and all in the area, in the city; quotient, 95 % interval: R 4.2.2, binom.test over C_k / C
REFERENCE = [
    (12, 80, 150, 2400, 2.4, 1.279704980955421, 3.957825785486362),
    (0, 25, 150, 2400, 0.0, 0.0, 2.1949627444914004),
    (25, 25, 300, 2400, 8.0, 6.9025186277543, 8.0),
    (3, 4, 150, 2400, 12.0, 3.1059271949318945, 15.899048588644643),
    (310, 1500, 3000, 24000, 1.6533333333333333, 1.4914583438577522, 1.824449091315608),
]


def scene_of(counts: list[int], base: list[int] | None) -> Scene:
    area = np.repeat(np.arange(len(counts)), counts)
    points = dataclasses.replace(points_at(1000.0 * area + 500, np.full(len(area), 500.0)), area=area)
    return Scene(
        crs=32617,
        points=points,
        months=12.0,
        window=CITY,
        mask=CITY,
        areas=AREAS,
        base=None if base is None else np.array(base),
    )


@pytest.mark.parametrize("case", REFERENCE)
def test_quotients_and_intervals_are_those_of_r(case: tuple[float, ...]):
    c_ik, c_i, c_k, c, lq, low, high = case
    found = find_quotients(np.array([c_ik, c_k - c_ik]), np.array([c_i, c - c_i]))
    assert_allclose([found.quotient[0], found.low[0], found.high[0]], [lq, low, high], rtol=1e-9)


@pytest.mark.parametrize(("part", "whole"), [(3, 10), (0, 7), (7, 7), (120, 900)])
def test_an_interval_of_a_share_is_where_the_binomial_tails_are(part: int, whole: int):
    share, low, high = (float(v[0]) for v in share_interval(np.array([part]), np.array([whole])))
    assert share == part / whole
    wanted = stats.binomtest(part, whole).proportion_ci(0.95, "exact")
    assert_allclose([low, high], [wanted.low, wanted.high], rtol=1e-9)


def test_a_plain_city_on_paper():
    found = location_quotient(scene_of([20, 5, 10, 10, 5], [50, 50, 100, 200, 100]), PARAMS)
    assert found.reading["share"] == 0.1
    assert_allclose(found.table["lq"], [4.0, 1.0, 1.0, 0.5, 0.5])
    assert_allclose(found.table["expected"], [5, 5, 10, 20, 10])
    assert [area["name"] for area in found.reading["up"]] == ["A"]
    assert found.reading["down"] == [] or found.reading["down"][0]["name"] == "D"


def test_the_quotients_weighted_by_all_incidents_average_to_one():
    rng = np.random.default_rng(0)
    totals = rng.integers(1, 400, 40)
    found = find_quotients(rng.binomial(totals, 0.2), totals)
    assert np.average(found.quotient, weights=totals) == pytest.approx(1)


def test_with_dispersion_intervals_widen_and_by_chance_few_cities_show_an_area():
    rng = np.random.default_rng(4)
    shown = 0
    for _ in range(200):
        totals = rng.integers(40, 800, 26)
        precision = (totals - 1) / 2 - 1  # three times the binomial variance
        counts = rng.binomial(totals, rng.beta(0.15 * precision, 0.85 * precision))
        found = find_quotients(counts, totals, ratios=np.full(26, 3.0))
        plain = find_quotients(counts, totals)
        assert (found.high - found.low > plain.high - plain.low).all()
        shown += bool((np.nan_to_num(found.q, nan=1.0) <= 0.05).any())
    assert shown / 200 <= 0.07


def test_the_dispersion_is_measured_from_month_to_month():
    def on(days: np.ndarray) -> Scene:
        plain = scene_of([60, 60, 60, 60, 60], [400] * 5)
        return dataclasses.replace(plain, points=dataclasses.replace(plain.points, day=days))

    steady = np.datetime64("2024-01-01") + (np.arange(300) % 60 * 6).astype("timedelta64[D]")
    runs = np.datetime64("2024-01-01") + (np.arange(300) // 25 * 30 + np.arange(300) % 3).astype("timedelta64[D]")
    assert location_quotient(on(steady), PARAMS).reading["dispersion"] == 1.0
    assert location_quotient(on(runs), PARAMS).reading["dispersion"] > 5


def test_an_area_without_any_incident_has_no_quotient():
    found = location_quotient(scene_of([20, 5, 0, 10, 5], [50, 50, 0, 200, 100]), PARAMS)
    row = found.table.iloc[2]
    assert row[["lq", "lq_low", "lq_high", "lq_shown", "q"]].isna().all()
    assert row["class"] == "not_calculable"


def test_few_found_and_expected_are_grey_but_none_where_many_were_expected_is_not():
    found = location_quotient(scene_of([3, 0, 40, 30, 30], [10, 100, 100, 300, 300]), PARAMS)
    assert found.table["few"].tolist() == [True, False, False, False, False]
    assert np.isnan(found.table["lq_shown"].iloc[0])
    assert found.table["class"].iloc[1].startswith("down")


def test_scaling_what_is_counted_elsewhere_moves_all_alike():
    counts, totals = np.array([30, 8, 12]), np.array([100, 80, 90])
    one, two = find_quotients(counts, totals), find_quotients(counts, totals + 2 * (totals - counts))
    order = np.argsort(one.quotient)
    assert_array_equal(np.argsort(two.quotient), order)


def test_order_does_not_matter():
    rng = np.random.default_rng(1)
    totals = rng.integers(1, 400, 40)
    counts, order = rng.binomial(totals, 0.1), rng.permutation(40)
    one, other = find_quotients(counts, totals), find_quotients(counts[order], totals[order])
    assert_allclose(other.q, one.q[order])


def test_by_chance_alone_few_cities_show_an_area():
    rng = np.random.default_rng(2)
    shown = 0
    for _ in range(300):
        totals = rng.integers(5, 800, 26)
        found = find_quotients(rng.binomial(totals, 0.15), totals)
        shown += bool((np.nan_to_num(found.q, nan=1.0) <= 0.05).any())
    assert shown / 300 <= 0.07


def test_intervals_hold_the_truth_as_often_as_they_promise():
    rng = np.random.default_rng(3)
    for share in (0.02, 0.2, 0.5):
        _, low, high = share_interval(rng.binomial(200, share, 3000), np.full(3000, 200))
        assert np.mean((low <= share) & (high >= share)) >= 0.945


def test_a_report_told_twice_under_two_kinds_never_makes_more_than_all():
    found = location_quotient(scene_of([20, 5, 3, 10, 5], [50, 50, 2, 200, 100]), PARAMS)
    assert found.table["base"].iloc[2] == 3


def test_all_incidents_have_nothing_to_be_set_against():
    with pytest.raises(NothingElseError):
        location_quotient(scene_of([20, 5, 3, 10, 5], [20, 5, 3, 10, 5]), PARAMS)


def test_a_scene_that_does_not_know_the_other_incidents_is_refused():
    with pytest.raises(ParameterError):
        location_quotient(scene_of([20, 5, 3, 10, 5], None), PARAMS)
    with pytest.raises(ParameterError):
        location_quotient(scene_of([20, 5, 3, 10, 5], [1, 2]), PARAMS)
    with pytest.raises(NotEnoughDataError):
        location_quotient(scene_of([0, 0, 0, 0, 0], [20, 5, 3, 10, 5]), PARAMS)
