"""Nearest-neighbour clusters: incidents nearer to each other than chance would put them, and clusters of clusters.

Formula, assumptions and reading guide: docs/handbook/nearest_neighbour_clusters.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from analysis.cluster_report import (
    ClusterOptions,
    Ready,
    affordable_runs,
    rank_clusters,
    read_clusters,
    simulate,
    tabulate_clusters,
    take_points,
)
from analysis.grids import Floats, Ints
from analysis.nearest_hierarchy import chance_distance, gather_near
from analysis.params import option
from analysis.piles import find_locations
from analysis.result import Result, View
from analysis.scene import Scene


@dataclass(frozen=True, kw_only=True)
class NearestNeighbourClustersParams(ClusterOptions):
    """Options of `nearest_neighbour_clusters`, each with a default that one can defend (see its chapter)."""

    distance: float | None = option(None, unit="m", low=1.0, high=5000.0)  # None: what chance would put between them
    confidence: float = option(0.5, low=0.00001, high=0.999)  # 0.5: the mean; smaller is a shorter distance
    least_points: int = option(10, low=2, high=10_000)


def nearest_neighbour_clusters(scene: Scene, params: NearestNeighbourClustersParams) -> Result:
    """Gather incidents within a threshold of each other, then the clusters in turn, and count what chance would gather.

    Returns
    -------
    Result
        As of `point_clusters`, with ``order`` 1 or 2: a second-order cluster (class ``second_order``) gathers at least
        ``least_points`` middles of first-order ones; its ``count`` is their incidents and ``members`` their number.

    Raises
    ------
    NotEnoughDataError
        Fewer than three incidents in the study area.
    TooManyPointsError
        Too many within the distance.
    BelowGateError
        Too few incidents have a point, in every area.
    """
    ready = take_points(scene, params)
    n = len(ready.x)
    distance = params.distance or chance_distance(n, ready.area, confidence=params.confidence)

    def find(x: Floats, y: Floats) -> Ints:
        places = find_locations(x, y)
        gathered = gather_near(places.x, places.y, places.size, distance=distance, least=params.least_points)
        return gathered[places.of_point]

    runs = affordable_runs(ready, distance, params.simulations)
    labels = find(ready.x, ready.y)
    chance = simulate(ready, find, runs=runs, seed=params.seed)
    first = tabulate_clusters(ready.ground.scene, ready.x, ready.y, labels, params)
    first = first.drop(columns="label").assign(members=0)
    second = _gather_again(ready, labels, params)
    table = rank_clusters(pd.concat([first, second], ignore_index=True)) if len(second) else first
    chosen = {} if params.distance else {"distance": distance}
    return Result(
        params=params,
        table=table,
        view=View(kind="shapes", value="class", scale="nearest_neighbour_clusters", unit=""),
        crs=scene.crs,
        n_observations=n,
        tables={"placing": ready.ground.placing},
        chosen=chosen if runs == params.simulations else {**chosen, "simulations": runs},
        left_out=ready.left_out(),
        reading={
            **read_clusters(ready, labels, table, chance),
            "distance": distance,
            "least_points": params.least_points,
            "second_order": len(second),
        },
    )


def _gather_again(ready: Ready, labels: Ints, params: NearestNeighbourClustersParams) -> gpd.GeoDataFrame:
    """Gather the middles of the clusters, by the distance that chance would put between so many."""
    n = int(labels.max(initial=-1)) + 1
    inside = labels >= 0
    size = np.bincount(labels[inside], minlength=n)
    x, y = (np.bincount(labels[inside], weights=values[inside], minlength=n) / size for values in (ready.x, ready.y))
    distance = chance_distance(n, ready.area, confidence=params.confidence) if n else 0.0
    of_cluster = gather_near(x, y, np.ones(n, dtype=np.int64), distance=distance, least=params.least_points)
    again = np.where(inside, np.append(of_cluster, -1)[labels], -1)
    frame = tabulate_clusters(ready.ground.scene, ready.x, ready.y, again, params)
    members = np.bincount(of_cluster[of_cluster >= 0], minlength=len(frame))
    told = {"order": 2, "members": members[frame["label"].to_numpy(dtype=np.int64)], "class": "second_order"}
    return frame.assign(**told).drop(columns="label")
