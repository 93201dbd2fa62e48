"""Edge factors: how much of a kernel lies inside the window of observation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import correlate1d

from analysis.convolution import (
    SPLINE,
    Lattice,
    count_nodes,
    count_steps,
    filter_field,
    lay_lattice,
    sample_field,
    spread_points,
)
from analysis.grids import MOST_CELLS, Grid
from analysis.kernels import Kernel
from analysis.rasters import WHOLE, moments_inside, points_inside, share_inside
from analysis.scene import Region

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

STEPS: Final[dict[Kernel, float]] = {  # nodes per bandwidth: error of e below 1e-4
    "gaussian": 6.0,
    "quartic": 12.0,
    "epanechnikov": 16.0,
    "triangular": 16.0,
    "uniform": 40.0,
}
SQUARE: Final = np.array([1.0, 26.0, 66.0, 26.0, 1.0]) / 120  # a square spread by quartic B-splines is quintic
AT_NODES: Final = np.array([1.0, 76.0, 230.0, 76.0, 1.0]) / 384  # quartic B-splines at the nodes


@dataclass(frozen=True, kw_only=True, eq=False)
class EdgeField:
    """The factor e(u), the integral of the kernel around u over the window, ready to be asked anywhere on the grid.

    Attributes
    ----------
    cells
        e at the centre of each cell of the grid (flat), 0 to 1.
    share
        Share of each cell that lies inside the window (flat).
    """

    window: Region
    grid: Grid
    kernel: Kernel
    bandwidth: float
    cells: Floats
    share: Floats
    lattice: Lattice
    nodes_inside: Floats
    coefficients: Floats

    def at(self, x: Floats, y: Floats) -> Floats:
        """Return e at points (metres) on the grid."""
        return np.clip(sample_field(self.coefficients, self.lattice, x, y), 0.0, 1.0)

    def contains(self, x: Floats, y: Floats) -> Booleans:
        """Return which points (metres) lie in the window or on its boundary."""
        return points_inside(self.window, x, y, self.lattice.raster, self.nodes_inside)


def edge_field(
    window: Region, grid: Grid, *, kernel: Kernel, bandwidth: float, steps: float | None = None
) -> EdgeField:
    """Compute e(u) by convolving the window with the kernel (Diggle 1985; Jones 1993).

    The grid is square and covers the window. The field depends on window, grid, kernel and bandwidth alone: keep it.
    ``steps`` asks for fewer nodes per bandwidth, where a coarser factor will do.
    """
    steps = STEPS[kernel] if steps is None else steps
    while steps > 1 and count_nodes(grid, count_steps(grid, bandwidth, steps=steps)) > MOST_CELLS:
        steps /= 2  # a narrow kernel in a wide window: coarser factors rather than none
    lattice = lay_lattice(grid, kernel=kernel, bandwidth=bandwidth, steps=steps)
    share, along, upward = moments_inside(window, lattice.raster)
    field = _spread_window(share, along, upward, lattice)
    coefficients = filter_field(field, lattice, kernel=kernel, bandwidth=bandwidth, undo=2 * SPLINE)
    cells = coefficients
    for axis in (0, 1):
        cells = correlate1d(cells, AT_NODES, axis=axis, mode="wrap")
    return EdgeField(
        window=window,
        grid=grid,
        kernel=kernel,
        bandwidth=bandwidth,
        cells=np.clip(lattice.at_cells(cells, grid), 0.0, 1.0),
        share=lattice.at_cells(share.reshape(lattice.rows, lattice.columns), grid)
        if lattice.every == 1
        else share_inside(window, grid),
        lattice=lattice,
        nodes_inside=share,
        coefficients=coefficients,
    )


def _spread_window(share: Floats, along: Floats, upward: Floats, lattice: Lattice) -> Floats:
    """Spread the window over the nodes by quartic B-splines: whole cells as squares, cut cells at their centroids."""
    whole = share > 1 - WHOLE
    field = lattice.empty()
    squares = whole.astype(np.float64).reshape(lattice.rows, lattice.columns)
    for axis in (0, 1):
        squares = correlate1d(squares, SQUARE, axis=axis, mode="constant")
    field[: lattice.rows, : lattice.columns] = squares
    cut = np.flatnonzero(~whole & (share > WHOLE))
    offset = np.column_stack([along[cut], upward[cut]]) / share[cut, None]
    at = lattice.raster.centres(cut) + np.clip(offset, -0.5, 0.5) * lattice.step
    return field + spread_points(at[:, 0].copy(), at[:, 1].copy(), share[cut], lattice)
