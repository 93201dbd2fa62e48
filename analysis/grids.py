"""Grids: squares and hexagons that cover a study area, addressed by a flat index (row * columns + column)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from analysis.errors import GridTooLargeError

MOST_CELLS = 40_000_000  # a float64 field of this size takes 320 MB; a city at 50 m needs a million

FARTHEST = 1e9  # metres: no point of the Earth is so far from the origin of its projection

Shape = Literal["square", "hexagon"]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Cells of one shape over a rectangle, in metres.

    A square is ``cell_size`` wide. A hexagon is ``cell_size`` between opposite sides, pointy side up, odd rows shifted
    right by half a cell. Cell (row, column) holds its left and lower edge, so a point on a shared edge is counted once.
    """

    shape: Shape
    left: float
    bottom: float
    cell_size: float
    rows: int
    columns: int

    @property
    def n(self) -> int:
        """Number of cells."""
        return self.rows * self.columns

    @property
    def row_height(self) -> float:
        """Distance between two rows of cell centres (metres)."""
        return self.cell_size if self.shape == "square" else self.cell_size * np.sqrt(3) / 2

    @property
    def cell_area(self) -> float:
        """Area of one cell (square metres)."""
        return self.cell_size * self.row_height

    def locate(self, x: Floats, y: Floats) -> Ints:
        """Return the flat index of the cell that holds each point, -1 outside the grid or where it is not a number."""
        known = (np.abs(x) < FARTHEST) & (np.abs(y) < FARTHEST)
        if not known.all():
            found = np.full(len(x), -1, dtype=np.int64)
            found[known] = self.locate(x[known], y[known])
            return found
        rows, columns = _locate_square(self, x, y) if self.shape == "square" else _locate_hexagon(self, x, y)
        inside = (rows >= 0) & (rows < self.rows) & (columns >= 0) & (columns < self.columns)
        return np.where(inside, rows * self.columns + columns, -1)

    def centres(self, cells: Ints | None = None) -> Floats:
        """Return the centres (n, 2) of the given cells, or of all, in metres."""
        cells = np.arange(self.n) if cells is None else cells
        rows, columns = np.divmod(cells, self.columns)
        shift = np.where(rows % 2 == 1, 0.5, 0.0) if self.shape == "hexagon" else 0.0
        x = self.left + (columns + 0.5 + shift) * self.cell_size
        return np.column_stack([x, self.bottom + (rows + 0.5) * self.row_height])

    def polygons(self, cells: Ints) -> NDArray[np.object_]:
        """Return the outlines of the given cells as shapely polygons."""
        corners = _square_corners(self.cell_size) if self.shape == "square" else _hexagon_corners(self.cell_size)
        rings = shapely.polygons(self.centres(cells)[:, None, :] + corners[None, :, :])
        return np.asarray(rings, dtype=object)

    def count(self, x: Floats, y: Floats) -> Ints:
        """Count the points in each cell of the whole grid; points outside are ignored."""
        cells = self.locate(x, y)
        return np.bincount(cells[cells >= 0], minlength=self.n)


def grid_over(bounds: tuple[float, float, float, float], *, cell_size: float, shape: Shape = "square") -> Grid:
    """Lay a grid over a rectangle (left, bottom, right, top), its origin snapped to a multiple of the cell.

    The origin depends on the cell size alone, so that two maps of the same city share their cells.
    """
    left, bottom, right, top = bounds
    height = cell_size if shape == "square" else cell_size * np.sqrt(3) / 2
    step = height if shape == "square" else 2 * height  # two rows, so that the shift of a row never changes
    x0, y0 = np.floor(left / cell_size) * cell_size - cell_size, np.floor(bottom / step) * step - step
    columns = int(np.ceil((right - x0) / cell_size)) + 1
    rows = int(np.ceil((top - y0) / height)) + 1
    if rows * columns > MOST_CELLS:
        raise GridTooLargeError(needed=MOST_CELLS, found=rows * columns)
    return Grid(shape=shape, left=float(x0), bottom=float(y0), cell_size=cell_size, rows=rows, columns=columns)


def _locate_square(grid: Grid, x: Floats, y: Floats) -> tuple[Ints, Ints]:
    rows = np.floor((y - grid.bottom) / grid.cell_size).astype(np.int64)
    return rows, np.floor((x - grid.left) / grid.cell_size).astype(np.int64)


def _locate_hexagon(grid: Grid, x: Floats, y: Floats) -> tuple[Ints, Ints]:
    """Pick the nearest of the hexagon centres in the row below, at and above the point."""
    guess = np.floor((y - grid.bottom) / grid.row_height).astype(np.int64)
    best_rows, best_columns = np.zeros_like(guess), np.zeros_like(guess)
    best = np.full(len(x), np.inf)
    for rows in (guess - 1, guess, guess + 1):
        shift = np.where(rows % 2 == 1, 0.5, 0.0)
        columns = np.floor((x - grid.left) / grid.cell_size - shift).astype(np.int64)
        dx = x - (grid.left + (columns + 0.5 + shift) * grid.cell_size)
        dy = y - (grid.bottom + (rows + 0.5) * grid.row_height)
        distance = dx * dx + dy * dy
        nearer = distance < best
        best, best_rows = np.where(nearer, distance, best), np.where(nearer, rows, best_rows)
        best_columns = np.where(nearer, columns, best_columns)
    return best_rows, best_columns


def _square_corners(size: float) -> Floats:
    half = size / 2
    return np.array([(-half, -half), (half, -half), (half, half), (-half, half)])


def _hexagon_corners(size: float) -> Floats:
    angles = np.pi / 6 + np.arange(6) * np.pi / 3
    corners: Floats = np.column_stack([np.cos(angles), np.sin(angles)]) * (size / np.sqrt(3))
    return corners
