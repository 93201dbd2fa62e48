from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import optimize, stats

from analysis.outliers import fit_size, outlier_q, upper_tail


def test_the_fit_is_the_maximum_of_the_likelihood():
    counts = np.random.default_rng(1).negative_binomial(0.7, 0.3, 3000)
    mean = counts.mean()

    def loss(size):
        return -stats.nbinom.logpmf(counts, size, size / (size + mean)).sum()

    best = optimize.minimize_scalar(loss, bounds=(0.1, 5), method="bounded", options={"xatol": 1e-8}).x
    assert_allclose(fit_size(counts), best, rtol=1e-4)


def test_a_map_that_varies_less_than_chance_gets_the_poisson_tail():
    counts = np.array([1, 1, 1, 2, 1, 1])
    assert np.isinf(fit_size(counts))
    assert_allclose(upper_tail(counts)[3], stats.poisson.sf(1, counts.mean()))


def test_the_tail_includes_the_count_itself():
    counts = np.random.default_rng(2).negative_binomial(0.7, 0.3, 200)
    assert_allclose(upper_tail(counts)[counts == 0], 1)


def test_one_extreme_cell_does_not_hide_itself():
    counts = np.random.default_rng(3).poisson(0.5, 400)
    counts[7] = 115
    q = outlier_q(counts)
    assert q[7] < 1e-6
    assert np.sum(q <= 0.05) == 1


def test_maps_of_chance_seldom_show_a_foco():
    rng = np.random.default_rng(4)
    shown = [np.any(outlier_q(rng.negative_binomial(0.5, 0.3, 900)) <= 0.05) for _ in range(100)]
    assert sum(shown) <= 11


@pytest.mark.parametrize("ones", [0, 3, 30])
def test_one_extreme_cell_on_a_nearly_empty_map_does_not_explain_itself(ones: int):
    counts = np.zeros(1600, dtype=np.int64)
    counts[:ones] = 1
    counts[800] = 115
    assert np.flatnonzero(outlier_q(counts) <= 0.05).tolist() == [800]


def test_a_handful_of_incidents_is_no_foco():
    for counts in (np.eye(1, 400, 7), 4 * np.eye(1, 400, 7)):
        assert np.all(outlier_q(counts.ravel().astype(np.int64)) == 1)


def test_a_sparse_map_that_varies_more_than_chance_is_not_taken_for_poisson():
    counts = np.zeros(1600, dtype=np.int64)
    counts[3] = 5  # the slope of its likelihood is 1e-18 at a size of 1e8: less than rounding
    assert fit_size(counts) < 1


@pytest.mark.parametrize("mean", [0.02, 0.1])
def test_sparse_clustered_maps_seldom_show_a_foco(mean: float):
    rng = np.random.default_rng(5)
    shown = [np.any(outlier_q(rng.negative_binomial(mean / 3, 0.25, 1600)) <= 0.05) for _ in range(100)]
    assert sum(shown) <= 11
