from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.stats import false_discovery_control

from analysis.multiple_testing import adjust, name_by_level, passes, reject


def test_four_tests_on_paper():
    p = np.array([0.01, 0.04, 0.03, 0.5])
    assert_allclose(adjust(p), [0.04, 0.16 / 3, 0.16 / 3, 0.5])
    assert reject(p, level=0.05).tolist() == [True, False, False, False]


def test_a_p_exactly_on_the_line_is_rejected():
    assert reject(np.array([0.0125, 0.025, 0.0375, 0.05]), level=0.05).all()


def test_where_nothing_passes_nothing_is_rejected():
    assert not reject(np.array([0.052, 0.13, 0.2, 0.9]), level=0.05).any()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60), st.sampled_from(["bh", "by"]))
def test_adjusted_p_agree_with_scipy(p, method):
    assert_allclose(adjust(np.array(p), method=method), false_discovery_control(p, method=method), atol=1e-12)


def test_a_level_counts_as_reached_despite_rounding():
    assert passes(np.array([0.05 * (1 + 1e-15), 0.0500001]), 0.05).tolist() == [True, False]


@pytest.mark.shared
@pytest.mark.parametrize("name", ["ties", "none_rejected", "zero_and_one", "exact_boundary", "one", "big"])
def test_adjusted_p_agree_with_r(shared, name):
    case = json.loads((shared / "reference" / "p_adjust.json").read_text())["cases"][name]
    p = np.array(case["p"], dtype=float)
    assert_allclose(adjust(p), case["BH"], atol=1e-12)
    assert_allclose(adjust(p, method="by"), case["BY"], atol=1e-12)
    assert np.flatnonzero(reject(p)).tolist() == case["rejected_BH_0.05"]


def test_a_test_is_named_by_its_side_and_the_strictest_level_it_reaches():
    cold = np.array([np.nan, 0.07, 0.5, 0.001])
    hot = np.array([0.01, np.nan, 0.11, 0.03])
    assert name_by_level({"cold": cold, "hot": hot}).tolist() == ["hot99", "cold90", "none", "hot95"]
