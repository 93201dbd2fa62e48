"""Cross Ripley: whether some incidents keep nearer to others, or farther from them, than to incidents of either kind.

Formula, assumptions and reading guide: docs/handbook/cross_ripley.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from analysis.envelopes import Envelope, envelop, find_ranges
from analysis.errors import NotEnoughDataError
from analysis.gate import LEAST_PLACED, open_alike
from analysis.grids import Floats, grid_over
from analysis.pair_sums import sum_translated_of_kinds
from analysis.params import Params, option
from analysis.periods import describe_periods, require_one_city
from analysis.point_functions import besag_l
from analysis.rasters import centres_inside
from analysis.result import Result, View
from analysis.ripley import STEPS, choose_reach, most_for, usual_farthest
from analysis.scene import Points, Region, Scene
from analysis.set_covariance import set_covariance

Booleans = NDArray[np.bool_]

LEAST_POINTS: Final = 10  # of each side
LEAST_AROUND: Final = 10  # points, below which a share is not told


@dataclass(frozen=True, kw_only=True)
class CrossRipleyParams(Params):
    """Options of `cross_ripley`, each with a default that one can defend (handbook/cross_ripley.md)."""

    farthest: float | None = option(None, unit="m", low=50.0, high=20_000.0)  # None: 1 km, or a quarter of the side
    runs: int = option(199, low=39, high=1999)
    level: float = option(0.05, choices=(0.01, 0.05, 0.1))
    most_points: int = option(5000, low=100, high=50_000)  # of both sides together; beyond it a sample
    cell_size: float = option(250.0, unit="m", low=100.0, high=5000.0)
    seed: int = option(20240601, low=0)
    least_placed: float = option(LEAST_PLACED, low=0.0, high=1.0)  # below it an area shows no points


@dataclass(frozen=True, kw_only=True, eq=False)
class Both:
    """The points of both sides, and which are of the second one."""

    xy: Floats
    second: Booleans
    outside: int
    sampled_out: int

    @property
    def counts(self) -> tuple[int, int]:
        """Points of the first and of the second side."""
        return int(np.sum(~self.second)), int(np.sum(self.second))


def cross_ripley(before: Scene, after: Scene, params: CrossRipleyParams) -> Result:
    """Compare the distances from the incidents of ``after`` to those of ``before`` with kinds dealt out at random.

    Returns
    -------
    Result
        One row per study cell: ``around`` (points of both sides within ``reach`` of its centre), ``kind_ratio`` (the
        share of the second side among them over its share of all; NaN of fewer than ten).
        ``tables["functions"]``: per ``distance``, ``k``, ``l`` (L(r) - r from one side to the other), and of kinds
        dealt at random ``l_mean``, ``l_low``, ``l_high`` (the whole curve), ``l_point_low``, ``l_point_high``.

    Raises
    ------
    NotEnoughDataError
        Fewer than ten points of either side in the study area.
    BelowGateError
        Too few incidents have a point, in every area.
    """
    require_one_city(before, after)
    first, ground = open_alike(before, after, least=params.least_placed)
    region = ground.scene.mask
    rng = np.random.default_rng(params.seed)
    if region.is_empty:
        raise NotEnoughDataError(needed=1, found=0)
    farthest = params.farthest or usual_farthest(region)
    most = min(params.most_points, most_for(region, farthest, params.runs))
    both = _take_both(first.scene.points, ground.scene.points, region, most, rng)
    distances = farthest / STEPS * np.arange(1.0, STEPS + 1)
    k, curve = _test(both, region, distances, params, rng)
    reach = choose_reach(float(distances[curve.farthest]), params.cell_size)
    grid = grid_over(region.bounds, cell_size=params.cell_size)
    cells = np.flatnonzero(centres_inside(region, grid))
    left_out = {
        "outside_mask": both.outside,
        "below_gate": first.left_out + ground.left_out,
        "sampled_out": both.sampled_out,
    }
    functions = pd.DataFrame({"distance": distances, "k": k, "l": curve.observed})
    for part in ("mean", "low", "high", "point_low", "point_high"):
        functions[f"l_{part}"] = getattr(curve, part)
    return Result(
        params=params,
        table=_tabulate_cells(both, cells, grid.centres(cells), reach),
        view=View(kind="cells", value="kind_ratio", scale="diverging", unit="ratio_to_share", centre=1.0),
        crs=after.crs,
        n_observations=len(both.xy),
        grid=grid,
        tables={"functions": functions, "placing": ground.placing},
        chosen={} if params.farthest else {"farthest": farthest},
        left_out={reason: n for reason, n in left_out.items() if n},
        reading={
            **_read(both, curve, distances, params),
            **describe_periods(before, after),
            "reach": reach,
            "gate": ground.read(),
        },
    )


def _take_both(first: Points, second: Points, region: Region, most: int, rng: np.random.Generator) -> Both:
    """Join the points of both sides inside the region; of very many a sample, whatever their kind."""
    shapely.prepare(region)
    xy = np.column_stack([np.append(first.x, second.x), np.append(first.y, second.y)])
    kind = np.arange(len(xy)) >= len(first)
    inside = shapely.contains_xy(region, xy)
    xy, kind = xy[inside], kind[inside]
    order = np.lexsort((kind, xy[:, 1], xy[:, 0]))  # so that the sample does not depend on the rows' order
    if len(order) > most:
        order = order[np.sort(rng.choice(len(order), most, replace=False))]
    both = Both(xy=xy[order], second=kind[order], outside=int(np.sum(~inside)), sampled_out=len(xy) - len(order))
    if min(both.counts) < LEAST_POINTS:
        raise NotEnoughDataError(needed=LEAST_POINTS, found=min(both.counts))
    return both


def _test(
    both: Both, region: Region, distances: Floats, params: CrossRipleyParams, rng: np.random.Generator
) -> tuple[Floats, Envelope]:
    """Return K from one side to the other, and L(r) - r among the same points with their kinds dealt out anew."""
    kinds = np.column_stack([both.second, *(rng.permutation(both.second) for _ in range(params.runs))])
    x, y = (np.ascontiguousarray(column) for column in both.xy.T)
    covariance = set_covariance(region, float(distances[-1]))
    sums = sum_translated_of_kinds(x, y, kinds, (float(distances[0]), len(distances)), covariance)
    n, m = both.counts
    k = shapely.area(region) ** 2 / (n * m) * sums
    curves = besag_l(k) - distances
    return k[0], envelop(curves[0], curves[1:], params.level)


def _tabulate_cells(both: Both, cells: Any, centres: Floats, reach: float) -> pd.DataFrame:
    """Compare the share of the second side around each cell with its share of all."""
    around, second = (
        cKDTree(points).query_ball_point(centres, reach, return_length=True)
        for points in (both.xy, both.xy[both.second])
    )
    share = np.where(around >= LEAST_AROUND, second / np.maximum(around, 1), np.nan)
    return pd.DataFrame({"cell": cells, "around": around, "kind_ratio": share / both.second.mean()})


def _read(both: Both, curve: Envelope, distances: Floats, params: CrossRipleyParams) -> Mapping[str, Any]:
    """Gather the facts from which the page writes: what, how sure, what not to conclude."""
    controls, cases = both.counts
    shared = len(both.xy) - len(np.unique(both.xy, axis=0))
    return {
        "cases": cases,
        "controls": controls,
        "repeated": shared,
        "sampled_out": both.sampled_out,
        "farthest": float(distances[-1]),
        "runs": params.runs,
        "level": params.level,
        "p": curve.p,
        "at": float(distances[curve.farthest]),
        "closer": find_ranges(distances, curve.above),
        "apart": find_ranges(distances, curve.below),
    }
