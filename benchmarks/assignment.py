"""Assignment of points to areas, beside `geopandas.sjoin` and a loop of `shapely.contains_xy`; prints a markdown table.

python benchmarks/assignment.py [--points 1000000] [--layers ../shared/data/layers]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from analysis.assignment import AreaIndex

LAYERS = Path(__file__).resolve().parents[2] / "shared/data/layers"


def read_corregimientos(folder: Path) -> gpd.GeoDataFrame:
    """Read the corregimientos of the district of Panamá."""
    areas = gpd.read_file(folder / "corregimientos_panama_sanmiguelito_35_pob2023.gpkg").to_crs(32617)
    areas["code"] = areas["CODIGO"].astype(str).str.zfill(6)
    return areas[areas["code"].str.startswith("0808")].reset_index(drop=True)


def read_colonias(folder: Path) -> gpd.GeoDataFrame:
    """Read the neighbourhoods of Mexico City; they have no code."""
    areas = gpd.read_file(folder / "cdmx_colonias.geojson").to_crs(32614)
    return areas.assign(code=areas["alcaldia"] + areas["colonia"])


def scatter(areas: gpd.GeoDataFrame, n: int, rng: np.random.Generator) -> tuple[Any, Any]:
    """Scatter points around the areas' middles: incidents lie where people live, some in no area."""
    middle = shapely.get_coordinates(areas.representative_point())[rng.integers(len(areas), size=n)]
    x, y = (middle + rng.normal(0, 1500, (n, 2))).T
    return x, y


def smallest_by_sjoin(x: Any, y: Any, areas: gpd.GeoDataFrame) -> Callable[[], Any]:
    """Return the usual way: a spatial join, then the smallest area of each point."""
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(x, y), crs=areas.crs)
    return lambda: gpd.sjoin(points, areas[["geometry"]], predicate="within")


def smallest(joined: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, n: int) -> Any:
    """Return the position of the smallest area of each joined point, by code on ties; -1 for none."""
    order = np.lexsort([areas["code"], areas.area.round(3)])
    rank = np.argsort(order)
    best = np.full(n, len(areas))
    np.minimum.at(best, joined.index.to_numpy(), rank[joined["index_right"].to_numpy()])
    return np.append(order, -1)[best]


def contains_loop(x: Any, y: Any, areas: gpd.GeoDataFrame) -> Callable[[], Any]:
    """Return a loop over prepared polygons."""
    polygons = areas.geometry.to_numpy()
    shapely.prepare(polygons)
    return lambda: [shapely.contains_xy(polygon, x, y) for polygon in polygons]


def best_of(run: Callable[[], Any], times: int) -> tuple[float, Any]:
    """Return the shortest of some runs (seconds) and the last answer."""
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        answer = run()
        seconds.append(time.perf_counter() - start)
    return min(seconds), answer


def measure(name: str, areas: gpd.GeoDataFrame, n: int) -> str:
    """Return one row of the table."""
    x, y = scatter(areas, n, np.random.default_rng(0))
    AreaIndex(areas).locate(x[:10], y[:10])  # compiled before it is timed
    build, index = best_of(lambda: AreaIndex(areas), 3)
    ours, found = best_of(lambda: index.locate(x, y), 7)
    joined, frame = best_of(smallest_by_sjoin(x, y, areas), 2)
    loop, _ = best_of(contains_loop(x, y, areas), 1)
    different = int((found != smallest(frame, areas, n)).sum())
    return (
        f"| {name} | {build * 1e3:.0f} ms | {ours * 1e3:.1f} ms | {joined:.2f} s | {joined / ours:.0f}x |"
        f" {joined / (ours + build):.0f}x | {loop:.2f} s | {different} |"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--layers", type=Path, default=LAYERS)
    options = parser.parse_args()
    print(f"{options.points:,} points\n")
    print("| areas | index | locate | sjoin | faster | with the index | contains_xy loop | differences |")
    print("|---|---|---|---|---|---|---|---|")
    print(measure("26 corregimientos", read_corregimientos(options.layers), options.points))
    print(measure("1,651 colonias", read_colonias(options.layers), options.points))


if __name__ == "__main__":
    main()
