"""How often does `change` show a change where there is none, and how often does it find one that is there?

    python benchmarks/change_errors.py [--maps 300]

Prints two markdown tables: null maps (the whole city changes by one factor; counts Poisson or negative binomial, rates
equal or lognormal) and the share of them with any unit at 5 % false discovery; one unit multiplied by some factor in a
city without other changes, and how often it is found.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from analysis.change import find_changes
from analysis.time_blocks import ratios_of_variance

CELLS, AREAS, CITY = 1600, 26, 0.8
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def draw(rng: np.random.Generator, mean: Floats, ratio: float) -> Ints:
    """Draw counts with that mean and variance-to-mean ratio."""
    return rng.poisson(mean) if ratio <= 1 else rng.poisson(rng.gamma(mean / (ratio - 1), ratio - 1))


def null_cities() -> Iterator[tuple[str, Floats, float]]:
    """Yield name, mean counts before and variance-to-mean ratio."""
    rng = np.random.default_rng(1)
    for mean in (0.1, 0.3, 1.0, 5.0):
        for ratio in (1, 2, 4, 8):
            yield f"{CELLS} cells, mean {mean}", np.full(CELLS, mean), ratio
    for ratio in (1, 2, 4, 8):
        yield f"{CELLS} cells, lognormal rates", rng.lognormal(0, 1.2, CELLS), ratio
    for ratio in (1, 2, 4, 8):
        yield f"{AREAS} areas, 30 to 1,500 incidents", np.geomspace(30, 1500, AREAS), ratio


def share_with_any(rng: np.random.Generator, mean: Floats, ratio: float, maps: int) -> float:
    """Return the share of null maps that show a change."""
    found = [find_changes(draw(rng, mean, ratio), draw(rng, CITY * mean, ratio), exposure=1.0) for _ in range(maps)]
    return float(np.mean([(one.classes != "none").any() and np.nanmin(one.q) <= 0.05 for one in found]))


def power(rng: np.random.Generator, mean: Floats, ratio: float, factor: float, maps: int) -> float:
    """Return how often the middle unit, multiplied afterwards, is found."""
    middle, hits = len(mean) // 2, 0
    for _ in range(maps):
        later = CITY * mean
        later[middle] *= factor
        one = find_changes(draw(rng, mean, ratio), draw(rng, later, ratio), exposure=1.0)
        hits += one.q[middle] <= 0.05
    return hits / maps


def months_of(rng: np.random.Generator, mean: Floats, ratios: Floats, n: int) -> Ints:
    """Draw n months of each area, each area with its own ratio of variance to mean; a season common to all."""
    season = 1 + 0.3 * np.sin(np.arange(n) * np.pi / 6)
    monthly = mean[:, None] / 12 * season
    excess = np.maximum(ratios - 1, 1e-9)[:, None]
    return rng.poisson(rng.gamma(monthly / excess, excess))


def share_over_time(rng: np.random.Generator, ratios: Floats, maps: int) -> float:
    """Return the share of null maps of areas that show a change, the dispersion measured over 24 months."""
    mean, shown = np.geomspace(30, 1500, AREAS), 0
    for _ in range(maps):
        tables = months_of(rng, mean, ratios, 12), months_of(rng, CITY * mean, ratios, 12)
        counts = [table.sum(axis=1) for table in tables]
        one = find_changes(counts[0], counts[1], exposure=1.0, ratios=ratios_of_variance(*tables))
        shown += np.nanmin(one.q) <= 0.05
    return shown / maps


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--maps", type=int, default=300)
    maps = parser.parse_args().maps
    rng = np.random.default_rng(20240601)
    print("| city | variance / mean | maps that show a change |\n|---|---|---|")
    for name, mean, ratio in null_cities():
        print(f"| {name} | {ratio} | {share_with_any(rng, mean, ratio, maps):.1%} |", flush=True)
    for ratio in (1.0, 2.0, 4.0, 8.0):
        rate = share_over_time(rng, np.full(AREAS, ratio), 3 * maps)
        print(f"| {AREAS} areas, dispersion over months | {ratio:.0f} | {rate:.1%} |", flush=True)
    for name, ratios in (
        ("1 to 5 by size", np.linspace(1, 5, AREAS)),
        ("1, and 5 in every fourth", np.tile([1, 1, 1, 5], 7)[:AREAS]),
    ):
        rate = share_over_time(rng, ratios, 3 * maps)
        print(f"| {AREAS} areas, dispersion over months | {name} | {rate:.1%} |", flush=True)
    print("\n| unit that changes | variance / mean | factor | found |\n|---|---|---|---|")
    for name, mean in (
        ("1 of 26 areas, 210 incidents", np.geomspace(30, 1500, AREAS)),
        ("1 of 1600 cells, 5", np.full(CELLS, 5.0)),
    ):
        for ratio in (1, 3):
            for factor in (0.5, 2.0, 5.0):
                print(f"| {name} | {ratio} | {factor} | {power(rng, mean, ratio, factor, maps // 3):.0%} |", flush=True)


if __name__ == "__main__":
    main()
