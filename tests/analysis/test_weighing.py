from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from numpy.testing import assert_allclose

from analysis.errors import ParameterError
from analysis.scene import points_at
from analysis.weighing import describe_weights, require_weights


def test_three_thefts_and_a_killing_on_paper() -> None:
    facts = describe_weights(np.array([365.0, 365.0, 365.0, 3650.0]), "harm")
    assert facts["total"] == 4745.0
    assert_allclose(facts["error"], np.sqrt(3 * 365.0**2 + 3650.0**2))
    assert_allclose(facts["effective"], 4745.0**2 / (3 * 365.0**2 + 3650.0**2))  # 1.64: the killing decides
    assert facts["low"] == 0.0
    assert_allclose(facts["heaviest_share"], 3650 / 4745)


def test_equal_weights_are_a_count_with_its_poisson_error() -> None:
    facts = describe_weights(np.full(400, 2.0), "harm")
    assert_allclose([facts["total"], facts["error"], facts["effective"]], [800.0, 40.0, 400.0])


def test_the_interval_holds_the_expected_sum_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)
    held = 0
    for _ in range(400):
        drawn = rng.choice([365.0, 2555.0, 3650.0], size=rng.poisson(200), p=[0.7, 0.25, 0.05])
        facts = describe_weights(drawn, "harm")
        held += facts["low"] <= 200 * (0.7 * 365 + 0.25 * 2555 + 0.05 * 3650) <= facts["high"]
    assert 0.92 < held / 400 < 0.975


@pytest.mark.parametrize("weight", [None, [1.0, np.nan], [1.0, 0.0], [1.0, -2.0], [1.0, np.inf]])
def test_points_without_a_weight_are_refused(weight: list[float] | None) -> None:
    points = points_at(np.zeros(2), np.zeros(2))
    with pytest.raises(ParameterError):
        require_weights(dataclasses.replace(points, weight=None if weight is None else np.array(weight)))


def test_taken_points_take_their_weights_along() -> None:
    points = dataclasses.replace(points_at(np.arange(3.0), np.zeros(3)), weight=np.array([1.0, 2.0, 3.0]))
    assert points.take(np.array([True, False, True])).weight.tolist() == [1.0, 3.0]
    assert points_at(np.arange(3.0), np.zeros(3)).take(np.array([0])).weight is None
