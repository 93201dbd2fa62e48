"""How often the tests of autocorrelation err on maps of chance, and how often they find a planted block.

    python -m benchmarks.alike_errors [--maps 2000]

Every map has 40 x 40 cells. Local tests: share of the maps with any class after the correction (what a reader would
see), and share of the cells below 5 % before it. Exit status 1 when a promise is broken: at most 6 % of the maps show a
class under any generator; with a 3 x 3 block of five times a mean of 1, at least 95 % show one.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

import numpy as np

from analysis.area_local_moran import AreaLocalMoranParams, find_alike_areas
from analysis.grids import Grid, Ints
from analysis.hot_cells import stabilise
from analysis.local_geary import LocalGearyParams, find_gaps
from analysis.local_moran import LocalMoranParams, find_alike
from analysis.moran import QUADRANTS
from analysis.neighbours import neighbours_by_order
from analysis.rates import standardise_rates
from analysis.weights import lattice_weights
from benchmarks.error_rates import BLOCK, CELL, GENERATORS, SIDE, Draw, poisson

MOST_FALSE = 0.06
LEAST_FOUND = 0.95
GRID = Grid(shape="square", left=0.0, bottom=0.0, cell_size=CELL, rows=SIDE, columns=SIDE)
NEAR = neighbours_by_order(GRID, np.arange(GRID.n))
Shown = Callable[[Ints], tuple[bool, float]]


def moran(values: str, sides: str) -> Shown:
    """Return what tells of a map whether local Moran shows a class, and how many p lie below 5 %."""
    params = LocalMoranParams(sides=sides)

    def ask(counts: Ints) -> tuple[bool, float]:
        found = find_alike(stabilise(counts) if values == "stabilised" else counts, NEAR, params)
        return bool((found.classes != "none").any()), float(np.mean(found.p <= 0.05))

    return ask


def geary(counts: Ints) -> tuple[bool, float]:
    """Tell the same of local Geary."""
    found = find_gaps(stabilise(counts), NEAR, LocalGearyParams())
    return bool((found.classes != "none").any()), float(np.mean(found.p <= 0.05))


LOCAL: dict[str, Shown] = {
    "local Moran, stabilised, two sides": moran("stabilised", "two"),
    "local Moran, counts, two sides": moran("counts", "two"),
    "local Moran, stabilised, alike only": moran("stabilised", "positive"),
    "local Geary, stabilised, two sides": geary,
}


def measure(draw: Draw, maps: int, *, planted: bool = False) -> list[tuple[float, float]]:
    """Return, per test, the share of maps with a class and of cells below 5 %."""
    rng = np.random.default_rng(20240603)
    shown = np.zeros((maps, len(LOCAL), 2))
    for at in range(maps):
        counts = draw(rng)
        if planted:
            counts[BLOCK] += np.sum([draw(rng)[BLOCK] for _ in range(4)], axis=0)
        shown[at] = [ask(counts.ravel()) for ask in LOCAL.values()]
    return [(float(any_class), float(below)) for any_class, below in shown.mean(axis=0)]


def measure_areas(side: int, maps: int, *, spread: float) -> tuple[float, float]:
    """Return the same of local Moran on the standardised rates of side x side areas, some fifty times as large.

    Parameters
    ----------
    spread
        Rates themselves are lognormal with this sigma; 0: one rate everywhere, counts differ by chance alone.
    """
    rng = np.random.default_rng(20240604)
    grid = Grid(shape="square", left=0.0, bottom=0.0, cell_size=CELL, rows=side, columns=side)
    near = lattice_weights(neighbours_by_order(grid, np.arange(grid.n)))
    params = AreaLocalMoranParams(permutations=9_999)
    shown = np.zeros((maps, 2))
    for at in range(maps):
        persons = rng.integers(1_000, 50_000, grid.n).astype(np.float64)
        rate = 0.003 * np.exp(rng.normal(-(spread**2) / 2, spread, grid.n))
        found = find_alike_areas(standardise_rates(rng.poisson(persons * rate), persons), near, params)
        shown[at] = np.isin(found.classes, QUADRANTS).any(), np.mean(found.p <= 0.05)
    any_class, below = shown.mean(axis=0)
    return float(any_class), float(below)


def main() -> int:
    """Measure and print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--maps", type=int, default=2000)
    maps = parser.parse_args().maps
    head = "| | " + " | ".join(LOCAL) + " |\n" + "| --- " * (len(LOCAL) + 1) + "|"
    print(f"Maps of chance ({maps}): maps with a class (cells with p <= 5 %)\n\n{head}")
    kept = True
    for name, draw in GENERATORS.items():
        found = measure(draw, maps)
        kept &= all(shown <= MOST_FALSE for shown, _ in found)
        print(f"| {name} | " + " | ".join(f"{shown:.3f} ({below:.3f})" for shown, below in found) + " |")
    print(f"\nA 3 x 3 block of five times the rate ({maps // 4}): maps with a class\n\n{head}")
    for mean in (0.1, 0.3, 1.0):
        found = measure(poisson(mean), maps // 4, planted=True)
        print(f"| Poisson, mean {mean} | " + " | ".join(f"{shown:.3f}" for shown, _ in found) + " |")
    kept &= found[0][0] >= LEAST_FOUND
    print(f"\nAreas of 1,000 to 50,000 persons ({maps} maps): maps with a class (areas with p <= 5 %)\n")
    print("| | one rate | lognormal rates, sigma 0.5 |\n| --- | --- | --- |")
    for side in (5, 10):
        rows = [measure_areas(side, maps, spread=spread) for spread in (0.0, 0.5)]
        kept &= all(shown <= MOST_FALSE for shown, _ in rows)
        print(f"| {side} x {side} areas | " + " | ".join(f"{shown:.3f} ({below:.3f})" for shown, below in rows) + " |")
    return int(not kept)


if __name__ == "__main__":
    sys.exit(main())
