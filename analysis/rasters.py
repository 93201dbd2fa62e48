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

WHOLE = 1e-9  # a share this near to 0 or 1 is 0 or 1
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

    Squares are exact by Green's theorem. Hexagons near the boundary are cut with the region.
    """
    return _share_of_hexagons(region, grid) if grid.shape == "hexagon" else moments_inside(region, grid)[0]


def points_inside(region: Region, x: Floats, y: Floats, grid: Grid, share: Floats) -> Booleans:
    """Return which points lie in the region or on its boundary, asking exactly only in the cells that it cuts.

    ``share`` is that of each square of the grid inside the region; points off the grid are outside.
    """
    frame = np.array([grid.left, grid.bottom, 1 / grid.cell_size])
    found = _look_up_share(share.reshape(grid.rows, grid.columns), x, y, frame)
    inside: Booleans = found > 1 - WHOLE
    unsure = np.flatnonzero((found >= 0) & ~inside)
    shapely.prepare(region)
    inside[unsure] = shapely.intersects_xy(region, x[unsure], y[unsure])
    return inside


def moments_inside(region: Region, grid: Grid) -> tuple[Floats, Floats, Floats]:
    """Return the share of each square inside the region, and its moments along x and y about the centre.

    Shares are 0 to 1, moments in cells: divided by the share they are the offset of the centroid of the part inside.
    Exact by Green's theorem: every edge adds what lies to its right, cell by cell.
    """
    a, b = _directed_edges(region)
    origin = np.array([grid.left, grid.bottom])
    sums = np.zeros((3, grid.rows, grid.columns + 2))
    _accumulate(sums, (a - origin) / grid.cell_size, (b - origin) / grid.cell_size)
    share, upward = (np.cumsum(sums[part, :, : grid.columns], axis=1).ravel() for part in (0, 2))
    return np.clip(share, 0.0, 1.0, out=share), sums[1, :, : grid.columns].ravel(), upward


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
    cells = cells_near(region.boundary, grid)
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


def cells_near(lines: shapely.Geometry, grid: Grid) -> Ints:
    """Return the cells that the lines cross, and some of their neighbours, in ascending order."""
    steps = shapely.get_coordinates(shapely.segmentize(lines, grid.cell_size / 2))
    angles = np.arange(6) * np.pi / 3
    around = np.vstack([np.zeros((1, 2)), np.column_stack([np.cos(angles), np.sin(angles)]) * grid.cell_size])
    near = (steps[:, None, :] + around[None, :, :]).reshape(-1, 2)
    cells = np.unique(grid.locate(near[:, 0], near[:, 1]))
    return cells[cells >= 0]


@numba.njit(cache=True, nogil=True)
def _accumulate(sums: Floats, a: Floats, b: Floats) -> None:
    """Add what lies to the right of each edge; a running sum along the row spreads it; coordinates are in cells."""
    rows = sums.shape[1]
    for e in range(len(a)):
        x0, y0, x1, y1 = a[e, 0], a[e, 1], b[e, 0], b[e, 1]
        if y0 == y1:
            continue
        slope = (x1 - x0) / (y1 - y0)
        low, high = max(min(y0, y1), 0.0), min(max(y0, y1), float(rows))
        sign = 1.0 if y1 < y0 else -1.0
        row = int(np.floor(low))
        while row < rows and row < high:
            ya, yb = max(low, float(row)), min(high, row + 1.0)
            piece = (x0 + (ya - y0) * slope, ya - row - 0.5, x0 + (yb - y0) * slope, yb - row - 0.5)
            _accumulate_in_row(sums[:, row], piece, sign)
            row += 1


@numba.njit(cache=True, nogil=True)
def _accumulate_in_row(sums: Floats, piece: tuple[float, float, float, float], sign: float) -> None:
    """Share one piece of an edge, going up, among the columns it passes through."""
    columns = sums.shape[1] - 2
    xa, ya, xb, yb = piece
    left, right = min(xa, xb), max(xa, xb)
    if right <= 0.0 or left >= columns or right - left < 1e-12:
        x = min(max((xa + xb) / 2, 0.0), float(columns))
        _add(sums, (x, ya, x, yb), sign)
        return
    steep = (yb - ya) / (xb - xa)
    first, last = max(int(np.floor(left)), -1), min(int(np.floor(right)), columns)
    for column in range(first, last + 1):
        start = left if column == first else float(column)
        end = right if column == last else column + 1.0
        part = (start, ya + (start - xa) * steep, end, ya + (end - xa) * steep)
        if xb < xa:
            part = (part[2], part[3], part[0], part[1])
        inside = (min(max(part[0], 0.0), float(columns)), part[1], min(max(part[2], 0.0), float(columns)), part[3])
        _add(sums, inside, sign)


@numba.njit(cache=True, nogil=True)
def _add(sums: Floats, part: tuple[float, float, float, float], sign: float) -> None:
    """Add area and moments to the right of a part within one cell, and the rest of its strip to the next cell."""
    xa, ya, xb, yb = part
    height = sign * (yb - ya)
    column = min(int(min(xa, xb)), sums.shape[1] - 2)
    p, q = xa - column - 0.5, xb - column - 0.5
    area = height * (0.5 - (p + q) / 2)
    upward = height * (ya * (0.5 - p) * 2 + ya * (0.5 - q) + yb * (0.5 - p) + yb * (0.5 - q) * 2) / 6
    sums[0, column] += area
    sums[1, column] += height * (0.125 - (p * p + p * q + q * q) / 6)
    sums[2, column] += upward
    sums[0, column + 1] += height - area
    sums[2, column + 1] += height * (ya + yb) / 2 - upward


@numba.njit(cache=True, nogil=True)
def _look_up_share(share: Floats, x: Floats, y: Floats, frame: Floats) -> Floats:
    """Return the share of the cell that holds each point, -1 outside the raster."""
    left, bottom, scale = frame
    rows, columns = share.shape
    found = np.full(len(x), -1.0)
    for i in range(len(x)):
        u, v = (x[i] - left) * scale, (y[i] - bottom) * scale
        if 0.0 <= u < columns and 0.0 <= v < rows:
            found[i] = share[int(v), int(u)]
    return found
