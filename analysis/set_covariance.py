"""Set covariance: how much of a region still covers itself when it is shifted, for the translation edge correction.

Ohser (1983), Mathematische Operationsforschung und Statistik, series statistics 14:63-71.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numba
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.signal import fftconvolve

from analysis.grids import Grid
from analysis.rasters import share_inside
from analysis.scene import Region

Floats = NDArray[np.float64]

MOST_CELLS: Final = 1_000_000  # of the picture of the region
FINEST: Final = 50  # cells in the farthest shift
LEAST_SHARE: Final = 0.01  # of the region, left of it when it is shifted


@dataclass(frozen=True, kw_only=True, eq=False)
class SetCovariance:
    """The area that a region shares with itself shifted by (dx, dy), square metres, read between its cells.

    Attributes
    ----------
    values
        By shift: rows from -k to k cells upwards, columns likewise to the right (2k + 1, 2k + 1).
    step
        Width of a cell (metres).
    """

    values: Floats
    step: float

    def at(self, dx: Floats, dy: Floats) -> Floats:
        """Return the shared area for each shift (metres)."""
        found = np.empty(len(dx))
        for i in range(len(dx)):
            found[i] = covariance_at(self.values, self.step, dx[i], dy[i])
        return found


def set_covariance(region: Region, farthest: float) -> SetCovariance:
    """Compute the set covariance of a region for all shifts up to ``farthest`` (metres).

    A rectangle's is exact: it is linear between cells. That of others comes from a picture of the region whose cells
    hold their share of it; how far it is from exact is in the handbook (ripley).
    """
    left, bottom, right, top = shapely.bounds(region)
    width, height = right - left, top - bottom
    if farthest <= min(width, height) and np.isclose(shapely.area(region), width * height, rtol=1e-12):
        # The product of two slopes is read exactly between two values along each axis.
        ends = np.array([-1.0, 0.0, 1.0]) * farthest
        across, up = np.maximum(width - np.abs(ends), 0), np.maximum(height - np.abs(ends), 0)
        return SetCovariance(values=np.outer(up, across), step=farthest)
    step = max(farthest / FINEST, float(np.sqrt(width * height / MOST_CELLS)))
    reach = int(np.ceil(farthest / step))
    grid = Grid(
        shape="square",
        left=left,
        bottom=bottom,
        cell_size=step,
        rows=int(height // step) + 1,
        columns=int(width // step) + 1,
    )
    share = share_inside(region, grid).reshape(grid.rows, grid.columns)
    room = ((reach, reach), (reach, reach))
    values = fftconvolve(np.pad(share, room), share[::-1, ::-1], mode="valid") * step**2
    values[reach, reach] = shapely.area(region)  # the picture blunts the peak, and only that
    least = LEAST_SHARE * float(shapely.area(region))  # no pair weighs more than a hundred
    return SetCovariance(values=np.ascontiguousarray(np.maximum(values, least)), step=step)


@numba.njit(cache=True, nogil=True)
def covariance_at(values: Floats, step: float, dx: float, dy: float) -> float:
    """Return the shared area for one shift, linear between the four values around it."""
    middle = (len(values) - 1) / 2
    u = min(max(dx / step + middle, 0.0), 2 * middle)
    v = min(max(dy / step + middle, 0.0), 2 * middle)
    column, row = min(int(u), len(values) - 2), min(int(v), len(values) - 2)
    across, up = u - column, v - row
    low = values[row, column] * (1 - across) + values[row, column + 1] * across
    high = values[row + 1, column] * (1 - across) + values[row + 1, column + 1] * across
    return float(low * (1 - up) + high * up)
