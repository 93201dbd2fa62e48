"""How often `hotspots` errs: maps of chance, a planted block, one extreme cell. Prints three markdown tables.

    python -m benchmarks.error_rates [--maps 2000]
    python -m benchmarks.error_rates --options [--maps 200]

With ``--options`` it prints one table instead: every declared option, under chance and with the planted block.

Every map has 40 x 40 cells and goes through the whole procedure, safeguard included. Exit status 1 when a promise is
broken: at most 6 % of the maps of chance show a hot cell (without correction, which promises nothing, all may); a
3 x 3 block of five times the rate, at mean 1, has a hot cell in at least 95 %; 100 incidents in one cell with empty
neighbours, the fullest of the map, are always the first place.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

import numpy as np
import shapely

from analysis.grids import Grid, Ints
from analysis.hot_cells import HotCells, HotspotsParams, find_hot_cells
from analysis.hotspots import hotspots
from analysis.neighbours import neighbours_by_order
from analysis.scene import Scene, points_at

SIDE = 40
CELL = 250.0
MOST_FALSE = 0.06
LEAST_FOUND = 0.95
BLOCK = (slice(18, 21), slice(18, 21))
FULL = 100
Draw = Callable[[np.random.Generator], Ints]


def poisson(mean: float) -> Draw:
    """Make maps of one rate everywhere."""
    return lambda rng: rng.poisson(mean, (SIDE, SIDE))


def negative_binomial(mean: float, ratio: float) -> Draw:
    """Make maps whose variance is ``ratio`` times their mean."""
    return lambda rng: rng.negative_binomial(mean / (ratio - 1), 1 / ratio, (SIDE, SIDE))


def lognormal_rates(mean: float) -> Draw:
    """Make maps where each cell has its own rate, lognormal with sigma 1."""
    return lambda rng: rng.poisson(mean * np.exp(rng.normal(-0.5, 1.0, (SIDE, SIDE))))


GENERATORS: dict[str, Draw] = {
    "Poisson, mean 0.1": poisson(0.1),
    "Poisson, mean 1": poisson(1.0),
    "negative binomial, variance/mean 4, mean 1": negative_binomial(1.0, 4.0),
    "negative binomial, variance/mean 8, mean 3": negative_binomial(3.0, 8.0),
    "Poisson with lognormal rates, mean 1": lognormal_rates(1.0),
}
OPTIONS: dict[str, dict[str, str]] = {
    "the usual: Gi*, stabilised, own value dealt, exact, BH": {},
    "Gi": {"measure": "gi"},
    "conditional": {"draws": "conditional"},
    "counts": {"values": "counts"},
    "counts, conditional": {"values": "counts", "draws": "conditional"},
    "two rings": {"order": "2"},
    "BY": {"correction": "by"},
    "maximum of the whole map": {"correction": "max_statistic"},
    "no correction": {"correction": "none"},
    "weights falling with distance, Monte Carlo": {"weights": "decay", "inference": "monte_carlo", "shuffles": "99"},
}
TRIED = ("Poisson, mean 1", "negative binomial, variance/mean 4, mean 1")
SLOW = 4  # so many times fewer maps where p are drawn
GRID = Grid(shape="square", left=0.0, bottom=0.0, cell_size=CELL, rows=SIDE, columns=SIDE)
NEAR = neighbours_by_order(GRID, np.arange(GRID.n))


def find(counts: Ints, *, seed: int, params: HotspotsParams | None = None) -> HotCells:
    """Run the procedure, the default one where no other is asked for, on one map."""
    params = params or HotspotsParams()
    near = NEAR if params.order == 1 else neighbours_by_order(GRID, np.arange(GRID.n), order=params.order)
    return find_hot_cells(counts.ravel(), near, params, np.random.default_rng(seed))


def measure_false_alarms(draw: Draw, maps: int) -> tuple[float, float, float]:
    """Return the share of maps with a hot cell, with one but for the safeguard, and with a foco."""
    rng = np.random.default_rng(20240601)
    shown = np.zeros((maps, 3), dtype=bool)
    for at in range(maps):
        found = find(draw(rng), seed=at)
        shown[at] = found.is_hot.any(), found.hot.significant > 0, found.is_foco.any()
    hot, unguarded, foco = shown.mean(axis=0)
    return float(hot), float(unguarded), float(foco)


def measure_power(draw: Draw, maps: int, params: HotspotsParams | None = None) -> float:
    """Return how often a block with the sum of five maps has a hot cell."""
    rng = np.random.default_rng(20240602)
    hits = 0
    for at in range(maps):
        counts = draw(rng)
        counts[BLOCK] = sum(draw(rng)[BLOCK] for _ in range(5))
        hits += bool(find(counts, seed=at, params=params).is_hot.reshape(SIDE, SIDE)[BLOCK].any())
    return hits / maps


def measure_extreme(draw: Draw, maps: int) -> float:
    """Return how often 100 incidents in one cell, empty around it and no cell as full, come first among the places."""
    rng = np.random.default_rng(20240603)
    centre = shapely.Point(*GRID.centres(np.array([19 * SIDE + 19]))[0])
    land = shapely.box(0, 0, SIDE * CELL, SIDE * CELL)
    first = 0
    for _ in range(maps):
        counts = np.minimum(draw(rng), FULL - 1)
        counts[BLOCK] = 0
        counts[19, 19] = FULL
        x, y = np.repeat(GRID.centres(), counts.ravel(), axis=0).T
        scene = Scene(crs=32617, points=points_at(x, y), months=12.0, window=land, mask=land)
        places = hotspots(scene, HotspotsParams()).tables["places"]
        first += bool(len(places) and places.geometry.iloc[0].contains(centre))
    return first / maps


def report_false_alarms(maps: int) -> bool:
    """Print the share of false alarms by generator; return whether all keep the promise."""
    print(f"{maps:,} maps of chance: share with at least one\n\n| generator | hot cell | without safeguard | foco |")
    print("| --- | --- | --- | --- |")
    kept = True
    for name, draw in GENERATORS.items():
        hot, unguarded, foco = measure_false_alarms(draw, maps)
        print(f"| {name} | {hot:.4f} | {unguarded:.4f} | {foco:.4f} |", flush=True)
        kept &= hot <= MOST_FALSE
    return kept


def report_options(maps: int) -> bool:
    """Print false alarms and power of every option; return whether those that promise something keep it."""
    print(f"{maps:,} maps each ({maps // SLOW:,} where p are drawn)\n")
    print("| option | " + " | ".join(f"false, {name} | found, {name}" for name in TRIED) + " |")
    print("| --- |" + " --- |" * 2 * len(TRIED))
    kept = True
    for name, texts in OPTIONS.items():
        params, figures = HotspotsParams.read(texts), []
        runs = maps // SLOW if params.inference == "monte_carlo" else maps
        for draw in (GENERATORS[one] for one in TRIED):
            rng = np.random.default_rng(20240606)
            false = np.mean([find(draw(rng), seed=at, params=params).is_hot.any() for at in range(runs)])
            figures += [float(false), measure_power(draw, runs, params)]
            kept &= params.correction == "none" or false <= MOST_FALSE + 2 * np.sqrt(0.05 * 0.95 / runs)
        print(f"| {name} | " + " | ".join(f"{figure:.3f}" for figure in figures) + " |", flush=True)
    return kept


def report_power(maps: int) -> bool:
    """Print how often a planted block is found; return whether it is at Poisson mean 1."""
    print(f"\n{maps:,} maps with a block of 3 x 3 cells at five times the rate\n\n| generator | found |\n| --- | --- |")
    found = {name: measure_power(draw, maps) for name, draw in GENERATORS.items()}
    print("\n".join(f"| {name} | {share:.4f} |" for name, share in found.items()), flush=True)
    return found["Poisson, mean 1"] >= LEAST_FOUND


def report_extreme(maps: int) -> bool:
    """Print how often one extreme cell comes first; return whether it always does."""
    print(f"\n{maps:,} maps with {FULL} incidents in one cell, empty around it\n\n| generator | first place |")
    print("| --- | --- |")
    first = {name: measure_extreme(draw, maps) for name, draw in GENERATORS.items()}
    print("\n".join(f"| {name} | {share:.4f} |" for name, share in first.items()))
    return all(share == 1.0 for share in first.values())


def main() -> None:
    """Print the tables; leave with 1 where a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--maps", type=int)
    parser.add_argument("--options", action="store_true")
    asked = parser.parse_args()
    if asked.options:
        sys.exit(0 if report_options(asked.maps or 200) else 1)
    maps = asked.maps or 2000
    kept = [report_false_alarms(maps), report_power(maps), report_extreme(max(1, maps // 4))]
    sys.exit(0 if all(kept) else 1)


if __name__ == "__main__":
    main()
