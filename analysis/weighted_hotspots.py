"""Hotspots of weight: where harm, or the share of uncertain hours, lies together more than chance would put it there.

Gi* of what the incidents of each cell weigh together, by Monte Carlo with as many permutations as the correction needs:
sums of weights are no whole numbers, so no exact table holds them. Formula, assumptions and reading guide:
docs/handbook/weighted_hotspots.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from analysis.cell_tests import Judged, judge
from analysis.errors import NotEnoughCellsError, NotEnoughDataError
from analysis.gate import LEAST_PLACED, open_ground
from analysis.grids import Floats
from analysis.hot_cells import FEWEST_CELLS, HotCells
from analysis.hotspot_options import GI, GI_STAR, MONTE_CARLO, MOST_PERMUTATIONS, HotspotsParams
from analysis.neighbours import Neighbourhood, find_neighbours
from analysis.params import Params, option
from analysis.permutation import CONDITIONAL, WITH_SELF
from analysis.places import Cells, find_places
from analysis.result import Result, View
from analysis.scene import Scene, require_points
from analysis.study_cells import StudyCells, count_in_cells
from analysis.weighing import WEIGHTS, describe_weights, require_weights

SHUFFLES: Final = 99


@dataclass(frozen=True, kw_only=True)
class WeightedHotspotsParams(Params):
    """Options of `weighted_hotspots`, each with a default that one can defend (handbook/weighted_hotspots.md)."""

    weigh_by: str = option("harm", choices=WEIGHTS)
    cell_shape: str = option("square", choices=("square", "hexagon"))
    cell_size: float = option(250.0, unit="m", low=50.0, high=5000.0)
    measure: str = option(GI_STAR, choices=(GI_STAR, GI))
    values: str = option("stabilised", choices=("stabilised", "sums"))
    draws: str = option(WITH_SELF, choices=(WITH_SELF, CONDITIONAL))
    order: int = option(1, low=1, high=5)
    permutations: int | None = option(None, low=19, high=MOST_PERMUTATIONS)  # None: as many as the correction needs
    correction: str = option("bh", choices=("bh", "by"))
    coverage: float = option(0.02, choices=(0.01, 0.02, 0.05))
    seed: int = option(20240601, low=0)
    least_placed: float = option(LEAST_PLACED, low=0.0, high=1.0)  # below it an area shows no cells

    @property
    def of_hotspots(self) -> HotspotsParams:
        """The same test, as `hotspots` has it."""
        return HotspotsParams(
            cell_shape=self.cell_shape,
            cell_size=self.cell_size,
            measure=self.measure,
            draws=self.draws,
            order=self.order,
            inference=MONTE_CARLO,
            permutations=self.permutations,
            correction=self.correction,
            shuffles=SHUFFLES,
            seed=self.seed,
        )


def weighted_hotspots(scene: Scene, params: WeightedHotspotsParams) -> Result:
    """Find the cells around which more weight lies together than a random dealing of the cells' weights explains.

    Returns
    -------
    Result
        One row per study cell: ``count``, ``weight`` (what its incidents weigh together), ``around`` (weight of the
        cell and its neighbours; of these alone for Gi), ``expected`` (its mean under the null), ``z``, ``p_hot``,
        ``p_cold``, ``q_hot``, ``q_cold``, ``q`` (the smaller), ``class``. ``tables["places"]``: see `find_places`,
        with ``weight`` and ``weight_share``, ranked by weight per km².

    Raises
    ------
    NotEnoughDataError
        No incident in the study area, or fewer than nine cells.
    ParameterError
        The points of the scene have no weights.
    ResolutionError
        So few permutations that no p could pass the correction.
    BelowGateError
        Too few incidents have a point, in every area.
    """
    require_points(scene.points, at_least=1)
    require_weights(scene.points)
    ground = open_ground(scene, least=params.least_placed)
    study = count_in_cells(ground.scene, cell_size=params.cell_size, cell_shape=params.cell_shape)
    if len(study.cells) < FEWEST_CELLS:
        raise NotEnoughCellsError(needed=FEWEST_CELLS, found=len(study.cells))
    inside = study.cell_of_point >= 0
    if not inside.any():
        raise NotEnoughDataError(needed=1, found=0)
    each = require_weights(ground.scene.points)[inside]
    weight = np.bincount(study.cell_of_point[inside], weights=each, minlength=len(study.cells)).astype(np.float64)
    near = find_neighbours(study.grid, study.cells, params.of_hotspots)
    values = np.log2(1 + weight / np.median(each)) if params.values == "stabilised" else weight
    judged = judge(values, near, params.of_hotspots, np.random.default_rng(params.seed))
    found = _as_cells(study, near, judged, params)
    places = _find_places(ground.scene, study, found, weight, params.coverage)
    reasons = {"outside_mask": study.outside, "below_gate": ground.left_out, **scene.unweighed}
    return Result(
        params=params,
        table=_tabulate(study, near, found, weight, params),
        view=View(kind="cells", value="class", scale="weighted_hotspots", unit=""),
        crs=scene.crs,
        n_observations=int(inside.sum()),
        grid=study.grid,
        tables={"places": places, "placing": ground.placing},
        chosen={"permutations": judged.permutations} if params.permutations is None else {},
        left_out={reason: n for reason, n in reasons.items() if n},
        reading={
            **_read(study, found, places, weight, params),
            "weights": describe_weights(each, params.weigh_by),
            "gate": ground.read(),
        },
    )


def _as_cells(study: StudyCells, near: Neighbourhood, judged: Judged, params: WeightedHotspotsParams) -> HotCells:
    """Return what was found in the form that places are made of; no single cell is a foco here."""
    own = int(params.measure == GI_STAR)
    return HotCells(
        counts=study.counts,
        scores=study.counts,
        sizes=near.sizes() + own,
        around=near.sums(study.counts) + own * study.counts,
        z=judged.z,
        hot=judged.hot,
        cold=judged.cold,
        q_outlier=np.ones(len(study.cells)),
        permutations=judged.permutations,
    )


def _tabulate(
    study: StudyCells, near: Neighbourhood, found: HotCells, weight: Floats, params: WeightedHotspotsParams
) -> pd.DataFrame:
    own = int(params.measure == GI_STAR)
    return pd.DataFrame(
        {
            "cell": study.cells,
            "count": study.counts,
            "weight": weight,
            "around": near.weigh(weight, np.ones(near.distances.shape)) + own * weight,
            "expected": found.sizes * weight.mean(),
            "z": found.z,
            "p_hot": found.hot.p,
            "p_cold": found.cold.p,
            "q_hot": found.hot.q,
            "q_cold": found.cold.q,
            "q": np.minimum(found.hot.q, found.cold.q),
            "class": found.classes,
        }
    )


def _find_places(scene: Scene, study: StudyCells, found: HotCells, weight: Floats, coverage: float) -> gpd.GeoDataFrame:
    """Gather hot cells into places and rank them by what they weigh per km²."""
    known = Cells(grid=study.grid, cells=study.cells, found=found, cell_of_point=study.cell_of_point)
    places = find_places(scene, known, coverage=coverage)
    hot = np.flatnonzero(found.is_hot)
    x, y = study.grid.centres(study.cells[hot]).T
    sums = [float(weight[hot[shapely.contains_xy(shape, x, y)]].sum()) for shape in places.geometry]
    places["weight"] = np.array(sums, dtype=np.float64)
    places["weight_share"] = places["weight"] / weight.sum()
    heaviest = (-places["weight"] / places["area_km2"]).argsort(kind="stable")
    places = places.iloc[heaviest].reset_index(drop=True)
    places["rank"] = np.arange(1, len(places) + 1)
    return places


def _read(
    study: StudyCells, found: HotCells, places: gpd.GeoDataFrame, weight: Floats, params: WeightedHotspotsParams
) -> Mapping[str, Any]:
    """Gather the facts from which the page writes: what, how sure, what not to conclude."""
    hot, square_km = found.is_hot, study.grid.cell_area / 1e6
    top = places.iloc[0] if len(places) else None
    words = {} if top is None else {name: str(top[name]) for name in ("name", "area_name", "where")}
    return {
        "cells": len(study.cells),
        "study_km2": float(len(study.cells) * square_km),
        "hot95": int(hot.sum()),
        "hot_km2": float(hot.sum() * square_km),
        "hot_area_share": float(hot.mean()),
        "hot_weight_share": float(weight[hot].sum() / weight.sum()),
        "hot_incident_share": float(study.counts[hot].sum() / study.counts.sum()),
        "shuffled_hot_cells": found.hot.shuffled,
        "hot_before_safeguard": found.hot.significant,
        "safeguard_passed": found.hot.stands,
        "p_map": found.hot.p_map,
        "measure": params.measure,
        "correction": params.correction,
        "permutations": found.permutations,
        "seed": params.seed,
        "places": len(places),
        "top_place": None
        if top is None
        else words | {"count": int(top["count"]), "weight": float(top["weight"]), "share": float(top["weight_share"])},
    }
