"""Does the interval of `zone_change` cover what it promises, and does its guard catch regression to the mean?

    python benchmarks/zone_coverage.py [--runs 2000]

Prints two markdown tables. Coverage: monthly counts of zone and rest with a variance-to-mean ratio of 1 to 5 (negative
binomial), 24 months before and 12 after, true ratio 0.8; the share of 95 % intervals that hold it, beside the Poisson
interval (phi = 1). Regression: the highest of 200 zones is picked by last year's count, nothing is done; how often
a fall is "found" with and without the guard.
"""

from __future__ import annotations

import argparse

import numpy as np
from numpy.typing import NDArray
from shapely import box

from analysis.scene import Scene, points_at
from analysis.zone_peak import assess_peak
from analysis.zone_ratio import Counts, Noise, compare, noise_from_blocks

Ints = NDArray[np.int64]
BEFORE, AFTER, RATIO = 24, 12, 0.8


def draw(rng: np.random.Generator, mean: NDArray[np.float64], ratio: float) -> Ints:
    """Draw counts with that mean and variance-to-mean ratio."""
    if ratio <= 1:
        return rng.poisson(mean)
    return rng.poisson(rng.gamma(mean / (ratio - 1), ratio - 1))


def covers(rng: np.random.Generator, mean: float, ratio: float) -> tuple[bool, bool]:
    """Return whether the interval, and the Poisson one, hold the true ratio in one simulated city."""
    later = np.repeat([False, True], [BEFORE, AFTER])
    season = 1 + 0.3 * np.sin(np.arange(BEFORE + AFTER) * np.pi / 6)
    zone = draw(rng, mean * season * np.where(later, RATIO, 1.0), ratio)
    rest = draw(rng, 60 * mean * season, ratio)
    counts = Counts(
        zone_before=int(zone[~later].sum()),
        zone_after=int(zone[later].sum()),
        rest_before=int(rest[~later].sum()),
        rest_after=int(rest[later].sum()),
    )
    both = np.stack([zone, rest])
    noise = noise_from_blocks(both[:, ~later], both[:, later]) or Noise(phi=1.0, freedom=np.inf, source="none")
    ends = [compare(counts, one) for one in (noise, Noise(phi=1.0, freedom=np.inf, source="none"))]
    return ends[0][0] <= RATIO <= ends[0][1], ends[1][0] <= RATIO <= ends[1][1]


def falls(rng: np.random.Generator, spread: float, ratio: float) -> tuple[bool, bool]:
    """Return whether the highest of 200 zones shows a fall by chance alone, without and with the guard."""
    rates = rng.gamma(1 / spread**2, 12 * spread**2, 200) if spread > 0 else np.full(200, 12.0)
    before, after = draw(rng, rates, ratio), draw(rng, rates, ratio)
    chosen = int(np.argmax(before))
    counts = Counts(
        zone_before=int(before[chosen]),
        zone_after=int(after[chosen]),
        rest_before=int(before.sum() - before[chosen]),
        rest_after=int(after.sum() - after[chosen]),
    )
    _, high = compare(counts, Noise(phi=ratio, freedom=np.inf, source="blocks"))
    peak = assess_peak(tile_scene(before), box(*tile_bounds(chosen)), count=int(before[chosen]), phi=ratio)
    expected = peak.expected_ratio if peak is not None else 1.0
    return high < 1, high < expected


def tile_bounds(tile: int) -> tuple[float, float, float, float]:
    """Return the square kilometre of that number in a city of 10 x 20."""
    column, row = tile % 20, tile // 20
    return 1000.0 * column, 1000.0 * row, 1000.0 * (column + 1), 1000.0 * (row + 1)


def tile_scene(counts: Ints) -> Scene:
    """Return a city of 200 square kilometres with that many incidents in the middle of each."""
    tile = np.repeat(np.arange(200), counts)
    mask = box(0, 0, 20_000, 10_000)
    points = points_at(tile % 20 * 1000.0 + 500, tile // 20 * 1000.0 + 500)
    return Scene(crs=32617, points=points, months=12, window=mask, mask=mask)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=2000)
    runs = parser.parse_args().runs
    rng = np.random.default_rng(20240601)
    print(
        "| zone, incidents a month | variance / mean | interval covers | Poisson interval covers |\n|---|---|---|---|"
    )
    for mean in (0.3, 1.0, 5.0, 20.0):
        for ratio in (1, 2, 3, 5):
            both = np.mean([covers(rng, mean, ratio) for _ in range(runs)], axis=0)
            print(f"| {mean} | {ratio} | {both[0]:.1%} | {both[1]:.1%} |", flush=True)
    print("\n| spread of true rates | variance / mean | falls found | with the guard |\n|---|---|---|---|")
    for spread in (0.0, 0.3, 1.0):
        for ratio in (1, 3):
            both = np.mean([falls(rng, spread, ratio) for _ in range(runs // 5)], axis=0)
            print(f"| {spread} | {ratio} | {both[0]:.1%} | {both[1]:.1%} |", flush=True)


if __name__ == "__main__":
    main()
