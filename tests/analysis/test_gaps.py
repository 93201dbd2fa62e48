"""Local Geary on plain arrays, against spdep and GeoDa."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from analysis.gaps import classify_gaps, local_geary_c
from analysis.weights import count_neighbours, listed_weights

CASES = json.loads((Path(__file__).parent / "reference" / "autocorrelation.json").read_text())["cases"]


def gaps_of(x, neighbours):
    return np.array([sum((x[j] - x[i]) ** 2 for j in row) for i, row in enumerate(neighbours)])


def test_three_units_in_a_row_on_paper():
    x = np.array([1.0, 2.0, 6.0])  # variance 7; squared differences 1, 16, 25
    c, usual = local_geary_c(x, np.array([1.0, 17.0, 16.0]), np.array([1, 2, 1]), by_rows=False)
    assert_allclose(c, np.array([1, 17, 16]) / 7)
    assert_allclose(usual, np.array([13, 17, 20.5]) / 7)  # (1 + 25) / 2, (1 + 16), (25 + 16) / 2
    rows, _ = local_geary_c(x, np.array([1.0, 17.0, 16.0]), np.array([1, 2, 1]), by_rows=True)
    assert_allclose(rows, np.array([1, 8.5, 16]) / 7)


@pytest.mark.parametrize("style", ["W", "B"])
@pytest.mark.parametrize("name", ["columbus_CRIME", "COL.OLD_CRIME", "SIDS_rate74"])
def test_c_agrees_with_spdep(name, style):
    x, neighbours = np.array(CASES[name]["x"]), CASES[name]["neighbours"]
    sizes = count_neighbours(listed_weights(neighbours))
    c, _ = local_geary_c(x, gaps_of(x, neighbours), sizes, by_rows=style == "W")
    known = sizes > 0
    assert_allclose(c[known], np.array(CASES[name][style]["local_c"], dtype=float)[known], atol=1e-9)
    assert np.isnan(c[~known]).all()


def test_c_agrees_with_geoda():
    x, neighbours = np.array(CASES["geoda_columbus"]["x"]), CASES["geoda_columbus"]["neighbours"]
    c, _ = local_geary_c(x, gaps_of(x, neighbours), count_neighbours(listed_weights(neighbours)), by_rows=True)
    assert_allclose(c, CASES["geoda_columbus"]["local_geary"], atol=1e-10)


def test_equal_values_have_no_c():
    c, usual = local_geary_c(np.full(3, 2.0), np.zeros(3), np.array([1, 2, 1]), by_rows=True)
    assert np.isnan(c).all()
    assert np.isnan(usual).all()


def test_alike_is_named_by_the_side_on_which_both_lie():
    found = classify_gaps(
        np.array([5.0, 0.0, 5.0, 0.0]), np.array([4.0, 1.0, 1.0, 4.0]), np.array([True, True, True, False])
    )
    assert found.tolist() == ["geary_hh", "geary_ll", "geary_alike", "geary_unlike"]
