"""Hotspots over imputed locations beside the plain map run as often; prints a markdown table.

    python benchmarks/imputation.py [--cells 16000 100000] [--maps 50 200 500]

Cities of 250 m cells with 0.85 incidents a cell, 30 % of them without a point in one of 26 strips, the rest with a
radius of 100 m. The plain map has its own table of p and 199 shuffles each time; imputed maps share the shuffles of
the first.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from analysis.hotspots import HotspotsParams, hotspots
from analysis.scene import Points, Scene, points_at

CELL, STRIPS, UTM = 250.0, 26, 32617
LOST, RADIUS, MEAN = 0.3, 100.0, 0.85


def make_city(cells: int) -> Scene:
    """Make a square city in strips, with clustered incidents."""
    rng, side = np.random.default_rng(cells), round(cells**0.5)
    wide = side * CELL
    n = int(MEAN * cells)
    x, y = rng.uniform(0, wide, n), rng.uniform(0, wide, n)
    x[: n // 5], y[: n // 5] = (np.clip(rng.normal(wide / 3, wide / 40, n // 5), 0, wide - 1) for _ in range(2))
    area = np.minimum((x / wide * STRIPS).astype(np.int64), STRIPS - 1)
    known = rng.random(n) >= LOST
    strips = [shapely.box(i * wide / STRIPS, 0, (i + 1) * wide / STRIPS, wide) for i in range(STRIPS)]
    areas = gpd.GeoDataFrame({"code": [f"{i:02}" for i in range(STRIPS)], "name": "a"}, geometry=strips, crs=UTM)
    lost = np.bincount(area[~known], minlength=STRIPS)
    bare = points_at(x[known], y[known], radius=RADIUS)
    points = Points(x=bare.x, y=bare.y, radius=bare.radius, area=area[known], day=bare.day, hour=bare.hour)
    unplaced = pd.DataFrame({"area": np.arange(STRIPS), "method": "corregimiento", "n": lost})
    town = shapely.box(0, 0, wide, wide)
    return Scene(crs=UTM, points=points, months=12.0, window=town, mask=town, areas=areas, unplaced=unplaced)


def seconds(run: Callable[[], object]) -> float:
    """Return how long one run takes."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--cells", type=int, nargs="+", default=[16_000, 100_000])
    parser.add_argument("--maps", type=int, nargs="+", default=[50, 200, 500])
    asked = parser.parse_args()
    hotspots(make_city(2_500), HotspotsParams(imputations=50))  # compile
    plain = HotspotsParams(least_placed=0.0)
    hotspots(make_city(2_500), plain)
    print("| cells | incidents | plain map | " + " | ".join(f"{n} maps" for n in asked.maps) + " | 50 plain maps |")
    print("|" + "---|" * (4 + len(asked.maps)))
    for cells in asked.cells:
        city = make_city(cells)
        once = seconds(lambda city=city: hotspots(city, plain))
        times = [seconds(lambda city=city, n=n: hotspots(city, HotspotsParams(imputations=n))) for n in asked.maps]
        told = " | ".join(f"{one:.2f} s" for one in [once, *times, 50 * once])
        print(f"| {cells:,} | {city.n_incidents:,} | {told} |")


if __name__ == "__main__":
    main()
