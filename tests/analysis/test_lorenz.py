import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from analysis.lorenz import (
    fewest_of_many,
    fewest_places,
    generalised_gini,
    generalised_gini_of_many,
    gini,
    lorenz,
)

MAPS = st.lists(st.integers(0, 30), min_size=2, max_size=40).filter(any)


def test_the_published_examples():
    assert generalised_gini(np.array([10, 8, 2, 0, 0, 0, 0, 0, 0, 0])) == pytest.approx(0.78)
    assert gini(np.array([5, 2, 1, 0, 0, 0, 0, 0, 0, 0])) == pytest.approx(0.80)
    assert generalised_gini(np.array([5, 2, 1, 0, 0, 0, 0, 0, 0, 0])) == pytest.approx(0.75)


def test_the_reference_values(shared):
    cases = json.loads((shared / "reference" / "gini_lorenz.json").read_text())["cases"]
    for case in cases.values():
        counts = np.array(case["x"])
        ours = gini(counts), generalised_gini(counts), generalised_gini(counts, unbiased=True)
        theirs = [case[name] for name in ("gini", "generalised_gini", "generalised_gini_unbiased")]
        assert_allclose(ours, np.array(theirs, dtype=float), atol=1e-12)
        assert fewest_places(counts, 0.5) == (case["places_for_half"] or 0)
        if case["lorenz"] and case["lorenz"]["share_of_crime"]:
            assert_allclose(lorenz(counts), case["lorenz"]["share_of_crime"], atol=1e-12)


@given(MAPS)
def test_the_gini_is_the_mean_difference_over_twice_the_mean(counts):
    x = np.array(counts, dtype=float)
    assert gini(x) == pytest.approx(np.abs(x[:, None] - x).mean() / (2 * x.mean()), abs=1e-12)


@given(MAPS, st.sampled_from([0.1, 0.25, 0.5, 0.9, 1.0]))
def test_the_fewest_places_are_found_by_taking_the_fullest_first(counts, share):
    taken, held = 0, 0
    for one in sorted(counts, reverse=True):
        if held >= share * sum(counts) * (1 - 1e-12):
            break
        taken, held = taken + 1, held + one
    assert fewest_places(np.array(counts), share) == taken


@given(st.lists(MAPS, min_size=1, max_size=5), st.sampled_from([0.25, 0.5, 0.9, 1.0]))
def test_many_maps_at_once_are_each_as_if_alone(maps, share):
    values = np.unique(np.concatenate([np.array(one) for one in maps]))
    copies = np.array([[one.count(value) for value in values.tolist()] for one in maps])
    alone = [np.array(one) for one in maps]
    assert fewest_of_many(values, copies, share).tolist() == [fewest_places(one, share) for one in alone]
    assert_allclose(generalised_gini_of_many(values, copies), [generalised_gini(one) for one in alone], atol=1e-12)


def test_single_incidents_in_as_many_places_are_not_called_concentrated():
    counts = np.zeros(100, dtype=int)
    counts[:7] = 1
    assert gini(counts) == pytest.approx(0.93)
    assert generalised_gini(counts) == pytest.approx(0.0)


def test_without_incidents_nothing_is_known():
    nothing = np.zeros(5, dtype=int)
    assert np.isnan(gini(nothing))
    assert np.isnan(generalised_gini(nothing))
    assert fewest_places(nothing, 0.5) == 0
