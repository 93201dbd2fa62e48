"""How time and memory of a density grow with the number of points; prints a table and draws a figure.

python -m benchmarks.density_scaling [--repeats 5] [--figure docs/handbook/density_scaling.svg]

10,000 to 10,000,000 points of the benchmark `density` on 1200 x 900 cells of 50 m, each size in a process of its own:
median time of warm runs, and by how much the largest memory of the process grows beyond its points. The dashed line of
the figure is n log n through the last time of the Gaussian.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from analysis.adaptive import adaptive_field
from analysis.edges import edge_field
from analysis.smoothing import smooth_within
from benchmarks.density import BANDWIDTH, GRID, WINDOW, Floats, make_points, measure, sum_ours

SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000)
WAYS = {"gaussian": "#1f4e79", "quartic": "#6a51a3", "jones_diggle": "#b35806", "adaptive": "#4d9221"}
MOST_ADAPTIVE = 1_000_000
WIDE, HIGH, EDGE = 640, 400, 60  # pixels
LEAST_SECONDS, MOST_SECONDS = 1e-3, 1e2


def sum_once(way: str) -> Callable[[Floats], Floats]:
    """Return what is measured: plain sums, one with its edge corrected, and one with widths of their own."""
    if way in ("gaussian", "quartic"):
        return lambda xy: sum_ours(xy, way)
    edge = edge_field(WINDOW, GRID, kernel="gaussian", bandwidth=BANDWIDTH)
    if way == "adaptive":
        return lambda xy: adaptive_field(xy, edge).values
    return lambda xy: smooth_within(xy, edge).values


def measure_one(way: str, n: int, repeats: int) -> dict[str, float]:
    """Measure one way at one size, in this process."""
    run = sum_once(way)
    run(make_points(1_000))
    xy = make_points(n)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seconds, _ = measure(run, xy, repeats=repeats)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return {"seconds": seconds, "megabytes": grown / 1024}


def ask(way: str, n: int, repeats: int) -> dict[str, float]:
    """Measure one way at one size, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.density_scaling", "--one", way, str(n), "--repeats", str(repeats)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def draw(times: dict[str, list[tuple[int, float]]]) -> str:
    """Draw times against numbers of points, both by their logarithms."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDE}" height="{HIGH}" fill="#fff"/>',
    ]
    for power in range(4, 8):
        x = _across(10**power)
        parts.append(f'<path d="M{x:.1f} 20V{HIGH - EDGE}" stroke="#dfe3e8"/>')
        parts.append(f'<text x="{x:.1f}" y="{HIGH - EDGE + 18}" text-anchor="middle">{10**power:,}</text>')
    for power in range(-3, 3):
        y = _up(10.0**power)
        parts.append(f'<path d="M{EDGE} {y:.1f}H{WIDE - 20}" stroke="#dfe3e8"/>')
        parts.append(f'<text x="{EDGE - 6}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:g} s</text>')
    last_n, last = times["gaussian"][-1]
    guide = [(n, last * n * math.log(n) / (last_n * math.log(last_n))) for n, _ in times["gaussian"]]
    parts.append(_line(guide, "#5f6b76", dashes="6 4"))
    for k, (way, pairs) in enumerate(times.items()):
        parts.append(_line(pairs, WAYS[way]))
        parts.append(f'<text x="{EDGE + 12}" y="{36 + 16 * k}" fill="{WAYS[way]}">{way}</text>')
    parts.append(f'<text x="{EDGE + 12}" y="{36 + 16 * len(times)}" fill="#5f6b76">n log n</text>')
    return "\n".join([*parts, "</svg>", ""])


def _across(n: float) -> float:
    return EDGE + (WIDE - EDGE - 20) * (math.log10(n) - 4) / 3


def _up(seconds: float) -> float:
    span = math.log10(MOST_SECONDS / LEAST_SECONDS)
    return 20 + (HIGH - EDGE - 20) * (1 - math.log10(max(seconds, LEAST_SECONDS) / LEAST_SECONDS) / span)


def _line(pairs: list[tuple[int, float]], colour: str, *, dashes: str = "none") -> str:
    points = " ".join(f"{_across(n):.1f},{_up(seconds):.1f}" for n, seconds in pairs)
    return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"/>'


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--repeats", type=int, default=5)
    reader.add_argument("--figure", type=Path)
    reader.add_argument("--one", nargs=2, metavar=("WAY", "POINTS"))
    options = reader.parse_args()
    if options.one:
        print(json.dumps(measure_one(options.one[0], int(options.one[1]), options.repeats)))
        return
    times: dict[str, list[tuple[int, float]]] = {}
    print("| way | points | time | ns a point | memory |\n|---|--:|--:|--:|--:|")
    for way in WAYS:
        for n in SIZES:
            if way == "adaptive" and n > MOST_ADAPTIVE:
                continue
            told = ask(way, n, options.repeats)
            times.setdefault(way, []).append((n, told["seconds"]))
            shown = f"{told['seconds'] * 1e3:,.0f} ms | {told['seconds'] * 1e9 / n:,.0f} | {told['megabytes']:,.0f} MB"
            print(f"| {way} | {n:,} | {shown} |", flush=True)
    if options.figure:
        options.figure.write_text(draw(times))


if __name__ == "__main__":
    main()
