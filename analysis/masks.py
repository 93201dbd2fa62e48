"""The study mask: land near which anything was ever reported, where zero means that nothing happened."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt
from scipy.spatial import KDTree

from analysis.grids import Grid, grid_over
from analysis.rasters import centres_inside
from analysis.scene import Region

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CELL_SIZE = 100.0  # metres
REACH = 500.0  # metres


def study_cells(x: Floats, y: Floats, window: Region, *, reach: float = REACH) -> tuple[Grid, Ints]:
    """Return the cells of 100 m whose centre lies on observed land and at most ``reach`` from a point.

    Parameters
    ----------
    x, y
        Credibly placed incidents (metres); those outside the window count, for the land beside it.
    window
        Window of observation: the land whose incidents are delivered.

    Returns
    -------
    tuple
        The grid and the flat indices of the cells, in ascending order.
    """
    left, bottom, right, top = window.bounds
    grid = grid_over((left - reach, bottom - reach, right + reach, top + reach), cell_size=CELL_SIZE)
    close = _near(x, y, grid, reach)
    return grid, np.flatnonzero(close & centres_inside(window, grid))


def outline(grid: Grid, cells: Ints) -> shapely.MultiPolygon:
    """Return the union of square cells: no vertex but the corners, empty for no cells."""
    rows, columns = np.divmod(np.sort(cells), grid.columns)
    starts = np.flatnonzero(np.diff(rows, prepend=-1) | (np.diff(columns, prepend=-1) != 1))
    ends = np.append(starts[1:], len(cells)) - 1 if len(cells) else starts
    left, right = columns[starts], columns[ends] + 1
    size = grid.cell_size
    runs = shapely.box(
        grid.left + left * size,
        grid.bottom + rows[starts] * size,
        grid.left + right * size,
        grid.bottom + (rows[starts] + 1) * size,
    )
    joined = shapely.simplify(shapely.union_all(runs), 0.0)
    return shapely.MultiPolygon(list(shapely.get_parts(joined)))


def _near(x: Floats, y: Floats, grid: Grid, reach: float) -> NDArray[np.bool_]:
    """Tell for each cell whether its centre is at most ``reach`` from a point.

    The distance between cells answers where it leaves no doubt, half a diagonal off; the points themselves elsewhere.
    """
    cells = grid.locate(x, y)
    if not (cells >= 0).any():
        return np.zeros(grid.n, dtype=bool)
    empty = np.ones(grid.n, dtype=bool)
    empty[cells[cells >= 0]] = False
    between = distance_transform_edt(empty.reshape(grid.rows, grid.columns)).ravel() * grid.cell_size
    slack = grid.cell_size * np.sqrt(0.5) * (1 + 1e-9)
    near = np.asarray(between <= reach - slack)
    doubtful = np.flatnonzero(~near & (between <= reach + slack))
    tree = KDTree(np.column_stack([x, y])[cells >= 0], compact_nodes=False, balanced_tree=False)
    distance, _ = tree.query(grid.centres(doubtful), distance_upper_bound=reach * (1 + 1e-9))
    near[doubtful] = distance <= reach
    return near
