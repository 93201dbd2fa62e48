from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import shapely
from numpy.testing import assert_allclose

from analysis.bandwidth_choice import SELECTORS, advise_all, choose_bandwidth, tabulate_bandwidths
from analysis.bandwidths import Advice, Search
from analysis.scene import Points, points_at

ADVICE = [Advice(method="scott", sigma=900.0), Advice(method="diggle", sigma=120.0, at_boundary=True)]


def points(*radii: float) -> Points:
    some = points_at(np.zeros(len(radii)), np.zeros(len(radii)))
    return dataclasses.replace(some, radius=np.array(radii))


def take(**asked: object) -> tuple[float, str]:
    given = {"given": None, "method": "rule", "kernel": "gaussian", "advice": ADVICE} | asked
    choice = choose_bandwidth(points(20.0), **given)
    return choice.bandwidth, choice.reason


def test_a_number_wins_then_a_method_then_three_hundred_metres() -> None:
    assert take() == (300.0, "default")
    assert take(method="scott") == (900.0, "scott")
    assert take(method="scott", given=250.0) == (250.0, "given")
    assert take(method="likelihood") == (300.0, "no_advice")


def test_a_method_that_found_no_optimum_is_told() -> None:
    for method, told in (("scott", False), ("diggle", True)):
        choice = choose_bandwidth(points(20.0), given=None, method=method, kernel="gaussian", advice=ADVICE)
        assert choice.at_boundary == told
    assert not choose_bandwidth(
        points(20.0), given=250.0, method="diggle", kernel="gaussian", advice=ADVICE
    ).at_boundary


def test_advice_is_told_in_the_terms_of_the_kernel() -> None:
    assert take(method="scott", kernel="uniform") == (1_800.0, "scott")


def test_none_is_below_the_median_of_the_known_radii() -> None:
    uncertain = points(np.nan, 350.0, 410.0)
    for asked in ({"given": 100.0, "method": "rule"}, {"given": None, "method": "diggle"}):
        choice = choose_bandwidth(uncertain, kernel="gaussian", advice=ADVICE, **asked)
        assert (choice.bandwidth, choice.reason) == (380.0, "raised_to_uncertainty")


def test_the_table_has_every_selector_and_what_was_taken() -> None:
    choice = choose_bandwidth(points(1.0), given=None, method="rule", kernel="quartic", advice=ADVICE)
    table = tabulate_bandwidths(ADVICE, choice, "quartic").set_index("method")
    assert table.index.tolist() == ["default", "scott", "diggle"]
    assert table["taken"].tolist() == [True, False, False]
    assert table["at_boundary"].tolist() == [False, False, True]
    assert_allclose(table["sigma"], [300.0 / np.sqrt(8), 900.0, 120.0])


@pytest.mark.parametrize(("n", "told"), [(500, set(SELECTORS)), (5, set(SELECTORS) - {"neighbour"})])
def test_every_selector_that_can_tell_is_asked(n: int, told: set[str]) -> None:
    x, y = np.random.default_rng(1).normal(3_000, 500, (2, n))
    window = shapely.box(0, 0, 6_000, 6_000)
    search = Search(low=50.0, high=3_000.0)
    advice = advise_all(x, y, window=window, inhabited=window.area, search=search, correction="jones_diggle")
    assert {one.method for one in advice} == told
    assert all(0 < one.sigma < 3_001 for one in advice)


def test_points_in_one_line_leave_the_rules_of_deviations_without_an_answer() -> None:
    x, y = np.full(60, 3_000.0), np.linspace(100, 5_900, 60)
    window = shapely.box(0, 0, 6_000, 6_000)
    search = Search(low=50.0, high=3_000.0)
    advice = advise_all(x, y, window=window, inhabited=window.area, search=search, correction="none")
    assert {"scott", "silverman"}.isdisjoint(one.method for one in advice)
