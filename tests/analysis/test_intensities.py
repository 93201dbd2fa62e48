from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from analysis.intensities import intensity_at_points, least_sigma
from analysis.kernels import direct_density


def clustered(n: int) -> np.ndarray:
    rng = np.random.default_rng(1)
    return rng.uniform(0, 5_000, (20, 2))[rng.integers(0, 20, n)] + rng.normal(0, 300, (n, 2))


@pytest.mark.parametrize("few", [100, 10_000])
def test_the_sums_are_those_of_all_pairs_and_the_lattice_is_close(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analysis.intensities.FEW", few)
    xy, weights = clustered(600), np.random.default_rng(2).uniform(0.5, 2, 600)
    x, y = xy.T.copy()
    exact = direct_density(xy, xy, bandwidth=250.0, kernel="gaussian", weights=weights)
    own = weights / (2 * np.pi * 250.0**2)
    assert_allclose(intensity_at_points(x, y, 250.0, weights=weights), exact, rtol=1e-4)
    others = intensity_at_points(x, y, 250.0, weights=weights, with_self=False)
    assert_allclose(others, exact - own, rtol=1e-3, atol=2e-5 * own.max())


def test_a_point_far_from_all_others_has_an_intensity_of_which_a_logarithm_can_be_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    xy = np.vstack([clustered(300), [(90_000.0, 90_000.0)]])
    for few in (1_000, 100):
        monkeypatch.setattr("analysis.intensities.FEW", few)
        assert np.isfinite(np.log(intensity_at_points(*xy.T.copy(), 300.0, with_self=False))).all()


def test_only_a_lattice_has_a_least_sigma() -> None:
    assert least_sigma(*clustered(500).T) == 0.0
    assert 10 < least_sigma(*clustered(5_000).T) < 100
