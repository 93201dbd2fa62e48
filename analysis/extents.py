"""How far things reach: the ground of a surface, the uncertainty of points, the widest cell that shows a kernel."""

from __future__ import annotations

from typing import Final

import numpy as np

from analysis.errors import NotEnoughDataError
from analysis.kernels import Kernel, convert_bandwidth
from analysis.scene import Points, Region

CELLS_PER_RADIUS: Final = 5.0  # a quartic radius, or sqrt(8) sigma, spans five cells or more


def bounds_of(window: Region) -> tuple[float, float, float, float]:
    """Return left, bottom, right and top; raise NotEnoughDataError where the window is empty."""
    if window.is_empty:
        raise NotEnoughDataError(needed=1, found=0)
    left, bottom, right, top = window.bounds
    return left, bottom, right, top


def median_radius(*groups: Points) -> float:
    """Return the median radius of uncertainty of all points (metres), 0 where none is known."""
    radius = np.concatenate([points.radius for points in groups])
    known = radius[np.isfinite(radius)]
    return float(np.median(known)) if len(known) else 0.0


def widest_cell(kernel: Kernel, bandwidth: float) -> float:
    """Return the widest cell (metres) on which a kernel can still be seen."""
    return round(convert_bandwidth(bandwidth, source=kernel, target="quartic") / CELLS_PER_RADIUS, 3)
