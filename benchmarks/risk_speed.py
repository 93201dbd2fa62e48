"""One random relabelling of the relative risk, beside binning and `scipy.ndimage.gaussian_filter`, in one run.

python -m benchmarks.risk_speed
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import shapely
from scipy.ndimage import gaussian_filter

from analysis.grids import grid_over
from analysis.rasters import centres_inside
from analysis.risk_surface import RiskGround, lay_risk_ground, relabel

SIDE, SIGMA, CELL = 40_000.0, 500.0, 125.0  # metres
RUNS = 20


def time_of(work: Callable[[], object], times: int = 3) -> float:
    """Return the least time of some (seconds)."""
    best = np.inf
    for _ in range(times):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return float(best)


def bin_and_filter(xy: np.ndarray, n: int, ground: RiskGround) -> None:
    """Relabel the plain way: points to cells, a Gaussian over the cells; no edge factor, no ratio, no rank."""
    rng, grid = np.random.default_rng(1), ground.grid
    for _ in range(RUNS):
        chosen = xy[rng.choice(len(xy), n, replace=False, shuffle=False)]
        counts = np.bincount(grid.locate(*chosen.T), minlength=grid.n).astype(float)
        gaussian_filter(counts.reshape(grid.rows, grid.columns), SIGMA / CELL, truncate=6.5)


def main() -> None:
    """Print a table: milliseconds of one relabelling."""
    window = shapely.box(0, 0, SIDE, SIDE)
    grid = grid_over(window.bounds, cell_size=CELL)
    ground = lay_risk_ground(window, grid, np.flatnonzero(centres_inside(window, grid)), SIGMA)
    shown = np.ones(len(ground.cells), dtype=bool)
    print(f"{len(ground.cells):,} cells of {CELL:.0f} m, sigma {SIGMA:.0f} m; milliseconds of one relabelling\n")
    print("| points | relabel | bin and filter | ratio |\n|---:|---:|---:|---:|")
    for n in (2_000, 20_000, 200_000):
        xy = np.random.default_rng(n).uniform(0, SIDE, (2 * n, 2))

        def ours(xy: np.ndarray = xy, n: int = n) -> None:
            relabel(xy, n, shown, ground, runs=RUNS, rng=np.random.default_rng(1))

        ours()
        mine, plain = (1000 * time_of(work) / RUNS for work in (ours, lambda xy=xy, n=n: bin_and_filter(xy, n, ground)))
        print(f"| {2 * n:,} | {mine:.1f} | {plain:.1f} | {plain / mine:.2f} |")


if __name__ == "__main__":
    main()
