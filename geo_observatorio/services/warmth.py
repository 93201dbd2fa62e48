"""Warmth: what costs seconds the first time is imported and compiled before the first question."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import shapely

from analysis import find_statistic
from analysis.scene import Population, Scene, points_at

SIDE = 3000.0  # metres
WARMED: dict[str, dict[str, str]] = {  # with what options
    "hotspots": {"inference": "monte_carlo", "draws": "conditional"},  # the usual way is in `stability`
    "stability": {"resamples": "48"},
    "density": {"adaptive": "true"},
    "ripley": {"runs": "39"},
    "cross_ripley": {"runs": "39"},
    "network_density": {},
    "local_moran": {},
    "area_local_moran": {"permutations": "999"},
    "global_autocorrelation": {"permutations": "199"},
    "local_geary": {},
    "scan": {"replications": "99"},
    "point_clusters": {"simulations": "19"},
    "nearest_neighbour_clusters": {"simulations": "19"},
}


def warm_up() -> None:
    """Run the statistics of the map on a toy scene, so that compiled code is in memory."""
    scene = _toy_scene()
    for name, texts in WARMED.items():
        statistic = find_statistic(name)
        statistic.run(*[scene] * statistic.sides, statistic.params.read(texts))


def _toy_scene() -> Scene:
    rng = np.random.default_rng(0)
    x, y = rng.uniform(0, SIDE, 300), rng.uniform(0, SIDE, 300)
    square = shapely.box(0, 0, SIDE, SIDE)
    streets = gpd.GeoDataFrame({"name": ["1"]}, geometry=[square.boundary], crs=32617)
    half = SIDE / 2
    quarters = [shapely.box(c * half, r * half, (c + 1) * half, (r + 1) * half) for r in range(2) for c in range(2)]
    codes = ["1", "2", "3", "4"]
    areas = gpd.GeoDataFrame({"code": codes, "name": codes, "observed": [True] * 4}, geometry=quarters, crs=32617)
    points = replace(points_at(x, y), area=(x >= half) + 2 * (y >= half).astype(np.int64))
    people = Population(persons=np.array([1e4, 2e4, 3e4, 4e4]), vintage="", kind="residential", source="")
    return Scene(
        crs=32617,
        points=points,
        months=1.0,
        window=square,
        mask=square,
        areas=areas,
        population=people,
        streets=streets,
    )
