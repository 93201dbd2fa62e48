"""Sums over pairs beside scipy's tree and a table of all distances; prints a markdown table.

python -m benchmarks.patterns [--points 10000 30000 100000]

Clustered points on a coast with a lagoon, 133 km², distances up to 1 km in 50 steps. The tree counts pairs without any
edge correction; the table of all distances needs n² numbers and is not made above 10,000 points.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
import shapely
from scipy.spatial import cKDTree

from analysis.grids import Floats
from analysis.pair_sums import count_beyond_border, sum_isotropic, sum_translated
from analysis.point_functions import Study, open_study
from analysis.random_points import even_ground

STEP, STEPS = 20.0, 50
MOST_IN_A_TABLE = 10_000


def build_coast() -> shapely.Geometry:
    rng = np.random.default_rng(1)
    discs = [shapely.Point(*at).buffer(1500) for at in rng.uniform(0, 12_000, (40, 2))]
    return shapely.union_all(discs).difference(shapely.Point(6000, 6000).buffer(900))


def draw_points(region: shapely.Geometry, n: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(2)
    ground = even_ground(region)
    parents = np.column_stack(ground.draw(300, rng))
    xy = parents[rng.choice(300, 2 * n, p=rng.dirichlet(np.full(300, 0.5)))] + rng.normal(0, 400, (2 * n, 2))
    xy = xy[shapely.contains_xy(region, xy)][:n]
    return np.ascontiguousarray(xy[:, 0]), np.ascontiguousarray(xy[:, 1])


def clock(work) -> float:  # type: ignore[no-untyped-def]
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def count_in_a_table(x: np.ndarray, y: np.ndarray) -> None:
    gaps = np.hypot(x[:, None] - x, y[:, None] - y)
    np.histogram(gaps, bins=STEPS, range=(0, STEP * STEPS))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--points", type=int, nargs="+", default=[10_000, 30_000, 100_000])
    region = build_coast()
    study, bins = open_study(region, step=STEP, steps=STEPS), (STEP, STEPS)
    warm = draw_points(region, 200)
    for work in (
        lambda: sum_translated(*warm, bins, study.covariance),
        lambda: sum_isotropic(*warm, bins, study.edges),
        lambda: count_beyond_border(*warm, bins, study.edges.distance(*warm)),
    ):
        work()
    print("| points | translation (s) | border (s) | isotropic, exact (s) | scipy tree, uncorrected (s) | n x n (s) |")
    print("|---|---|---|---|---|---|")
    for n in parser.parse_args().points:
        measure(*draw_points(region, n), study, bins)


def measure(x: Floats, y: Floats, study: Study, bins: tuple[float, int]) -> None:
    """Print the row of one set of points."""
    tree = cKDTree(np.column_stack([x, y]))
    times = [
        clock(lambda: sum_translated(x, y, bins, study.covariance)),
        clock(lambda: count_beyond_border(x, y, bins, study.edges.distance(x, y))),
        clock(lambda: sum_isotropic(x, y, bins, study.edges)),
        clock(lambda: tree.count_neighbors(tree, study.distances)),
    ]
    table = f"{clock(lambda: count_in_a_table(x, y)):.2f}" if len(x) <= MOST_IN_A_TABLE else "-"
    print(f"| {len(x):,} | " + " | ".join(f"{one:.2f}" for one in times) + f" | {table} |", flush=True)


if __name__ == "__main__":
    main()
