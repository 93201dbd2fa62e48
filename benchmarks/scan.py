"""Kulldorff's scan and clusters of points beside vectorised numpy and scikit-learn; prints two markdown tables.

    python -m benchmarks.scan [--units 281 700] [--large 10000] [--points 10000 100000]

The same units, cases and maps of chance for all; the maps are dealt beforehand for all. The numpy scan sums along the
nearest units of every centre and takes the ratio of every circle, map by map: what one writes without a loop over
circles. A large city is run by ours alone, with circles of up to 5 % of the base. Memory is the peak of the process
over what it held before.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable
from statistics import median

import numpy as np
from sklearn.cluster import DBSCAN

from analysis.density_clusters import dbscan
from analysis.grids import Floats
from analysis.nearest_hierarchy import chance_distance, gather_near
from analysis.piles import find_locations
from analysis.scan_statistic import Scan, deal_poisson, find_clusters, largest_by_chance, make_scan
from analysis.scan_windows import Model, Singles, Units

MAPS = 999
HIGH = Model(0.0, 0.0, False, True, False)
CITY = 20_000.0  # metres


def time_once(run: Callable[[], object]) -> float:
    """Return the seconds one run takes."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def peak() -> float:
    """Return the most memory the process ever held (MB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def make_city(n: int, share: float) -> Scan:
    """Make n areas of unequal population, four cases in each on average."""
    rng = np.random.default_rng(n)
    units = Units(*rng.uniform(0, CITY, (2, n)), rng.gamma(2.0, 500.0, n))
    return make_scan(units, rng.multinomial(4 * n, units.base / units.base.sum()).astype(float), [share], like=HIGH)


def numpy_maxima(scan: Scan, maps: Floats) -> Floats:
    """Return the largest ratio of each map (maps, n), with numpy alone."""
    x, y, base = scan.units
    order = np.argsort((x[:, None] - x) ** 2 + (y[:, None] - y) ** 2, axis=1)
    held = np.cumsum(base[order], axis=1)
    keep = int((held <= scan.limits[-1]).sum(axis=1).max())
    order, held = order[:, :keep], held[:, :keep]
    allowed = held <= scan.limits[-1]
    total = scan.model.cases
    expected = held * total / scan.model.base
    best = np.empty(len(maps))
    with np.errstate(divide="ignore", invalid="ignore"):
        for number, cases in enumerate(maps):
            inside = np.cumsum(cases[order], axis=1)
            ratio = inside * np.log(inside / expected) + (total - inside) * np.log(
                (total - inside) / (total - expected)
            )
            best[number] = np.nanmax(np.where(allowed & (inside > expected), ratio, 0.0))
    return best


def compare_scans(sizes: list[int]) -> list[str]:
    """Time both on the same maps; they must agree."""
    rows = []
    for n in sizes:
        scan = make_city(n, 0.5)
        chance = deal_poisson(scan, np.random.default_rng(1), maps=MAPS)
        maps = plain(chance)
        start = time.perf_counter()
        theirs = numpy_maxima(scan, maps)
        numpy_seconds = time.perf_counter() - start
        ours_seconds = median(time_once(lambda scan=scan, c=chance: largest_by_chance(scan, c)) for _ in range(3))
        ours = largest_by_chance(scan, chance)[-1, :MAPS]
        assert np.allclose(ours, theirs, rtol=1e-9), "the two scans differ"
        told = f"{numpy_seconds:.2f} s | {ours_seconds:.3f} s | {numpy_seconds / ours_seconds:.0f}x"
        rows.append(f"| {n:,} areas, circles to 50 %, {MAPS} maps | {told} | |")
    return rows


def plain(chance: Singles) -> Floats:
    """Return the maps of chance one by one (maps, n)."""
    return np.asarray(chance.transpose(0, 2, 1).reshape(-1, chance.shape[1])[:MAPS], dtype=np.float64)


def time_large(n: int) -> str:
    """Time the whole question on a large city: maps dealt, scanned, clusters found."""
    scan, before = make_city(n, 0.05), peak()

    def run() -> None:
        largest_by_chance(scan, deal_poisson(scan, np.random.default_rng(1), maps=MAPS))
        find_clusters(scan, share=0.05)

    seconds = time_once(run)
    return f"| {n:,} areas, circles to 5 %, {MAPS} maps dealt | – | {seconds:.1f} s | – | {peak() - before:.0f} MB |"


def make_points(n: int) -> Floats:
    """Make points half at random, half around centres."""
    rng = np.random.default_rng(n)
    centres = rng.uniform(0, CITY, (n // 200, 2))
    near = centres[rng.integers(0, len(centres), n - n // 2)] + rng.normal(0, 80, (n - n // 2, 2))
    return np.vstack([rng.uniform(0, CITY, (n // 2, 2)), near])


def compare_clusters(sizes: list[int]) -> list[str]:
    """Time DBSCAN beside scikit-learn's, and the nearest-neighbour hierarchy alone."""
    rows = []
    for n in sizes:
        xy, before = make_points(n), peak()

        def ours(xy: Floats = xy) -> int:
            places = find_locations(xy[:, 0], xy[:, 1])
            return int(np.sum(dbscan(places.x, places.y, places.size, distance=150.0, least=15) < 0))

        def gathered(xy: Floats = xy, n: int = n) -> None:
            places = find_locations(xy[:, 0], xy[:, 1])
            distance = chance_distance(n, CITY**2, confidence=0.5)
            gather_near(places.x, places.y, places.size, distance=distance, least=10)

        seconds, nearest = (median(time_once(run) for _ in range(3)) for run in (ours, gathered))
        memory = peak() - before
        noise: list[int] = []
        model = DBSCAN(eps=150.0, min_samples=15)
        theirs = time_once(lambda model=model, xy=xy, noise=noise: noise.append(int(np.sum(model.fit_predict(xy) < 0))))
        assert noise == [ours()], "the noise differs"
        rows.append(
            f"| DBSCAN, {n:,} points | {theirs:.2f} s | {seconds:.3f} s | {theirs / seconds:.0f}x | {memory:.0f} MB |"
        )
        rows.append(f"| nearest-neighbour hierarchy, {n:,} points | – | {nearest:.3f} s | – | |")
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, nargs="*", default=[281, 700])
    parser.add_argument("--large", type=int, default=10_000)
    parser.add_argument("--points", type=int, nargs="*", default=[10_000, 100_000])
    options = parser.parse_args()
    largest_by_chance(make_city(40, 0.5), deal_poisson(make_city(40, 0.5), np.random.default_rng(0), maps=16))
    compare_clusters([2_000])  # compiled
    print("| what | peer | ours | ratio | memory |\n|---|---|---|---|---|")
    for row in [*compare_clusters(options.points), *compare_scans(options.units), time_large(options.large)]:
        print(row, flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
