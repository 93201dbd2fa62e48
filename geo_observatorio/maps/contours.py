"""Contours: where a field of cells lies at or below a level, as outlines between the cells' centres."""

from __future__ import annotations

import itertools

import contourpy
import numpy as np
import shapely

from analysis.grids import Floats, Grid, Ints
from analysis.result import Result

Outlines = list[shapely.Polygon]
CONTOURS = {
    "more95": ("p_upper", 0.05),
    "more99": ("p_upper", 0.01),
    "less95": ("p_lower", 0.05),
    "less99": ("p_lower", 0.01),
}


def outline_tolerance(result: Result) -> list[tuple[shapely.Polygon, str]]:
    """Return the tolerance contours of a ratio of densities, each with the class it surrounds."""
    if result.grid is None:
        raise ValueError("a ratio of densities carries its grid")
    cells = result.table["cell"].to_numpy()
    return [
        (part, name)
        for name, (column, level) in CONTOURS.items()
        for part in outline_below(result.grid, cells, result.table[column].to_numpy(dtype=np.float64), level)
    ]


def outline_below(grid: Grid, cells: Ints, values: Floats, level: float) -> Outlines:
    """Return the parts of the ground where the values are at most ``level``; unknown values are above every level."""
    field = np.full(grid.n, np.nan)
    field[cells] = values
    known: Floats = np.where(np.isnan(field), 1.0 + level, field)
    x = grid.left + (np.arange(grid.columns) + 0.5) * grid.cell_size
    y = grid.bottom + (np.arange(grid.rows) + 0.5) * grid.cell_size
    traced = contourpy.contour_generator(x, y, known.reshape(grid.rows, grid.columns), fill_type="OuterOffset").filled(
        -np.inf, level
    )
    return [_polygon(points, offsets) for points, offsets in zip(*traced, strict=True)]


def _polygon(points: Floats, offsets: Ints) -> shapely.Polygon:
    rings = [points[start:end] for start, end in itertools.pairwise(offsets)]
    return shapely.Polygon(rings[0], rings[1:])
