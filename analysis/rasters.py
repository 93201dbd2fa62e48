"""Polygons on a grid: which cell centres lie inside, and which share of each cell does."""

from __future__ import annotations

import numba
import numpy as np
import shapely
from numpy.typing import NDArray

from analysis.grids import Grid
from analysis.scene import Region

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Booleans = NDArray[np.bool_]

TILE = 16  # hexagons across a tile: a region is cut into tiles once, then each hexagon meets a small piece only


def centres_inside(region: Region, grid: Grid) -> Booleans:
    """Return for each cell of the whole grid whether its centre lies inside the region.

    Scanline with the even-odd rule: a centre on a left or lower edge is inside, on a right or upper edge outside, so
    that two regions which share an edge never both hold a centre.
    """
    a, b = _directed_edges(region)
    level = _centre_rows(grid, np.column_stack([a[:, 1], b[:, 1]]))
    edge, row = _spread(level.min(axis=1), level.max(axis=1))
    y = grid.bottom + (row + 0.5) * grid.row_height
    slope = (b[edge, 0] - a[edge, 0]) / (b[edge, 1] - a[edge, 1])
    x = a[edge, 0] + (y - a[edge, 1]) * slope
    shift = np.where(row % 2 == 1, 0.5, 0.0) if grid.shape == "hexagon" else 0.0
    column = np.ceil((x - grid.left) / grid.cell_size - 0.5 - shift).astype(np.int64)
    crossings = np.bincount(
        row * (grid.columns + 1) + np.clip(column, 0, grid.columns), minlength=grid.rows * (grid.columns + 1)
    ).reshape(grid.rows, grid.columns + 1)
    odd = np.logical_xor.accumulate(crossings[:, :-1] % 2 == 1, axis=1)
    return odd.ravel()


def share_inside(region: Region, grid: Grid) -> Floats:
    """Return for each cell of the whole grid the share (0 to 1) of its area that lies inside the region.

    Squares are exact by Green's theorem: every edge adds the area to its right, cell by cell. Hexagons near the
    boundary are cut with the region.
    """
    if grid.shape == "hexagon":
        return _share_of_hexagons(region, grid)
    a, b = _directed_edges(region)
    origin = np.array([grid.left, grid.bottom])
    cover = np.zeros((grid.rows, grid.columns + 2))
    _accumulate(cover, (a - origin) / grid.cell_size, (b - origin) / grid.cell_size)
    share: Floats = np.clip(np.cumsum(cover[:, : grid.columns], axis=1), 0.0, 1.0)
    return share.ravel()


def _directed_edges(region: Region) -> tuple[Floats, Floats]:
    """Return start and end (n, 2) of all edges, the region on their left."""
    parts = shapely.orient_polygons(shapely.get_parts(region))
    xy, ring = shapely.get_coordinates(shapely.get_rings(parts), return_index=True)
    joined = ring[1:] == ring[:-1]
    return xy[:-1][joined], xy[1:][joined]


def _centre_rows(grid: Grid, y: Floats) -> Ints:
    """Return the first row whose centre is at or above y, within 0 and the number of rows."""
    rows = np.ceil((y - grid.bottom) / grid.row_height - 0.5)
    return np.clip(rows, 0, grid.rows).astype(np.int64)


def _spread(first: Ints, end: Ints) -> tuple[Ints, Ints]:
    """List (position, value) for every whole value from first to end - 1 of each position."""
    counts = end - first
    position = np.repeat(np.arange(len(first)), counts)
    offset = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return position, first[position] + offset


def _share_of_hexagons(region: Region, grid: Grid) -> Floats:
    share = centres_inside(region, grid).astype(np.float64)
    cells = _cells_near_boundary(region, grid)
    outlines = grid.polygons(cells)
    reach = TILE * grid.cell_size
    tiles = np.floor((grid.centres(cells) - (grid.left, grid.bottom)) / reach).astype(np.int64)
    for tile in np.unique(tiles, axis=0):
        here = (tiles == tile).all(axis=1)
        left, bottom = tile * reach + (grid.left, grid.bottom) - grid.cell_size
        frame = shapely.box(left, bottom, left + reach + 2 * grid.cell_size, bottom + reach + 2 * grid.cell_size)
        cut = shapely.intersection(outlines[here], shapely.intersection(region, frame))
        share[cells[here]] = shapely.area(cut) / grid.cell_area
    return share


def _cells_near_boundary(region: Region, grid: Grid) -> Ints:
    """Return the cells that the boundary crosses, and their neighbours."""
    steps = shapely.get_coordinates(shapely.segmentize(region.boundary, grid.cell_size / 2))
    angles = np.arange(6) * np.pi / 3
    around = np.vstack([np.zeros((1, 2)), np.column_stack([np.cos(angles), np.sin(angles)]) * grid.cell_size])
    near = (steps[:, None, :] + around[None, :, :]).reshape(-1, 2)
    cells = np.unique(grid.locate(near[:, 0], near[:, 1]))
    return cells[cells >= 0]


@numba.njit(cache=True, nogil=True)
def _accumulate(cover: Floats, a: Floats, b: Floats) -> None:
    """Add to ``cover`` what makes its running sum along a row the area inside; coordinates are in cells."""
    rows = cover.shape[0]
    for e in range(len(a)):
        x0, y0, x1, y1 = a[e, 0], a[e, 1], b[e, 0], b[e, 1]
        if y0 == y1:
            continue
        slope = (x1 - x0) / (y1 - y0)
        low, high = max(min(y0, y1), 0.0), min(max(y0, y1), float(rows))
        row = int(np.floor(low))
        while row < rows and row < high:
            ya, yb = max(low, float(row)), min(high, row + 1.0)
            sign = 1.0 if y1 < y0 else -1.0
            _accumulate_in_row(cover[row], x0 + (ya - y0) * slope, x0 + (yb - y0) * slope, sign * (yb - ya))
            row += 1


@numba.njit(cache=True, nogil=True)
def _accumulate_in_row(cover: Floats, xa: float, xb: float, height: float) -> None:
    """Share the signed height of one piece of an edge among the columns it passes through."""
    columns = len(cover) - 2
    xa, xb = min(xa, xb), max(xa, xb)
    if xb <= 0.0 or xa >= columns or xb - xa < 1e-12:
        middle = min(max((xa + xb) / 2, 0.0), float(columns))
        column = int(middle)
        cover[column] += height * (column + 1 - middle)
        cover[column + 1] += height * (middle - column)
        return
    left = xa
    while left < xb:
        column = min(max(int(np.floor(left)), -1), columns)
        right = xb if column == columns else min(xb, column + 1.0)
        part = height * (right - left) / (xb - xa)
        middle = min(max((left + right) / 2, 0.0), float(columns))
        cell = int(middle)
        cover[cell] += part * (cell + 1 - middle)
        cover[cell + 1] += part * (middle - cell)
        left = right
