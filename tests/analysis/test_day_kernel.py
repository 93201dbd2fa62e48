from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from analysis.day_kernel import day_kernel


def test_three_days_on_paper() -> None:
    near, far = np.exp(-0.5), np.exp(-2.0)
    kernel = day_kernel(3, 1.0)
    assert_allclose(kernel.inside, [1 + near + far, 1 + 2 * near, 1 + near + far])
    first = np.array([1.0, near, far]) / (1 + near + far)
    assert_allclose([kernel.weigh(np.array([0]), at)[0] for at in range(3)], first)
    assert_allclose(kernel.total(np.array([2.0, 0.0, 0.0])), 2 * first)


@pytest.mark.parametrize(("n_days", "bandwidth"), [(1, 5.0), (2, 0.5), (365, 30.0), (90, 400.0)])
def test_every_incident_counts_once_over_the_days(n_days: int, bandwidth: float) -> None:
    kernel = day_kernel(n_days, bandwidth)
    of = np.arange(n_days)
    assert_allclose(sum(kernel.weigh(of, at) for at in range(n_days)), 1.0, rtol=1e-12)
    by_day = np.random.default_rng(1).poisson(3.0, n_days).astype(float)
    assert_allclose(kernel.total(by_day).sum(), by_day.sum(), rtol=1e-12)
    naive = [by_day @ kernel.weigh(of, at) for at in range(n_days)]
    assert_allclose(kernel.total(by_day), naive, rtol=1e-9)


def test_the_ends_of_the_period_see_one_side_only() -> None:
    kernel = day_kernel(365, 10.0)
    assert kernel.is_one_sided(0)
    assert kernel.is_one_sided(364)
    assert not kernel.is_one_sided(180)
