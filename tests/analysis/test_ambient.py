from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from analysis import ambient
from analysis.ambient import Excess, draw_like, fit_excess, spread_evenly, upper_tail


def test_persons_are_spread_evenly_over_the_cells_of_their_area():
    persons = np.array([90.0, 10.0, np.nan, 0.0])
    found = spread_evenly(persons, np.array([0, 0, 0, 1, 2, 3, -1]))
    assert_allclose(found, [30, 30, 30, 10, np.nan, np.nan, np.nan])


@pytest.mark.parametrize(("mean", "beyond"), [(2.0, 0.0), (2.0, 6.0), (0.3, 0.05), (40.0, 300.0)])
def test_tails_agree_with_scipy(mean, beyond):
    sums = np.array([0, 1, 3, 7, 60])
    found = upper_tail(sums, np.full(5, mean), np.full(5, beyond))
    if beyond:
        size = mean**2 / beyond
        expected = stats.nbinom.sf(sums - 1, size, size / (size + mean))
    else:
        expected = stats.poisson.sf(sums - 1, mean)
    assert_allclose(found, expected, rtol=1e-9)


def test_sums_of_counts_with_a_constant_ratio_have_the_tail_that_is_told():
    rng = np.random.default_rng(1)
    means = np.array([0.2, 1.0, 3.0, 0.5])
    sums = rng.negative_binomial(means / 3, 1 / 4, (200_000, 4)).sum(axis=1)  # variance four times the mean
    excess = Excess(form="constant_ratio", value=3.0)
    total, squares = np.array([means.sum()]), np.array([np.sum(means**2)])
    for at in (5, 12, 25):
        told = upper_tail(np.array([at]), total, excess.beyond(total, squares))[0]
        assert abs(np.mean(sums >= at) - told) < 4 * np.sqrt(told / 200_000)


@pytest.mark.parametrize("form", ["poisson", "constant_ratio", "varying_rates"])
def test_the_way_counts_vary_is_found_again(form):
    rng = np.random.default_rng(5)
    expected = np.exp(rng.normal(0, 1, 4000))
    excess = Excess(form=form, value=1.5)
    shape = np.maximum(expected**2 / np.maximum(excess.beyond(expected, expected**2), 1e-9), 1e-9)
    rates = expected if form == "poisson" else rng.gamma(shape, expected / shape)
    found = fit_excess(rng.poisson(rates), expected)
    assert found.form == form
    if form != "poisson":
        assert_allclose(found.value, 1.5, rtol=0.2)


def test_the_likelihood_agrees_with_scipy_up_to_what_the_counts_give():

    counts, expected = np.array([0, 1, 4, 2, 9]), np.array([0.5, 1.0, 2.0, 3.0, 4.0])
    beyond = 0.7 * expected**2
    size = expected**2 / beyond
    constant = stats.nbinom.logpmf(counts, size, size / (size + expected)).sum() - ambient._log_likelihood(
        counts, expected, beyond
    )
    other = 2.0 * expected
    size = expected**2 / other
    again = stats.nbinom.logpmf(counts, size, size / (size + expected)).sum() - ambient._log_likelihood(
        counts, expected, other
    )
    assert_allclose(constant, again)
    poisson = stats.poisson.logpmf(counts, expected).sum() - ambient._log_likelihood(counts, expected, np.zeros(5))
    assert_allclose(constant, poisson)


def test_one_extreme_cell_does_not_make_all_counts_look_dispersed():
    rng = np.random.default_rng(3)
    counts, expected = rng.poisson(1.0, 1600), np.ones(1600)
    counts[5] = 40
    found = fit_excess(counts, expected)
    by_moments = (np.var(counts) - counts.mean()) / counts.mean() ** 2
    assert found.value < 0.5 * by_moments


@pytest.mark.parametrize("form", ["poisson", "constant_ratio", "varying_rates"])
def test_drawn_maps_vary_as_the_map_and_keep_no_place(form):
    rng = np.random.default_rng(4)
    expected = np.repeat([0.5, 2.0], 2000)
    excess = Excess(form=form, value=2.0)
    counts = draw_like(np.zeros(4000, dtype=np.int64), expected, Excess(form="poisson", value=0.0), rng)
    if form == "varying_rates":
        counts = rng.poisson(expected * rng.gamma(0.5, 2.0, 4000))
    drawn = np.array([draw_like(counts, expected, excess, rng) for _ in range(40)])
    assert_allclose(drawn.mean(axis=1).mean(), expected.mean(), rtol=0.1)
    variance = drawn[:, 2000:].var()
    assert_allclose(variance, 2.0 + excess.beyond(np.array([2.0]), np.array([4.0]))[0], rtol=0.25)
    assert np.abs(np.corrcoef(drawn.mean(axis=0)[2000:], counts[2000:])[0, 1]) < 0.1


def test_no_count_has_a_tail_of_one():
    assert_array_equal(upper_tail(np.zeros(3, dtype=np.int64), np.ones(3), np.array([0.0, 1.0, 5.0])), 1)


def test_the_cap_is_what_a_cell_passes_once_in_a_thousand():
    expected, beyond = np.array([0.2, 1.0, 5.0, 1.0]), np.array([0.0, 0.0, 0.0, 2.0])
    cap = ambient.cap_counts(expected, beyond)
    assert (upper_tail(cap + 1, expected, beyond) <= 0.001).all()
    assert (upper_tail(cap, expected, beyond) > 0.001).all()
