"""Conditional permutation of real values: all deals, and samples of them."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from analysis.conditional import conditional_tails
from analysis.permutation import exact_p
from analysis.weights import count_neighbours, listed_weights


def make(n=10, seed=0):
    rng = np.random.default_rng(seed)
    values = rng.gamma(1.0, 1.0, n)
    lists = [
        [int(j) for j in rng.choice(np.delete(np.arange(n), i), int(rng.integers(0, 5)), replace=False)]
        for i in range(n)
    ]
    return values, lists


@pytest.mark.parametrize("gaps", [False, True])
def test_all_deals_agree_with_listing_them(gaps):
    values, lists = make()
    values[3] = values[4]  # a tie
    tails = conditional_tails(values, listed_weights(lists), np.random.default_rng(0), gaps=gaps, runs=None)
    for i, row in enumerate(lists):
        items = (values - values[i]) ** 2 if gaps else values
        dealt = np.array([sum(chosen) for chosen in combinations(np.delete(items, i), len(row))])
        total = items[row].sum()
        assert tails.upper[i] == pytest.approx(np.mean(dealt >= total - 1e-9))
        assert tails.lower[i] == pytest.approx(np.mean(dealt <= total + 1e-9))


@pytest.mark.parametrize("gaps", [False, True])
def test_samples_come_near_all_deals(gaps):
    values, lists = make(14, 1)
    weights, runs = listed_weights(lists), 40_000
    exact = conditional_tails(values, weights, np.random.default_rng(0), gaps=gaps, runs=None)
    drawn = conditional_tails(values, weights, np.random.default_rng(0), gaps=gaps, runs=runs)
    assert_allclose(
        np.minimum(drawn.upper, drawn.lower), np.minimum(exact.upper, exact.lower), rtol=0.16, atol=5 / runs
    )
    assert_allclose(drawn.upper, exact.upper, atol=0.06)  # both tails large: some two thousand draws tell
    assert_allclose(drawn.lower, exact.lower, atol=0.06)
    assert drawn.runs == runs
    assert exact.runs == 0


def test_whole_values_agree_with_the_table_of_sums():
    values, lists = make(12, 2)
    whole = np.rint(3 * values).astype(np.int64)
    sums = np.array([whole[row].sum() for row in lists], dtype=np.int64)
    weights = listed_weights(lists)
    tails = conditional_tails(whole.astype(float), weights, np.random.default_rng(0), gaps=False, runs=None)
    upper, lower = exact_p(whole, sums, count_neighbours(weights), draws="conditional")
    assert_allclose(tails.upper, upper, rtol=1e-9)
    assert_allclose(tails.lower, lower, rtol=1e-9)


def test_the_same_seed_gives_the_same_p_and_no_p_is_zero():
    values, lists = make(60, 3)
    weights = listed_weights(lists)
    one, other = (conditional_tails(values, weights, np.random.default_rng(5), gaps=False, runs=999) for _ in range(2))
    assert_array_equal(one.upper, other.upper)
    assert one.upper.min() >= 1 / 1000
    third = conditional_tails(values, weights, np.random.default_rng(6), gaps=False, runs=999)
    assert not np.array_equal(one.upper, third.upper)


def test_a_p_that_is_not_small_is_known_long_before_the_last_deal():
    rng = np.random.default_rng(8)
    values, lists = make(60, 7)
    weights = listed_weights(lists)
    few = conditional_tails(values, weights, rng, gaps=False, runs=200_000)
    many = conditional_tails(values, weights, rng, gaps=False, runs=200_000)
    tail, other = np.minimum(few.upper, few.lower), np.minimum(many.upper, many.lower)
    joined = count_neighbours(weights) > 0
    assert_allclose(tail[joined], other[joined], rtol=0.2)  # two times 3 %, and the tails of sixty units
    assert few.runs == 200_000


def test_a_change_of_unit_and_origin_changes_no_p():
    values, lists = make(60, 4)
    weights = listed_weights(lists)
    first = conditional_tails(values, weights, np.random.default_rng(5), gaps=False, runs=999)
    for other in (1e6 * values, values + 1e5, 1e-9 * values):
        again = conditional_tails(other, weights, np.random.default_rng(5), gaps=False, runs=999)
        assert_array_equal(again.upper, first.upper)


def test_a_unit_without_neighbours_has_p_one():
    values, _ = make(5)
    tails = conditional_tails(
        values, listed_weights([[], [2], [1], [4], [3]]), np.random.default_rng(0), gaps=False, runs=None
    )
    assert tails.upper[0] == tails.lower[0] == 1.0
