"""Exact intervals, ratios and empirical Bayes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from analysis.errors import NotEnoughDataError
from analysis.rates import empirical_bayes, person_years, poisson_interval, ratio_interval, standardise_rates


def cases(shared: Path, name: str) -> Any:
    return json.loads((shared / "reference" / name).read_text())["cases"]


def test_no_incident_has_a_lower_limit_of_zero_and_the_upper_one_of_the_rule_of_three():
    low, high = poisson_interval(np.array([0]))
    assert low[0] == 0
    assert high[0] == pytest.approx(-np.log(0.025))


@pytest.mark.shared
def test_poisson_intervals_agree_with_r(shared: Path):
    for case in cases(shared, "poisson_intervals_ratios_lq.json")["poisson"]:
        for level, name in ((0.95, "ci95"), (0.90, "ci90")):
            low, high = poisson_interval(np.array([case["x"]]), level=level)
            assert_allclose([low[0] / case["T"], high[0] / case["T"]], case[name], rtol=1e-9)


@pytest.mark.shared
def test_ratios_and_their_intervals_agree_with_r(shared: Path):
    for case in cases(shared, "poisson_intervals_ratios_lq.json")["rate_ratio"]:
        a, b = np.array([case["a"]]), np.array([case["b"]])
        found = [float(v[0]) for v in ratio_interval(a, b, exposure=case["T1"] / case["T2"])]
        wanted = [float(v) for v in (case["ratio"], *case["ci95"]) if v is not None]
        assert_allclose(found[-len(wanted) :], wanted, rtol=1e-9)


@pytest.mark.shared
def test_empirical_bayes_agrees_with_spdep(shared: Path):
    case = cases(shared, "empirical_bayes.json")["EBest_auckland"]
    found = empirical_bayes(np.array(case["n"]), np.array(case["pop"], dtype=float))
    assert_allclose(found.rates, case["est"], rtol=1e-10)
    assert_allclose([found.variance, found.mean], [case["a"], case["b"]], rtol=1e-10)


def test_three_areas_on_paper():
    # rates 0.1, 0.2, 0.3 of 100 each: mean 0.2, spread 0.02/3, Poisson part 0.2/100
    found = empirical_bayes(np.array([10, 20, 30]), np.full(3, 100.0))
    variance = 0.02 / 3 - 0.002
    assert found.variance == pytest.approx(variance)
    assert_allclose(found.rates, 0.2 + variance / (variance + 0.002) * np.array([-0.1, 0.0, 0.1]))


def test_where_chance_explains_all_differences_every_area_gets_the_common_rate():
    found = empirical_bayes(np.array([9, 10, 11]), np.full(3, 1000.0))
    assert found.variance == 0
    assert_allclose(found.rates, 0.01)
    assert_allclose(found.weights, 0.0)


def test_without_any_incident_all_rates_are_zero():
    assert_allclose(empirical_bayes(np.zeros(3), np.full(3, 10.0)).rates, 0.0)


def test_an_area_without_population_has_no_rate_and_leaves_the_others_alone():
    exposure = np.array([100.0, np.nan, 200.0, 0.0, 300.0])
    found = empirical_bayes(np.array([10, 50, 70, 5, 30]), exposure)
    alone = empirical_bayes(np.array([10, 70, 30]), np.array([100.0, 200.0, 300.0]))
    assert np.isnan(found.rates[[1, 3]]).all()
    assert_allclose(found.rates[[0, 2, 4]], alone.rates)


def test_the_smaller_area_keeps_less_of_its_own_rate():
    weights = empirical_bayes(np.array([2, 400, 90]), np.array([10.0, 1000.0, 500.0])).weights
    assert weights[0] < weights[2] < weights[1]


def test_one_area_alone_cannot_be_shrunk():
    with pytest.raises(NotEnoughDataError):
        empirical_bayes(np.array([3]), np.array([10.0]))


def test_person_years_know_no_empty_area():
    assert_allclose(person_years(np.array([100.0, 0.0, np.nan]), months=6), [50.0, np.nan, np.nan])


def test_nothing_before_and_after_says_nothing():
    ratio, low, high = ratio_interval(np.array([0]), np.array([0]))
    assert np.isnan(ratio[0])
    assert (low[0], high[0]) == (0.0, np.inf)


def test_intervals_cover_what_they_promise():
    rng = np.random.default_rng(0)
    for mean in (0.5, 3.0, 20.0):
        low, high = poisson_interval(rng.poisson(mean, 4000))
        assert ((low <= mean) & (mean <= high)).mean() >= 0.945


def test_a_standardised_rate_on_paper():
    z = standardise_rates(np.array([4, 0, 8]), np.array([2.0, np.nan, 2.0]))  # rates 2 and 4, common 3, s2 1, a 0
    assert_allclose(z, np.array([-1, np.nan, 1]) / np.sqrt(3 / 2))


def test_no_incident_anywhere_is_no_deviation():
    assert_allclose(standardise_rates(np.zeros(3), np.array([1.0, 2.0, 3.0])), 0.0)
