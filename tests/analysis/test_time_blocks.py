"""Blocks of time and how much counts vary among them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from shapely import box

from analysis.scene import Scene, points_at
from analysis.time_blocks import count_in_blocks, ratios_of_variance, vary_in_time

MASK = box(0, 0, 1000, 1000)


def scene_of(days: list[str], months: float = 12) -> Scene:
    points = dataclasses.replace(points_at(np.ones(len(days)), np.ones(len(days))), day=np.array(days, dtype="M8[D]"))
    return Scene(crs=32617, points=points, months=months, window=MASK, mask=MASK)


def test_days_fall_into_months_of_equal_length():
    one = scene_of(["2022-01-01", "2022-01-20", "2022-12-31"])
    tables = count_in_blocks(one, one, (np.array([0, 1, 0]), np.array([0, -1, 1])), n_units=2)
    assert tables is not None
    assert tables[0].shape == (2, 12)
    assert_array_equal(tables[0][:, [0, 11]], [[1, 1], [1, 0]])
    assert tables[1].sum() == 2


def test_blocks_begin_with_the_period_and_not_with_its_first_incident():
    late = scene_of(["2022-03-15", "2022-12-31"])
    units = np.array([0, 0])
    assert_array_equal(np.flatnonzero(count_in_blocks(late, late, (units, units), n_units=1)[0][0]), [0, 9])
    late = dataclasses.replace(late, since=np.datetime64("2022-01-01"), until=np.datetime64("2022-12-31"))
    assert_array_equal(np.flatnonzero(count_in_blocks(late, late, (units, units), n_units=1)[0][0]), [2, 11])


def test_short_periods_are_cut_into_weeks():
    one = scene_of(["2022-01-01", "2022-03-20"], months=3)
    tables = count_in_blocks(one, one, (np.array([0, 0]), np.array([0, 0])), n_units=1)
    assert tables is not None
    assert tables[0].shape == (1, 13)


def test_without_days_there_are_no_blocks():
    one = scene_of(["2022-01-01", "NaT"])
    assert count_in_blocks(one, one, (np.array([0, 0]), np.array([0, 0])), n_units=1) is None


def test_two_units_on_paper():
    # one period: shares 1/2; expected 5 and 5, 5 and 5; deviations of 1 with variance 2.5
    before = np.array([[6, 4], [4, 6]])
    chi2, freedom = vary_in_time(before, np.zeros((2, 2), dtype=int))
    assert_allclose(chi2, 2 / 2.5)
    assert_array_equal(freedom, 1)


def test_the_season_they_share_and_the_change_itself_are_no_variation():
    season = np.array([50, 100, 200, 100] * 3)
    chi2, freedom = vary_in_time(np.stack([season, 10 * season]), np.stack([season // 2, 10 * season]))
    assert_allclose(chi2, 0.0, atol=1e-9)
    assert_array_equal(freedom, 22)


@pytest.mark.parametrize("ratio", [1.0, 3.0])
def test_the_ratio_of_variance_to_mean_is_found_again(ratio: float):
    rng = np.random.default_rng(0)
    mean = np.full((30, 60), 6.0)
    tables = [rng.poisson(mean if ratio == 1 else rng.gamma(mean / (ratio - 1), ratio - 1)) for _ in range(2)]
    chi2, freedom = vary_in_time(tables[0], tables[1])
    assert chi2.sum() / freedom.sum() == pytest.approx(ratio, rel=0.1)


def test_a_period_without_the_unit_adds_nothing():
    before, after = np.array([[3, 5, 4], [30, 41, 35]]), np.array([[0, 0, 0], [33, 30, 38]])
    _, freedom = vary_in_time(before, after)
    assert_array_equal(freedom, [2, 2])


def test_a_calm_unit_gets_the_ratio_of_all_and_a_wild_one_its_own():
    rng = np.random.default_rng(1)
    wild = rng.poisson(rng.gamma(5.0, 4.0, (2, 1, 12)))
    calm = rng.poisson(20.0, (2, 20, 12))
    tables = np.concatenate([wild, calm], axis=1)
    ratios = ratios_of_variance(tables[0], tables[1])
    assert ratios is not None
    assert ratios[0] > 2.5
    assert ratios[1:].min() >= 1.0
    assert np.ptp(np.sort(ratios[1:])[:5]) == 0


def test_few_blocks_give_no_ratio():
    assert ratios_of_variance(np.full((3, 3), 5), np.full((3, 3), 5)) is None
