"""What clusters of points tell: a row and an outline each, piles marked, and what as many at random would form."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy import stats

from analysis.assignment import assign
from analysis.cluster_outlines import convex_hull, deviational_ellipse, make_visible, members_of
from analysis.errors import NotEnoughDataError, TooManyPointsError
from analysis.gate import Ground, open_ground
from analysis.grids import Floats, Ints
from analysis.params import Params, option
from analysis.piles import Locations, find_locations, largest_piles
from analysis.places import name_nearest
from analysis.random_points import even_ground
from analysis.scan_statistic import WORKERS
from analysis.scene import NO_AREA, Scene

LEAST_POINTS: Final = 3
PILE: Final = 0.5  # of a cluster's points on one coordinate: more is a pile, not a cluster
FEWEST_RUNS: Final = 5
LEAST_FOR_P: Final = 19  # fewer simulations cannot tell 5 %
WORK: Final = 6e9  # comparisons of two points that all simulations may take: some ten seconds of one processor
A_POINT: Final = 350  # comparisons that its own handling is worth
INTERVAL: Final = (0.025, 0.975)
COLUMNS: Final = (
    "rank",
    "name",
    "area_name",
    "class",
    "order",
    "count",
    "locations",
    "pile",
    "hull_km2",
    "x",
    "y",
    "major_m",
    "minor_m",
    "direction",
    "label",
)

Find = Callable[[Floats, Floats], Ints]  # labels of points, -1 for none


@dataclass(frozen=True, kw_only=True)
class ClusterOptions(Params):
    """What every way of clustering may be asked."""

    outline: str = option("hull", choices=("hull", "ellipse"))
    simulations: int = option(99, low=19, high=999)
    seed: int = option(20240601, low=0)
    least_placed: float = option(0.85, low=0.0, high=1.0)  # below it an area shows no clusters


@dataclass(frozen=True, kw_only=True, eq=False)
class Ready:
    """Points inside the study area, their locations, and the ground they lie on."""

    ground: Ground
    x: Floats
    y: Floats
    places: Locations
    outside: int

    @property
    def area(self) -> float:
        """Square metres of the study area."""
        return float(self.ground.scene.mask.area)

    def left_out(self) -> dict[str, int]:
        """Return the points not used, by reason."""
        reasons = {"outside_mask": self.outside, "below_gate": self.ground.left_out}
        return {reason: n for reason, n in reasons.items() if n}


@dataclass(frozen=True, kw_only=True, eq=False)
class Chance:
    """What as many points at random in the study area form: clusters, and points inside them, per simulation."""

    clusters: Ints
    grouped: Ints


def take_points(scene: Scene, params: ClusterOptions) -> Ready:
    """Open the ground and keep the points inside the study area; raise NotEnoughDataError below three."""
    ground = open_ground(scene, least=params.least_placed)
    points, mask = ground.scene.points, ground.scene.mask
    if mask.is_empty:
        raise NotEnoughDataError(needed=1, found=0)
    shapely.prepare(mask)
    inside = np.asarray(shapely.intersects_xy(mask, points.x, points.y))
    if inside.sum() < LEAST_POINTS:
        raise NotEnoughDataError(needed=LEAST_POINTS, found=int(inside.sum()))
    x, y = points.x[inside], points.y[inside]
    return Ready(ground=ground, x=x, y=y, places=find_locations(x, y), outside=int(np.sum(~inside)))


def affordable_runs(ready: Ready, distance: float, simulations: int) -> int:
    """Return how many simulations can be waited for; raise TooManyPointsError where not even five can."""
    pairs = 9 * distance**2 / ready.area  # comparisons of a simulation, for each pair of points there are
    n = len(ready.x)
    runs = int(WORK / (A_POINT * n + pairs * n**2))
    if runs < FEWEST_RUNS:
        most = ((A_POINT**2 + 4 * pairs * WORK / FEWEST_RUNS) ** 0.5 - A_POINT) / (2 * pairs)
        raise TooManyPointsError(needed=int(most), found=n)
    return min(simulations, runs)


def simulate(ready: Ready, find: Find, *, runs: int, seed: int, workers: int = WORKERS) -> Chance:
    """Cluster as many points as there are, fallen at random in the study area, again and again."""
    ground, n = even_ground(ready.ground.scene.mask), len(ready.x)

    def run(rng: np.random.Generator) -> tuple[int, int]:
        labels = find(*ground.draw(n, rng))
        return int(labels.max(initial=-1)) + 1, int(np.sum(labels >= 0))

    with ThreadPoolExecutor(workers) as pool:
        counts = np.array(list(pool.map(run, np.random.default_rng(seed).spawn(runs))), dtype=np.int64)
    return Chance(clusters=counts[:, 0], grouped=counts[:, 1])


def tabulate_clusters(scene: Scene, x: Floats, y: Floats, labels: Ints, params: ClusterOptions) -> gpd.GeoDataFrame:
    """Return one row per cluster, the one with most points first, with its outline.

    ``class`` is ``pile`` where more than half of the points lie on one coordinate, else ``cluster``. ``x``, ``y``,
    ``major_m``, ``minor_m``, ``direction`` are of the ellipse; ``label`` is the cluster's number.
    """
    groups = members_of(labels)
    piles = largest_piles(labels, x, y, groups=len(groups))
    rows, shapes = [], []
    for label, group in enumerate(groups):
        hull, ellipse = convex_hull(x[group], y[group]), deviational_ellipse(x[group], y[group])
        shapes.append(make_visible(hull) if params.outline == "hull" else ellipse.polygon())
        rows.append(
            {
                "class": "pile" if piles[label] > PILE * len(group) else "cluster",
                "order": 1,
                "count": len(group),
                "locations": len(find_locations(x[group], y[group])),
                "pile": int(piles[label]),
                "hull_km2": float(shapely.area(hull)) / 1e6,
                "x": ellipse.x,
                "y": ellipse.y,
                "major_m": ellipse.major,
                "minor_m": ellipse.minor,
                "direction": ellipse.direction,
                "label": label,
            }
        )
    frame = gpd.GeoDataFrame(pd.DataFrame(rows, columns=COLUMNS), geometry=shapes, crs=scene.crs)
    frame["name"] = name_nearest(scene.places, frame.geometry.to_numpy())
    frame["area_name"] = _name_areas(scene, frame)
    return rank_clusters(frame)


def rank_clusters(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Sort by order, points and place, and number the rows."""
    frame = frame.sort_values(["order", "count", "x", "y"], ascending=[True, False, True, True], ignore_index=True)
    frame["rank"] = np.arange(1, len(frame) + 1)
    return frame


def read_clusters(ready: Ready, labels: Ints, clusters: pd.DataFrame, chance: Chance) -> dict[str, Any]:
    """Gather the facts from which the page writes: what, how sure, what not to conclude."""
    first = clusters[clusters["order"] == 1]
    grouped, n = int(np.sum(labels >= 0)), len(first)
    (fewest, most), (low, high) = (np.quantile(part, INTERVAL) for part in (chance.clusters, chance.grouped))
    return {
        "incidents": len(labels),
        "locations": len(ready.places),
        "clusters": n,
        "grouped": grouped,
        "noise": len(labels) - grouped,
        "piles": int(np.sum(first["class"] == "pile")),
        "largest": int(first["count"].max()) if n else 0,
        "largest_pile": int(ready.places.size.max()),
        "simulations": len(chance.clusters),
        "chance_clusters": float(chance.clusters.mean()),
        "chance_clusters_low": float(fewest),
        "chance_clusters_high": float(most),
        "chance_grouped": float(chance.grouped.mean()),
        "chance_grouped_low": float(low),
        "chance_grouped_high": float(high),
        "p_clusters": _upper_p(n, chance.clusters),
        "p_grouped": _upper_p(grouped, chance.grouped),
        "mask_km2": ready.area / 1e6,
        "gate": ready.ground.read(),
    }


def usual_least(n: int, area: float, distance: float, *, rare: float = 0.001) -> int:
    """Return how many points within a distance chance alone gives to fewer than one neighbourhood in a thousand."""
    expected = (n - 1) / area * np.pi * distance**2
    return max(5, int(stats.poisson.ppf(1 - rare, expected)) + 2)


def _upper_p(seen: int, by_chance: Ints) -> float | None:
    """Return the p of as many or more by chance; None where the simulations are too few to tell."""
    if len(by_chance) < LEAST_FOR_P:
        return None
    return (int(np.sum(by_chance >= seen)) + 1) / (len(by_chance) + 1)


def _name_areas(scene: Scene, frame: pd.DataFrame) -> list[str]:
    names = [*scene.areas["name"].astype(str), ""]
    if len(frame) == 0 or len(scene.areas) == 0:
        return [""] * len(frame)
    inside = assign(frame["x"].to_numpy(dtype=np.float64), frame["y"].to_numpy(dtype=np.float64), scene.areas)
    return [names[area if area != NO_AREA else -1] for area in inside]
