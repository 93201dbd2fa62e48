import numpy as np
import pytest
import shapely
from shapely import box

from analysis.grids import Grid
from analysis.masks import outline, study_cells
from analysis.rasters import centres_inside


def test_a_lone_incident_gives_the_disc_of_cells_around_it() -> None:
    grid, cells = study_cells(np.array([5050.0]), np.array([5050.0]), box(0, 0, 10_000, 10_000))
    far = np.hypot(*(grid.centres(cells) - 5050.0).T)
    assert len(cells) == 81  # cell centres within 5 steps of a centre
    assert far.max() == pytest.approx(500.0)


def test_near_is_measured_from_the_incident_and_not_from_its_cell() -> None:
    rng = np.random.default_rng(1)
    xy = rng.uniform(0, 20_000, (60, 2))
    window = shapely.Point(10_000, 10_000).buffer(9_000)
    grid, cells = study_cells(*xy.T, window)
    every = grid.centres()
    distance = np.hypot(every[:, None, 0] - xy[:, 0], every[:, None, 1] - xy[:, 1]).min(axis=1)
    inside = shapely.contains_xy(window, *every.T)
    np.testing.assert_array_equal(cells, np.flatnonzero(inside & (distance <= 500)))


def test_an_incident_beyond_the_limits_speaks_for_the_land_beside_it() -> None:
    _, cells = study_cells(np.array([-300.0]), np.array([5_000.0]), box(0, 0, 10_000, 10_000))
    assert len(cells) > 0
    _, cells = study_cells(np.array([-3_000.0]), np.array([5_000.0]), box(0, 0, 10_000, 10_000))
    assert len(cells) == 0


def test_the_outline_holds_exactly_its_cells() -> None:
    grid = Grid(shape="square", left=1000.0, bottom=-500.0, cell_size=100.0, rows=40, columns=30)
    cells = np.flatnonzero(np.random.default_rng(2).uniform(size=grid.n) < 0.4)
    region = outline(grid, cells)
    assert region.is_valid
    assert region.area == pytest.approx(len(cells) * 10_000)
    np.testing.assert_array_equal(np.flatnonzero(centres_inside(region, grid)), cells)
    assert outline(grid, cells[:0]).is_empty


def test_a_straight_side_has_no_vertex_but_its_ends() -> None:
    grid = Grid(shape="square", left=0.0, bottom=0.0, cell_size=100.0, rows=10, columns=10)
    assert len(shapely.get_coordinates(outline(grid, np.arange(100)))) == 5
