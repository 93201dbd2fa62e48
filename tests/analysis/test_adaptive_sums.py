from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from analysis.adaptive_sums import scatter_adaptive, sum_adaptive, sum_by_class
from analysis.grids import Grid
from analysis.kernels import direct_density

GRID = Grid(shape="square", left=0.0, bottom=0.0, cell_size=100.0, rows=60, columns=80)


def heavy_tailed(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    centres, spread = rng.uniform(500, 5_500, (12, 2)), rng.lognormal(5.0, 1.0, 12)
    of = rng.choice(12, n, p=rng.dirichlet(np.full(12, 0.3)))
    xy = np.clip(centres[of] + rng.standard_t(3, (n, 2)) * spread[of, None], 50, 5_900)
    return *xy.T.copy(), rng.lognormal(5.5, 0.6, n).clip(80, 1_500)


def test_the_scatter_is_the_direct_sum() -> None:
    x, y, widths = heavy_tailed(500)
    weights = np.random.default_rng(2).uniform(0.2, 3, 500)
    exact = direct_density(
        GRID.centres(), np.column_stack([x, y]), bandwidth=widths, kernel="gaussian", weights=weights
    )
    assert_allclose(scatter_adaptive(x, y, weights, widths, GRID), exact, atol=1e-7 * exact.max())


def test_classes_of_width_err_by_less_than_two_percent_where_the_sum_is_above_a_thousandth_of_its_peak() -> None:
    x, y, widths = heavy_tailed(5_000)
    exact = scatter_adaptive(x, y, np.ones(5_000), widths, GRID)
    ours = sum_by_class(x, y, np.ones(5_000), widths, GRID)
    high = exact > 1e-3 * exact.max()
    assert high.sum() > 1_000
    assert (np.abs(ours - exact) / exact)[high].max() < 0.02
    assert np.abs(ours - exact).max() < 1e-3 * exact.max()


def test_where_one_by_one_would_take_too_long_classes_do_it(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y, widths = heavy_tailed(1_000)
    exact = sum_adaptive(x, y, np.ones(1_000), widths, GRID)
    assert (exact == scatter_adaptive(x, y, np.ones(1_000), widths, GRID)).all()
    monkeypatch.setattr("analysis.adaptive_sums.PATIENCE", 0.0)
    assert (sum_adaptive(x, y, np.ones(1_000), widths, GRID) == sum_by_class(x, y, np.ones(1_000), widths, GRID)).all()


def test_points_off_the_grid_reach_into_it_and_one_width_is_a_fixed_kernel() -> None:
    x, y = np.array([-200.0, 8_100.0, 90_000.0]), np.array([3_000.0, 6_100.0, 0.0])
    exact = direct_density(GRID.centres(), np.column_stack([x, y]), bandwidth=300.0, kernel="gaussian")
    ours = scatter_adaptive(x, y, np.ones(3), np.full(3, 300.0), GRID)
    assert_allclose(ours, exact, atol=1e-7 * exact.max())
