from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from analysis import cell_tests
from analysis.cell_tests import judge, step_weights
from analysis.errors import GridTooLargeError, ParameterError, ResolutionError
from analysis.gi import gi_star_z_weighted, gi_z_weighted
from analysis.grids import Grid
from analysis.hotspot_options import HotspotsParams
from analysis.multiple_testing import adjust, adjust_to_extremes
from analysis.neighbours import neighbours_by_order
from analysis.permutation import exact_p

SIDE = 14
GRID = Grid(shape="square", left=0, bottom=0, cell_size=250.0, rows=SIDE, columns=SIDE)
NEAR = neighbours_by_order(GRID, np.arange(GRID.n))
MONTE_CARLO = {"inference": "monte_carlo", "shuffles": 19}


def planted(seed=1, times=6.0):
    rng = np.random.default_rng(seed)
    counts = rng.poisson(1.0, (SIDE, SIDE))
    counts[4:7, 4:7] = rng.poisson(times, (3, 3))
    return counts.ravel()


def judged(counts, near=NEAR, seed=3, **options):
    return judge(counts, near, HotspotsParams(**options), np.random.default_rng(seed))


def dense(near, weights, own):
    """Return the weights as a sparse matrix, by brute force over all pairs."""
    xy = GRID.centres()
    distance = np.hypot(*(xy[:, None, :] - xy[None, :, :]).T)
    matrix = np.where((distance > 0) & (distance < 360.0), weights(distance), 0.0)
    return sp.csr_array(matrix + own * np.eye(GRID.n))


def test_gi_leaves_the_cell_out_of_sum_and_z():
    counts = planted()
    found = judged(counts, measure="gi")
    assert_allclose(found.z, gi_z_weighted(counts, dense(NEAR, np.ones_like, 0)), atol=1e-9)
    upper, lower = exact_p(counts, NEAR.sums(counts), NEAR.sizes())  # k of all values: the own one may be among them
    assert_allclose(found.hot.p, upper, rtol=1e-12)
    assert_allclose(found.cold.p, lower, rtol=1e-12)


def test_with_the_own_value_held_gi_and_gi_star_have_the_same_p():
    counts = planted()
    star, plain = (judged(counts, measure=one, draws="conditional") for one in ("gi_star", "gi"))
    assert_array_equal(star.hot.p, plain.hot.p)
    assert not np.allclose(star.z, plain.z)


def test_gi_of_an_island_is_unknown_and_gi_star_finite():
    cells = np.append(np.arange(3 * SIDE), 13 * SIDE)
    near = neighbours_by_order(GRID, cells)
    counts = np.random.default_rng(2).poisson(2, len(cells))
    assert np.isnan(judged(counts, near, measure="gi").z[-1])
    assert judged(counts, near, measure="gi").hot.p[-1] == 1
    assert np.isfinite(judged(counts, near).z).all()


@pytest.mark.parametrize("statistic", ["gi_star", "gi"])
def test_weights_that_fall_with_distance_have_the_z_of_the_formula(statistic):
    counts = planted()
    found = judged(counts, measure=statistic, weights="decay", **MONTE_CARLO)
    farthest = 250.0 * np.sqrt(2) + 250.0
    matrix = dense(NEAR, lambda d: 1 - d / farthest, statistic == "gi_star")
    compute = gi_star_z_weighted if statistic == "gi_star" else gi_z_weighted
    assert_allclose(found.z, compute(counts, matrix), atol=1e-9)
    weights = step_weights(NEAR, HotspotsParams(weights="decay", inference="monte_carlo"))
    assert_allclose(np.unique(np.round(weights, 9)), [1 - np.sqrt(2) / (1 + np.sqrt(2)), 1 - 1 / (1 + np.sqrt(2))])


@pytest.mark.parametrize("options", [{}, {"draws": "conditional"}, {"measure": "gi"}, {"correction": "by"}])
def test_monte_carlo_agrees_with_the_exact_p(options):
    counts = planted()
    exact, drawn = judged(counts, **options), judged(counts, **MONTE_CARLO, **options)
    assert drawn.permutations >= GRID.n / 0.05 - 1
    error = np.sqrt(exact.hot.p * (1 - exact.hot.p) / drawn.permutations)
    assert np.all(np.abs(drawn.hot.p - exact.hot.p) <= 5 * error + 2 / drawn.permutations)
    assert (drawn.hot.q <= 0.05).any() == (exact.hot.q <= 0.05).any()


def test_too_few_permutations_are_refused_with_the_number_that_would_do():
    with pytest.raises(ResolutionError) as refused:
        judged(planted(), permutations=999, **MONTE_CARLO)
    assert refused.value.values["needed"] == GRID.n * 20 - 1
    judged(planted(), permutations=999, correction="none", **MONTE_CARLO)


def test_maps_too_large_to_be_shuffled_and_kept_are_refused(monkeypatch):
    monkeypatch.setattr(cell_tests, "MOST_SHUFFLED", 20 * GRID.n)
    judged(planted(), **MONTE_CARLO)
    with pytest.raises(ParameterError) as refused:
        judged(planted(), inference="monte_carlo", shuffles=21)
    assert refused.value.values["needed"] == "19 .. 20"
    monkeypatch.setattr(cell_tests, "MOST_SHUFFLED", 18 * GRID.n)
    with pytest.raises(GridTooLargeError):
        judged(planted(), **MONTE_CARLO)


@pytest.mark.parametrize("inference", ["exact", "monte_carlo"])
def test_the_whole_map_s_extreme_is_the_rank_among_dealt_maps(inference):
    counts = planted(times=9.0)
    found = judged(counts, correction="max_statistic", inference=inference, shuffles=199)
    assert found.hot.q.min() <= (1 / 200 if inference == "exact" else 3 / 200)  # drawn p share their smallest value
    rng = np.random.default_rng(8)  # by hand: the smallest exact p of dealt maps
    smallest = []
    for _ in range(199):
        dealt = rng.permutation(counts)
        smallest.append(exact_p(dealt, NEAR.sums(dealt) + dealt, NEAR.sizes() + 1)[0].min())
    by_hand = adjust_to_extremes(exact_p(counts, NEAR.sums(counts) + counts, NEAR.sizes() + 1)[0], np.array(smallest))
    assert np.abs(found.hot.q - by_hand).max() < 0.13
    assert found.hot.significant <= np.sum(found.hot.p <= 0.05)
    assert found.hot.stands
    assert found.hot.shuffled < 0.3


def test_without_correction_q_is_p_and_shuffled_maps_show_one_cell_in_twenty_at_most():
    found = judged(planted(), correction="none")
    assert_array_equal(found.hot.q, found.hot.p)
    assert 0.02 * GRID.n < found.hot.shuffled <= 0.05 * GRID.n


def test_false_alarms_of_the_whole_map_s_extreme_keep_the_level():
    rng = np.random.default_rng(9)  # 200 maps at 5 %: more than 19 has a chance below 1 in 200
    shown = 0
    for _ in range(200):
        counts = rng.negative_binomial(1 / 3, 1 / 4, GRID.n)
        shown += judged(counts, correction="max_statistic", shuffles=99).hot.significant > 0
    assert shown <= 19


def test_equal_values_have_nothing_hot_under_any_correction():
    for correction in ("bh", "by", "max_statistic", "none"):
        for inference in ("exact", "monte_carlo"):
            found = judged(np.full(GRID.n, 3), correction=correction, inference=inference, shuffles=19)
            assert np.isnan(found.z).all()
            assert found.hot.significant == found.cold.significant == 0
            assert_allclose(found.hot.p, 1)


def test_options_that_do_not_go_together_are_refused():
    with pytest.raises(ParameterError):
        HotspotsParams(imputations=50, correction="max_statistic")
    with pytest.raises(ParameterError):
        HotspotsParams(imputations=50, inference="monte_carlo")


@given(seed=st.integers(0, 1000), statistic=st.sampled_from(["gi", "gi_star"]), shift=st.integers(0, 9))
@settings(max_examples=15, deadline=None)
def test_relabelling_swapping_and_a_shift_change_no_z_and_no_p(seed, statistic, shift):
    counts = np.random.default_rng(seed).negative_binomial(0.5, 0.3, (SIDE, SIDE))
    counts[3, 3] += 1
    options = {"measure": statistic, "values": "counts", "shuffles": 19}
    plain = judged(counts.ravel(), **options)
    swapped = judged(counts.T.ravel(), **options)
    moved = judged((2 * counts + shift).ravel(), **options)
    for name in ("hot", "cold"):
        p = getattr(plain, name).p
        assert_allclose(p.reshape(SIDE, SIDE).T.ravel(), getattr(swapped, name).p, rtol=1e-12)
        assert_allclose(p, getattr(moved, name).p, rtol=1e-12)
    assert_allclose(plain.z.reshape(SIDE, SIDE).T.ravel(), swapped.z, atol=1e-9)
    assert_allclose(plain.z, moved.z, atol=1e-9)


@given(seed=st.integers(0, 1000), statistic=st.sampled_from(["gi", "gi_star"]))
@settings(max_examples=15, deadline=None)
def test_turning_the_sign_of_the_values_exchanges_hot_and_cold(seed, statistic):
    counts = np.random.default_rng(seed).poisson(1.0, GRID.n)
    counts[0] += 1
    plain, turned = (judged(one, measure=statistic, shuffles=19) for one in (counts, -counts))
    assert_allclose(plain.z, -turned.z, atol=1e-9)
    assert_allclose(plain.hot.p, turned.cold.p, rtol=1e-9)
    assert_allclose(plain.cold.p, turned.hot.p, rtol=1e-9)


def test_adjusting_by_extremes_on_paper():
    smallest = np.array([0.5, 0.01, 0.2, 0.04])
    assert_allclose(adjust_to_extremes(np.array([0.001, 0.01, 0.1, 1.0]), smallest), [1 / 5, 2 / 5, 3 / 5, 1])
    assert_array_equal(adjust(np.array([0.2, 0.01]), method="none"), [0.2, 0.01])


@pytest.mark.parametrize("inference", ["exact", "monte_carlo"])
def test_a_five_percent_label_is_a_five_percent_test_on_each_side(inference):
    rng, shares = np.random.default_rng(10), []
    for _ in range(12):  # taking the smaller of both tails, as some tools do, gives twice as many
        found = judged(rng.poisson(2.0, GRID.n), inference=inference, shuffles=19, correction="none")
        shares.append([np.mean(side.p <= 0.05) for side in (found.hot, found.cold)])
    assert np.mean(shares, axis=0).max() <= 0.056


def test_sparse_counts_seldom_show_what_the_normal_z_with_the_same_correction_nearly_always_does():
    rng, exact, normal = np.random.default_rng(11), 0, 0
    for _ in range(60):
        counts = rng.poisson(0.1, GRID.n)
        found = judged(counts, shuffles=19)
        exact += (found.hot.q <= 0.05).any()
        plain = judged(counts, shuffles=19, values="counts")
        normal += (adjust(stats.norm.sf(plain.z)) <= 0.05).any()
    assert exact <= 8
    assert normal >= 20


def test_a_true_block_is_found_though_999_permutations_could_never_reach_the_correction():
    grid = Grid(shape="square", left=0, bottom=0, cell_size=250.0, rows=40, columns=40)
    near = neighbours_by_order(grid, np.arange(1600))
    counts = np.random.default_rng(12).poisson(1.0, (40, 40))
    counts[10:13, 10:13] = np.random.default_rng(13).poisson(5.0, (3, 3))
    assert (judged(counts.ravel(), near).hot.q <= 0.05).any()
    with pytest.raises(ResolutionError) as refused:
        judged(counts.ravel(), near, inference="monte_carlo", permutations=999)
    assert refused.value.values["needed"] == 31_999
