"""Imputed hotspots under chance and with a planted block: how often a cell is hot in half of the maps.

Towns of 40 x 40 cells of 250 m in two areas. A share of the incidents has lost its point, at random; the rest has a
radius. Run: python -m benchmarks.imputed_errors [towns]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from analysis.hotspots import HotspotsParams, hotspots
from analysis.scene import Scene, points_at

SIDE, CELL, UTM = 40, 250.0, 32617
TOWNS = 300
CHANCE: dict[str, Callable[[np.random.Generator], np.ndarray]] = {
    "poisson 0.1": lambda rng: rng.poisson(0.1, (SIDE, SIDE)),
    "poisson 1": lambda rng: rng.poisson(1.0, (SIDE, SIDE)),
    "negative binomial, mean 1, variance 4": lambda rng: rng.negative_binomial(1 / 3, 1 / 4, (SIDE, SIDE)),
}
DOUBTS = ((0.0, 0.3), (150.0, 0.3), (400.0, 0.0), (400.0, 0.3))  # radius in metres, share without a point


def make_town(counts: np.ndarray, radius: float, lost: float, rng: np.random.Generator) -> Scene:
    """Scatter the incidents in their cells, report them with an error, and lose some."""
    rows, columns = np.nonzero(counts)
    n = counts[rows, columns]
    x = (np.repeat(columns, n) + rng.random(n.sum())) * CELL
    y = (np.repeat(rows, n) + rng.random(n.sum())) * CELL
    wide = SIDE * CELL
    area = (x >= wide / 2).astype(np.int64)
    away, angle = radius * np.sqrt(rng.random(len(x))), 2 * np.pi * rng.random(len(x))
    x, y = np.clip(x + away * np.cos(angle), 0, wide - 1), np.clip(y + away * np.sin(angle), 0, wide - 1)
    known = rng.random(len(x)) >= lost
    boxes = [shapely.box(0, 0, wide / 2, wide), shapely.box(wide / 2, 0, wide, wide)]
    areas = gpd.GeoDataFrame({"code": ["01", "02"], "name": ["a", "b"]}, geometry=boxes, crs=UTM)
    unplaced = pd.DataFrame({"area": [0, 1], "method": "corregimiento", "n": np.bincount(area[~known], minlength=2)})
    points = replace(points_at(x[known], y[known], radius=radius), area=(x[known] >= wide / 2).astype(np.int64))
    mask = shapely.box(0, 0, wide, wide)
    return Scene(crs=UTM, points=points, months=12.0, window=mask, mask=mask, areas=areas, unplaced=unplaced)


def main() -> None:
    """Print the shares of towns."""
    towns = int(sys.argv[1]) if len(sys.argv) > 1 else TOWNS
    params = HotspotsParams(imputations=50, shuffles=99)
    for name, draw in CHANCE.items():
        for radius, lost in DOUBTS:
            rng, plain, half, began = np.random.default_rng(1), 0, 0, time.perf_counter()
            for _ in range(towns):
                scene = make_town(draw(rng), radius, lost, rng)
                table = hotspots(scene, params).table
                half += bool((table["hot_share"] >= 0.5).any())
                plain += hotspots(scene, HotspotsParams(shuffles=99, least_placed=0.0)).reading["hot95"] > 0
            seconds = (time.perf_counter() - began) / towns
            print(
                f"{name:40} radius {radius:3.0f} m, lost {lost:3.0%}: hot in half the maps {half / towns:6.1%},",
                end=" ",
            )
            print(f"points alone {plain / towns:6.1%}; {seconds:.2f} s a town")
    for radius, lost in DOUBTS:
        rng, found = np.random.default_rng(2), 0
        for _ in range(towns // 3):
            counts = rng.poisson(1.0, (SIDE, SIDE))
            counts[10:13, 10:13] = rng.poisson(5.0, (3, 3))
            table = hotspots(make_town(counts, radius, lost, rng), params).table
            found += bool((table["hot_share"].to_numpy().reshape(SIDE, SIDE)[10:13, 10:13] >= 0.5).any())
        print(
            f"block of five times the rate, radius {radius:3.0f} m, lost {lost:3.0%}: found {found / (towns // 3):.1%}"
        )


if __name__ == "__main__":
    main()
