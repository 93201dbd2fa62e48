"""Point clusters: incidents that lie close together (DBSCAN, HDBSCAN), and how many as many at random would form.

Formula, assumptions and reading guide: docs/handbook/point_clusters.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from analysis.cluster_report import (
    FEWEST_RUNS,
    ClusterOptions,
    Find,
    Ready,
    affordable_runs,
    read_clusters,
    simulate,
    tabulate_clusters,
    take_points,
    usual_least,
)
from analysis.density_clusters import dbscan
from analysis.errors import TooManyPointsError
from analysis.grids import Floats, Ints
from analysis.params import option
from analysis.piles import find_locations
from analysis.result import Result, View
from analysis.scan_statistic import WORKERS
from analysis.scene import Scene

MOST_POINTS: Final = 10_000  # of HDBSCAN, whose time grows with their square
WORK_OF_HDBSCAN: Final = 2e8  # pairs of points that all simulations together may hold


@dataclass(frozen=True, kw_only=True)
class PointClustersParams(ClusterOptions):
    """Options of `point_clusters`, each with a default that one can defend (handbook/point_clusters.md)."""

    method: str = option("dbscan", choices=("dbscan", "hdbscan"))
    distance: float = option(150.0, unit="m", low=10.0, high=5000.0)  # of DBSCAN
    least_points: int | None = option(None, low=2, high=10_000)  # None: as many as chance hardly gives


def point_clusters(scene: Scene, params: PointClustersParams) -> Result:
    """Gather incidents into clusters, leave the others as noise, and count what chance would gather.

    Returns
    -------
    Result
        One row per cluster, the one with most incidents first: ``count``, ``locations`` (distinct coordinates),
        ``pile`` (most on one), ``class`` (``pile`` where that is more than half), ``hull_km2``, the axes of its
        ellipse, and hull or ellipse as its shape. In ``reading``: noise, and the clusters and grouped incidents of
        ``simulations`` of as many points at random in the study area.

    Raises
    ------
    NotEnoughDataError
        Fewer than three incidents in the study area.
    TooManyPointsError
        More than 10,000 for HDBSCAN, or too many within the distance.
    BelowGateError
        Too few incidents have a point, in every area.
    """
    ready = take_points(scene, params)
    n = len(ready.x)
    if params.method == "hdbscan" and n > MOST_POINTS:
        raise TooManyPointsError(needed=MOST_POINTS, found=n)
    least = params.least_points or usual_least(n, ready.area, params.distance)
    find = _finder(params, least)
    runs = _affordable(ready, params)
    labels = find(ready.x, ready.y)
    workers = WORKERS if params.method == "dbscan" else 1  # scikit-learn's configuration is not for threads
    chance = simulate(ready, find, runs=runs, seed=params.seed, workers=workers)
    table = tabulate_clusters(ready.ground.scene, ready.x, ready.y, labels, params).drop(columns="label")
    chosen = {} if params.least_points else {"least_points": least}
    return Result(
        params=params,
        table=table,
        view=View(kind="shapes", value="class", scale="point_clusters", unit=""),
        crs=scene.crs,
        n_observations=n,
        tables={"placing": ready.ground.placing},
        chosen=chosen if runs == params.simulations else {**chosen, "simulations": runs},
        left_out=ready.left_out(),
        reading={
            **read_clusters(ready, labels, table, chance),
            "method": params.method,
            "distance": params.distance,
            "least_points": least,
        },
    )


def _finder(params: PointClustersParams, least: int) -> Find:
    """Return what labels points, by the method asked for."""
    if params.method == "hdbscan":
        return lambda x, y: hdbscan(x, y, least=least)

    def by_distance(x: Floats, y: Floats) -> Ints:
        places = find_locations(x, y)
        return dbscan(places.x, places.y, places.size, distance=params.distance, least=least)[places.of_point]

    return by_distance


def hdbscan(x: Floats, y: Floats, *, least: int) -> Ints:
    """Return the labels of scikit-learn's HDBSCAN; all noise where there are too few points for a cluster."""
    from sklearn.cluster import HDBSCAN  # noqa: PLC0415  # half a second to import, and seldom asked for

    if len(x) < least or len(find_locations(x, y)) < 2:
        return np.full(len(x), -1, dtype=np.int64)
    labels = HDBSCAN(min_cluster_size=least, copy=True).fit_predict(np.column_stack([x, y]))
    return np.asarray(labels, dtype=np.int64)


def _affordable(ready: Ready, params: PointClustersParams) -> int:
    """Return how many simulations can be waited for; HDBSCAN compares all points with each other, slowly."""
    if params.method == "hdbscan":
        return min(params.simulations, max(FEWEST_RUNS, int(WORK_OF_HDBSCAN / len(ready.x) ** 2)))
    return affordable_runs(ready, params.distance, params.simulations)
