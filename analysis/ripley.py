"""Ripley: at which distances the incidents are closer together, or farther apart, than points at random would be.

Formula, assumptions and reading guide: docs/handbook/ripley.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, Final, cast

import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from analysis.envelopes import Envelope, envelop, find_ranges
from analysis.errors import NotEnoughDataError, TooManySidesError
from analysis.gate import LEAST_PLACED, open_ground
from analysis.grids import Floats
from analysis.params import Params, option
from analysis.point_functions import (
    Correction,
    Study,
    besag_l,
    clark_evans,
    empty_f,
    nearest_g,
    nearest_other,
    open_study,
    ripley_k,
)
from analysis.random_points import even_ground, smooth_ground
from analysis.result import Result, View, finite
from analysis.scene import Points, Region, Scene, points_at, require_points
from analysis.study_cells import StudyCells, count_in_cells

LEAST_POINTS: Final = 10
STEPS: Final = 50  # distances
USUAL_FARTHEST: Final = 1000.0  # metres
OF_SHORTER_SIDE: Final = 0.25  # beyond it the edge says more than the points
CURVES: Final = ("l", "g", "f")
WORKERS: Final = 2
MOST_PAIRS: Final = 200_000_000  # of points at random, in all runs
MOST_DRAWN: Final = 1_500_000  # points, in all runs
ISOTROPIC: Final = 10  # times slower, with the few sides near a point; a tenth of a time for each side in reach
MOST_SIDES: Final = 500  # of an area, for the isotropic correction
LEAST_SAMPLE: Final = 100
WIDEST_REACH: Final = 10  # cells


@dataclass(frozen=True, kw_only=True)
class RipleyParams(Params):
    """Options of `ripley`, each with a default that one can defend (handbook/ripley.md)."""

    farthest: float | None = option(None, unit="m", low=50.0, high=20_000.0)  # None: 1 km, or a quarter of the side
    edge: str = option("translation", choices=("translation", "isotropic", "border"))
    chance: str = option("even", choices=("even", "smooth"))
    repeated: str = option("once", choices=("once", "all"))  # incidents at exactly one coordinate
    runs: int = option(199, low=39, high=1999)
    level: float = option(0.05, choices=(0.01, 0.05, 0.1))
    most_points: int = option(5000, low=100, high=50_000)  # beyond it a sample: K, L do not change with thinning
    cell_size: float = option(250.0, unit="m", low=100.0, high=5000.0)
    seed: int = option(20240601, low=0)
    least_placed: float = option(LEAST_PLACED, low=0.0, high=1.0)  # below it an area shows no points


@dataclass(frozen=True, kw_only=True, eq=False)
class Used:
    """The points that enter, and how many do not."""

    x: Floats
    y: Floats
    outside: int
    repeated: int
    sampled_out: int


def ripley(scene: Scene, params: RipleyParams) -> Result:
    """Compare the distances between incidents with those between points at random on the same ground.

    Returns
    -------
    Result
        One row per study cell: ``count`` of the points used, ``around`` (those nearer to its centre than the distance
        at which the pattern differs most from chance, or than the size of a cell), ``around_ratio`` (their number over
        that of points spread evenly over the study area).
        ``tables["functions"]``: per ``distance``, ``k``, and for L(r) - r (``l``), G (``g``) and F (``f``) the value,
        and of chance its ``_mean``, ``_low`` and ``_high`` (the whole curve), ``_point_low`` and ``_point_high`` (that
        distance alone).

    Raises
    ------
    TooManySidesError
        The isotropic correction is asked for an area with too many sides to be exact in a sensible time.
    NotEnoughDataError
        Fewer than ten points in the study area.
    BelowGateError
        Too few incidents have a point, in every area.
    """
    require_points(scene.points, at_least=LEAST_POINTS)
    ground = open_ground(scene, least=params.least_placed)
    region = ground.scene.mask
    if region.is_empty:
        raise NotEnoughDataError(needed=1, found=0)
    rng = np.random.default_rng(params.seed)
    farthest = params.farthest or usual_farthest(region)
    used = take_points(ground.scene.points, region, farthest, params, rng)
    study = open_study(region, step=farthest / STEPS, steps=STEPS)
    require_feasible(study, params.edge)
    envelopes = _test(used, region, study, params, rng)
    k = ripley_k(used.x, used.y, study, cast(Correction, params.edge))
    reach = choose_reach(float(study.distances[envelopes["l"].farthest]), params.cell_size)
    points = points_at(used.x, used.y)
    cells = count_in_cells(replace(ground.scene, points=points), cell_size=params.cell_size, cell_shape="square")
    left_out = {
        "outside_mask": used.outside,
        "below_gate": ground.left_out,
        "repeated_point": used.repeated,
        "sampled_out": used.sampled_out,
    }
    return Result(
        params=params,
        table=_tabulate_cells(cells, used, reach),
        view=View(kind="cells", value="around_ratio", scale="diverging", unit="ratio_to_mean", centre=1.0),
        crs=scene.crs,
        n_observations=len(used.x),
        grid=cells.grid,
        tables={"functions": _tabulate_functions(k, study, envelopes), "placing": ground.placing},
        chosen={} if params.farthest else {"farthest": farthest},
        left_out={reason: n for reason, n in left_out.items() if n},
        reading={**_read(scene.points, used, study, envelopes, params), "gate": ground.read()},
    )


def take_points(
    points: Points, region: Region, farthest: float, params: RipleyParams, rng: np.random.Generator
) -> Used:
    """Take the points inside the region, each coordinate once unless all are asked for, and a sample of very many."""
    shapely.prepare(region)
    inside = shapely.contains_xy(region, points.x, points.y)
    places = np.column_stack([points.x[inside], points.y[inside]])
    places = places[np.lexsort((places[:, 1], places[:, 0]))]  # so that the sample does not depend on the rows' order
    once = np.ones(len(places), dtype=bool)
    if params.repeated == "once":
        once[1:] = (places[1:] != places[:-1]).any(axis=1)
    kept = places[once]
    if len(kept) < LEAST_POINTS:
        raise NotEnoughDataError(needed=LEAST_POINTS, found=len(kept))
    slower = ISOTROPIC if params.edge == "isotropic" else 1
    most = min(params.most_points, MOST_DRAWN // (slower * params.runs))
    if params.edge == "isotropic":
        slower = max(slower, round(_sides_within(region, farthest) / ISOTROPIC))
    most = max(min(most, most_for(region, farthest, 3 * slower * params.runs)), LEAST_SAMPLE)
    if len(kept) > most:
        kept = kept[np.sort(rng.choice(len(kept), most, replace=False))]
    return Used(
        x=np.ascontiguousarray(kept[:, 0]),
        y=np.ascontiguousarray(kept[:, 1]),
        outside=int(np.sum(~inside)),
        repeated=int(np.sum(~once)),
        sampled_out=int(once.sum()) - len(kept),
    )


def most_for(region: Region, farthest: float, runs: int) -> int:
    """Return how many points may enter before the pairs of all runs are more than can be waited for."""
    share = _share_within(region, farthest)
    return max(int(np.sqrt(2 * MOST_PAIRS / (runs * share))), LEAST_POINTS)


def _share_within(region: Region, farthest: float) -> float:
    return min(np.pi * farthest**2 / float(shapely.area(region)), 1.0)


def _sides_within(region: Region, farthest: float) -> float:
    """Return how many sides of the outline are about within reach of a point."""
    return int(shapely.get_num_coordinates(region)) * _share_within(region, farthest)


def require_feasible(study: Study, edge: str) -> None:
    """Raise TooManySidesError where every pair would meet too many sides of the area."""
    sides = len(study.edges.edges)
    if edge == "isotropic" and sides > MOST_SIDES:
        raise TooManySidesError(name="edge", needed=MOST_SIDES, found=sides)


def choose_reach(at: float, cell_size: float) -> float:
    """Return how far around a cell points are counted: where the pattern departs most, but one to ten cells."""
    return min(max(at, cell_size), WIDEST_REACH * cell_size)


def usual_farthest(region: Region) -> float:
    """Return the farthest distance that is looked at (metres): 1 km, or a quarter of the region's shorter side."""
    left, bottom, right, top = shapely.bounds(region)
    return float(min(USUAL_FARTHEST, OF_SHORTER_SIDE * min(right - left, top - bottom)))


def _test(
    used: Used, region: Region, study: Study, params: RipleyParams, rng: np.random.Generator
) -> dict[str, Envelope]:
    """Compare the curves of the data, and the Clark-Evans ratio (``ratio``), with as many points at random."""
    smooth = params.chance == "smooth"
    farthest = study.step * study.steps
    ground = smooth_ground(region, used.x, used.y, farthest) if smooth else even_ground(region)

    def draw(own: np.random.Generator) -> dict[str, Floats]:
        return _measure(*ground.draw(len(used.x), own), study, params)

    with ThreadPoolExecutor(WORKERS) as pool:
        drawn = list(pool.map(draw, rng.spawn(params.runs)))
    observed = _measure(used.x, used.y, study, params)
    return {
        name: envelop(observed[name], np.vstack([curves[name] for curves in drawn]), params.level) for name in observed
    }


def _measure(x: Floats, y: Floats, study: Study, params: RipleyParams) -> dict[str, Floats]:
    """Return L(r) - r, G, F and the Clark-Evans ratio; 0 where the border leaves no point to look from."""
    k = ripley_k(x, y, study, cast(Correction, params.edge))
    nearest = nearest_other(x, y)
    return {
        "l": np.nan_to_num(besag_l(k) - study.distances),
        "g": nearest_g(nearest, study.edges.distance(x, y), study),
        "f": empty_f(x, y, study),
        "ratio": np.array([clark_evans(nearest, study.area)]),
    }


def _tabulate_cells(cells: StudyCells, used: Used, reach: float) -> pd.DataFrame:
    """Compare the share of the points within reach of each cell's centre with the share of the ground there."""
    centres = cells.grid.centres(cells.cells)
    around = cKDTree(np.column_stack([used.x, used.y])).query_ball_point(centres, reach, return_length=True)
    ground = cKDTree(centres).query_ball_point(centres, reach, return_length=True)
    ratio = (around / len(used.x)) / (ground / len(centres))
    return pd.DataFrame({"cell": cells.cells, "count": cells.counts, "around": around, "around_ratio": ratio})


def _tabulate_functions(k: Floats, study: Study, envelopes: Mapping[str, Envelope]) -> pd.DataFrame:
    distances = study.distances
    table = pd.DataFrame({"distance": distances, "k": k})
    for name in CURVES:
        curve = envelopes[name]
        table[name] = curve.observed if name != "l" else besag_l(k) - distances
        for part in ("mean", "low", "high", "point_low", "point_high"):
            table[f"{name}_{part}"] = getattr(curve, part)
    return table


def _read(
    points: Points, used: Used, study: Study, envelopes: Mapping[str, Envelope], params: RipleyParams
) -> Mapping[str, Any]:
    """Gather the facts from which the page writes: what, how sure, what not to conclude."""
    ratio, pairs = envelopes["ratio"], envelopes["l"]
    excess = pairs.observed - pairs.mean
    return {
        "points": len(used.x),
        "repeated": used.repeated,
        "sampled_out": used.sampled_out,
        "km2": study.area / 1e6,
        "radius": finite(float(np.median(points.radius))),
        "farthest": study.step * study.steps,
        "edge": params.edge,
        "chance": params.chance,
        "runs": params.runs,
        "level": params.level,
        **{f"p_{name}": envelopes[name].p for name in CURVES},
        "at": float(study.distances[pairs.farthest]),
        "reach": choose_reach(float(study.distances[pairs.farthest]), params.cell_size),
        "excess": float(excess[pairs.farthest]),
        "closer": find_ranges(study.distances, pairs.above),
        "apart": find_ranges(study.distances, pairs.below),
        "ratio": float(ratio.observed[0]),
        "ratio_chance": float(ratio.mean[0]),
        "p_ratio": ratio.p,
    }
