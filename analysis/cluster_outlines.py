"""Outlines of clusters: convex hulls and standard deviational ellipses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from analysis.grids import Floats, Ints

FLAT: Final = 15.0  # metres around a hull without area: points on one spot or on a line
CORNERS: Final = 64


@dataclass(frozen=True, kw_only=True)
class Ellipse:
    """Standard deviational ellipse: middle, half axes in metres, and the direction of the longer in degrees.

    The direction is counted clockwise from north, 0 to 180.
    """

    x: float
    y: float
    major: float
    minor: float
    direction: float

    def polygon(self) -> shapely.Polygon:
        """Return its outline; an axis shorter than what can be seen is drawn so wide."""
        turn = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
        along, across = np.fmax(self.major, FLAT) * np.cos(turn), np.fmax(self.minor, FLAT) * np.sin(turn)
        east, north = np.sin(np.radians(self.direction)), np.cos(np.radians(self.direction))
        return shapely.Polygon(
            np.column_stack([self.x + along * east + across * north, self.y + along * north - across * east])
        )


def deviational_ellipse(x: Floats, y: Floats) -> Ellipse:
    """Return the ellipse whose half axes are sqrt(2 S / (n - 2)), S the sum of squares along each axis.

    That is CrimeStat's, with sqrt(2) and n - 2: of a bivariate normal distribution it holds about 63 %. Without sqrt(2)
    and with n, as the first textbooks had it, it would hold 39 %. Half axes are NaN for fewer than three points.
    """
    middle = (float(np.mean(x)), float(np.mean(y)))
    apart = np.column_stack([x - middle[0], y - middle[1]])
    squares, axes = np.linalg.eigh(apart.T @ apart)  # ascending
    lengths = np.sqrt(2 * np.maximum(squares, 0.0) / (len(x) - 2)) if len(x) > 2 else np.full(2, np.nan)
    direction = float(np.degrees(np.arctan2(axes[0, 1], axes[1, 1])) % 180)
    return Ellipse(x=middle[0], y=middle[1], major=float(lengths[1]), minor=float(lengths[0]), direction=direction)


def members_of(labels: Ints) -> list[Ints]:
    """List the points of the clusters 0, 1, 2 ...; negative labels are in none."""
    order = np.argsort(labels, kind="stable")
    order = order[labels[order] >= 0]
    return np.split(order, np.flatnonzero(np.diff(labels[order])) + 1) if len(order) else []


def convex_hull(x: Floats, y: Floats) -> shapely.Geometry:
    """Return the convex hull of points: a line or a point where they have no area."""
    hull: shapely.Geometry = shapely.MultiPoint(np.column_stack([x, y])).convex_hull
    return hull


def make_visible(hull: shapely.Geometry) -> shapely.Geometry:
    """Return a hull that can be seen: a band of 15 m around what has no area."""
    return hull if shapely.area(hull) > 0 else shapely.buffer(hull, FLAT)
