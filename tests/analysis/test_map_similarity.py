"""Fisher's test of shares, the S-index and its ends, intervals of differences."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from analysis.map_similarity import (
    compare_by_samples,
    deal_out,
    fisher_p,
    sample_quantiles,
    share_difference,
    smallest_fisher_p,
)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=2, max_size=6))
def test_fisher_p_is_that_of_scipy(pairs: list[tuple[int, int]]):
    before, after = np.array(pairs).T
    if not (before.sum() and after.sum()):
        return
    wanted = [stats.fisher_exact([[a, after.sum() - a], [b, before.sum() - b]]).pvalue for b, a in pairs]
    assert_allclose(fisher_p(before, after), wanted, rtol=1e-7)


def test_no_outcome_of_a_unit_has_a_smaller_p_than_the_smallest():
    before, after = np.array([3, 5, 40]), np.array([2, 9, 60])
    smallest = smallest_fisher_p(before + after, later=int(after.sum()))
    for unit in range(2):
        total = int(before[unit] + after[unit])
        p = []
        for value in range(total + 1):
            one, other = before.copy(), after.copy()
            one[unit], other[unit] = total - value, value
            one[2] += int(before.sum() - one.sum())
            other[2] += int(after.sum() - other.sum())
            p.append(fisher_p(one, other)[unit])
        assert smallest[unit] == pytest.approx(min(p))


def test_the_ends_of_infinitely_many_samples_are_hypergeometric_quantiles():
    counts = np.array([0, 1, 3, 17, 200, 3, 80])
    size = round(0.85 * counts.sum())
    low, high = sample_quantiles(counts, size=size)
    drawn = stats.hypergeom(counts.sum(), counts, size)
    assert_array_equal(low, drawn.ppf(0.025))
    assert_array_equal(high, drawn.ppf(0.975))


def test_many_samples_come_to_the_same_ends():
    rng = np.random.default_rng(0)
    before, after = rng.poisson(30, 200), rng.poisson(40, 200)
    drawn, exact = (compare_by_samples(before, after, r, samples=4000) for r in (rng, None))
    assert np.mean(drawn.inside == exact.inside) > 0.97


def test_the_published_rule_on_paper():
    # of 4 units: one as before, one far off, one doubly empty, one that only the base has
    alike = compare_by_samples(np.array([100, 50, 0, 10]), np.array([1000, 100, 0, 0]), np.random.default_rng(1))
    assert alike.inside.tolist() == [False, False, True, False]
    assert alike.s == 0.25
    assert alike.robust == 0.0
    same = compare_by_samples(np.array([60, 40, 0, 0]), np.array([600, 400, 0, 0]), np.random.default_rng(1))
    assert (same.s, same.robust) == (1.0, 1.0)


def test_s_is_far_below_one_between_two_draws_of_one_pattern():
    rng = np.random.default_rng(2)
    mean = np.full(500, 40.0)
    s = [compare_by_samples(rng.poisson(mean), rng.poisson(mean), None).s for _ in range(20)]
    assert 0.3 < np.mean(s) < 0.55


def test_dealing_out_keeps_what_each_unit_and_each_side_has():
    rng = np.random.default_rng(3)
    before, after = rng.poisson(5, 60), rng.poisson(9, 60)
    one, other = deal_out(before, after, rng)
    assert_array_equal(one + other, before + after)
    assert (one.sum(), other.sum()) == (before.sum(), after.sum())


def test_a_difference_on_paper():
    # Newcombe's table: 56/70 - 48/80 = 0.2, interval 0.0524 to 0.3339 (his method 10)
    found = share_difference(np.array([48, 32]), np.array([56, 14]))
    assert_allclose([values[0] for values in found], [0.2, 0.0524, 0.3339], atol=5e-5)


def test_turning_the_sides_turns_the_difference():
    rng = np.random.default_rng(4)
    before, after = rng.poisson(9, 30), rng.poisson(4, 30)
    there, back = share_difference(before, after), share_difference(after, before)
    assert_allclose(there[0], -back[0])
    assert_allclose(there[1], -back[2])


def test_dispersion_widens_the_interval():
    before, after = np.array([40, 60]), np.array([70, 30])
    plain, wide = share_difference(before, after), share_difference(before, after, inflation=3.0)
    assert wide[1][0] < plain[1][0] < plain[0][0] < plain[2][0] < wide[2][0]


def test_the_interval_of_a_difference_covers_what_it_promises():
    rng = np.random.default_rng(5)
    p, q = np.array([0.02, 0.08, 0.2, 0.7]), np.array([0.03, 0.05, 0.3, 0.62])
    held = []
    for _ in range(1500):
        _, low, high = share_difference(rng.multinomial(300, p), rng.multinomial(500, q))
        held.append((low <= q - p) & (high >= q - p))
    assert np.mean(held) == pytest.approx(0.95, abs=0.015)
