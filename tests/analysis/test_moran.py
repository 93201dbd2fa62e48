"""Local Moran on plain arrays, against spdep and GeoDa."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from analysis.autocorrelation import moran
from analysis.errors import NoVariationError
from analysis.moran import (
    by_alikeness,
    conditional_z,
    conditional_z_weighted,
    find_quadrants,
    local_moran_i,
)
from analysis.weights import listed_weights, row_sums, styled

CASES = json.loads((Path(__file__).parent / "reference" / "autocorrelation.json").read_text())["cases"]
NAMES = ["columbus_CRIME", "COL.OLD_CRIME", "SIDS_rate74"]
WORDS = {"Low-Low": "ll", "High-High": "hh", "High-Low": "hl", "Low-High": "lh"}


def binary(name):
    return np.array(CASES[name]["x"]), listed_weights(CASES[name]["neighbours"])


def means(x, weights):
    sizes = row_sums(weights)
    return np.where(sizes > 0, (weights @ x) / np.maximum(sizes, 1), np.nan)


def test_three_units_in_a_row_on_paper():
    x = np.array([1.0, 2.0, 6.0])  # mean 3; z -2 -1 3; m2 14 / 3 and 7
    weights = listed_weights([[1], [0, 2], [1]])
    assert_allclose(local_moran_i(x, weights @ x, row_sums(weights), divisor="n"), np.array([2, -1, -3]) * 3 / 14)
    assert_allclose(local_moran_i(x, weights @ x, row_sums(weights), divisor="n-1"), np.array([2, -1, -3]) / 7)
    assert find_quadrants(x, means(x, weights)).tolist() == ["ll", "lh", "hl"]


@pytest.mark.parametrize("style", ["W", "B"])
@pytest.mark.parametrize("name", NAMES)
def test_i_and_its_conditional_z_agree_with_spdep(name, style):
    x, weights = binary(name)
    weights, known = styled(weights, style), row_sums(weights) > 0
    for divisor, key in (("n", "local_i_n"), ("n-1", "local_i_n1")):
        found = local_moran_i(x, weights @ x, row_sums(weights), divisor=divisor)
        assert_allclose(found[known], np.array(CASES[name][style][key])[known], atol=1e-9)
        assert np.isnan(found[~known]).all()  # spdep says 0 of an island; it has no lag
    expected = np.array(CASES[name][style]["local_z"], dtype=float)
    assert_allclose(conditional_z_weighted(x, weights)[known], expected[known], atol=1e-9)


@pytest.mark.parametrize("name", NAMES)
def test_quadrants_agree_with_spdep(name):
    x, weights = binary(name)
    known = row_sums(weights) > 0
    expected = np.array([WORDS[word] for word in CASES[name]["quadrants"]])
    found = find_quadrants(x, means(x, weights))
    assert_array_equal(found[known], expected[known])
    assert set(found[~known]) <= {"none"}


def test_i_agrees_with_geoda():
    x, weights = binary("geoda_columbus")
    weights = styled(weights, "W")
    found = local_moran_i(x, weights @ x, row_sums(weights), divisor="n-1")
    assert_allclose(found, CASES["geoda_columbus"]["local_moran"], atol=1e-10)


def test_z_does_not_depend_on_the_scale_of_a_row_of_weights():
    x, weights = binary("COL.OLD_CRIME")
    assert_allclose(conditional_z_weighted(x, weights), conditional_z_weighted(x, styled(weights, "W")), atol=1e-9)


def test_the_sum_of_local_i_is_global_i():
    x, weights = binary("COL.OLD_CRIME")
    local = local_moran_i(x, weights @ x, row_sums(weights), divisor="n")
    assert local.sum() / weights.sum() == pytest.approx(moran(x, weights).value)


def test_a_change_of_origin_unit_or_sign_changes_nothing_but_names():
    x, weights = binary("columbus_CRIME")
    first = local_moran_i(x, weights @ x, row_sums(weights), divisor="n")
    turned = {"hh": "ll", "ll": "hh", "hl": "lh", "lh": "hl", "none": "none"}
    for other in (x * 3.7, x + 1000, x - 1000, -x):
        assert_allclose(local_moran_i(other, weights @ other, row_sums(weights), divisor="n"), first, atol=1e-9)
    quadrants = find_quadrants(x, means(x, weights))
    assert_array_equal(find_quadrants(x - 1000, means(x - 1000, weights)), quadrants)
    assert find_quadrants(-x, means(-x, weights)).tolist() == [turned[name] for name in quadrants]


def test_equal_values_have_no_i_and_no_quadrant():
    x, weights = np.full(4, 3.0), listed_weights([[1], [0], [3], [2]])
    assert np.isnan(local_moran_i(x, weights @ x, row_sums(weights), divisor="n")).all()
    assert set(find_quadrants(x, means(x, weights))) == {"none"}
    with pytest.raises(NoVariationError):
        conditional_z(x, weights @ x, np.ones(4, dtype=np.int64))


def test_tails_are_turned_where_the_own_value_is_low_and_are_one_at_the_mean():
    alike, unlike = by_alikeness(np.array([1.0, 3.0, 2.0]), np.array([0.1, 0.2, 0.3]), np.array([0.9, 0.8, 0.7]))
    assert_array_equal(alike, [0.9, 0.2, 1.0])
    assert_array_equal(unlike, [0.1, 0.8, 1.0])
