"""How often the tests of Ripley's functions refuse what chance made, and find what was planted; prints a table.

python -m benchmarks.pattern_errors [--maps 300]

An area with a lagoon and an island, 39 runs a test, level 5 %: a right test refuses 5 % of the maps of chance.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np
import shapely

from analysis.cross_ripley import CrossRipleyParams, cross_ripley
from analysis.random_points import Ground, even_ground
from analysis.ripley import RipleyParams, ripley
from analysis.scene import Scene, points_at

REGION = shapely.union_all([shapely.box(0, 0, 6000, 4000), shapely.Point(7500, 3000).buffer(900)]).difference(
    shapely.Point(2500, 2000).buffer(800)
)
LEVEL = 0.05
Xy = tuple[np.ndarray, np.ndarray]


def scene_of(xy: Xy) -> Scene:
    return Scene(crs=32617, points=points_at(*xy), months=12, window=REGION, mask=REGION)


def at_random(n: int) -> Callable[[Ground, np.random.Generator], Xy]:
    return lambda ground, rng: ground.draw(n, rng)


def denser_in_the_east(n: int) -> Callable[[Ground, np.random.Generator], Xy]:
    def draw(ground: Ground, rng: np.random.Generator) -> Xy:
        x, y = ground.draw(12 * n, rng)
        kept = np.flatnonzero(rng.random(12 * n) < (x / 8400) ** 2)[:n]
        return x[kept], y[kept]

    return draw


def in_clusters(n: int, size: int, spread: float) -> Callable[[Ground, np.random.Generator], Xy]:
    def draw(ground: Ground, rng: np.random.Generator) -> Xy:
        parents = np.column_stack(ground.draw(max(n // size, 1), rng))
        xy = np.repeat(parents, 2 * size, axis=0) + rng.normal(0, spread, (len(parents) * 2 * size, 2))
        xy = rng.permutation(xy[shapely.contains_xy(REGION, xy)])[:n]
        return xy[:, 0], xy[:, 1]

    return draw


ONE_SIDED = [
    ("50 al azar", at_random(50), {}),
    ("300 al azar", at_random(300), {}),
    ("300 al azar, borde", at_random(300), {"edge": "border"}),
    ("300 al azar, azar tan denso como alrededor", at_random(300), {"chance": "smooth"}),
    ("300 más densos hacia el este", denser_in_the_east(300), {}),
    ("300 más densos hacia el este, azar tan denso como alrededor", denser_in_the_east(300), {"chance": "smooth"}),
    ("300 en grupos de 3, 150 m", in_clusters(300, 3, 150.0), {}),
    ("300 en grupos de 10, 150 m, azar tan denso como alrededor", in_clusters(300, 10, 150.0), {"chance": "smooth"}),
]


def share_refused(maps: int, draw: Callable[[Ground, np.random.Generator], Xy], options: dict[str, str]) -> list[float]:
    ground, refused = even_ground(REGION), np.zeros(4)
    for number in range(maps):
        rng = np.random.default_rng(number)
        params = RipleyParams(runs=39, seed=number, **options)  # type: ignore[arg-type]
        reading = ripley(scene_of(draw(ground, rng)), params).reading
        refused += [reading[name] <= LEVEL + 1e-12 for name in ("p_l", "p_g", "p_f", "p_ratio")]
    return list(refused / maps)


def share_told_apart(maps: int, *, planted: bool) -> float:
    """Two kinds among the same clusters; planted: three in ten of the second kind lie beside one of the first."""
    ground, refused = even_ground(REGION), 0
    for number in range(maps):
        rng = np.random.default_rng(number)
        xy = np.column_stack(in_clusters(300, 10, 150.0)(ground, rng))
        first, second = xy[:200], xy[200:].copy()
        if planted:
            second[:30] = first[:30] + 15.0
            second = second[shapely.contains_xy(REGION, second)]
        sides = [scene_of((side[:, 0], side[:, 1])) for side in (first, second)]
        refused += cross_ripley(*sides, CrossRipleyParams(runs=39, seed=number)).reading["p"] <= LEVEL + 1e-12
    return refused / maps


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--maps", type=int, default=300)
    maps = parser.parse_args().maps
    print("| mapas | L | G | F | Clark-Evans |\n|---|---|---|---|---|")
    for name, draw, options in ONE_SIDED:
        shares = share_refused(maps, draw, options)
        print(f"| {name} | " + " | ".join(f"{100 * one:.1f} %" for one in shares) + " |", flush=True)
    for planted in (False, True):
        told = "30 de 100 al lado de uno del otro lado" if planted else "dos clases al azar en los mismos grupos"
        share = share_told_apart(maps, planted=planted)
        print(f"| {told} (L cruzada) | {100 * share:.1f} % | | | |", flush=True)


if __name__ == "__main__":
    main()
