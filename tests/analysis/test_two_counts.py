"""The E-test, on its own and with dispersion; mid-p intervals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats

from analysis.rates import ratio_interval
from analysis.two_counts import count_chance, e_test, midp_interval, tell_percent

PUBLISHED = [((6, 2), 0.1749), ((3, 0), 0.0884)]  # ptools, e_test
# counts, exposures, p: Krishnamoorthy & Thomson's double sum, the same in SciPy and statsmodels (to 2e-10)
DOUBLE_SUMS = [
    (20, 10, 1, 1, 0.06883178210810947),
    (12, 30, 12, 12, 0.0051356139435639265),
    (15, 30, 12, 36, 0.2486392037808684),
    (0, 5, 1, 1, 0.01975605229088316),
    (100, 80, 1, 1, 0.1365206519675496),
]


def one(after: int, before: int, *, exposure: float = 1.0, dispersion: float = 1.0) -> float:
    return float(e_test(np.array([after]), np.array([before]), exposure=exposure, dispersion=dispersion)[0])


@pytest.mark.parametrize(("counts", "p"), PUBLISHED)
def test_the_published_figures_come_out(counts: tuple[int, int], p: float):
    assert round(one(*counts), 4) == p


@pytest.mark.parametrize(("after", "before", "n1", "n2", "p"), DOUBLE_SUMS)
def test_the_double_sum_comes_out(after: int, before: int, n1: float, n2: float, p: float):
    assert one(after, before, exposure=n1 / n2) == pytest.approx(p, abs=1e-9)


def double_sum(after: int, before: int, *, exposure: float, phi: float, most: int = 300) -> float:
    """Sum over all pairs, one by one; ties by rounding are as extreme (SciPy's test loses some of them)."""
    rate = (after + before) / (1 + exposure)
    values = np.arange(most)
    chance = [count_chance(values, mean, phi) for mean in (rate * exposure, rate)]
    later, earlier = np.meshgrid(values, values, indexing="ij")
    variance = later / exposure**2 + earlier
    distance = abs(later / exposure - earlier) / np.sqrt(np.where(variance > 0, variance, 1.0))
    return float(np.outer(*chance)[distance >= distance[after, before] - 1e-9].sum())


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 40), st.integers(0, 40), st.sampled_from([0.25, 1.0, 3.0]), st.sampled_from([1.0, 2.5]))
def test_the_sum_over_all_pairs_is_the_same(after: int, before: int, exposure: float, phi: float):
    if after + before:
        p = one(after, before, exposure=exposure, dispersion=phi)
        assert p == pytest.approx(double_sum(after, before, exposure=exposure, phi=phi), abs=1e-9)


@pytest.mark.parametrize(("after", "before", "exposure"), [(9, 2, 1.0), (31, 11, 2.0), (4, 17, 0.3)])
def test_scipy_finds_the_same(after: int, before: int, exposure: float):
    theirs = stats.poisson_means_test(after, exposure, before, 1.0).pvalue
    assert one(after, before, exposure=exposure) == pytest.approx(theirs, abs=1e-8)


@pytest.mark.parametrize("phi", [1.5, 4.0])
def test_counts_with_dispersion_are_those_of_scipy(phi: float):
    values = np.arange(60.0)
    assert_allclose(count_chance(values, 12.0, phi), stats.nbinom.pmf(values, 12 / (phi - 1), 1 / phi), atol=1e-14)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 40), st.integers(0, 40), st.sampled_from([1.0, 2.0]))
def test_which_period_is_called_the_later_one_does_not_matter(after: int, before: int, phi: float):
    assert one(after, before, dispersion=phi) == pytest.approx(one(before, after, dispersion=phi), abs=1e-10)
    assert one(after, before, exposure=2, dispersion=phi) == pytest.approx(
        one(before, after, exposure=0.5, dispersion=phi), abs=1e-10
    )


def test_more_dispersion_makes_the_same_counts_less_surprising():
    p = [one(40, 20, dispersion=phi) for phi in (1.0, 1.5, 3.0, 8.0)]
    assert p == sorted(p)
    assert p[0] < 0.02
    assert p[-1] > 0.2


def test_many_units_get_what_each_gets_alone():
    rng = np.random.default_rng(3)
    after, before, phi = rng.poisson(5, 50), rng.poisson(5, 50), rng.uniform(1, 3, 50).round(1)
    together = e_test(after, before, exposure=0.7, dispersion=phi)
    alone = [one(a, b, exposure=0.7, dispersion=d) for a, b, d in zip(after, before, phi, strict=True)]
    assert_allclose(together, alone)


def test_large_counts_are_as_the_normal_approximation_says():
    p = one(10_500, 10_000)
    assert p == pytest.approx(2 * stats.norm.sf(500 / np.sqrt(20_500)), rel=0.02)


@pytest.mark.parametrize("phi", [1.0, 4.0])
@pytest.mark.parametrize("mean", [1.0, 6.0, 40.0])
def test_without_a_change_it_rejects_no_more_than_it_says(phi: float, mean: float):
    rng = np.random.default_rng(int(mean))
    draw = {1.0: lambda m: rng.poisson(m, 6000)}.get(phi, lambda m: rng.negative_binomial(m / (phi - 1), 1 / phi, 6000))
    p = e_test(draw(mean), draw(2 * mean), exposure=0.5, dispersion=phi)
    assert (p <= 0.05).mean() <= 0.058


@pytest.mark.parametrize("phi", [1.0, 3.0])
def test_chances_add_up_and_have_the_variance_they_promise(phi: float):
    value = np.arange(800.0)
    chance = count_chance(value, 30.0, phi)
    mean = chance @ value
    assert_allclose([chance.sum(), mean, chance @ (value - mean) ** 2], [1.0, 30.0, 30 * phi], rtol=1e-9)


def test_a_mid_p_limit_is_where_half_the_observed_chance_and_the_rest_make_the_tail():
    low, high = midp_interval(np.array([12]), np.array([5]), exposure=2.0)
    for ratio, side in ((low[0], "sf"), (high[0], "cdf")):
        share = 2.0 * ratio / (1 + 2.0 * ratio)
        tail = {"sf": stats.binom.sf, "cdf": lambda k, *rest: stats.binom.cdf(k - 1, *rest)}[side](12, 17, share)
        assert tail + stats.binom.pmf(12, 17, share) / 2 == pytest.approx(0.025, abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(st.just(0.0) | st.floats(1, 200), st.just(0.0) | st.floats(1, 200))
def test_mid_p_intervals_lie_in_the_exact_ones_and_turn_with_the_periods(after: float, before: float):
    a, b = np.array([after]), np.array([before])
    low, high = midp_interval(a, b)
    _, widest_low, widest_high = ratio_interval(a, b)
    assert widest_low[0] <= low[0] * (1 + 1e-9)
    assert high[0] <= widest_high[0] * (1 + 1e-9)
    turned = midp_interval(b, a)
    with np.errstate(divide="ignore"):
        assert_allclose([1 / turned[1][0], 1 / turned[0][0]], [low[0], high[0]], rtol=1e-6, atol=1e-9)


def test_mid_p_intervals_cover_what_they_promise_on_average():
    rng = np.random.default_rng(5)
    covered = []
    for mean in (3.0, 8.0, 30.0):
        low, high = midp_interval(rng.poisson(2 * mean, 3000), rng.poisson(mean, 3000))
        covered.append(((low <= 2) & (high >= 2)).mean())
    assert np.mean(covered) == pytest.approx(0.95, abs=0.012)


def test_a_base_under_twenty_carries_no_percentage():
    percent = tell_percent(np.array([1.5, 1.5, 0.0]), np.array([19, 20, 40]))
    assert_allclose(percent, [np.nan, 50.0, -100.0])
