import numpy as np
import pytest
from numpy.testing import assert_allclose

from analysis.envelopes import envelop, find_ranges


def test_a_case_small_enough_to_do_on_paper():
    chance = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]] * 10)[:39]
    band = envelop(np.array([0.0, 5.0]), chance, level=0.05)
    assert band.p == pytest.approx(1 / 40)
    assert band.farthest == 1
    assert band.above.tolist() == [False, True]
    assert not band.below.any()


def test_the_test_is_two_sided():
    chance = np.random.default_rng(1).normal(size=(199, 20))
    for sign in (1, -1):
        band = envelop(np.full(20, sign * 6.0), chance, level=0.05)
        assert band.p == pytest.approx(1 / 200)
    assert band.below.all()


def test_a_curve_of_chance_is_refused_as_often_as_the_level_says():
    rng = np.random.default_rng(2)
    curves = np.cumsum(rng.normal(size=(1500, 40, 15)), axis=2)
    bands = [envelop(some[0], some[1:], level=0.05) for some in curves]
    p = np.array([band.p for band in bands])
    assert 0.035 < np.mean(p <= 0.05) < 0.065
    assert np.mean(p <= 0.5) == pytest.approx(0.5, abs=0.04)


def test_the_band_of_the_whole_curve_is_left_just_where_the_test_refuses():
    rng = np.random.default_rng(3)
    for _ in range(200):
        curves = np.cumsum(rng.normal(size=(40, 15)), axis=1)
        curves[0] *= 1.8
        band = envelop(curves[0], curves[1:], level=0.05)
        outside = (band.observed >= band.high - 1e-9) | (band.observed <= band.low + 1e-9)
        assert outside.any() == (band.p <= 0.05)


def test_pointwise_bands_are_narrower_and_no_test():
    rng = np.random.default_rng(4)
    curves = rng.normal(size=(300, 200, 30))
    left = 0
    for some in curves:
        band = envelop(some[0], some[1:], level=0.05)
        assert (band.point_high <= band.high + 0.7).all()
        left += ((some[0] > band.point_high) | (some[0] < band.point_low)).any()
    assert left / 300 > 0.5


def test_curves_that_are_all_equal_are_no_surprise():
    band = envelop(np.ones(3), np.ones((39, 3)), level=0.05)
    assert band.p == 1.0
    assert_allclose(band.low, band.high)
    assert not (band.above | band.below).any()


def test_runs_of_places_are_told_by_their_first_and_last():
    there = np.array([True, True, False, True, False])
    assert find_ranges(np.arange(5.0), there) == [[0.0, 1.0], [3.0, 3.0]]
    assert find_ranges(np.arange(5.0), np.zeros(5, dtype=bool)) == []
