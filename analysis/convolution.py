"""Fast sums of kernels on a grid.

Points are spread over the nodes of a lattice by quartic B-splines, and the transform of the kernel is divided by that
of the spline, so that the spreading leaves no trace (error below 1e-6 of the peak of the Gaussian). The edges of the
other kernels are too sharp for that on a coarse lattice: there `analysis.scattering` sums them exactly, and a lattice
takes over only where that would take many seconds.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numba
import numpy as np
import scipy.fft
from numpy.typing import NDArray

from analysis.errors import GridTooLargeError
from analysis.grids import MOST_CELLS, Grid
from analysis.kernels import Kernel, evaluate, reach, transform
from analysis.scattering import (
    ONE,
    WORKERS,
    WeightedPoints,
    halve,
    reach_in_cells,
    scatter_points,
    scatter_squares,
    sum_parts,
)

Floats = NDArray[np.float64]

SPLINE: Final = 5  # the transform of a quartic B-spline is sinc to the fifth, that of a cell is sinc
STEPS: Final[dict[Kernel, float]] = {  # nodes per bandwidth at least: a point errs by 1e-6 of its own peak, ...
    "gaussian": 5.0,
    "quartic": 40.0,  # ... here by 1e-4, with the next two by 2e-3: their sums over many points by far less
    "epanechnikov": 80.0,
    "triangular": 80.0,
    "uniform": np.inf,  # its edge is a jump: only the exact sum will do
}
MARGIN: Final = 3  # cells around the grid, for the splines of points at its border
CLEARANCE: Final = 96  # nodes between the farthest pair and where a kernel that is wider than the grid is cut
SCATTER_COST: Final = 0.15  # nanoseconds for each cell around a point, and ...
FFT_COST: Final = 20.0  # ... for each node of the lattice: they only choose the faster of two right ways
PATIENCE: Final = 4e9  # nanoseconds that an exact sum of a kernel with an edge may take


@dataclass(frozen=True, kw_only=True)
class Lattice:
    """Nodes on the centres of a grid's cells, and between them where ``every`` is above 1; in metres.

    ``shape`` is that of the periodic arrays: large enough that no kernel wraps around into the grid.
    """

    left: float
    bottom: float
    step: float
    every: int
    rows: int
    columns: int
    shape: tuple[int, int]

    @property
    def raster(self) -> Grid:
        """The square cells around the nodes."""
        half = self.step / 2
        return Grid(
            shape="square",
            left=self.left - half,
            bottom=self.bottom - half,
            cell_size=self.step,
            rows=self.rows,
            columns=self.columns,
        )

    @property
    def clear(self) -> int:
        """Nodes beyond the grid before the next period begins."""
        return min(self.shape[0] - self.rows, self.shape[1] - self.columns)

    def empty(self) -> Floats:
        """Return an array of zeros for the nodes."""
        return np.zeros(self.shape)

    def at_cells(self, field: Floats, grid: Grid) -> Floats:
        """Return the values of a field at the cells of the grid that the lattice was laid over (flat)."""
        first = MARGIN * self.every
        rows, columns = (slice(first, first + n * self.every, self.every) for n in (grid.rows, grid.columns))
        return np.ascontiguousarray(field[rows, columns]).ravel()


def lay_lattice(grid: Grid, *, kernel: Kernel, bandwidth: float, steps: float | None = None) -> Lattice:
    """Lay a lattice over a square grid with at least ``steps`` nodes per bandwidth; raise GridTooLargeError."""
    every = count_steps(grid, bandwidth, steps=STEPS[kernel] if steps is None else steps)
    rows, columns = ((n + 2 * MARGIN) * every for n in (grid.rows, grid.columns))
    step = grid.cell_size / every
    pad = int(np.ceil(reach(kernel, bandwidth) / step)) + 4
    shape = [scipy.fft.next_fast_len(n + min(pad, n + CLEARANCE), real=True) for n in (rows, columns)]
    if rows * columns > MOST_CELLS:
        raise GridTooLargeError(needed=MOST_CELLS, found=rows * columns)
    start = (0.5 - MARGIN) * grid.cell_size
    return Lattice(
        left=grid.left + start,
        bottom=grid.bottom + start,
        step=step,
        every=every,
        rows=rows,
        columns=columns,
        shape=(shape[0], shape[1]),
    )


def count_nodes(grid: Grid, every: int) -> int:
    """Return how many nodes a lattice has that divides each cell into so many parts along each side."""
    return (grid.rows + 2 * MARGIN) * (grid.columns + 2 * MARGIN) * every**2


def count_steps(grid: Grid, bandwidth: float, *, steps: float) -> int:
    """Return into how many parts a cell must be divided for that many steps per bandwidth."""
    return max(1, int(np.ceil(steps * grid.cell_size / bandwidth - 1e-9)))


def smooth_points(x: Floats, y: Floats, weights: Floats, grid: Grid, *, kernel: Kernel, bandwidth: float) -> Floats:
    """Return the weighted sum of the points' kernels at the centre of each cell (flat), per square metre.

    The points (metres) lie within a cell of the grid at most. The error is below 1e-6 of the peak for the Gaussian and
    that of rounding for the others, unless an exact sum would take many seconds (`STEPS` says what is left then).
    """
    if _scatter_is_better(len(x), grid, kernel=kernel, bandwidth=bandwidth):
        return scatter_points(x, y, weights, grid, kernel=kernel, bandwidth=bandwidth)
    lattice = lay_lattice(grid, kernel=kernel, bandwidth=bandwidth)
    return _convolve((x, y, weights), grid, lattice, kernel, bandwidth)


def smooth_squares(x: Floats, y: Floats, weights: Floats, grid: Grid, *, kernel: Kernel, bandwidth: float) -> Floats:
    """Return the weighted sum of the squares of the points' kernels (per m⁴): with squared weights, the variance.

    The square of a Gaussian is a narrower one; the squares of the others are summed exactly.
    """
    if kernel != "gaussian":
        return scatter_squares(x, y, weights, grid, kernel=kernel, bandwidth=bandwidth)
    narrow = bandwidth / np.sqrt(2)
    if _scatter_is_better(len(x), grid, kernel=kernel, bandwidth=narrow):
        values = scatter_points(x, y, weights, grid, kernel=kernel, bandwidth=narrow)
    else:  # error below 1e-5 of the peak
        lattice = lay_lattice(grid, kernel=kernel, bandwidth=narrow, steps=STEPS[kernel] / np.sqrt(2))
        values = _convolve((x, y, weights), grid, lattice, kernel, narrow)
    return np.multiply(values, 1 / (4 * np.pi * bandwidth**2), out=values)


def _convolve(points: WeightedPoints, grid: Grid, lattice: Lattice, kernel: Kernel, bandwidth: float) -> Floats:
    field = filter_field(spread_points(*points, lattice), lattice, kernel=kernel, bandwidth=bandwidth)
    values = lattice.at_cells(field, grid)
    values *= 1 / lattice.step**2
    return np.maximum(values, 0.0, out=values)  # the error may fall below zero where nothing happened


def spread_points(x: Floats, y: Floats, weights: Floats, lattice: Lattice) -> Floats:
    """Spread weighted points over the nodes by quartic B-splines."""
    frame = np.array([lattice.left, lattice.bottom, 1 / lattice.step])

    def work(part: slice) -> Floats:
        out = lattice.empty()
        _spread(out, x[part], y[part], weights[part], frame)
        return out

    return sum_parts(work, len(x))


def filter_field(field: Floats, lattice: Lattice, *, kernel: Kernel, bandwidth: float, undo: int = SPLINE) -> Floats:
    """Convolve a field of the nodes with the kernel, undoing ``undo`` powers of sinc.

    Undo 5 after `spread_points`, 1 after a raster of shares of cells, and 5 more to get the coefficients that
    `sample_field` wants.
    """
    spectrum = scipy.fft.rfft2(field, workers=WORKERS)
    for factor in _list_factors(lattice, kernel=kernel, bandwidth=bandwidth, undo=undo):
        spectrum *= factor
    smooth: Floats = scipy.fft.irfft2(spectrum, s=lattice.shape, workers=WORKERS, overwrite_x=True)
    return smooth


def sample_field(coefficients: Floats, lattice: Lattice, x: Floats, y: Floats) -> Floats:
    """Return the spline of these coefficients at points (metres) within the lattice."""
    frame = np.array([lattice.left, lattice.bottom, 1 / lattice.step])

    def work(part: slice) -> Floats:
        return _sample(coefficients, x[part], y[part], frame)

    with ThreadPoolExecutor(WORKERS) as pool:
        return np.concatenate(list(pool.map(work, halve(len(x)))))


def _list_factors(lattice: Lattice, *, kernel: Kernel, bandwidth: float, undo: int) -> list[Floats]:
    """Return the transform of the kernel at the frequencies of the lattice, and what undoes the spreading."""
    up = 2 * np.pi * scipy.fft.fftfreq(lattice.shape[0])
    along = 2 * np.pi * scipy.fft.rfftfreq(lattice.shape[1])
    undo_up, undo_along = _undo(up, undo)[:, None], _undo(along, undo)
    if reach(kernel, bandwidth) > lattice.clear * lattice.step:  # it would wrap around: take it over the lattice only
        rows, columns = (np.minimum(np.arange(n), n - np.arange(n)) * lattice.step for n in lattice.shape)
        nearby = evaluate(kernel, rows[:, None] ** 2 + columns[None, :] ** 2, bandwidth) * lattice.step**2
        return [scipy.fft.rfft2(nearby, workers=WORKERS).real, undo_up, undo_along]
    up, along, none = up / lattice.step, along / lattice.step, np.zeros(1)
    if kernel == "gaussian":  # two passes over the spectrum instead of three
        return [
            transform(kernel, bandwidth, up, none) * undo_up,
            transform(kernel, bandwidth, none, along) * undo_along,
        ]
    return [transform(kernel, bandwidth, up, along), undo_up, undo_along]


def _undo(frequency: Floats, power: int) -> Floats:
    undone: Floats = np.sinc(frequency / (2 * np.pi)) ** -power
    return undone


def _scatter_is_better(n: int, grid: Grid, *, kernel: Kernel, bandwidth: float) -> bool:
    """Tell whether the exact sum is faster than a lattice, or exact where a lattice would not be and fast enough."""
    width = 2 * reach_in_cells(grid, kernel=kernel, bandwidth=bandwidth)
    scatter = SCATTER_COST * n * width**2 + (grid.rows + width) * (grid.columns + width)
    if kernel == "uniform" or (kernel != "gaussian" and scatter < PATIENCE):
        return True
    nodes = count_nodes(grid, count_steps(grid, bandwidth, steps=STEPS[kernel]))
    return nodes > MOST_CELLS or scatter < FFT_COST * nodes


@numba.njit(cache=True, nogil=True)
def _spline(t: float) -> tuple[float, float, float, float, float]:
    """Return the five quartic B-splines that are not zero at a place t in [-1/2, 1/2] from the nearest node."""
    before, after = 0.5 - t, 0.5 + t
    first, last = before**2 * before**2 / 24.0, after**2 * after**2 / 24.0
    middle = 115.0 / 192.0 - t * t * (5.0 / 8.0 - t * t / 4.0)
    both, difference = 1.0 - first - middle - last, t - 2.0 * (last - first)  # they sum to 1, their mean place is t
    return first, (both - difference) / 2.0, middle, (both + difference) / 2.0, last


@numba.njit(cache=True, nogil=True)
def _spread(out: Floats, x: Floats, y: Floats, weights: Floats, frame: Floats) -> None:
    left, bottom, scale = frame
    two = ONE + ONE
    for i in range(len(x)):
        u, v = (x[i] - left) * scale, (y[i] - bottom) * scale
        column, row = np.uint64(u + 0.5), np.uint64(v + 0.5)
        a, b, c, d, e = _spline(u - column)
        up = _spline(v - row)
        for k in range(5):
            line, weight = row - two + np.uint64(k), up[k] * weights[i]
            out[line, column - two] += weight * a
            out[line, column - ONE] += weight * b
            out[line, column] += weight * c
            out[line, column + ONE] += weight * d
            out[line, column + two] += weight * e


@numba.njit(cache=True, nogil=True)
def _sample(field: Floats, x: Floats, y: Floats, frame: Floats) -> Floats:
    left, bottom, scale = frame
    two = ONE + ONE
    values = np.empty(len(x))
    for i in range(len(x)):
        u, v = (x[i] - left) * scale, (y[i] - bottom) * scale
        column, row = np.uint64(u + 0.5), np.uint64(v + 0.5)
        a, b, c, d, e = _spline(u - column)
        up = _spline(v - row)
        total = 0.0
        for k in range(5):
            line = field[row - two + np.uint64(k)]
            left_part = line[column - two] * a + line[column - ONE] * b + line[column] * c
            total += up[k] * (left_part + line[column + ONE] * d + line[column + two] * e)
        values[i] = total
    return values
