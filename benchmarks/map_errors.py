"""How often tests of a whole map reject chance at 5 %: Moran, Geary, General G, Moran of rates, join counts.

    python -m benchmarks.map_errors [--maps 2000]

Maps of 8 x 8 units, 199 deals, two sides, no correction. Exit status 1 where a permutation test rejects more than 6 %.
The analytic p stands in brackets: it is what the normal approximation would have said.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.grids import Floats, Grid
from analysis.map_tests import tabulate_tests, try_joins, try_moran, try_values
from analysis.neighbours import neighbours_by_order
from analysis.rates import standardise_rates
from analysis.weights import lattice_weights, styled

SIDE, DEALS, LEVEL, MOST_FALSE = 8, 199, 0.05, 0.06
N = SIDE * SIDE
GRID = Grid(shape="square", left=0.0, bottom=0.0, cell_size=250.0, rows=SIDE, columns=SIDE)
BINARY = lattice_weights(neighbours_by_order(GRID, np.arange(N)))
ROWS = styled(BINARY, "W")
NAMES = ("moran", "geary", "general_g", "eb_moran", "bb", "ww", "bw")
GENERATORS: dict[str, Callable[[np.random.Generator], Floats]] = {
    "Poisson, mean 0.3": lambda rng: rng.poisson(0.3, N).astype(np.float64),
    "Poisson, mean 2": lambda rng: rng.poisson(2.0, N).astype(np.float64),
    "negative binomial, variance/mean 8, mean 3": lambda rng: rng.negative_binomial(3 / 7, 1 / 8, N).astype(np.float64),
    "whole parts of a lognormal, sigma 1.5": lambda rng: np.floor(rng.lognormal(0.0, 1.5, N)),
}


@dataclass(frozen=True)
class Asked:
    """How every test is asked."""

    permutations: int = DEALS
    sides: str = "two"
    correction: str = "none"
    level: float = LEVEL


def judge(values: Floats, rng: np.random.Generator) -> Floats:
    """Return permutation and analytic p of every test of one map (tests, 2)."""
    persons = rng.integers(1_000, 50_000, N).astype(np.float64)
    rates = standardise_rates(rng.poisson(persons * 0.003), persons)
    marked = values > np.median(values)
    tests = [
        *try_values(values, ROWS, rng, runs=DEALS),
        try_moran("eb_moran", rates, ROWS, rng, runs=DEALS),
        *try_joins(marked, BINARY, rng, runs=DEALS),
    ]
    found: Floats = tabulate_tests(tests, (), Asked())[["p", "p_analytic"]].to_numpy(dtype=np.float64)
    return found


def main() -> int:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--maps", type=int, default=2000)
    maps = parser.parse_args().maps
    print("| | " + " | ".join(NAMES) + " |\n| --- " + "| --- " * len(NAMES) + "|")
    kept = True
    for name, draw in GENERATORS.items():
        rng = np.random.default_rng(20240605)
        p = np.array([judge(draw(rng), rng) for _ in range(maps)])
        rejected = np.mean(p <= LEVEL, axis=0)
        kept &= bool((rejected[:, 0] <= MOST_FALSE).all())
        print(f"| {name} | " + " | ".join(f"{one:.3f} ({other:.3f})" for one, other in rejected) + " |", flush=True)
    return int(not kept)


if __name__ == "__main__":
    sys.exit(main())
