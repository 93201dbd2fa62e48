"""Beta-binomial shares and their dispersion."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from analysis.dispersion import Dispersion, fit_dispersion, inflation, precision_of_ratio, smallest_p, two_sided_p
from analysis.multiple_testing import adjust


def draw(rng: np.random.Generator, mean: np.ndarray, ratio: float) -> np.ndarray:
    return rng.poisson(rng.gamma(mean / (ratio - 1), ratio - 1)) if ratio > 1 else rng.poisson(mean)


def test_three_incidents_on_paper():
    # binomial of 3 with share 1/2: 1/8, 3/8, 3/8, 1/8; mid-p of 0 is 1/16, doubled
    p = two_sided_p(np.array([0, 1, 3]), np.array([3, 3, 3]), share=0.5, precision=np.full(3, np.inf))
    assert_allclose(p, [1 / 8, 2 * (1 / 8 + 3 / 16), 1 / 8], rtol=1e-4)


@pytest.mark.shared
def test_without_dispersion_p_is_the_conditional_mid_p_of_the_reference(shared: Path):
    cases = json.loads((shared / "reference/poisson_intervals_ratios_lq.json").read_text())["cases"]["rate_ratio"]
    for case in (case for case in cases if "p_mid_two_sided" in case):
        share = case["T1"] * case["r0"] / (case["T1"] * case["r0"] + case["T2"])
        total = np.array([case["a"] + case["b"]])
        p = two_sided_p(np.array([case["a"]]), total, share=share, precision=np.array([np.inf]))
        assert p[0] == pytest.approx(case["p_mid_two_sided"], rel=1e-4, abs=1e-12)


def test_p_agrees_with_scipy_beta_binomial():
    dispersion = Dispersion(scale=2.5, power=0.5)
    after, totals = np.array([0, 3, 17, 40]), np.array([1, 9, 20, 90])
    found = two_sided_p(after, totals, share=0.4, precision=dispersion.precision(totals))
    for p, k, n in zip(found, after, totals, strict=True):
        s = 2.5 * np.sqrt(n)
        law = stats.betabinom(n, 0.4 * s, 0.6 * s)
        half = law.pmf(k) / 2
        assert p == pytest.approx(min(1, 2 * min(law.cdf(k) - half, law.sf(k) + half)), rel=1e-7)


def test_a_unit_without_incidents_has_a_p_of_one():
    assert_array_equal(two_sided_p(np.array([0]), np.array([0]), share=0.3, precision=np.array([np.inf])), 1.0)


def test_the_smallest_p_is_that_of_the_rarer_end():
    found = smallest_p(np.array([4, 2, 4]), share=0.2, precision=np.full(3, np.inf))
    assert_allclose(found, [0.2**4, 0.2**2, 0.2**4], rtol=1e-4)


def test_independent_incidents_show_no_dispersion():
    rng = np.random.default_rng(0)
    mean = rng.lognormal(1, 1, 2000)
    before, after = rng.poisson(mean), rng.poisson(mean)
    found = fit_dispersion(after, before + after, share=0.5)
    assert inflation(np.array([100]), found.precision(np.array([100])))[0] < 1.5
    assert inflation(np.array([3]), found.precision(np.array([3])))[0] < 1.05


@pytest.mark.parametrize("ratio", [2.0, 5.0])
def test_a_constant_ratio_of_variance_to_mean_is_found_again(ratio: float):
    rng = np.random.default_rng(1)
    mean = rng.lognormal(3, 1, 2000)
    before, after = draw(rng, mean, ratio), draw(rng, mean, ratio)
    found = fit_dispersion(after, before + after, share=0.5)
    assert found.power == 1.0
    assert inflation(np.array([500]), found.precision(np.array([500])))[0] == pytest.approx(ratio, rel=0.1)


def test_units_with_one_incident_say_nothing_of_dispersion():
    found = fit_dispersion(np.array([1, 0]), np.array([1, 1]), share=0.5)
    assert_allclose(inflation(np.array([1, 10]), found.precision(np.array([1, 10]))), 1.0, atol=1e-4)


@pytest.mark.parametrize(("mean", "ratio"), [(0.3, 4.0), (1.0, 1.0), (5.0, 2.0), (5.0, 8.0)])
def test_where_nothing_changed_at_most_one_map_in_twenty_shows_a_change(mean: float, ratio: float):
    rng, shown = np.random.default_rng(2), 0
    for _ in range(60):
        before, after = draw(rng, np.full(900, mean), ratio), draw(rng, np.full(900, 1.3 * mean), ratio)
        totals = before + after
        share = after.sum() / totals.sum()
        dispersion = fit_dispersion(after, totals, share=share)
        p = two_sided_p(after, totals, share=share, precision=dispersion.precision(totals))
        shown += int(adjust(p[totals > 0]).min() <= 0.05)
    assert shown <= 6


def test_a_known_ratio_of_variance_to_mean_is_the_inflation_of_large_counts():
    totals, ratios = np.array([10_000, 10_000, 1]), np.array([1.0, 4.0, 4.0])
    assert_allclose(inflation(totals, precision_of_ratio(totals, ratios)), [1.0, 4.0, 1.0], rtol=1e-3)


def test_the_smallest_p_is_reached_at_one_end():
    totals, precision = np.array([3, 7, 20]), np.array([2.0, np.inf, 9.0])
    ends = [two_sided_p(end, totals, share=0.4, precision=precision) for end in (totals * 0, totals)]
    assert_allclose(smallest_p(totals, share=0.4, precision=precision), np.minimum(*ends))
