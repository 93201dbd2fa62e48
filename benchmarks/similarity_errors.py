"""How often do the tests of `similarity` show a difference between two draws of one pattern, and what is S then?

    python benchmarks/similarity_errors.py [--cities 300]

Areas (26, of 12 to 1,500 incidents) over twelve months a side, with a season; cells (2,500, mean 0.5). Counts Poisson
or negative binomial. Fisher's test beside the beta-binomial with the dispersion that the statistic measures.
"""

from __future__ import annotations

import argparse

import numpy as np
from numpy.typing import NDArray

from analysis.map_similarity import compare_by_samples
from analysis.similarity import SimilarityParams, compare_shares
from analysis.time_blocks import ratios_of_variance

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
FISHER, MEASURED = SimilarityParams(share_test="fisher"), SimilarityParams()


def draw(rng: np.random.Generator, mean: Floats, ratio: float) -> Ints:
    """Draw counts with that ratio of variance to mean."""
    return rng.poisson(mean) if ratio <= 1 else rng.poisson(rng.gamma(mean / (ratio - 1), ratio - 1))


def draw_areas(rng: np.random.Generator, ratio: float, factors: Floats) -> tuple[Ints, Ints]:
    """Draw the months of 26 areas before and after; after, each area is multiplied by its factor."""
    season = 1 + 0.3 * np.sin(np.arange(12) * np.pi / 6)
    monthly = np.geomspace(12, 1500, 26)[:, None] / 12 * season
    return draw(rng, monthly, ratio), draw(rng, 1.3 * factors[:, None] * monthly, ratio)


def any_shown(rng: np.random.Generator, ratio: float, params: SimilarityParams, cities: int) -> tuple[float, float]:
    """Return the share of cities without a difference that show one, by areas and by cells."""
    areas, cells = 0, 0
    for _ in range(cities):
        tables = draw_areas(rng, ratio, np.ones(26))
        one, other = (table.sum(axis=1) for table in tables)
        found = compare_shares(one, other, ratios=ratios_of_variance(*tables), params=params)
        areas += bool((np.nan_to_num(found.q, nan=1.0) <= 0.05).any())
        mean = np.full(2500, 0.5)
        found = compare_shares(draw(rng, mean, ratio), draw(rng, mean, ratio), ratios=None, params=params)
        cells += bool((np.nan_to_num(found.q, nan=1.0) <= 0.05).any())
    return areas / cities, cells / cities


def power(rng: np.random.Generator, ratio: float, factor: float, cities: int) -> str:
    """Return how often areas of 100, 320 and 830 are found whose incidents are multiplied."""
    shares = []
    for area in (11, 17, 22):
        factors = np.ones(26)
        factors[area] = factor
        hits = 0
        for _ in range(cities):
            tables = draw_areas(rng, ratio, factors)
            one, other = (table.sum(axis=1) for table in tables)
            found = compare_shares(one, other, ratios=ratios_of_variance(*tables), params=MEASURED)
            hits += found.q[area] <= 0.05
        shares.append(f"{100 * hits / cities:.0f} %")
    return " | ".join(shares)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cities", type=int, default=300)
    cities = parser.parse_args().cities
    rng = np.random.default_rng(11)
    print("| varianza / media | prueba | ciudades con alguna área (q ≤ 0.05) | con alguna celda |\n|---|---|---|---|")
    for ratio in (1.0, 2.0, 4.0):
        for params in (MEASURED, FISHER):
            areas, cells = any_shown(rng, ratio, params, cities)
            print(f"| {ratio:g} | {params.share_test} | {100 * areas:.1f} % | {100 * cells:.1f} % |")
    print("\n| varianza / media | factor | área de 100 | de 320 | de 830 |\n|---|---|---|---|---|")
    for ratio in (1.0, 3.0):
        for factor in (0.5, 1.5, 2.0):
            print(f"| {ratio:g} | {factor:g} | {power(rng, ratio, factor, cities)} |")
    print("\n| unidades | media | S de dos sorteos de un patrón | sin dobles ceros |\n|---|---|---|---|")
    for n, mean in ((26, 20), (26, 500), (700, 5), (2500, 0.2), (2500, 2)):
        draws = [compare_by_samples(rng.poisson(mean, n), rng.poisson(mean, n), rng) for _ in range(30)]
        print(f"| {n} | {mean:g} | {np.mean([d.s for d in draws]):.2f} | {np.mean([d.robust for d in draws]):.2f} |")


if __name__ == "__main__":
    main()
