"""How often the scan errs: maps of chance, overdispersed maps, a planted cluster. Prints markdown tables.

    python -m benchmarks.scan_errors [--maps 2000]

Lattices of 20 x 20 cells. Exit status 1 when a promise is broken: between 4 and 6 % of the maps of chance have p up to
0.05, for cases against controls as well; a block of 3 x 3 cells with three times the rate, at mean 2, is found, with
most of the cluster inside the block, in at least 80 %.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np

from analysis.grids import Floats
from analysis.scan_statistic import (
    Scan,
    deal_bernoulli,
    deal_poisson,
    find_clusters,
    gumbel_p,
    largest_by_chance,
    make_scan,
    rank_p,
)
from analysis.scan_windows import Model, Singles, Units

SIDE = 20
RUNS = 199
SHARE = 0.1
HIGH = Model(0.0, 0.0, False, True, False)
LOW, TOP, LEAST_FOUND = 0.04, 0.06, 0.8
X, Y = (values.ravel() * 250.0 for values in np.meshgrid(np.arange(SIDE), np.arange(SIDE)))
BLOCK = (np.abs(X - 2250) <= 250) & (np.abs(Y - 2250) <= 250)
Deal = Callable[..., Singles]


def city(cases: Floats, base: Floats, *, bernoulli: bool = False) -> Scan:
    return make_scan(Units(X, Y, base), cases, [SHARE], like=HIGH._replace(bernoulli=bernoulli))


def poisson(rng: np.random.Generator, mean: float) -> Scan:
    base = rng.gamma(4.0, 1.0, SIDE * SIDE)
    return city(rng.multinomial(int(mean * len(base)), base / base.sum()).astype(float), base)


def cases_and_controls(rng: np.random.Generator) -> Scan:
    points = rng.poisson(6.0, SIDE * SIDE) + 1
    cases = rng.multivariate_hypergeometric(points, int(points.sum() * 0.3), method="marginals")
    return city(cases.astype(float), points.astype(float), bernoulli=True)


def clustered(rng: np.random.Generator, ratio: float) -> Scan:
    """Counts whose variance is ``ratio`` times the mean of 2, and no cluster anywhere."""
    counts = rng.negative_binomial(2 / (ratio - 1), 1 / ratio, SIDE * SIDE)
    return city(counts.astype(float), np.ones(SIDE * SIDE))


def planted(rng: np.random.Generator, mean: float, times: float) -> Scan:
    return city(rng.poisson(np.where(BLOCK, mean * times, mean)).astype(float), np.ones(SIDE * SIDE))


def judge(scan: Scan, deal: Deal, rng: np.random.Generator) -> tuple[float, float, float, bool]:
    """Return p by rank, by Gumbel, with the ratio divided by the dispersion, and whether the block holds the middle."""
    chance = largest_by_chance(scan, deal(scan, rng, maps=RUNS))[-1, :RUNS]
    best = find_clusters(scan, share=SHARE, most=1)[0]
    expected = scan.units.base * scan.model.cases / scan.model.base
    outside = np.ones(len(expected), dtype=bool)
    if rank_p(best.ratio, chance) <= 0.05:
        outside[best.members] = False
    phi = float(np.sum((scan.cases - expected)[outside] ** 2 / expected[outside]) / (outside.sum() - 1))
    inside = bool(BLOCK[best.members].mean() > 0.5)
    return rank_p(best.ratio, chance), gumbel_p(best.ratio, chance), rank_p(best.ratio / max(1.0, phi), chance), inside


def run(make: Callable[[np.random.Generator], Scan], deal: Deal, maps: int) -> Floats:
    """Return the parts of maps with p <= 0.05 by rank, by Gumbel, with dispersion, and found in the block."""
    rows = []
    for seed in range(maps):
        rng = np.random.default_rng(seed)
        by_rank, gumbel, dispersed, inside = judge(make(rng), deal, rng)
        rows.append([by_rank <= 0.05, gumbel <= 0.05, dispersed <= 0.05, by_rank <= 0.05 and inside])
    return np.mean(rows, axis=0)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--maps", type=int, default=2000)
    maps = parser.parse_args().maps
    print(f"{maps} maps each, {RUNS} replications\n")
    print("| map | p <= 0.05 | Gumbel p <= 0.05 | with dispersion | found in its place |\n|---|---|---|---|---|")
    kept = True
    null = {
        "chance, mean 0.5": (lambda rng: poisson(rng, 0.5), deal_poisson),
        "chance, mean 2": (lambda rng: poisson(rng, 2.0), deal_poisson),
        "cases against controls, chance": (cases_and_controls, deal_bernoulli),
    }
    for name, (make, deal) in null.items():
        parts = run(make, deal, maps)
        kept &= bool(LOW <= parts[0] <= TOP)
        print(f"| {name} | {parts[0]:.3f} | {parts[1]:.3f} | {parts[2]:.3f} | – |", flush=True)
    fewer = max(20, maps // 5)
    for ratio in (1.5, 2.0, 4.0):
        parts = run(lambda rng, ratio=ratio: clustered(rng, ratio), deal_poisson, fewer)
        told = f"{parts[0]:.3f} | {parts[1]:.3f} | {parts[2]:.3f} | – |"
        print(f"| no cluster, variance/mean {ratio}, mean 2 ({fewer}) | {told}", flush=True)
    for mean, times in ((0.5, 4.0), (2.0, 2.0), (2.0, 3.0)):
        parts = run(lambda rng, mean=mean, times=times: planted(rng, mean, times), deal_poisson, fewer)
        kept &= mean != 2.0 or times != 3.0 or bool(parts[3] >= LEAST_FOUND)
        told = f"{parts[0]:.3f} | {parts[1]:.3f} | {parts[2]:.3f} | {parts[3]:.3f} |"
        print(f"| 3 x 3 cells, {times:g} times, mean {mean:g} ({fewer}) | {told}", flush=True)
    return 0 if kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
