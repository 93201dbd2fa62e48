"""How cost grows with size, from ten thousand to ten million; prints a markdown table and draws docs/images/growth.png.

    python -m benchmarks.growth [--sizes 10000 100000 1000000 10000000] [--picture FILE]

Each method and size runs in a process of its own, warm, the best of three; memory is the peak of that process above
what it holds before, input included. Growth is the exponent of time between the last
two sizes: 1 is in proportion, and n log n is 1.06 from one million to ten. Exit status 1 where a method whose time is
not lost in its overhead (20 ms) grows faster than n log n by more than the scatter of a measurement (0.15).
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from analysis.adaptive import adaptive_field
from analysis.assignment import assign
from analysis.convolution import smooth_points
from analysis.edges import edge_field
from analysis.kernels import Kernel
from analysis.local_moran import LocalMoranParams, find_alike
from benchmarks.density import BANDWIDTH, GRID, WINDOW, make_points
from benchmarks.hotspots import make_map
from benchmarks.hotspots import ours as find_gi

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "images" / "growth.png"
SIZES = [10_000, 100_000, 1_000_000, 10_000_000]
OVERHEAD, SCATTER = 0.02, 0.15
RUNS = 3


def smooth(n: int, kernel: Kernel = "gaussian") -> Callable[[], object]:
    """Density of n points on 1,080,000 cells."""
    x, y = np.ascontiguousarray(make_points(n).T)
    weights = np.ones(n)
    return lambda: smooth_points(x, y, weights, GRID, kernel=kernel, bandwidth=BANDWIDTH)


def adapt(n: int) -> Callable[[], object]:
    """Adaptive density of n points, its pilot and widths included: one by one, by classes of width from a million."""
    edge = edge_field(WINDOW, GRID, kernel="gaussian", bandwidth=BANDWIDTH)
    xy = make_points(n)
    return lambda: adaptive_field(xy, edge).values


def place(n: int) -> Callable[[], object]:
    """Assignment of n points to 700 areas."""
    xy = make_points(n)
    at = np.linspace(0, 45_000, 29), np.linspace(0, 60_000, 26)
    boxes = [shapely.box(*corner) for corner in _corners(*at)]
    areas = gpd.GeoDataFrame({"code": range(len(boxes))}, geometry=boxes, crs=32617)
    return lambda: assign(xy[:, 0], xy[:, 1], areas)


def test_gi(n: int) -> Callable[[], object]:
    """Gi* with exact p on n cells."""
    return find_gi(make_map(n))


def test_moran(n: int) -> Callable[[], object]:
    """Local Moran with exact p on n cells."""
    city = make_map(n)
    return lambda: find_alike(city.scores, city.near, LocalMoranParams())


METHODS: dict[str, Callable[[int], Callable[[], object]]] = {
    "density, points": smooth,
    "density with a quartic, points": lambda n: smooth(n, "quartic"),
    "adaptive density, points": adapt,
    "assignment, points": place,
    "Gi* and exact p, cells": test_gi,
    "local Moran and exact p, cells": test_moran,
}


def main() -> int:
    """Measure every method at every size, or one of them for the process that asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--picture", type=Path, default=PICTURE)
    parser.add_argument("--one", nargs=2, metavar=("METHOD", "SIZE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.one[0], int(options.one[1]))))
        return 0
    found = {name: [measure_apart(name, n) for n in options.sizes] for name in METHODS}
    print_table(options.sizes, found)
    draw(options.sizes, found, options.picture)
    return 1 if any(grows_too_fast(options.sizes, [one[0] for one in rows]) for rows in found.values()) else 0


def measure(name: str, n: int) -> tuple[float, float]:
    """Return the best of three runs (seconds) and the memory they needed above their input (MiB)."""
    METHODS[name](1_000)()  # compiles
    run = METHODS[name](n)
    _forget_peak()
    before = _read_memory("VmRSS")
    seconds = []
    for _ in range(RUNS):
        began = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - began)
    return min(seconds), _read_memory("VmHWM") - before


def measure_apart(name: str, n: int) -> tuple[float, float]:
    """Measure in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.growth", "--one", name, str(n)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    seconds, memory = json.loads(done.stdout.splitlines()[-1])
    return float(seconds), float(memory)


def growth(sizes: list[int], seconds: list[float]) -> float:
    """Return the exponent of time between the last two sizes."""
    return math.log(seconds[-1] / seconds[-2]) / math.log(sizes[-1] / sizes[-2])


def grows_too_fast(sizes: list[int], seconds: list[float]) -> bool:
    """Compare the last step with n log n."""
    step = math.log(sizes[-1] * math.log(sizes[-1]) / (sizes[-2] * math.log(sizes[-2])))
    return seconds[-2] > OVERHEAD and growth(sizes, seconds) > step / math.log(sizes[-1] / sizes[-2]) + SCATTER


def print_table(sizes: list[int], found: dict[str, list[tuple[float, float]]]) -> None:
    """Print seconds and memory by size, and the growth of the last step."""
    print("| method | " + " | ".join(f"{n:,}" for n in sizes) + " | growth |")
    print("|---|" + "---|" * (len(sizes) + 1))
    for name, rows in found.items():
        cells = [f"{1000 * seconds:.1f} ms, {memory:.0f} MiB" for seconds, memory in rows]
        print(f"| {name} | " + " | ".join(cells) + f" | {growth(sizes, [one[0] for one in rows]):.2f} |")


def draw(sizes: list[int], found: dict[str, list[tuple[float, float]]], path: Path) -> None:
    """Draw time against size on two logarithmic axes, with n log n through the last point of each."""
    from matplotlib.figure import Figure  # noqa: PLC0415  # a second, which a measured process should not pay

    figure = Figure(figsize=(7, 4.5), dpi=110)
    axes = figure.add_subplot()
    for name, rows in found.items():
        seconds = [one[0] for one in rows]
        (line,) = axes.loglog(sizes, seconds, marker="o", label=name)
        guide = [seconds[-1] * n * math.log(n) / (sizes[-1] * math.log(sizes[-1])) for n in sizes]
        axes.loglog(sizes, guide, linestyle=":", linewidth=1, color=line.get_color())
    axes.set_xlabel("n (dotted: n log n through the last point)")
    axes.set_ylabel("seconds")
    axes.legend(fontsize=8)
    axes.grid(alpha=0.3)
    figure.savefig(path, bbox_inches="tight", metadata={"Software": ""})


def _corners(x: np.ndarray, y: np.ndarray) -> list[tuple[float, float, float, float]]:
    return [(x[i], y[j], x[i + 1], y[j + 1]) for i in range(len(x) - 1) for j in range(len(y) - 1)]


def _forget_peak() -> None:
    """Let the kernel begin anew to note the most memory that this process ever held."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _read_memory(field: str) -> float:
    """Return a field of this process in MiB: VmRSS, what it holds, or VmHWM, the most it held."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith(field))) / 1024


if __name__ == "__main__":
    sys.exit(main())
