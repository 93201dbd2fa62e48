"""Change of each area against itself."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from shapely import box

from analysis.area_change import AreaChangeParams, area_change, find_own_changes
from analysis.change import ChangeParams, change
from analysis.errors import NotEnoughDataError, ParameterError
from analysis.rates import ratio_interval
from analysis.scene import Scene, points_at
from analysis.time_blocks import ratios_around_change

MASK = box(0, 0, 5000, 4000)
AREAS = gpd.GeoDataFrame(
    {"code": [f"{k:02d}" for k in range(20)], "name": [f"Área {k}" for k in range(20)]},
    geometry=[box(1000 * c, 1000 * r, 1000 * (c + 1), 1000 * (r + 1)) for r in range(4) for c in range(5)],
    crs=32617,
)
PARAMS = AreaChangeParams()


def scene_of(counts: list[int] | np.ndarray, *, months: float = 12.0, days: bool = True) -> Scene:
    """Make a scene with so many incidents in the middle of each area, spread evenly over the period."""
    counts = np.asarray(counts)
    area = np.repeat(np.arange(len(counts)), counts)
    points = points_at(1000.0 * (area % 5) + 500, 1000.0 * (area // 5) + 500)
    day = np.full(len(area), np.datetime64("NaT", "D"))
    if days:
        turn = np.concatenate([np.arange(n) for n in counts]) if counts.sum() else np.zeros(0)
        day = np.datetime64("2024-01-01") + (turn * 89 % int(30 * months)).astype("timedelta64[D]")
    points = dataclasses.replace(points, area=area, day=day)
    return Scene(crs=32617, points=points, months=months, window=MASK, mask=MASK, areas=AREAS)


def test_two_areas_on_paper():
    before, after = np.full(20, 40), np.full(20, 40)
    before[3], after[3] = 2, 6
    table = area_change(scene_of(before), scene_of(after), PARAMS).table
    row = table.iloc[3]
    assert (row["before"], row["after"], row["ratio"]) == (2, 6, 3.0)
    assert row["dispersion"] == 1.0
    assert row["p"] == pytest.approx(0.1749, abs=5e-5)
    assert np.isnan(row["percent"])
    assert_allclose([row["ratio_low"], row["ratio_high"]], np.ravel(ratio_interval(np.array([6]), np.array([2]))[1:]))
    assert table.iloc[0]["percent"] == 0


def test_an_area_that_halved_is_found_and_the_others_are_not():
    before, after = np.full(20, 200), np.full(20, 200)
    after[7] = 100
    found = area_change(scene_of(before), scene_of(after), PARAMS)
    assert found.table.loc[found.table["class"] != "none", "code"].tolist() == ["07"]
    assert found.reading["down"] == ["Área 7"]
    assert found.reading["strongest"]["name"] == "Área 7"
    assert found.table.iloc[7]["percent"] == pytest.approx(-50)


def test_a_fall_of_the_whole_city_is_a_change_here_and_none_against_the_city():
    rng = np.random.default_rng(1)
    one, other = scene_of(rng.poisson(300, 20)), scene_of(rng.poisson(180, 20))
    own, against = area_change(one, other, PARAMS), change(one, other, ChangeParams())
    assert len(own.reading["down"]) == 20
    assert (against.tables["areas"]["class"] == "none").all()


def test_where_nothing_changed_the_result_says_so():
    rng = np.random.default_rng(2)
    found = area_change(scene_of(rng.poisson(80, 20)), scene_of(rng.poisson(80, 20)), PARAMS)
    assert found.reading["nothing_distinguishable"]
    assert found.reading["strongest"] is None


def test_periods_of_unequal_length_are_compared_per_month():
    found = area_change(scene_of(np.full(20, 120)), scene_of(np.full(20, 60), months=6.0), PARAMS)
    assert_allclose(found.table["ratio"], 1.0)
    assert_allclose(found.table["rate_before"], found.table["rate_after"])
    assert found.reading["unequal_lengths"]
    assert found.reading["nothing_distinguishable"]


@pytest.mark.parametrize("params", [PARAMS, AreaChangeParams(test="binomial", interval="midp", correction="by")])
def test_turning_time_over_turns_the_answer_over(params: AreaChangeParams):
    rng = np.random.default_rng(4)
    one, other = scene_of(rng.poisson(60, 20)), scene_of(np.append(rng.poisson(60, 19), 160))
    there, back = area_change(one, other, params).table, area_change(other, one, params).table
    assert_allclose(back["p"], there["p"], rtol=1e-6)
    assert_array_equal(back["class"], there["class"].str.replace("up", "down"))
    assert_allclose(back["ratio_low"], 1 / there["ratio_high"], rtol=1e-6)


def test_the_order_of_the_areas_and_of_the_incidents_does_not_matter():
    rng = np.random.default_rng(5)
    before, after = rng.poisson(30, 20), rng.poisson(30, 20)
    ratios = rng.uniform(1, 2, 20)
    order = rng.permutation(20)
    straight = find_own_changes(before, after, exposure=1.0, ratios=ratios, params=PARAMS)
    mixed = find_own_changes(before[order], after[order], exposure=1.0, ratios=ratios[order], params=PARAMS)
    assert_allclose(mixed.q, straight.q[order])
    assert_array_equal(mixed.classes, straight.classes[order])


def test_areas_with_too_few_incidents_are_told_as_such_and_weigh_on_nobody():
    counts = np.full(20, 100)
    counts[:15] = 1
    other = counts.copy()
    other[19] = 160
    found = area_change(scene_of(counts), scene_of(other), PARAMS)
    assert (found.table["class"][:15] == "not_calculable").all()
    assert found.reading["tested"] == 5
    assert found.table["class"].iloc[19].startswith("up")


def test_an_area_outside_the_window_is_neither_counted_nor_tested():
    seen = dataclasses.replace(scene_of(np.full(20, 50)), areas=AREAS.assign(observed=np.arange(20) != 4))
    found = area_change(seen, seen, PARAMS)
    assert np.isnan(found.table["before"].iloc[4])
    assert found.table["class"].iloc[4] == "not_calculable"
    assert found.left_out == {"without_area": 100}
    assert found.reading["areas"] == 19


def test_incidents_that_name_their_area_without_a_point_count():
    unplaced = pd.DataFrame({"area": [3, -1], "method": ["corregimiento", "none"], "n": [40, 7]})
    before = dataclasses.replace(scene_of(np.full(20, 50)), unplaced=unplaced)
    found = area_change(before, scene_of(np.full(20, 50)), PARAMS)
    assert found.table["before"].iloc[3] == 90
    assert found.left_out == {"without_area": 7}


def test_counts_that_come_in_runs_are_harder_to_tell_from_chance():
    def in_runs(total: int) -> Scene:  # all incidents of an area in two months of the year
        plain = scene_of(np.full(20, total))
        day = np.datetime64("2024-01-01") + np.repeat(np.arange(2), total // 2 * 20).astype("timedelta64[D]") * 200
        return dataclasses.replace(plain, points=dataclasses.replace(plain.points, day=np.sort(day)))

    steady = area_change(scene_of(np.full(20, 100)), scene_of(np.full(20, 140)), PARAMS)
    runs = area_change(in_runs(100), scene_of(np.full(20, 140)), PARAMS)
    assert runs.reading["dispersion"] > 2 * steady.reading["dispersion"]
    assert (runs.table["p"] > steady.table["p"]).all()


def test_a_season_that_both_years_share_is_no_dispersion():
    season = np.tile([10, 20, 60, 20, 10, 5], (8, 2))
    assert_allclose(ratios_around_change(season, 2 * season), 1.0)
    lopsided = ratios_around_change(season, 2 * season[:, :6])
    assert (lopsided > 5).all()


@pytest.mark.parametrize("ratio", [1.0, 3.0])
def test_the_ratio_of_variance_to_mean_is_found_again(ratio: float):
    rng = np.random.default_rng(0)
    mean = np.full((400, 12), 10.0) * (1 + 0.4 * np.sin(np.arange(12)))
    before, after = (rng.poisson(m if ratio == 1 else rng.gamma(m / (ratio - 1), ratio - 1)) for m in (mean, 2 * mean))
    assert np.min(ratios_around_change(before, after)) == pytest.approx(ratio, rel=0.07)


def test_few_blocks_tell_no_dispersion():
    assert ratios_around_change(np.full((3, 2), 5), np.full((3, 2), 5)) is None


def test_without_days_one_dispersion_is_fitted_to_all_areas():
    rng = np.random.default_rng(6)
    counts = [rng.poisson(rng.gamma(20, 4, 20)) for _ in range(2)]
    found = area_change(scene_of(counts[0], days=False), scene_of(counts[1], days=False), PARAMS)
    assert found.reading["dispersion_from"] == "areas"
    assert found.reading["dispersion"] > 1.5


@pytest.mark.parametrize("test", ["e_test", "binomial"])
def test_of_a_hundred_cities_without_a_change_few_show_one(test: str):
    rng = np.random.default_rng(7)
    mean, shown = np.geomspace(4, 400, 26), 0
    for _ in range(100):
        before, after = rng.poisson(mean), rng.poisson(mean / 2)
        params = AreaChangeParams(test=test)
        found = find_own_changes(before, after, exposure=0.5, ratios=np.ones(26), params=params)
        shown += bool((np.nan_to_num(found.q, nan=1.0) <= 0.05).any())
    assert shown <= 10


def test_cities_and_scenes_that_cannot_be_compared_are_refused():
    plain = scene_of(np.full(20, 5))
    with pytest.raises(ParameterError):
        area_change(plain, dataclasses.replace(plain, areas=AREAS.iloc[:5]), PARAMS)
    with pytest.raises(NotEnoughDataError):
        area_change(scene_of(np.zeros(20, dtype=int)), scene_of(np.zeros(20, dtype=int)), PARAMS)
