"""Cells of the study area and how many incidents each holds: the ground that statistics by cell share."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from analysis.errors import NotEnoughDataError
from analysis.grids import Grid, Ints, Shape, grid_over
from analysis.rasters import centres_inside
from analysis.scene import Scene


@dataclass(frozen=True, kw_only=True, eq=False)
class StudyCells:
    """The cells whose centre lies in the study mask.

    Attributes
    ----------
    cells
        Flat indices into the grid, ascending (n,).
    position
        Cell of the grid to its place in ``cells``, -1 outside; the last entry serves points outside the grid.
    cell_of_point
        Place in ``cells`` of each point of the scene, -1 outside the study area.
    counts
        Incidents per cell (n,).
    """

    grid: Grid
    cells: Ints
    position: Ints
    cell_of_point: Ints
    counts: Ints

    @property
    def outside(self) -> int:
        """Points outside the study area."""
        return int(np.sum(self.cell_of_point < 0))


def count_in_cells(
    scene: Scene, *, cell_size: float, cell_shape: str, offset: tuple[float, float] = (0.0, 0.0)
) -> StudyCells:
    """Lay a grid over the study mask and count the incidents of each cell; raise NotEnoughDataError without a mask.

    Parameters
    ----------
    offset
        By which parts of a cell (0 to 1) the grid is moved to the left and downwards from where it usually lies.
    """
    if scene.mask.is_empty:
        raise NotEnoughDataError(needed=1, found=0)
    shape: Shape = "hexagon" if cell_shape == "hexagon" else "square"
    grid = _move(grid_over(scene.mask.bounds, cell_size=cell_size, shape=shape), offset)
    cells = np.flatnonzero(centres_inside(scene.mask, grid))
    position = np.full(grid.n + 1, -1, dtype=np.int64)
    position[cells] = np.arange(len(cells))
    cell_of_point = position[grid.locate(scene.points.x, scene.points.y)]
    counts = np.bincount(cell_of_point[cell_of_point >= 0], minlength=len(cells))
    return StudyCells(grid=grid, cells=cells, position=position, cell_of_point=cell_of_point, counts=counts)


def _move(grid: Grid, offset: tuple[float, float]) -> Grid:
    if offset == (0.0, 0.0):
        return grid
    left, bottom = grid.left - offset[0] * grid.cell_size, grid.bottom - offset[1] * grid.row_height
    return replace(grid, left=left, bottom=bottom, rows=grid.rows + 1, columns=grid.columns + 1)
