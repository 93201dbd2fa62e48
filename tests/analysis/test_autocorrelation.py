"""Moran, Geary and General G against spdep, and what must not change them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from analysis.autocorrelation import geary, general_g, moran, moran_normal_variance
from analysis.errors import NotEnoughDataError, NoVariationError, ParameterError
from analysis.rates import standardise_rates
from analysis.weights import count_neighbours, listed_weights, row_sums, styled

CASES = json.loads((Path(__file__).parent / "reference" / "autocorrelation.json").read_text())["cases"]
NAMES = ["columbus_CRIME", "COL.OLD_CRIME", "SIDS_rate74"]


def make(name, style):
    weights = listed_weights(CASES[name]["neighbours"])
    joined = int(np.sum(count_neighbours(weights) > 0))
    return np.array(CASES[name]["x"]), styled(weights, style), joined  # spdep counts units with neighbours


def check(found, expected):
    for name in ("value", "expected", "variance", "z"):
        assert getattr(found, name) == pytest.approx(expected[name], rel=1e-9)


def test_three_in_a_row_and_one_apart_on_paper():
    x = np.array([1.0, 2.0, 6.0, 3.0])  # mean 3; z -2 -1 3 0; sum of squares 14
    weights = listed_weights([[1], [0, 2], [1], []])
    assert moran(x, weights).value == pytest.approx(4 / 4 * (2 * (2 - 3)) / 14)
    assert geary(x, weights).value == pytest.approx(3 / 8 * 2 * (1 + 16) / 14)
    assert general_g(x, weights).value == pytest.approx(2 * (2 + 12) / (144 - 50))


@pytest.mark.parametrize("style", ["W", "B"])
@pytest.mark.parametrize("name", NAMES)
def test_moran_agrees_with_spdep(name, style):
    x, weights, joined = make(name, style)
    check(moran(x, weights, units=joined), CASES[name][style]["moran"])
    expected = CASES[name][style]["moran_normal_variance"]
    assert moran_normal_variance(weights, units=joined) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("style", ["W", "B"])
@pytest.mark.parametrize("name", NAMES)
def test_geary_agrees_with_spdep(name, style):
    x, weights, joined = make(name, style)
    found, expected = geary(x, weights, units=joined), CASES[name][style]["geary"]
    assert found.value == pytest.approx(expected["value"], rel=1e-9)
    if name != "SIDS_rate74":  # with islands spdep's variance takes now one n, now the other
        check(found, expected)


@pytest.mark.parametrize("style", ["W", "B"])
@pytest.mark.parametrize("name", NAMES[:2])
def test_general_g_agrees_with_spdep(name, style):
    x, weights, _ = make(name, style)
    check(general_g(x, weights), CASES[name][style]["general_g"])


def test_general_g_within_33_miles_agrees_with_spdep():
    case = CASES["SIDS_33mi"]
    weights = listed_weights(case["neighbours"])
    check(general_g(np.array(case["counts"], dtype=float), weights), case["counts_g"])
    check(general_g(np.array(case["rates"], dtype=float), weights), case["rates_g"])


def test_published_values_of_the_columbus_neighbourhoods():
    x, weights, _ = make("COL.OLD_CRIME", "W")  # Anselin (1988), as spdep's manual prints them
    assert moran(x, weights).value == pytest.approx(0.510951264, abs=5e-10)
    assert moran(x, weights).z == pytest.approx(5.6341, abs=5e-5)
    assert geary(x, weights).value == pytest.approx(0.52986993, abs=5e-9)
    assert general_g(x, styled(make("COL.OLD_CRIME", "B")[1], "B")).z == pytest.approx(4.7138, abs=5e-5)


def test_published_values_of_columbus_with_the_neighbours_of_its_polygons():
    x, weights, _ = make("geoda_columbus", "W")  # as esda and spdep give them for columbus.gal
    found = moran(x, weights)
    assert found.value == pytest.approx(0.5001885571828611, rel=1e-12)
    assert found.variance == pytest.approx(0.008689289201, abs=5e-13)
    assert found.z == pytest.approx(5.58938267504, abs=5e-12)
    assert geary(x, weights).value == pytest.approx(0.5405282027, abs=5e-11)
    g = general_g(x, make("geoda_columbus", "B")[1])
    assert (g.value, g.expected) == pytest.approx((0.127807457382, 0.100340136), abs=5e-10)
    assert g.variance == pytest.approx(3.507057304e-05, abs=5e-15)


def test_published_variances_of_a_lattice_of_three_by_three():
    lists = [[j for j in range(9) if abs(i // 3 - j // 3) + abs(i % 3 - j % 3) == 1] for i in range(9)]
    weights = listed_weights(lists)  # esda: y = 1 ... 9, binary
    assert moran(np.arange(1.0, 10.0), weights).variance == pytest.approx(0.0596875)
    assert moran_normal_variance(weights) == pytest.approx(0.053125)


@pytest.mark.parametrize("style", ["W", "B"])
def test_moran_of_standardised_rates_agrees_with_spdep(style):
    case = CASES["EB_SIDS"]
    z = standardise_rates(np.array(case["counts"]), np.array(case["persons"], dtype=float))
    assert moran(z, styled(listed_weights(case["neighbours"]), style)).value == pytest.approx(case[style], abs=1e-10)


def test_the_variance_is_that_of_dealt_maps():
    rng = np.random.default_rng(1)
    lists = [[j for j in range(9) if abs(i // 3 - j // 3) + abs(i % 3 - j % 3) == 1] for i in range(9)]
    lists[8] = []  # an island that others still list: weights need not be symmetric
    weights, x = listed_weights(lists), rng.gamma(1.0, 1.0, 9)
    for measure in (moran, geary, general_g):
        told = measure(x, weights)
        dealt = np.array([measure(rng.permutation(x), weights).value for _ in range(1000)])
        assert dealt.mean() == pytest.approx(told.expected, abs=5 * (told.variance / 1000) ** 0.5)
        assert dealt.var() == pytest.approx(told.variance, rel=0.2)


@pytest.mark.parametrize("measure", [moran, geary])
def test_a_change_of_origin_unit_sign_or_order_changes_nothing(measure):
    x, weights, _ = make("columbus_CRIME", "W")
    first = measure(x, weights)
    order = np.random.default_rng(0).permutation(len(x))
    for other, its in [
        (3.7 * x, weights),
        (x - 1000, weights),
        (-x, weights),
        (x, 5 * weights),
        (x[order], weights[order][:, order]),
    ]:
        found = measure(other, its)
        assert_allclose((found.value, found.z), (first.value, first.z), rtol=1e-8)


def test_general_g_does_not_take_negative_values():
    with pytest.raises(NotEnoughDataError):
        general_g(np.array([-1.0, 2.0, 3.0, 4.0]), listed_weights([[1], [0], [3], [2]]))


def test_what_has_no_answer_is_refused_by_name():
    pairs = listed_weights([[1], [0], [3], [2]])
    for measure in (moran, geary, general_g):
        with pytest.raises(NoVariationError):
            measure(np.full(4, 2.0), pairs)
        with pytest.raises(NotEnoughDataError):
            measure(np.array([1.0, 2.0, 3.0]), listed_weights([[1], [0], []]))
        with pytest.raises(NotEnoughDataError):
            measure(np.array([1.0, 2.0, 3.0, 4.0]), listed_weights([[], [], [], []]))


def test_one_missing_value_is_refused_and_does_not_make_all_unknown():
    x, weights, _ = make("columbus_CRIME", "W")
    x = np.where(np.arange(len(x)) == 5, np.nan, x)
    for measure in (moran, geary, general_g):
        with pytest.raises(ParameterError, match="1 without"):
            measure(x, weights)


def test_where_all_are_neighbours_of_all_there_is_no_z():
    everyone = listed_weights([[j for j in range(6) if j != i] for i in range(6)])
    x = np.array([1.0, 5.0, 2.0, 8.0, 3.0, 4.0])
    assert row_sums(everyone).tolist() == [5.0] * 6
    for measure in (moran, geary, general_g):
        assert np.isnan(measure(x, everyone).z)
