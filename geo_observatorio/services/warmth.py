"""Warmth: what costs seconds the first time is imported and compiled before the first question."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from analysis import STATISTICS, find_statistic
from analysis.scene import Scene, points_at

SIDE = 3000.0  # metres
WARMED: dict[str, dict[str, str]] = {  # with what options
    "hotspots": {"inference": "monte_carlo", "draws": "conditional"},  # the usual way is in `stability`
    "stability": {"resamples": "48"},
    "density": {},
    "ripley": {"runs": "39"},
    "network_density": {},
    "local_moran": {},
    "local_geary": {},
}


def warm_up() -> None:
    """Run the statistics of the map on a toy scene, so that compiled code is in memory."""
    scene = _toy_scene()
    for name, texts in WARMED.items():
        find_statistic(name).run(scene, STATISTICS[name].params.read(texts))


def _toy_scene() -> Scene:
    rng = np.random.default_rng(0)
    x, y = rng.uniform(0, SIDE, 300), rng.uniform(0, SIDE, 300)
    square = shapely.box(0, 0, SIDE, SIDE)
    areas = gpd.GeoDataFrame({"code": ["1"], "name": ["1"], "observed": [True]}, geometry=[square], crs=32617)
    streets = gpd.GeoDataFrame({"name": ["1"]}, geometry=[square.boundary], crs=32617)
    points = points_at(x, y)
    return Scene(crs=32617, points=points, months=1.0, window=square, mask=square, areas=areas, streets=streets)
