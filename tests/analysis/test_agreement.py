import numpy as np
import pytest

from analysis.agreement import HotGround, jaccard, lay_over
from analysis.grids import grid_over


def test_two_maps_that_share_one_of_three_places_are_a_third_alike():
    maps = np.array([[True, True, False, False], [False, True, True, False]])
    assert jaccard(maps) == pytest.approx(np.array([[1, 1 / 3], [1 / 3, 1]]))


def test_maps_without_anything_hot_have_no_likeness():
    assert np.isnan(jaccard(np.zeros((2, 5), dtype=bool))).all()


def test_likeness_does_not_depend_on_the_order_of_places():
    rng = np.random.default_rng(3)
    maps = rng.random((4, 60)) < 0.3
    assert jaccard(maps[:, rng.permutation(60)]) == pytest.approx(jaccard(maps))


def test_a_place_outside_a_grid_is_not_hot():
    grid = grid_over((0.0, 0.0, 200.0, 100.0), cell_size=100.0)
    ground = HotGround(grid=grid, hot=grid.locate(np.array([150.0]), np.array([50.0])))
    places = np.array([[50.0, 50.0], [150.0, 50.0], [950.0, 50.0], [-50.0, 50.0]])
    assert lay_over([ground], places).tolist() == [[False, True, False, False]]
