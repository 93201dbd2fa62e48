"""The outline of a region as edges, indexed on a grid: how far a point is from it, and how much of a circle it cuts.

Ripley (1977), Journal of the Royal Statistical Society B 39:172-212, for the share of a circle inside the region.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numba
import numpy as np
import shapely
from numpy.typing import NDArray

from analysis.scene import Region

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TILES_AN_EDGE: Final = 20
MOST_TILES: Final = 40_000
TURN: Final = 2 * np.pi
MOST_TRIES: Final = 8


@dataclass(frozen=True, kw_only=True, eq=False)
class RegionEdges:
    """Directed edges of a region, the region on their left, and which of them may matter to a tile.

    Attributes
    ----------
    edges
        Start and end of each edge: x, y, x, y (m, 4), metres.
    frame
        Left, bottom and width of the square tiles (metres); ``columns`` of them in a row.
    first, near
        Edges that may be the nearest one to a point of tile t: ``near[first[t] : first[t + 1]]``.
    """

    edges: Floats
    frame: Floats
    rows: int
    columns: int
    first: Ints
    near: Ints

    def distance(self, x: Floats, y: Floats) -> Floats:
        """Return the exact distance of points of the region to its outline (metres)."""
        return _nearest_edge(x, y, self.edges, (self.frame, self.rows, self.columns), (self.first, self.near))


def index_edges(region: Region) -> RegionEdges:
    """Index the edges of a region that is not empty; points in one line are left out first."""
    edges = directed_edges(region)
    left, bottom, right, top = shapely.bounds(region)
    tiles = min(MOST_TILES, TILES_AN_EDGE * len(edges))
    width = max(np.sqrt((right - left) * (top - bottom) / tiles), (right - left + top - bottom) / 1000)
    rows, columns = int((top - bottom) // width) + 1, int((right - left) // width) + 1
    across, up = np.meshgrid(np.arange(columns), np.arange(rows))
    x, y = left + (across.ravel() + 0.5) * width, bottom + (up.ravel() + 0.5) * width
    lines = np.asarray(shapely.linestrings(edges.reshape(-1, 2, 2)), dtype=object)
    tree, centres = shapely.STRtree(lines), shapely.points(x, y)
    # What is nearest to a point of the tile is at most a tile's diagonal farther from its centre than what is nearest.
    radius = shapely.distance(centres, lines[tree.nearest(centres)]) + width * np.sqrt(2)
    tile, edge = tree.query(centres, predicate="dwithin", distance=radius)
    order = np.argsort(tile, kind="stable")
    first = np.searchsorted(tile[order], np.arange(rows * columns + 1))
    return RegionEdges(
        edges=edges,
        frame=np.array([left, bottom, width]),
        rows=rows,
        columns=columns,
        first=first.astype(np.int64),
        near=edge[order].astype(np.int64),
    )


def directed_edges(region: Region) -> Floats:
    """Return start and end (m, 4) of all edges, the region on their left, with corners in one line left out."""
    parts = shapely.orient_polygons(shapely.get_parts(shapely.simplify(region, 0.0)))
    xy, ring = shapely.get_coordinates(shapely.get_rings(parts), return_index=True)
    joined = ring[1:] == ring[:-1]
    return np.ascontiguousarray(np.hstack([xy[:-1][joined], xy[1:][joined]]))


def edges_within(points: Floats, edges: Floats, farthest: float) -> tuple[Ints, Ints]:
    """List the edges within a distance of each point (n, 2): those of point i are ``near[first[i] : first[i + 1]]``."""
    tree = shapely.STRtree(np.asarray(shapely.linestrings(edges.reshape(-1, 2, 2)), dtype=object))
    point, edge = tree.query(shapely.points(points), predicate="dwithin", distance=farthest)
    order = np.argsort(point, kind="stable")
    first = np.searchsorted(point[order], np.arange(len(points) + 1))
    return first.astype(np.int64), edge[order].astype(np.int64)


@numba.njit(cache=True, nogil=True)
def share_of_circle(x: float, y: float, radius: float, edges: Floats, near: Ints) -> float:
    """Return the share of a circle's length that lies in the region, exactly; its centre lies in the region.

    Where a turn to the left leaves the region its angle is added, where it enters the region it is taken away: what is
    left, less whole turns, is the part inside, whatever the order in which the edges come.
    """
    for _ in range(MOST_TRIES):
        leaving, entering, angle = 0, 0, 0.0
        for k in range(len(near)):
            ax, ay = edges[near[k], 0] - x, edges[near[k], 1] - y
            dx, dy = edges[near[k], 2] - x - ax, edges[near[k], 3] - y - ay
            a, b, c = dx * dx + dy * dy, ax * dx + ay * dy, ax * ax + ay * ay - radius * radius
            if b * b - a * c <= 0.0:
                continue
            root = np.sqrt(b * b - a * c)
            into, out = (-b - root) / a, (-b + root) / a
            if 0.0 <= into < 1.0:  # the region is on the left of an edge: behind the turn where it goes inwards
                angle += np.arctan2(ay + into * dy, ax + into * dx)
                leaving += 1
            if 0.0 <= out < 1.0:
                angle -= np.arctan2(ay + out * dy, ax + out * dx)
                entering += 1
        if leaving == entering:
            return (angle % TURN) / TURN if leaving else 1.0
        radius *= 1 + 1e-9  # a corner lies on the circle
    return 1.0


@numba.njit(cache=True, nogil=True)
def _nearest_edge(
    x: Floats, y: Floats, edges: Floats, tiles: tuple[Floats, int, int], index: tuple[Ints, Ints]
) -> Floats:
    frame, rows, columns = tiles
    first, near = index
    found = np.empty(len(x))
    for i in range(len(x)):
        column = min(max(int((x[i] - frame[0]) // frame[2]), 0), columns - 1)
        row = min(max(int((y[i] - frame[1]) // frame[2]), 0), rows - 1)
        tile, best = row * columns + column, np.inf
        for k in range(first[tile], first[tile + 1]):
            ax, ay, bx, by = edges[near[k]]
            dx, dy = bx - ax, by - ay
            long = dx * dx + dy * dy
            t = ((x[i] - ax) * dx + (y[i] - ay) * dy) / long if long > 0 else 0.0
            t = min(max(t, 0.0), 1.0)
            gap = (x[i] - ax - t * dx) ** 2 + (y[i] - ay - t * dy) ** 2
            best = min(best, gap)
        found[i] = np.sqrt(best)
    return found
