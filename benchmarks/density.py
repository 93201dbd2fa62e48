"""Density beside its peers, in one run; prints a markdown table.

python -m benchmarks.density [--points 100000 1000000 10000000] [--repeats 5]

Clustered synthetic incidents with heavy tails and repeated addresses, 1200 x 900 cells of 50 m, sigma 300 m (radius
300 m for the kernels that have one). Warm medians; the errors are against the exact direct sum on a sample of cells. A
peer that would need more than five minutes, judged by its first cells, is not run.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

import numpy as np
import shapely
from KDEpy import FFTKDE
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from sklearn.neighbors import KernelDensity

from analysis.convolution import smooth_points
from analysis.edges import edge_field
from analysis.grids import Grid
from analysis.kernels import KERNELS, Kernel, direct_density
from analysis.smoothing import smooth_within

Floats = NDArray[np.float64]
GRID = Grid(shape="square", left=0.0, bottom=0.0, cell_size=50.0, rows=1200, columns=900)
KDEPY_CELLS = GRID.centres().reshape(GRID.rows, GRID.columns, 2).transpose(1, 0, 2).reshape(-1, 2)  # x varies slowest
COAST = [(200, 9_000), (20_000, 300), (44_800, 14_000), (44_000, 59_800), (3_000, 58_000)]
WINDOW = shapely.Polygon(COAST).difference(shapely.Point(24_000, 30_000).buffer(4_000))
BANDWIDTH = 300.0
KDEPY_KERNELS: dict[Kernel, tuple[str, float]] = {  # its name, and its squared radius where its deviation is 1
    "gaussian": ("gaussian", 1),
    "quartic": ("biweight", 7),
    "epanechnikov": ("epa", 5),
    "triangular": ("tri", 6),
    "uniform": ("box", 3),
}
LIMIT = 300.0  # seconds
SAMPLE = 300  # cells of the exact sum, half of them where the density is high
MANY = 5_000_000  # points from which fewer cells are summed exactly
FIRST = 200  # cells by which a slow peer is judged


@dataclass(frozen=True)
class Row:
    name: str
    kernel: Kernel
    run: Callable[[Floats], Floats]
    exact: bool = True  # estimates the plain sum, so its error can be told


def make_points(n: int, *, seed: int = 7) -> Floats:
    """Return incidents around 200 centres of very unequal weight, a third of them at repeated addresses."""
    rng = np.random.default_rng(seed)
    centres = rng.uniform((4_000, 16_000), (41_000, 55_000), (200, 2))
    spread = rng.lognormal(6.3, 0.6, 200)
    of = rng.choice(200, n, p=rng.dirichlet(np.full(200, 0.3)))
    xy = centres[of] + rng.standard_t(3, (n, 2)) * spread[of, None]
    repeated = np.flatnonzero(rng.random(n) < 1 / 3)
    xy[repeated] = xy[rng.integers(0, max(1, n // 50), len(repeated))]
    outside = ((xy < 400) | (xy > (44_600, 59_600))).any(axis=1)
    xy[outside] = centres[of[outside]]
    return xy


def sum_ours(xy: Floats, kernel: Kernel) -> Floats:
    x, y = np.ascontiguousarray(xy.T)
    return smooth_points(x, y, np.ones(len(x)), GRID, kernel=kernel, bandwidth=BANDWIDTH)


def sum_kdepy(xy: Floats, kernel: Kernel) -> Floats:
    """Its bandwidth is a standard deviation on a line: the radius over the root of seven for the biweight."""
    name, variance = KDEPY_KERNELS[kernel]
    values = FFTKDE(kernel=name, bw=BANDWIDTH / np.sqrt(variance), norm=2).fit(xy).evaluate(KDEPY_CELLS)
    return np.asarray(values).reshape(GRID.columns, GRID.rows).T.ravel() * len(xy)


def sum_ndimage(xy: Floats) -> Floats:
    shape, extent = (GRID.rows, GRID.columns), ((0, 60_000), (0, 45_000))
    counts, _, _ = np.histogram2d(xy[:, 1], xy[:, 0], bins=shape, range=extent)
    smooth: Floats = gaussian_filter(counts, BANDWIDTH / GRID.cell_size, mode="constant") / GRID.cell_area
    return smooth.ravel()


def sum_sklearn(xy: Floats) -> Floats | None:
    """Sum by a ball tree with a relative tolerance of 1e-4; None where it would need more than five minutes."""
    tree, at = KernelDensity(bandwidth=BANDWIDTH, rtol=1e-4).fit(xy), GRID.centres()
    first = np.random.default_rng(1).choice(GRID.n, FIRST, replace=False)
    start = time.perf_counter()
    tree.score_samples(at[first])
    if (time.perf_counter() - start) * GRID.n / FIRST > LIMIT:
        return None
    values: Floats = np.exp(tree.score_samples(at)) * len(xy)
    return values


def list_rows() -> list[Row]:
    """List what is measured; our corrected estimates keep mass in a window, so they answer another question."""
    edge = edge_field(WINDOW, GRID, kernel="gaussian", bandwidth=BANDWIDTH)
    return [
        Row("ours, Gaussian", "gaussian", lambda xy: sum_ours(xy, "gaussian")),
        Row("KDEpy FFTKDE, Gaussian", "gaussian", lambda xy: sum_kdepy(xy, "gaussian")),
        Row("histogram2d + ndimage, Gaussian", "gaussian", sum_ndimage),
        Row(
            "ours, Gaussian, Jones-Diggle, window known",
            "gaussian",
            lambda xy: smooth_within(xy, edge).values,
            exact=False,
        ),
        Row(
            "ours, Gaussian, Jones-Diggle, all",
            "gaussian",
            lambda xy: smooth_within(xy, edge_field(WINDOW, GRID, kernel="gaussian", bandwidth=BANDWIDTH)).values,
            exact=False,
        ),
        *(row for kernel in KERNELS[1:] for row in _list_pair(kernel)),
    ]


def _list_pair(kernel: Kernel) -> list[Row]:
    return [
        Row(f"ours, {kernel}", kernel, lambda xy: sum_ours(xy, kernel)),
        Row(f"KDEpy FFTKDE, {kernel}", kernel, lambda xy: sum_kdepy(xy, kernel)),
    ]


def sample_cells(field: Floats, n: int) -> NDArray[np.int64]:
    rng = np.random.default_rng(3)
    high, part = np.argsort(field)[-2_000:], SAMPLE // 2 if n < MANY else SAMPLE // 10
    some = [rng.integers(0, GRID.n, part), rng.choice(high, part, replace=False), high[-1:]]
    return np.unique(np.concatenate(some))


def measure(run: Callable[[Floats], Floats | None], xy: Floats, *, repeats: int) -> tuple[float, Floats | None]:
    """Return the median of the warm runs and the last answer."""
    times, values = [], run(xy)
    for _ in range(repeats if values is not None else 0):
        start = time.perf_counter()
        values = run(xy)
        times.append(time.perf_counter() - start)
    return (median(times) if times else np.nan), values


def tell(name: str, n: int, seconds: float, error: float | None, ratio: float) -> None:
    """Print one line of the table."""
    took = "no run" if np.isnan(seconds) else f"{seconds * 1e3:,.1f} ms"
    times = "" if np.isnan(ratio) else f"{ratio:.1f}"
    print(f"| {name} | {n:,} | {took} | {times} | {'' if error is None else f'{error:.1e}'} |", flush=True)


def compare(n: int, rows: list[Row], *, repeats: int) -> None:
    """Measure all rows at one size; the ratio is to our plain sum with the same kernel."""
    xy = make_points(n)
    base: dict[Kernel, float] = {}
    sampled: dict[Kernel, tuple[NDArray[np.int64], Floats]] = {}
    for row in rows:
        seconds, values = measure(row.run, xy, repeats=repeats)
        assert values is not None
        if row.kernel not in sampled:
            cells = sample_cells(values, n)
            exact = direct_density(GRID.centres(cells), xy, bandwidth=BANDWIDTH, kernel=row.kernel)
            sampled[row.kernel], base[row.kernel] = (cells, exact), seconds
        cells, exact = sampled[row.kernel]
        error = float(np.abs(values[cells] - exact).max() / exact.max()) if row.exact else None
        tell(row.name, n, seconds, error, seconds / base[row.kernel])
    start = time.perf_counter()
    values = sum_sklearn(xy)
    seconds = time.perf_counter() - start if values is not None else np.nan
    cells, exact = sampled["gaussian"]
    error = None if values is None else float(np.abs(values[cells] - exact).max() / exact.max())
    tell("scikit-learn, rtol 1e-4 (once)", n, seconds, error, seconds / base["gaussian"])


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--points", type=int, nargs="+", default=[100_000, 1_000_000, 10_000_000])
    reader.add_argument("--repeats", type=int, default=5)
    options = reader.parse_args()
    rows = list_rows()
    print("| method | points | time | times ours | error / peak |\n|---|--:|--:|--:|--:|")
    for n in options.points:
        compare(n, rows, repeats=options.repeats)


if __name__ == "__main__":
    main()
