"""Streets as a network: edges that meet at nodes, cut into short pieces (lixels), and incidents brought onto them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from analysis.errors import NoStreetsError
from analysis.scene import Region

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Objects = NDArray[np.object_]

FINEST: Final = 0.01  # metres: ends so near each other are one node


@dataclass(frozen=True, kw_only=True, eq=False)
class Network:
    """Edges between nodes, each in both directions: 2e from its start to its end, 2e + 1 back.

    Attributes
    ----------
    lines
        Shape of each edge, from start to end (m,), metres.
    name
        Of the street that it is a part of (m,).
    length
        Metres (m,).
    ends
        Node at its start and at its end (m, 2).
    first, leaving
        Directions that leave node v: ``leaving[first[v] : first[v + 1]]``.
    """

    lines: Objects
    name: Objects
    length: Floats
    ends: Ints
    first: Ints
    leaving: Ints

    @property
    def degree(self) -> Ints:
        """How many ends of edges meet at each node."""
        return np.diff(self.first)


@dataclass(frozen=True, kw_only=True, eq=False)
class Pieces:
    """Equal pieces of each edge: those of edge e are ``first[e]`` up to ``first[e + 1]``, from its start on."""

    first: Ints
    width: Floats

    @property
    def edge(self) -> Ints:
        """Return the edge of each piece."""
        return np.repeat(np.arange(len(self.width)), np.diff(self.first))


@dataclass(frozen=True, kw_only=True, eq=False)
class Snapped:
    """Where on the network each point is.

    Attributes
    ----------
    edge
        The nearest edge, -1 where none is within the tolerance (n,).
    offset
        From the start of that edge (metres).
    gap
        How far the point was moved (metres), NaN where it was not.
    """

    edge: Ints
    offset: Floats
    gap: Floats


def build_network(lines: Objects, names: Objects, window: Region) -> Network:
    """Join the lines of streets inside a window where they cross or touch.

    Two streets on different levels that cross on the map are joined too. What leads out of the window ends there.

    Raises
    ------
    NoStreetsError
        No line lies inside the window.
    """
    parts, of_line = shapely.get_parts(lines, return_index=True)
    inside = shapely.intersection(parts, window)
    noded = shapely.get_parts(shapely.union_all(inside, grid_size=FINEST))
    edges = noded[(shapely.get_type_id(noded) == shapely.GeometryType.LINESTRING) & (shapely.length(noded) > 0)]
    if not len(edges):
        raise NoStreetsError(needed=1, found=len(parts))
    corners, edge = shapely.get_coordinates(edges, return_index=True)
    starts = np.searchsorted(edge, np.arange(len(edges)))
    last = np.append(starts[1:], len(corners)) - 1
    both = np.rint(np.vstack([corners[starts], corners[last]]) / FINEST).astype(np.int64)
    node = np.unique(both, axis=0, return_inverse=True)[1].reshape(2, -1).T
    leaving = np.argsort(node.ravel(), kind="stable")  # the end at position 2e is where direction 2e leaves from
    first = np.searchsorted(node.ravel()[leaving], np.arange(node.max() + 2))
    return Network(
        lines=edges,
        name=names[of_line[_nearest(parts, edges)]],
        length=shapely.length(edges),
        ends=np.ascontiguousarray(node, dtype=np.int64),
        first=first.astype(np.int64),
        leaving=leaving.astype(np.int64),
    )


def cut_into_pieces(network: Network, longest: float) -> Pieces:
    """Cut every edge into equal pieces no longer than ``longest`` (metres)."""
    pieces = np.maximum(np.ceil(network.length / longest - 1e-9), 1).astype(np.int64)
    return Pieces(first=np.concatenate([[0], np.cumsum(pieces)]), width=network.length / pieces)


def snap(x: Floats, y: Floats, network: Network, tolerance: float) -> Snapped:
    """Bring points to the nearest edge within a tolerance (metres)."""
    points = np.asarray(shapely.points(x, y), dtype=object)
    (point, edge), gap = shapely.STRtree(network.lines).query_nearest(
        points, max_distance=tolerance, return_distance=True, all_matches=False
    )
    found = Snapped(edge=np.full(len(x), -1, dtype=np.int64), offset=np.zeros(len(x)), gap=np.full(len(x), np.nan))
    found.edge[point], found.gap[point] = edge, gap
    found.offset[point] = shapely.line_locate_point(network.lines[edge], points[point])
    return found


def draw_pieces(network: Network, pieces: Pieces) -> Objects:
    """Return the shape of every piece."""
    xy, edge = shapely.get_coordinates(network.lines, return_index=True)
    step = np.hypot(*np.diff(xy, axis=0, prepend=xy[:1]).T)
    along = np.cumsum(step)
    along -= along[np.searchsorted(edge, np.arange(len(network.lines)))][edge]  # from the start of each edge
    number = np.arange(pieces.first[-1]) - pieces.first[:-1][pieces.edge]
    low, high = number * pieces.width[pieces.edge], (number + 1) * pieces.width[pieces.edge]
    # The corners of a piece, its two ends first and last, in the order of where they are on the edge.
    within = np.minimum((along / pieces.width[edge]).astype(np.int64), np.diff(pieces.first)[edge] - 1)
    at = pieces.first[edge] + within
    inner = (along > low[at] + FINEST / 10) & (along < high[at] - FINEST / 10)
    piece = np.concatenate([np.arange(len(low)), at[inner], np.arange(len(low))])
    where = np.concatenate([low, along[inner], high])
    corners = np.vstack([_point_at(network, pieces.edge, low), xy[inner], _point_at(network, pieces.edge, high)])
    order = np.lexsort((where, piece))
    return np.asarray(shapely.linestrings(corners[order], indices=piece[order]), dtype=object)


def _point_at(network: Network, edge: Ints, distance: Floats) -> Floats:
    return shapely.get_coordinates(shapely.line_interpolate_point(network.lines[edge], distance))


def _nearest(parts: Objects, edges: Objects) -> Ints:
    """Return the line that each edge is a part of: the nearest to its middle."""
    middles = shapely.line_interpolate_point(edges, 0.5, normalized=True)
    return np.asarray(shapely.STRtree(parts).nearest(middles), dtype=np.int64)
