from __future__ import annotations

import numpy as np
import pytest

from geo_observatorio.services.trends import compare_months


def test_the_last_month_is_compared_with_the_same_month_of_the_year_before() -> None:
    counts = [100] * 24
    counts[11], counts[23] = 80, 120
    change = compare_months(counts)
    assert (change.now, change.before) == (120, 80)
    assert change.percent == pytest.approx(50)


def test_a_base_below_twenty_has_no_percentage() -> None:
    counts = [10] * 24
    counts[11] = 19
    assert compare_months(counts).percent is None


def test_without_a_year_before_nothing_is_distinguishable() -> None:
    change = compare_months([500, 100])
    assert change.before is None
    assert not change.distinguishable


def test_too_few_earlier_months_make_nothing_distinguishable() -> None:
    assert not compare_months([100] * 12 + [100, 100, 400]).distinguishable


def test_a_month_that_triples_is_told() -> None:
    assert compare_months([100, 104, 96, 101, 99, 103, 98, 100, 102, 97, 100, 100] * 2 + [300]).distinguishable


def test_months_that_vary_anyway_are_not_called_a_change() -> None:
    rng = np.random.default_rng(5)
    told = sum(compare_months((rng.poisson(100 * rng.gamma(10, 0.1, 24))).tolist()).distinguishable for _ in range(500))
    assert told / 500 <= 0.03


def test_counts_of_zero_are_no_change() -> None:
    assert not compare_months([0] * 24).distinguishable
