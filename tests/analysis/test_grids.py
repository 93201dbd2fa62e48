"""Grids: every point has one cell, the nearest centre's, and finer cells add up to coarser ones."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from analysis.errors import GridTooLargeError
from analysis.grids import Shape, grid_over

CITY = (650_123.0, 990_456.0, 656_000.0, 995_000.0)
SEEDS = st.integers(0, 1000)


def points_in(bounds: tuple[float, float, float, float], *, seed: int, n: int = 300) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.uniform(bounds[0], bounds[2], n), rng.uniform(bounds[1], bounds[3], n)


@given(seed=SEEDS)
@pytest.mark.parametrize("shape", ["square", "hexagon"])
def test_a_point_belongs_to_the_cell_with_the_nearest_centre(shape: Shape, seed: int):
    grid = grid_over(CITY, cell_size=400, shape=shape)
    x, y = points_in(CITY, seed=seed, n=50)
    centres = grid.centres()
    distance = np.hypot(x[:, None] - centres[:, 0], y[:, None] - centres[:, 1])
    assert_array_equal(grid.locate(x, y), distance.argmin(axis=1))


@pytest.mark.parametrize("shape", ["square", "hexagon"])
def test_points_on_the_edges_of_cells_are_counted_once(shape: Shape):
    grid = grid_over(CITY, cell_size=250, shape=shape)
    corners = np.vstack([np.asarray(p.exterior.coords) for p in grid.polygons(np.arange(grid.n))])
    assert grid.count(corners[:, 0], corners[:, 1]).sum() + np.sum(grid.locate(*corners.T) < 0) == len(corners)


@given(seed=SEEDS)
def test_finer_cells_add_up_to_the_coarser_ones(seed: int):
    x, y = points_in(CITY, seed=seed)
    fine, coarse = (grid_over(CITY, cell_size=size) for size in (125, 500))
    owner = coarse.locate(*fine.centres().T)
    counts = fine.count(x, y)
    assert_array_equal(
        np.bincount(owner[counts > 0], weights=counts[counts > 0], minlength=coarse.n), coarse.count(x, y)
    )


@pytest.mark.parametrize("shape", ["square", "hexagon"])
def test_what_is_no_place_on_earth_has_no_cell(shape: Shape):
    grid = grid_over(CITY, cell_size=250, shape=shape)
    odd = np.array([np.nan, np.inf, -np.inf, 1e300, -1e300, 652_000.0])
    assert_array_equal(grid.locate(odd, np.full(6, 992_000.0)) >= 0, [False] * 5 + [True])
    assert_array_equal(grid.locate(np.full(6, 652_000.0), odd) >= 0, [False] * 6)


def test_a_grid_beyond_memory_is_refused():
    with pytest.raises(GridTooLargeError):
        grid_over((0, 0, 1e6, 1e6), cell_size=10)
