from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from analysis.day_kernel import day_kernel

PERIODS = [(1, 5.0), (2, 0.5), (365, 30.0), (90, 400.0)]


def test_three_days_on_paper() -> None:
    heights = np.exp(-(np.arange(-9, 10) ** 2) / 2)
    height = dict(zip(range(-9, 10), heights / heights.sum(), strict=True))
    # an incident of the first day: its images lie on days -1, 6, -7, ... as in two mirrors
    images = [0, -1, 5, 6, -6, -7]
    first = [sum(height.get(at - image, 0.0) for image in images) for at in range(3)]
    kernel = day_kernel(3, 1.0)
    assert_allclose([kernel.weigh(np.array([0]), at)[0] for at in range(3)], first, rtol=1e-9)
    assert_allclose(kernel.total(np.array([2.0, 0.0, 0.0])), 2 * np.array(first), rtol=1e-9)


@pytest.mark.parametrize(("n_days", "bandwidth"), PERIODS)
def test_every_incident_counts_once_over_the_days(n_days: int, bandwidth: float) -> None:
    kernel = day_kernel(n_days, bandwidth)
    of = np.arange(n_days)
    assert_allclose(sum(kernel.weigh(of, at) for at in range(n_days)), 1.0, rtol=1e-12)
    by_day = np.random.default_rng(1).poisson(3.0, n_days).astype(float)
    assert_allclose(kernel.total(by_day).sum(), by_day.sum(), rtol=1e-12)
    naive = [by_day @ kernel.weigh(of, at) for at in range(n_days)]
    assert_allclose(kernel.total(by_day), naive, rtol=1e-9)


@pytest.mark.parametrize(("n_days", "bandwidth"), PERIODS)
def test_an_even_rate_stays_even_up_to_both_ends(n_days: int, bandwidth: float) -> None:
    assert_allclose(day_kernel(n_days, bandwidth).total(np.full(n_days, 4.0)), 4.0, rtol=1e-12)


def test_far_from_the_ends_it_is_a_plain_gaussian() -> None:
    kernel = day_kernel(365, 10.0)
    of = np.array([180, 190, 200])
    assert_allclose(kernel.weigh(of, 180), np.exp([0, -0.5, -2.0]) / (10 * np.sqrt(2 * np.pi)), rtol=1e-9)


def test_the_ends_of_the_period_see_one_side_only() -> None:
    kernel = day_kernel(365, 10.0)
    assert [kernel.is_one_sided(at) for at in (0, 12, 13, 180, 351, 364)] == [True, True, False, False, False, True]
