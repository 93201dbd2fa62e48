"""How often does `location_quotient` show an area where all have the same part, and how often one that has another?

    python benchmarks/quotient_errors.py [--cities 1000]

26 areas of 20 to 3,000 incidents of every kind. Chosen incidents fall by the coin (independent) or in groups of about
two and three of one kind: without and with that dispersion told to the test, as the statistic measures it over months.
"""

from __future__ import annotations

import argparse

import numpy as np
from numpy.typing import NDArray

from analysis.location_quotient import find_quotients

AREAS, PART = 26, 0.15
Ints = NDArray[np.int64]


def draw(rng: np.random.Generator, totals: Ints, part: NDArray[np.float64], ratio: float) -> Ints:
    """Draw the chosen ones; the variance is about ``ratio`` times the binomial one."""
    if ratio == 1:
        return rng.binomial(totals, part)
    precision = np.maximum((totals - 1) / (ratio - 1) - 1, 0.5)
    return rng.binomial(totals, rng.beta(part * precision, (1 - part) * precision))


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cities", type=int, default=1000)
    cities = parser.parse_args().cities
    rng = np.random.default_rng(7)
    totals = np.geomspace(20, 3000, AREAS).astype(np.int64)
    print("| varianza / binomial | φ | ciudades con alguna área (q ≤ 0.05) | intervalos con el 1 |\n|---|---|---|---|")
    for ratio in (1.0, 2.0, 3.0):
        maps = [draw(rng, totals, np.full(AREAS, PART), ratio) for _ in range(cities)]
        for told in sorted({1.0, ratio}):
            found = [find_quotients(counts, totals, ratios=np.full(AREAS, told)) for counts in maps]
            shown = np.mean([(np.nan_to_num(one.q, nan=1.0) <= 0.05).any() for one in found])
            held = np.mean([(one.low <= 1) & (one.high >= 1) for one in found])
            print(f"| {ratio:g} | {told:g} | {100 * shown:.1f} % | {100 * held:.1f} % |")
    print("\n| cociente verdadero | área de 100 | de 490 | de 2,000 |\n|---|---|---|---|")
    for quotient in (0.5, 1.5, 2.0):
        shares = []
        for area in (8, 16, 23):
            part = np.full(AREAS, PART)
            part[area] *= quotient
            hits = [find_quotients(draw(rng, totals, part, 1.0), totals).q[area] <= 0.05 for _ in range(cities)]
            shares.append(f"{100 * np.mean(hits):.0f} %")
        print(f"| {quotient:g} | " + " | ".join(shares) + " |")


if __name__ == "__main__":
    main()
