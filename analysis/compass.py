"""In which part of an area something lies, in words: so that two nameless places can be told apart."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from analysis.grids import Floats, Ints
from analysis.scene import NO_AREA

DIRECTIONS: Final = ("east", "northeast", "north", "northwest", "west", "southwest", "south", "southeast")
CENTRE: Final = "centre"
CLOSE: Final = 0.25  # of the radius of a disc as large as the area: nearer to its middle is no direction


def find_directions(xy: Floats, areas: gpd.GeoDataFrame, area: Ints) -> NDArray[np.object_]:
    """Return for each position (n, 2) where it lies in its area, seen from a point well inside the area.

    Parameters
    ----------
    area
        Position in ``areas`` of the area of each, -1 for none (n,).

    Returns
    -------
    NDArray[np.object_]
        ``north``, ``northeast``, ..., ``centre``; empty without an area.
    """
    found = np.full(len(xy), "", dtype=object)
    known = np.flatnonzero(area != NO_AREA)
    if len(known) == 0:
        return found
    outlines = areas.geometry.to_numpy()[area[known]]
    step = xy[known] - shapely.get_coordinates(shapely.point_on_surface(outlines))
    eighth = np.rint(np.arctan2(step[:, 1], step[:, 0]) / (np.pi / 4)).astype(np.int64) % len(DIRECTIONS)
    close = np.hypot(step[:, 0], step[:, 1]) <= CLOSE * np.sqrt(shapely.area(outlines) / np.pi)
    found[known] = np.where(close, CENTRE, np.array(DIRECTIONS, dtype=object)[eighth])
    return found
