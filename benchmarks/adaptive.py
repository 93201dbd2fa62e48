"""Adaptive density beside spatstat and an exact sum per point, in one run; prints a markdown table.

python -m benchmarks.adaptive [--points 10000 100000 1000000] [--repeats 3]

The points of the benchmark `density`, 1200 x 900 cells of 50 m, Abramson's widths around 300 m. spatstat's
`densityAdaptiveKernel` with 16 groups runs once where R has it (`apt-get install r-cran-spatstat.explore`); without R
its row says so. The error is against the exact sum, where the density is above a thousandth of its peak.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
from pathlib import Path
from shutil import which

import numpy as np
import shapely

from analysis.adaptive import abramson_widths, adaptive_field
from analysis.adaptive_sums import scatter_adaptive, sum_by_class
from analysis.edges import edge_field
from analysis.intensities import intensity_at_points
from benchmarks.density import GRID, Floats, make_points, measure

BANDWIDTH = 300.0
BOX = shapely.box(0, 0, 45_000, 60_000)
MOST_OF_R = 100_000  # points; it takes minutes for more
R_PROGRAM = """
suppressMessages(library(spatstat.explore))
xy <- read.csv(commandArgs(TRUE)[1])
X <- ppp(xy$x, xy$y, window = owin(c(0, 45000), c(0, 60000)), check = FALSE)
pilot <- density(X, sigma = {bandwidth}, at = "points", leaveoneout = FALSE, edge = FALSE)
bw <- bw.abram(X, h0 = {bandwidth}, at = "points", hp = {bandwidth}, trim = 5)
started <- proc.time()[["elapsed"]]
D <- densityAdaptiveKernel(X, bw = bw, ngroups = 16, dimyx = c(1200, 900), edge = FALSE)
cat(proc.time()[["elapsed"]] - started)
"""


def run_spatstat(xy: Floats) -> float | None:
    """Return the seconds of spatstat's sum alone, its widths made beforehand; None where R does not have it."""
    if which("Rscript") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        points, program = Path(folder) / "points.csv", Path(folder) / "run.R"
        np.savetxt(points, xy, delimiter=",", header="x,y", comments="")
        program.write_text(R_PROGRAM.format(bandwidth=BANDWIDTH))
        done = subprocess.run(
            ["Rscript", "--vanilla", str(program), str(points)], capture_output=True, text=True, check=False
        )
    return float(done.stdout.split()[-1]) if done.returncode == 0 and done.stdout.strip() else None


def tell(name: str, n: int, seconds: float | None, base: float, error: float | None = None) -> None:
    """Print one line of the table."""
    took = "no run" if seconds is None else f"{seconds * 1e3:,.0f} ms"
    times = "" if seconds is None else f"{seconds / base:.1f}"
    print(f"| {name} | {n:,} | {took} | {times} | {'' if error is None else f'{error:.1e}'} |", flush=True)


def compare(n: int, *, repeats: int) -> None:
    """Measure all at one size; the ratio is to our sum of given widths."""
    xy = make_points(n)
    x, y = np.ascontiguousarray(xy.T)
    ones = np.ones(n)
    widths, _ = abramson_widths(intensity_at_points(x, y, BANDWIDTH), middle=BANDWIDTH, least=0.75 * GRID.cell_size)
    base, exact = measure(lambda _: scatter_adaptive(x, y, ones, widths, GRID), xy, repeats=repeats)
    assert exact is not None
    high = exact > 1e-3 * exact.max()
    tell("ours, exact sum of given widths", n, base, base)
    seconds, ours = measure(lambda _: sum_by_class(x, y, ones, widths, GRID), xy, repeats=repeats)
    assert ours is not None
    tell("ours, by classes of width", n, seconds, base, float((np.abs(ours - exact)[high] / exact[high]).max()))
    edge = edge_field(BOX, GRID, kernel="gaussian", bandwidth=BANDWIDTH)
    for correction in ("none", "jones_diggle"):
        field = measure(lambda at, by=correction: adaptive_field(at, edge, correction=by).values, xy, repeats=repeats)
        tell(f"ours, pilot and widths too, edge {correction}", n, field[0], base)
    peer = run_spatstat(xy) if n <= MOST_OF_R else None
    tell("spatstat densityAdaptiveKernel, 16 groups, given widths, no edge (once)", n, peer, base)


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--points", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    reader.add_argument("--repeats", type=int, default=3)
    options = reader.parse_args()
    print("| method | points | time | times ours | error |\n|---|--:|--:|--:|--:|")
    for n in options.points:
        compare(n, repeats=options.repeats)


if __name__ == "__main__":
    main()
