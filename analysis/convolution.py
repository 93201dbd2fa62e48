"""Fast sums of kernels on a grid.

Points are spread over the nodes of a lattice by cubic B-splines, and the transform of the kernel is divided by that of
the spline, so that the spreading leaves no trace (error 4e-6 of the peak where sigma is six cells). The edge of the
quartic kernel is too sharp for that on a coarse lattice: there each point is summed into the cells that it reaches.
"""

from __future__ import annotations

from collections.abc import Callable
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

Floats = NDArray[np.float64]

WORKERS: Final = 2
MANY: Final = 50_000  # points from which a second thread pays
SPLINE: Final = 4  # the transform of a cubic B-spline is sinc to the fourth, that of a cell is sinc
STEPS: Final[dict[Kernel, float]] = {"gaussian": 4.0, "quartic": 40.0}  # per bandwidth: error below 1e-4 of the peak
MARGIN: Final = 3  # cells around the grid, for the splines of points at its border
SCATTER_COST: Final = 0.25  # nanoseconds for each cell around a point, and ...
FFT_COST: Final = 20.0  # ... for each node of the lattice: they only choose the faster of two right ways


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
    shape = [scipy.fft.next_fast_len(n + min(pad, n + MARGIN), real=True) for n in (rows, columns)]
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


def count_steps(grid: Grid, bandwidth: float, *, steps: float) -> int:
    """Return into how many parts a cell must be divided for that many steps per bandwidth."""
    return max(1, int(np.ceil(steps * grid.cell_size / bandwidth - 1e-9)))


def smooth_points(x: Floats, y: Floats, weights: Floats, grid: Grid, *, kernel: Kernel, bandwidth: float) -> Floats:
    """Return the weighted sum of the points' kernels at the centre of each cell (flat), per square metre.

    The points (metres) lie within a cell of the grid at most; the error is below 1e-4 of the peak.
    """
    if kernel == "quartic" and _scatter_is_faster(len(x), grid, bandwidth):
        return scatter_quartic(x, y, weights, grid, radius=bandwidth)
    lattice = lay_lattice(grid, kernel=kernel, bandwidth=bandwidth)
    field = filter_field(spread_points(x, y, weights, lattice), lattice, kernel=kernel, bandwidth=bandwidth)
    values = lattice.at_cells(field, grid)
    values *= 1 / lattice.step**2
    return np.maximum(values, 0.0, out=values)  # the error may fall below zero where nothing happened


def scatter_quartic(x: Floats, y: Floats, weights: Floats, grid: Grid, *, radius: float) -> Floats:
    """Return the exact weighted sum of quartic kernels at the centre of each cell (flat), per square metre."""
    border = _border(grid, radius)
    rows, columns = grid.rows + 2 * border, grid.columns + 2 * border
    start, scale = (border - 0.5) * grid.cell_size, 1 / grid.cell_size
    frame = np.array([grid.left - start, grid.bottom - start, scale, radius * scale])

    def work(part: slice) -> Floats:
        cells = np.zeros(rows * columns)
        _scatter_quartic(cells, columns, (x[part], y[part], weights[part]), frame)
        return cells

    cells = _sum_parts(work, len(x)).reshape(rows, columns)[border : border + grid.rows, border : border + grid.columns]
    values: Floats = cells.ravel() * (3 / (np.pi * radius**2))
    return values


def _border(grid: Grid, radius: float) -> int:
    """Return how many cells around the grid the kernel of a point at its border reaches."""
    return int(np.ceil(radius / grid.cell_size)) + 5


def spread_points(x: Floats, y: Floats, weights: Floats, lattice: Lattice) -> Floats:
    """Spread weighted points over the nodes by cubic B-splines."""
    frame = np.array([lattice.left, lattice.bottom, 1 / lattice.step])

    def work(part: slice) -> Floats:
        out = lattice.empty()
        _spread(out, x[part], y[part], weights[part], frame)
        return out

    return _sum_parts(work, len(x))


def filter_field(field: Floats, lattice: Lattice, *, kernel: Kernel, bandwidth: float, undo: int = SPLINE) -> Floats:
    """Convolve a field of the nodes with the kernel, undoing ``undo`` powers of sinc.

    Undo 4 after `spread_points`, 1 after a raster of shares of cells, and 4 more to get the coefficients that
    `sample_field` wants.
    """
    spectrum = scipy.fft.rfft2(field, workers=WORKERS)
    up = 2 * np.pi * scipy.fft.fftfreq(lattice.shape[0])
    along = 2 * np.pi * scipy.fft.rfftfreq(lattice.shape[1])
    for response in _responses(lattice, up / lattice.step, along / lattice.step, kernel=kernel, bandwidth=bandwidth):
        spectrum *= response
    spectrum *= _undo(up, undo)[:, None]
    spectrum *= _undo(along, undo)
    smooth: Floats = scipy.fft.irfft2(spectrum, s=lattice.shape, workers=WORKERS, overwrite_x=True)
    return smooth


def sample_field(coefficients: Floats, lattice: Lattice, x: Floats, y: Floats) -> Floats:
    """Return the spline of these coefficients at points (metres) within the lattice."""
    frame = np.array([lattice.left, lattice.bottom, 1 / lattice.step])

    def work(part: slice) -> Floats:
        return _sample(coefficients, x[part], y[part], frame)

    with ThreadPoolExecutor(WORKERS) as pool:
        return np.concatenate(list(pool.map(work, _halves(len(x)))))


def _responses(lattice: Lattice, up: Floats, along: Floats, *, kernel: Kernel, bandwidth: float) -> tuple[Floats, ...]:
    """Return the transform of the kernel at the frequencies of the lattice, as factors."""
    if reach(kernel, bandwidth) > lattice.clear * lattice.step:  # it would wrap around: take it over the lattice only
        rows, columns = (np.minimum(np.arange(n), n - np.arange(n)) * lattice.step for n in lattice.shape)
        nearby = evaluate(kernel, rows[:, None] ** 2 + columns[None, :] ** 2, bandwidth) * lattice.step**2
        return (scipy.fft.rfft2(nearby, workers=WORKERS).real,)
    if kernel == "gaussian":
        none = np.zeros(1)
        return transform(kernel, bandwidth, up, none), transform(kernel, bandwidth, none, along)
    return (transform(kernel, bandwidth, up, along),)


def _undo(frequency: Floats, power: int) -> Floats:
    undone: Floats = np.sinc(frequency / (2 * np.pi)) ** -power
    return undone


def _scatter_is_faster(n: int, grid: Grid, radius: float) -> bool:
    width = 2 * _border(grid, radius)
    scatter = SCATTER_COST * n * width**2 + (grid.rows + width) * (grid.columns + width)
    return scatter < FFT_COST * grid.n * count_steps(grid, radius, steps=STEPS["quartic"]) ** 2


def _halves(n: int) -> list[slice]:
    """Return the parts that the threads take; the same for the same n, so that sums repeat to the last digit."""
    return [slice(0, n // 2), slice(n // 2, n)] if n > MANY else [slice(0, n)]


def _sum_parts(work: Callable[[slice], Floats], n: int) -> Floats:
    with ThreadPoolExecutor(WORKERS) as pool:
        first, *others = pool.map(work, _halves(n))
    for other in others:
        first += other
    return first


@numba.njit(cache=True, nogil=True)
def _spline(t: float) -> tuple[float, float, float, float]:
    """Return the four cubic B-splines that are not zero at a place t in [0, 1) between two nodes."""
    s = 1.0 - t
    first, last = s * s * s / 6.0, t * t * t / 6.0
    second = 2.0 / 3.0 - t * t * (2.0 - t) / 2.0
    return first, second, 1.0 - first - second - last, last


@numba.njit(cache=True, nogil=True)
def _spread(out: Floats, x: Floats, y: Floats, weights: Floats, frame: Floats) -> None:
    left, bottom, scale = frame
    for i in range(len(x)):
        u, v = (x[i] - left) * scale, (y[i] - bottom) * scale
        column, row = int(u), int(v)
        a, b, c, d = _spline(u - column)
        up = _spline(v - row)
        for k in range(4):
            line, weight = out[row - 1 + k], up[k] * weights[i]
            line[column - 1] += weight * a
            line[column] += weight * b
            line[column + 1] += weight * c
            line[column + 2] += weight * d


@numba.njit(cache=True, nogil=True)
def _sample(field: Floats, x: Floats, y: Floats, frame: Floats) -> Floats:
    left, bottom, scale = frame
    values = np.empty(len(x))
    for i in range(len(x)):
        u, v = (x[i] - left) * scale, (y[i] - bottom) * scale
        column, row = int(u), int(v)
        a, b, c, d = _spline(u - column)
        up = _spline(v - row)
        total = 0.0
        for k in range(4):
            line = field[row - 1 + k]
            total += up[k] * (line[column - 1] * a + line[column] * b + line[column + 1] * c + line[column + 2] * d)
        values[i] = total
    return values


@numba.njit(cache=True, nogil=True, fastmath={"nnan", "nsz"})  # so that maxima become vector instructions
def _scatter_quartic(cells: Floats, columns: int, points: tuple[Floats, Floats, Floats], frame: Floats) -> None:
    """Add each point's kernel to the squares around it, four columns at a time; the border takes what falls outside."""
    x, y, weights = points
    left, bottom, scale, radius = frame
    flatness, side = 1.0 / (radius * radius), int(np.ceil(radius))
    across = np.empty((2 * side + 3) // 4 * 4)
    for i in range(len(x)):
        u, v, weight = (x[i] - left) * scale, (y[i] - bottom) * scale, weights[i]
        first, lowest = int(np.floor(u)) - side + 1, int(np.floor(v)) - side + 1
        for k in range(len(across)):
            across[k] = (first + k - u) ** 2 * flatness
        for row in range(lowest, lowest + 2 * side):
            rest = 1.0 - (row - v) ** 2 * flatness
            start = row * columns + first
            for k in range(0, len(across), 4):
                a, b = max(rest - across[k], 0.0), max(rest - across[k + 1], 0.0)
                c, d = max(rest - across[k + 2], 0.0), max(rest - across[k + 3], 0.0)
                cells[start + k] += weight * a * a
                cells[start + k + 1] += weight * b * b
                cells[start + k + 2] += weight * c * c
                cells[start + k + 3] += weight * d * d
