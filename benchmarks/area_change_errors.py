"""How often does `area_change` show a change where there is none, find one that is there, and cover the true ratio?

    python benchmarks/area_change_errors.py [--cities 400]

Twelve months before and after in 26 areas of 12 to 1,500 incidents a year, with a season that both years share; counts
Poisson or negative binomial. Three markdown tables: cities without a change and the share of them with any area at 5 %
false discovery, and at p up to 5 % per area; one area multiplied by a factor and how often it is found; how often the
95 % intervals hold the true ratio.
"""

from __future__ import annotations

import argparse

import numpy as np
from numpy.typing import NDArray

from analysis.area_change import AreaChangeParams, OwnChanges, find_own_changes
from analysis.time_blocks import ratios_around_change

AREAS = 26
RATIOS = (1.0, 2.0, 4.0, 8.0)
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def draw_months(rng: np.random.Generator, yearly: Floats, ratio: float, months: int) -> Ints:
    """Draw the months of each area: a shared season, and that ratio of variance to mean."""
    season = 1 + 0.3 * np.sin(np.arange(months) * np.pi / 6)
    mean = yearly[:, None] / 12 * season
    return rng.poisson(mean) if ratio <= 1 else rng.poisson(rng.gamma(mean / (ratio - 1), ratio - 1))


def compare(
    rng: np.random.Generator, factors: Floats, ratio: float, *, measured: bool, months: int = 12, **options: str
) -> OwnChanges:
    """Draw one city whose areas change by these factors, and compare its years."""
    yearly = np.geomspace(12, 1500, AREAS)
    before, after = draw_months(rng, yearly, ratio, 12), draw_months(rng, factors * yearly, ratio, months)
    ratios = ratios_around_change(before, after) if measured else np.ones(AREAS)
    return find_own_changes(
        before.sum(axis=1), after.sum(axis=1), exposure=months / 12, ratios=ratios, params=AreaChangeParams(**options)
    )


def tell_errors(rng: np.random.Generator, cities: int) -> None:
    """Print how often a city without a change shows one."""
    print("| varianza / media | dispersión | prueba | ciudades con alguna (q ≤ 0.05) | áreas con p ≤ 0.05 |")
    print("|---|---|---|---|---|")
    for ratio in RATIOS:
        for measured, test in ((True, "e_test"), (True, "binomial"), (False, "e_test")):
            found = [
                compare(rng, np.ones(AREAS), ratio, measured=measured, test=test, months=(12, 12, 9)[k % 3])
                for k in range(cities)
            ]
            any_shown = np.mean([(np.nan_to_num(one.q, nan=1.0) <= 0.05).any() for one in found])
            each = np.mean([(one.p[one.tested] <= 0.05).mean() for one in found])
            name = "medida" if measured else "ninguna (Poisson)"
            print(f"| {ratio:g} | {name} | {test} | {100 * any_shown:.1f} % | {100 * each:.1f} % |")


def tell_power(rng: np.random.Generator, cities: int) -> None:
    """Print how often a change of one area is found."""
    sizes = {11: "100", 17: "320", 22: "830"}
    print("\n| varianza / media | factor | " + " | ".join(f"área de {n}" for n in sizes.values()) + " |")
    print("|---" * (2 + len(sizes)) + "|")
    for ratio in (1.0, 3.0):
        for factor in (0.5, 0.75, 1.5, 2.0):
            shares = []
            for area in sizes:
                factors = np.ones(AREAS)
                factors[area] = factor
                shares.append(
                    np.mean([compare(rng, factors, ratio, measured=True).q[area] <= 0.05 for _ in range(cities)])
                )
            print(f"| {ratio:g} | {factor:g} | " + " | ".join(f"{100 * share:.0f} %" for share in shares) + " |")


def tell_coverage(rng: np.random.Generator, cities: int) -> None:
    """Print how often the intervals hold the true ratio."""
    print("\n| varianza / media | intervalo | cubre (todas) | cubre (áreas de menos de 50) |")
    print("|---|---|---|---|")
    for ratio in RATIOS[:3]:
        for interval in ("exact", "midp"):
            held = []
            for _ in range(cities):
                one = compare(rng, np.full(AREAS, 0.7), ratio, measured=True, interval=interval)
                held.append((one.low <= 0.7) & (one.high >= 0.7))
            share = np.mean(held, axis=0)
            print(f"| {ratio:g} | {interval} | {100 * share.mean():.1f} % | {100 * share[:8].mean():.1f} % |")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cities", type=int, default=400)
    cities = parser.parse_args().cities
    rng = np.random.default_rng(20251125)
    tell_errors(rng, cities)
    tell_power(rng, cities)
    tell_coverage(rng, cities)


if __name__ == "__main__":
    main()
