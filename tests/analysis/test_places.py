from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from analysis.grids import Grid
from analysis.hot_cells import HotspotsParams, find_hot_cells
from analysis.neighbours import find_neighbours
from analysis.places import choose_cells, group_cells, number_parts, share_of_fullest


def grid_of(shape="square", side=30):
    return Grid(shape=shape, left=0, bottom=0, cell_size=250, rows=side, columns=side)


def test_cells_that_touch_at_a_corner_are_one_place_and_others_are_not():
    labels = group_cells(grid_of(), np.array([0, 31, 5, 600]), np.array([1, 1, 1, 1]))
    assert labels[0] == labels[1]
    assert len(set(labels.tolist())) == 3


def test_a_place_of_one_square_kilometre_stays_whole():
    cells = np.array([row * 30 + column for row in range(4) for column in range(4)])
    assert set(group_cells(grid_of(), cells, np.ones(16)).tolist()) == {0}


def test_a_long_place_with_two_peaks_is_split_between_them():
    cells = np.arange(40, 52).repeat(3).reshape(12, 3) + np.array([0, 30, 60])
    cells = np.sort(cells.ravel())
    weight = np.ones(36)
    weight[[12 + 1, 12 + 10]] = 9  # middle row, near both ends
    labels = group_cells(grid_of(), cells, weight)
    assert labels[13] != labels[22]
    assert np.bincount(labels).max() <= 20


@pytest.mark.parametrize("shape", ["square", "hexagon"])
def test_parts_of_a_split_are_in_one_piece_and_small_enough(shape):
    rng = np.random.default_rng(1)
    cells = np.flatnonzero(rng.random(900) < 0.6)
    labels = group_cells(grid_of(shape), cells, rng.poisson(5, len(cells)))
    for label in np.unique(labels):
        part = cells[labels == label]
        assert len(part) * grid_of(shape).cell_area <= 1.25e6
        assert len(set(group_cells(grid_of(shape), part, np.ones(len(part))).tolist())) == 1


def test_no_cells_make_no_places():
    assert group_cells(grid_of(), np.array([], dtype=np.int64), np.array([])).tolist() == []


def test_the_budget_limits_the_cells_and_the_focos_come_first():
    rng = np.random.default_rng(2)
    counts = rng.poisson(1, (30, 30))
    counts[5:15, 5:15] = rng.poisson(6, (10, 10))
    counts[24:27, 24:27] = 0
    counts[25, 25] = 80
    params = HotspotsParams()
    found = find_hot_cells(counts.ravel(), find_neighbours(grid_of(), np.arange(900), params), params, rng)
    chosen = choose_cells(found, coverage=0.01)
    assert len(chosen) == 9
    assert found.is_hot.sum() > 50
    assert 25 * 30 + 25 in chosen
    hot = [cell for cell in chosen if found.is_hot[cell]]
    assert found.hot.q[hot].max() <= np.sort(found.hot.q[found.is_hot])[len(hot) - 1]


def test_the_fullest_cells_are_the_yardstick():
    counts = np.array([5, 0, 3, 2])
    assert_allclose([share_of_fullest(counts, k) for k in range(5)], [0, 0.5, 0.8, 1, 1])
    assert share_of_fullest(np.zeros(3, dtype=int), 2) == 0


def test_places_that_share_name_area_and_direction_are_numbered():
    frame = pd.DataFrame(
        {
            "rank": [1, 2, 3, 4, 5],
            "name": ["", "", "", "Parque", ""],
            "area_code": ["01", "01", "02", "01", "01"],
            "where": ["north", "south", "north", "north", "north"],
        }
    )
    assert number_parts(frame).tolist() == [1, 0, 0, 0, 2]
    assert number_parts(frame.iloc[:0]).tolist() == []
