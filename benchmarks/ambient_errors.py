"""How often `ambient_hotspots` errs: maps of chance over an uneven population, and a planted block. Prints a table.

    python -m benchmarks.ambient_errors [--maps 100]

Every map has 40 x 40 cells, 25 areas of very unequal population, and goes through the whole procedure. Exit status 1
when a promise is broken: at most 6 % of the maps of chance show a hot cell, within two standard errors.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

import numpy as np

from analysis.ambient import fit_excess
from analysis.ambient_hotspots import AmbientHotspotsParams, judge_sums
from analysis.grids import Floats, Grid, Ints
from analysis.multiple_testing import passes
from analysis.neighbours import neighbours_by_order

SIDE = 40
MOST_FALSE = 0.06
RUNS = 39  # simulated maps; 99 of the default would take twice as long and change little
BLOCK = (slice(18, 21), slice(18, 21))
Draw = Callable[[np.random.Generator, Floats], Ints]
GRID = Grid(shape="square", left=0.0, bottom=0.0, cell_size=250.0, rows=SIDE, columns=SIDE)
NEAR = neighbours_by_order(GRID, np.arange(GRID.n))
KINDS: dict[str, Draw] = {
    "Poisson": lambda rng, mean: rng.poisson(mean),
    "variance/mean 4": lambda rng, mean: rng.negative_binomial(mean / 3, 1 / 4),
    "rates gamma, size 0.5": lambda rng, mean: rng.negative_binomial(0.5, 0.5 / (0.5 + mean)),
    "rates lognormal, sigma 1": lambda rng, mean: rng.poisson(mean * np.exp(rng.normal(-0.5, 1.0, mean.shape))),
}


def make_people(rng: np.random.Generator) -> Floats:
    """Return persons per cell, alike within each of 25 areas and lognormal between them, mean 1."""
    people = np.kron(np.exp(rng.normal(0.0, 1.0, (5, 5))), np.ones((8, 8)))
    return np.asarray(people / people.mean())


def find_hot(counts: Ints, people: Floats, *, seed: int) -> np.ndarray:
    """Run the default procedure on one map; return which cells are hot."""
    params = AmbientHotspotsParams(seed=seed, runs=RUNS)
    expected = people.ravel() * counts.sum() / people.sum()
    _, hot = judge_sums(counts.ravel(), expected, NEAR, fit_excess(counts.ravel(), expected), params)
    return (passes(hot.q, 0.05) & hot.stands).reshape(SIDE, SIDE)


def measure(draw: Draw, mean: float, maps: int) -> tuple[float, float]:
    """Return how often a map of chance shows a hot cell, and how often a block of five times the rate is found."""
    rng = np.random.default_rng(20240604)
    false, found = 0, 0
    for at in range(maps):
        people = make_people(rng)
        false += bool(find_hot(draw(rng, mean * people), people, seed=at).any())
        raised = mean * people
        raised[BLOCK] *= 5
        found += bool(find_hot(draw(rng, raised), people, seed=at)[BLOCK].any())
    return false / maps, found / maps


def main() -> None:
    """Print the table; leave with 1 where a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--maps", type=int, default=100)
    maps = parser.parse_args().maps
    print(f"{maps:,} maps each\n\n| counts around the population's | mean | false alarm | found |")
    print("| --- | --- | --- | --- |")
    kept = True
    for name, draw in KINDS.items():
        for mean in (0.3, 1.0, 3.0):
            false, found = measure(draw, mean, maps)
            print(f"| {name} | {mean:g} | {false:.3f} | {found:.3f} |", flush=True)
            kept &= false <= MOST_FALSE + 2 * np.sqrt(0.05 * 0.95 / maps)
    sys.exit(0 if kept else 1)


if __name__ == "__main__":
    main()
