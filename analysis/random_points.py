"""Points at random inside a region: alike everywhere, or as dense as a smooth surface says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from analysis.grids import Grid
from analysis.rasters import share_inside
from analysis.scene import Region

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ACROSS: Final = 200  # cells along the longer side of a region
LEAST_SHARE: Final = 1e-6  # of a cell inside: less is left out, to draw there would take for ever
WHOLE: Final = 1 - 1e-9


@dataclass(frozen=True, kw_only=True, eq=False)
class Ground:
    """Cells that cover a region, and how probable each is.

    Attributes
    ----------
    cells
        Flat index of each cell with ground (n,).
    whole
        Whether all of the cell lies inside (n,).
    cumulative
        Running sum of the cells' probabilities (n,); within a cell all ground is alike.
    """

    region: Region
    grid: Grid
    cells: Ints
    whole: NDArray[np.bool_]
    cumulative: Floats

    def draw(self, n: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
        """Draw n points inside the region, independent of each other: x and y (metres)."""
        chosen = np.minimum(np.searchsorted(self.cumulative, rng.random(n)), len(self.cells) - 1)
        corners = self.grid.centres(self.cells[chosen]) - self.grid.cell_size / 2
        points = corners + rng.random((n, 2)) * self.grid.cell_size
        open_ones = np.flatnonzero(~self.whole[chosen])
        while len(open_ones):  # those beyond the outline are drawn again in their cell
            open_ones = open_ones[~shapely.contains_xy(self.region, points[open_ones])]
            points[open_ones] = corners[open_ones] + rng.random((len(open_ones), 2)) * self.grid.cell_size
        return np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1])


def even_ground(region: Region) -> Ground:
    """Return the ground of complete spatial randomness: all of the region alike."""
    grid, share = _cover(region)
    return _weigh(region, grid, share, share)


def smooth_ground(region: Region, x: Floats, y: Floats, bandwidth: float) -> Ground:
    """Return the ground on which points are as dense as these are on the average around (Gaussian, metres)."""
    grid, share = _cover(region)
    sigma = bandwidth / grid.cell_size
    shape = (grid.rows, grid.columns)
    counts = gaussian_filter(grid.count(x, y).reshape(shape).astype(np.float64), sigma, mode="constant")
    around = gaussian_filter(share.reshape(shape), sigma, mode="constant")  # of the kernel, how much lies inside
    intensity = counts / np.where(around > 0, around, np.inf)
    return _weigh(region, grid, share, share * intensity.ravel())


def _cover(region: Region) -> tuple[Grid, Floats]:
    left, bottom, right, top = shapely.bounds(region)
    size = max(right - left, top - bottom) / ACROSS
    rows, columns = int((top - bottom) // size) + 1, int((right - left) // size) + 1
    grid = Grid(shape="square", left=left, bottom=bottom, cell_size=size, rows=rows, columns=columns)
    return grid, share_inside(region, grid)


def _weigh(region: Region, grid: Grid, share: Floats, weights: Floats) -> Ground:
    shapely.prepare(region)
    cells = np.flatnonzero((share > LEAST_SHARE) & (weights > 0))
    running = np.cumsum(weights[cells])
    return Ground(region=region, grid=grid, cells=cells, whole=share[cells] >= WHOLE, cumulative=running / running[-1])
