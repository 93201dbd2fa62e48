"""Point in polygon: to which area each incident belongs.

A label raster answers for the cells that lie wholly inside one area; in a cell crossed by an edge the crossings to the
left of the point are counted (even-odd rule) over the edges of that row of cells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numba
import numpy as np
import shapely
from numpy.typing import NDArray

from analysis.errors import GeographicCoordinatesError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Labels = NDArray[np.int32]

OUTSIDE: Final = -1
CELLS: Final = 1_000_000  # labels of 4 MB stay in the cache; more cells mean fewer exact tests, but slower look-ups
SLACK: Final = 1e-6  # share of a cell: an edge that grazes a cell counts as crossing it


@dataclass(frozen=True, kw_only=True, eq=False)
class _Edges:
    """Edges of all areas, the lower end first, so that two neighbours compute their shared edge alike."""

    ax: Floats
    ay: Floats
    bx: Floats
    by: Floats
    rank: Ints

    def take(self, keep: Ints | NDArray[np.bool_]) -> _Edges:
        return _Edges(ax=self.ax[keep], ay=self.ay[keep], bx=self.bx[keep], by=self.by[keep], rank=self.rank[keep])

    def cross(self, y: Floats) -> Floats:
        """Return the x at which each edge reaches y; y is brought within the edge."""
        height = np.where(self.by > self.ay, self.by - self.ay, 1.0)
        share = (np.clip(y, self.ay, self.by) - self.ay) / height
        return np.asarray(self.ax + share * (self.bx - self.ax), dtype=np.float64)


@dataclass(frozen=True, kw_only=True)
class _Raster:
    left: float
    bottom: float
    size: float
    rows: int
    columns: int

    def row(self, y: Floats) -> Ints:
        return np.floor((y - self.bottom) / self.size).astype(np.int64)

    def column(self, x: Floats) -> Ints:
        return np.clip(np.floor((x - self.left) / self.size).astype(np.int64), 0, self.columns - 1)

    def height(self, row: Ints) -> Floats:
        return np.asarray(self.bottom + row * self.size, dtype=np.float64)


class AreaIndex:
    """An index over areas, built once and asked often.

    Where areas overlap, the smallest that contains a point holds it, and of two of one size the first by code. A point
    on an edge shared by two areas of a partition belongs to exactly one of them: a left or lower edge is inside, a
    right or upper edge outside, as in a grid.

    Parameters
    ----------
    areas
        Polygons in metres with a column ``code``. Overlaps, repeated geometries and empty geometries are allowed.

    Attributes
    ----------
    edges
        The boundaries of all areas as lines (metres).

    Raises
    ------
    GeographicCoordinatesError
        The areas are in degrees.
    """

    def __init__(self, areas: gpd.GeoDataFrame, *, cells: int = CELLS) -> None:
        if areas.crs is not None and areas.crs.is_geographic:
            raise GeographicCoordinatesError(found=areas.crs.to_epsg())
        self.edges = shapely.geometrycollections(shapely.boundary(areas.geometry.to_numpy()))
        positions = _order_by_size(areas)
        edges = _collect_edges(areas, positions)
        self._raster = _lay_raster(edges, cells=cells)
        self._build(edges, positions)

    def locate(self, x: Floats, y: Floats) -> Ints:
        """Return for each point (metres) the position in ``areas`` of the area that holds it, -1 for none."""
        raster = self._raster
        found: Ints = _locate(
            np.ascontiguousarray(x, dtype=np.float64),
            np.ascontiguousarray(y, dtype=np.float64),
            np.array([raster.left, raster.bottom, raster.size]),
            self._labels,
            self._candidates,
            self._edge_table,
        )
        return found

    def _build(self, edges: _Edges, positions: Ints) -> None:
        raster, n_areas = self._raster, len(positions) + 1
        edge, row = _spread(raster.row(edges.ay), raster.row(edges.by))
        order = np.argsort(row * n_areas + edges.rank[edge], kind="stable")
        edge, row = edge[order], row[order]
        strips = edges.take(edge)
        keys, starts = np.unique(row * n_areas + strips.rank, return_index=True)
        cells, ranks = _crossed_cells(raster, strips, row)
        labels = _label_inside(raster, strips, row, cells=cells, ranks=ranks)
        hidden = ranks >= np.where(labels[cells] < 0, n_areas, labels[cells])  # a smaller area covers the whole cell
        cells, ranks = cells[~hidden], ranks[~hidden]
        slots = np.searchsorted(keys, (cells // raster.columns) * n_areas + ranks)
        ends = np.append(starts, len(edge))
        position = np.append(positions, OUTSIDE)
        labels = position[labels].astype(np.int32)
        marked, first = _mark_mixed(labels, cells)
        self._labels = marked.reshape(raster.rows, raster.columns)
        self._candidates = (first, position[ranks], ends[slots], ends[slots + 1], _covers(labels, cells, first))
        self._edge_table = np.stack([strips.ax, strips.ay, strips.bx, strips.by])


def assign(x: Floats, y: Floats, areas: gpd.GeoDataFrame) -> Ints:
    """Return the position in ``areas`` of the smallest area that contains each point (metres), -1 for none."""
    return AreaIndex(areas).locate(x, y)


def _order_by_size(areas: gpd.GeoDataFrame) -> Ints:
    """Return the positions of the areas, smallest first, by code on ties (of a thousandth of a square metre)."""
    sizes = np.round(shapely.area(areas.geometry.to_numpy()), 3)
    return np.lexsort([areas["code"].astype(str).to_numpy(dtype=str), sizes]).astype(np.int64)


def _collect_edges(areas: gpd.GeoDataFrame, positions: Ints) -> _Edges:
    """Return all edges of all rings; a ring's orientation does not matter to the even-odd rule."""
    parts, owner = shapely.get_parts(areas.geometry.to_numpy()[positions], return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    inside = ring[1:] == ring[:-1]
    a, b, rank = xy[:-1][inside], xy[1:][inside], owner[part][ring[:-1][inside]]
    swap = (a[:, 1] > b[:, 1]) | ((a[:, 1] == b[:, 1]) & (a[:, 0] > b[:, 0]))
    a, b = np.where(swap[:, None], b, a), np.where(swap[:, None], a, b)
    return _Edges(ax=a[:, 0], ay=a[:, 1], bx=b[:, 0], by=b[:, 1], rank=rank.astype(np.int64))


def _lay_raster(edges: _Edges, *, cells: int) -> _Raster:
    if len(edges.ax) == 0:
        return _Raster(left=0.0, bottom=0.0, size=1.0, rows=1, columns=1)
    left, right = min(edges.ax.min(), edges.bx.min()), max(edges.ax.max(), edges.bx.max())
    bottom, top = edges.ay.min(), edges.by.max()
    size = float(max(np.sqrt((right - left) * (top - bottom) / cells), max(right - left, top - bottom) / cells))
    rows, columns = int((top - bottom) / size) + 2, int((right - left) / size) + 2
    return _Raster(left=float(left), bottom=float(bottom), size=size, rows=rows, columns=columns)


def _spread(first: Ints, last: Ints) -> tuple[Ints, Ints]:
    """List (position, value) for every whole value from first to last of each position."""
    counts = np.maximum(last - first + 1, 0)
    position = np.repeat(np.arange(len(first)), counts)
    offset = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return position, first[position] + offset


def _crossed_cells(raster: _Raster, strips: _Edges, row: Ints) -> tuple[Ints, Ints]:
    """Return the distinct (cell, rank) pairs that an edge passes through, by cell and then by rank."""
    slack = raster.size * SLACK
    low, high = strips.cross(raster.height(row) - slack), strips.cross(raster.height(row + 1) + slack)
    flat = strips.ay == strips.by
    low, high = np.where(flat, strips.ax, low), np.where(flat, strips.bx, high)
    first = raster.column(np.minimum(low, high) - slack)
    last = raster.column(np.maximum(low, high) + slack)
    piece, column = _spread(first, last)
    n_ranks = int(strips.rank.max(initial=0)) + 1
    keys = np.unique((row[piece] * raster.columns + column) * n_ranks + strips.rank[piece])
    cells, ranks = np.divmod(keys, n_ranks)
    return cells, ranks


def _label_inside(raster: _Raster, strips: _Edges, row: Ints, *, cells: Ints, ranks: Ints) -> Labels:
    """Return for each cell the smallest area that covers it wholly, -1 for none."""
    y = raster.height(row) + raster.size / 2
    across = (strips.ay > y) != (strips.by > y)
    x, row, rank = strips.take(across).cross(y[across]), row[across], strips.rank[across]
    order = np.lexsort([x, row, -rank])
    columns = np.ceil((x[order] - raster.left) / raster.size - 0.5).astype(np.int64)
    starts, ends, begin = columns[0::2], columns[1::2], row[order][0::2] * raster.columns
    by_rank = np.lexsort([cells, -ranks])
    labels = np.full(raster.rows * raster.columns, OUTSIDE, dtype=np.int32)
    _fill_spans(labels, begin + starts, begin + ends, rank[order][0::2], cells[by_rank], ranks[by_rank])
    return labels


def _mark_mixed(labels: Labels, cells: Ints) -> tuple[Labels, Ints]:
    """Write -2, -3, ... where a cell needs exact tests; return where the candidates of each such cell begin."""
    mixed, first = np.unique(cells, return_index=True)
    marked = labels.copy()
    marked[mixed] = -2 - np.arange(len(mixed))
    return marked, np.append(first, len(cells))


def _covers(labels: Labels, cells: Ints, first: Ints) -> Ints:
    covers: Ints = labels[cells[first[:-1]]].astype(np.int64)
    return covers


@numba.njit(cache=True, nogil=True)
def _fill_spans(labels: Labels, starts: Ints, ends: Ints, span_ranks: Ints, cells: Ints, ranks: Ints) -> None:
    """Write each span of cells with its rank, but for the cells its own edges cross; largest rank first."""
    touched = np.full(len(labels), -1, dtype=np.int32)
    at = 0
    for span in range(len(starts)):
        rank = span_ranks[span]
        while at < len(cells) and ranks[at] >= rank:
            touched[cells[at]] = ranks[at]
            at += 1
        for cell in range(starts[span], ends[span]):
            if touched[cell] != rank:
                labels[cell] = rank


@numba.njit(cache=True, nogil=True)
def _locate(
    x: Floats,
    y: Floats,
    frame: Floats,
    labels: Labels,
    candidates: tuple[Ints, Ints, Ints, Ints, Ints],
    edges: Floats,
) -> Ints:
    left, bottom, size = frame
    rows, columns = labels.shape
    found = np.empty(len(x), dtype=np.int64)
    for i in range(len(x)):
        u, v = (x[i] - left) / size, (y[i] - bottom) / size
        position = -1
        if 0.0 <= u < columns and 0.0 <= v < rows:  # false for NaN
            position = labels[int(v), int(u)]
            if position < -1:
                position = _test(x[i], y[i], -2 - position, candidates, edges)
        found[i] = position
    return found


@numba.njit(cache=True, nogil=True)
def _test(x: float, y: float, cell: int, candidates: tuple[Ints, Ints, Ints, Ints, Ints], edges: Floats) -> int:
    """Return the first candidate of a mixed cell that holds the point, else the area that covers the cell."""
    first, positions, starts, ends, covers = candidates
    for at in range(first[cell], first[cell + 1]):
        crossings = 0
        for e in range(starts[at], ends[at]):
            ax, ay, bx, by = edges[0, e], edges[1, e], edges[2, e], edges[3, e]
            left_of = (x - ax) * (by - ay) >= (bx - ax) * (y - ay)
            crossings += (ay <= y) & (y < by) & left_of  # no branch: a wrong guess costs more than the product
        if crossings % 2 == 1:
            return int(positions[at])
    return int(covers[cell])
