from __future__ import annotations

from itertools import permutations as orders

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from analysis import monte_carlo
from analysis.errors import GridTooLargeError, ResolutionError
from analysis.grids import Grid
from analysis.monte_carlo import (
    Kinds,
    Maps,
    monte_carlo_p,
    needed_permutations,
    require_resolution,
    require_work,
    sort_kinds,
)
from analysis.neighbours import neighbours_by_order
from analysis.permutation import exact_p

GRID = Grid(shape="square", left=0, bottom=0, cell_size=1, rows=12, columns=12)
NEAR = neighbours_by_order(GRID, np.arange(144))
BINARY = np.ones(NEAR.distances.shape)


def own_map(values, weights=BINARY, *, own):
    sums = NEAR.weigh(values, weights) + own * values
    return Maps(sums=sums[None], owns=np.arange(len(values))[None])


def tails(values, weights=BINARY, *, own=True, fixed=False, draws=40_000, seed=1):
    kinds = sort_kinds(NEAR, weights, own=own)
    rng = np.random.default_rng(seed)
    upper, lower = monte_carlo_p(values, kinds, own_map(values, weights, own=own), rng, permutations=draws, fixed=fixed)
    return upper[0], lower[0]


def test_a_lattice_has_three_kinds_of_neighbourhood():
    kinds = sort_kinds(NEAR, BINARY, own=True)
    assert kinds.sizes.tolist() == [4, 6, 9]
    assert np.bincount(kinds.of_cell).tolist() == [4, 40, 100]


@pytest.mark.parametrize("fixed", [False, True])
def test_whole_numbers_with_equal_weights_have_the_exact_p_within_their_error(fixed):
    counts = np.random.default_rng(2).negative_binomial(0.5, 0.3, 144)
    near_sums, sizes = NEAR.sums(counts), NEAR.sizes()
    draws = 40_000
    if fixed:
        exact = exact_p(counts, near_sums, sizes, draws="conditional")
    else:
        exact = exact_p(counts, near_sums + counts, sizes + 1)
    found = tails(counts.astype(float), own=not fixed, fixed=fixed, draws=draws)
    for ours, p in zip(found, exact, strict=True):
        error = np.sqrt(p * (1 - p) / draws)
        assert np.all(np.abs(ours - p) <= 4.5 * error + 1.5 / draws)


def test_unequal_weights_follow_the_listing_of_all_orders():
    values = np.array([0.3, 1.7, 2.2, 5.1, 0.9])
    weights = np.array([1.0, 0.6, 0.25])
    sums = np.array([sum(w * values[j] for w, j in zip(weights, order, strict=False)) for order in orders(range(5), 3)])
    kinds = Kinds(of_cell=np.zeros(5, dtype=np.int64), weights=weights[None])
    asked = np.array([[2.0, 3.0, 4.0, 5.0, 6.0]])
    maps = Maps(sums=asked, owns=np.arange(5)[None])
    upper, lower = monte_carlo_p(values, kinds, maps, np.random.default_rng(3), permutations=60_000, fixed=False)
    assert_allclose(upper[0], [np.mean(sums >= t) for t in asked[0]], atol=0.01)
    assert_allclose(lower[0], [np.mean(sums <= t) for t in asked[0]], atol=0.01)
    upper, _ = monte_carlo_p(values, kinds, maps, np.random.default_rng(3), permutations=60_000, fixed=True)
    others = [
        [sum(w * values[j] for w, j in zip(weights, order, strict=False)) for order in orders(set(range(5)) - {i}, 3)]
        for i in range(5)
    ]
    assert_allclose(upper[0], [np.mean(np.array(o) >= t) for o, t in zip(others, asked[0], strict=True)], atol=0.015)


def test_no_p_is_below_its_resolution_and_equal_values_have_p_one():
    values = np.zeros(144)
    values[[65, 66, 77, 78]] = 1e9
    upper, _ = tails(values, draws=999)
    assert upper.min() == 1 / 1000
    for tail in tails(np.full(144, 0.1), draws=99):
        assert_array_equal(tail, 1)


def test_p_of_dealt_maps_are_uniform():
    rng = np.random.default_rng(4)
    values = rng.gamma(0.5, 2.0, 144)
    weights = 1 - NEAR.distances / 3
    p = [tails(rng.permutation(values), weights, draws=199, seed=at)[0][65] for at in range(400)]
    for level in (0.05, 0.2, 0.5):
        assert abs(np.mean(np.array(p) <= level) - level) <= 3.5 * np.sqrt(level * (1 - level) / 400)


def test_rescaling_a_row_of_weights_changes_no_p():
    values = np.random.default_rng(5).gamma(0.5, 2.0, 144)
    weights = 1 - NEAR.distances / 3
    kinds = sort_kinds(NEAR, weights, own=False)
    plain = own_map(values, weights, own=False)
    rows = kinds.weights.sum(axis=1)
    standard = Kinds(of_cell=kinds.of_cell, weights=kinds.weights / rows[:, None])
    rescaled = Maps(sums=plain.sums / rows[kinds.of_cell], owns=plain.owns)
    answers = [
        monte_carlo_p(values, k, m, np.random.default_rng(6), permutations=999, fixed=False)
        for k, m in ((kinds, plain), (standard, rescaled))
    ]
    assert_array_equal(*answers)


def test_the_seed_decides_and_the_number_of_threads_does_not(monkeypatch):
    values = np.random.default_rng(7).gamma(0.5, 2.0, 144)
    first = tails(values, fixed=True, own=False, draws=500)
    monkeypatch.setattr(monte_carlo, "WORKERS", 1)
    assert_array_equal(first, tails(values, fixed=True, own=False, draws=500))
    assert not np.array_equal(first, tails(values, fixed=True, own=False, draws=500, seed=2))


def test_the_needed_permutations_just_reach_the_correction():
    assert needed_permutations(1600, method="bh", level=0.05) == 31_999
    assert needed_permutations(1600, method="none", level=0.05) == 19
    assert needed_permutations(10, method="by", level=0.05) > needed_permutations(10, method="bh", level=0.05)
    require_resolution(31_999, 1600, method="bh", level=0.05)
    with pytest.raises(ResolutionError) as refused:
        require_resolution(31_998, 1600, method="bh", level=0.05)
    assert refused.value.values == {"needed": 31_999, "found": 31_998}


def test_too_much_work_is_refused():
    kinds = sort_kinds(NEAR, BINARY, own=True)
    require_work(kinds, 10_000)
    with pytest.raises(GridTooLargeError):
        require_work(kinds, 100_000_000)
