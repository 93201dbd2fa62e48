from __future__ import annotations

import json
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from analysis.errors import ParameterError
from analysis.permutation import exact_p, null_with_self


def tails_by_listing(values, size, total):
    sums = np.array([sum(chosen) for chosen in combinations(values, size)])
    return np.mean(sums >= total), np.mean(sums <= total)


def test_two_draws_of_four_values_on_paper():
    values = np.array([0, 0, 1, 3])  # sums of the six pairs: 0 1 1 3 3 4
    upper, lower = exact_p(values, np.array([0, 1, 3, 4]), np.full(4, 2))
    assert_allclose(upper, [1, 5 / 6, 3 / 6, 1 / 6])
    assert_allclose(lower, [1 / 6, 3 / 6, 5 / 6, 1])


def test_tails_agree_with_listing_all_subsets():
    rng = np.random.default_rng(1)
    values = rng.poisson(1.5, 9)
    sizes = np.array([1, 2, 3, 4, 5, 6, 7, 8, 9])
    sums = np.array([rng.choice(values, size, replace=False).sum() for size in sizes])
    expected = np.array([tails_by_listing(values, size, total) for size, total in zip(sizes, sums, strict=True)])
    assert_allclose(np.column_stack(exact_p(values, sums, sizes)), expected, rtol=1e-13)


def test_conditional_tails_leave_the_own_value_out():
    rng = np.random.default_rng(2)
    values = rng.poisson(1.5, 9)
    sizes = np.array([0, 1, 2, 3, 4, 5, 6, 7, 8])
    others = [np.delete(values, i) for i in range(9)]
    sums = np.array([rng.choice(rest, k, replace=False).sum() for rest, k in zip(others, sizes, strict=True)])
    expected = np.array(
        [tails_by_listing(rest, k, t) if k else (1, 1) for rest, k, t in zip(others, sizes, sums, strict=True)]
    )
    assert_allclose(np.column_stack(exact_p(values, sums, sizes, draws="conditional")), expected, rtol=1e-13)


def test_values_below_zero_and_shifted_values_give_the_same_p():
    values, sizes = np.array([-3, 0, 2, 2, 5, -3]), np.array([1, 2, 3, 3, 2, 6])
    sums = np.array([-3, 2, 1, 9, 7, 3])
    for draws in ("with_self", "conditional"):
        k = np.minimum(sizes, 5)
        t = sums if draws == "with_self" else np.array([5, 2, 7, 2, -6, 6])
        used = sizes if draws == "with_self" else k
        before = exact_p(values, t, used, draws=draws)
        after = exact_p(values + 10, t + 10 * used, used, draws=draws)
        assert_allclose(before, after, rtol=1e-12)


def test_the_far_tail_is_exact_where_one_minus_the_rest_would_be_zero():
    values = np.zeros(100_000, dtype=np.int64)
    values[:9] = 1000
    upper, _ = exact_p(values, np.full(100_000, 9000), np.full(100_000, 9))
    exact = Fraction(1)
    for i in range(9):
        exact *= Fraction(9 - i, 100_000 - i)
    assert_allclose(upper[0], float(exact), rtol=1e-12)


def test_a_large_map_with_large_neighbourhoods_does_not_overflow():
    values = np.random.default_rng(4).poisson(3, 200_000)
    sizes = np.full(len(values), 121)
    upper, lower = exact_p(values, np.full(len(values), 363), sizes)
    assert 0.45 < upper[0] < 0.55
    assert 0.45 < lower[0] < 0.55
    assert upper[0] + lower[0] > 1


def test_both_tails_of_a_table_start_at_one():
    null = null_with_self(np.array([0, 1, 1, 4, 7]), np.array([2, 3, 3, 3, 3]))
    for start in null.starts[0, [2, 3]]:
        assert_allclose(null.upper[start], 1, rtol=1e-14)


def test_where_nobody_has_a_neighbour_every_conditional_p_is_one():
    none = np.zeros(9, dtype=np.int64)
    upper, lower = exact_p(np.arange(9), none, none, draws="conditional")
    assert upper.tolist() == lower.tolist() == [1.0] * 9


def test_values_whose_sums_would_not_fit_are_refused():
    values = np.arange(1000) * 10_000
    with pytest.raises(ParameterError):
        exact_p(values, values, np.full(1000, 9))


def test_conditional_tables_that_would_not_fit_are_refused():
    values = np.arange(4000) ** 2
    with pytest.raises(ParameterError):
        exact_p(values, values, np.full(4000, 8), draws="conditional")


@pytest.mark.shared
def test_twelve_cells_agree_with_exact_fractions(shared):
    cases = json.loads((shared / "reference" / "exact_permutation_12.json").read_text())["cases"]
    for case in cases.values():
        for draws, size in (("self_included", "m"), ("conditional", "k")):
            rows = case["expected"][draws]
            values = np.array(case["x"])
            sums, sizes = (np.array([row[key] for row in rows]) for key in ("sum", size))
            upper, lower = exact_p(values, sums, sizes, draws="with_self" if size == "m" else "conditional")
            assert_allclose(upper, [row["upper_num"] / row["den"] for row in rows], atol=1e-14)
            assert_allclose(lower, [row["lower_num"] / row["den"] for row in rows], atol=1e-14)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["map300_counts", "map300_stabilised"])
def test_three_hundred_cells_agree_with_integers_and_with_ten_million_draws(shared, name):
    case = json.loads((shared / "reference" / "exact_permutation_300.json").read_text())["cases"][name]
    for draws in ("with_self", "conditional"):
        rows = case["expected"]["self_included" if draws == "with_self" else draws]
        p = exact_p(np.array(case["x"]), np.array(rows["sum"]), np.array(rows["draws"]), draws=draws)
        for tail, found in zip(("upper", "lower"), p, strict=True):
            assert_allclose(found, rows[f"p_{tail}_exact"], rtol=1e-10, atol=1e-12)
        error = np.maximum(rows["p_upper_mc_se"], 1e-9)
        assert np.all(np.abs(p[0] - rows["p_upper_mc"]) <= 4 * error + 1e-12)
