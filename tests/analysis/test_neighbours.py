from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from analysis.grids import Grid
from analysis.neighbours import neighbours_by_distance, neighbours_by_order


def grid_of(shape, rows=7, columns=8):
    return Grid(shape=shape, left=0, bottom=0, cell_size=100, rows=rows, columns=columns)


def lists(near):
    indptr, indices = near.to_csr()
    return [sorted(indices[a:b].tolist()) for a, b in pairwise(indptr)]


def by_distance(grid, cells, band):
    xy = grid.centres(cells)
    apart = np.hypot(*(xy[:, None, :] - xy[None, :, :]).T)
    return [np.flatnonzero((row <= band + 1e-6) & (np.arange(len(row)) != i)).tolist() for i, row in enumerate(apart)]


def test_a_square_in_the_middle_has_eight_neighbours_and_a_corner_three():
    sizes = neighbours_by_order(grid_of("square"), np.arange(56)).sizes().reshape(7, 8)
    assert (sizes[3, 3], sizes[0, 0], sizes[0, 3]) == (8, 3, 5)


@given(st.sets(st.integers(0, 55), min_size=1), st.sampled_from(["square", "hexagon"]), st.floats(50, 420))
def test_a_band_takes_the_cells_whose_centres_it_reaches(chosen, shape, band):
    cells = np.array(sorted(chosen))
    near = neighbours_by_distance(grid_of(shape), cells, band=band)
    assert lists(near) == by_distance(grid_of(shape), cells, band)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_rings_of_hexagons_are_the_cells_within_that_many_steps(order):
    grid = grid_of("hexagon", rows=11, columns=11)
    first = neighbours_by_order(grid, np.arange(121))
    indptr, indices = first.to_csr()
    reached = np.eye(121, dtype=int)
    step = np.eye(121, dtype=int)
    for i in range(121):
        step[i, indices[indptr[i] : indptr[i + 1]]] = 1
    for _ in range(order):
        reached = (reached @ step > 0).astype(int)
    expected = [np.flatnonzero(row).tolist() for row in reached - np.eye(121, dtype=int)]
    assert lists(neighbours_by_order(grid, np.arange(121), order=order)) == expected


def test_one_ring_of_hexagons_is_the_band_to_the_next_centre():
    grid, cells = grid_of("hexagon"), np.arange(56)
    assert lists(neighbours_by_order(grid, cells)) == by_distance(grid, cells, 100)


@pytest.mark.parametrize("order", [1, 2])
def test_rings_of_squares_are_the_cells_that_many_rows_and_columns_away(order):
    cells = np.array([0, 1, 9, 20, 30, 31, 47, 55])
    rows, columns = np.divmod(cells, 8)
    apart = np.maximum(np.abs(rows[:, None] - rows), np.abs(columns[:, None] - columns))
    expected = [np.flatnonzero((row > 0) & (row <= order)).tolist() for row in apart]
    assert lists(neighbours_by_order(grid_of("square"), cells, order=order)) == expected


def test_sums_run_over_the_neighbours_only():
    near = neighbours_by_order(grid_of("square"), np.array([0, 1, 8, 40]))
    assert_array_equal(near.sums(np.array([1, 10, 100, 1000])), [110, 101, 11, 0])


def test_a_cell_without_neighbours_is_an_island():
    assert neighbours_by_order(grid_of("hexagon"), np.array([0, 20])).sizes().tolist() == [0, 0]


def test_no_cells_have_no_neighbours():
    assert neighbours_by_order(grid_of("square"), np.array([], dtype=np.int64)).sizes().tolist() == []
