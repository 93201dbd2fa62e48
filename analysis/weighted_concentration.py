"""Concentration of harm: in how little of the ground half of the harm lies, beside half of the incidents.

Chance deals the weights anew among the same incidents in the same places: what is left is what the kind of
incident adds to where it happens. Formula, assumptions and reading guide: docs/handbook/weighted_concentration.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from analysis.errors import NotEnoughDataError, TooManyPointsError
from analysis.gate import LEAST_PLACED, open_ground
from analysis.grids import Floats, Ints
from analysis.params import Params, option
from analysis.result import Result, View
from analysis.scene import NO_AREA, Scene, require_points
from analysis.study_cells import StudyCells, count_in_cells
from analysis.weighing import WEIGHTS, Z95, describe_weights, require_weights

SHARES: Final = (0.25, 0.5, 0.75, 0.9)  # of harm and of incidents, told in the table
ROUNDING: Final = 1e-9
MOST_DEALT: Final = 500_000_000  # points times deals: half a minute of a busy machine


@dataclass(frozen=True, kw_only=True)
class WeightedConcentrationParams(Params):
    """Options of `weighted_concentration`, each with a default that one can defend."""

    weigh_by: str = option("harm", choices=WEIGHTS)
    cell_shape: str = option("square", choices=("square", "hexagon"))
    cell_size: float = option(250.0, unit="m", low=50.0, high=5000.0)
    share: float = option(0.5, choices=SHARES)
    deals: int = option(199, low=99, high=9999)
    seed: int = option(20240601, low=0)
    least_placed: float = option(LEAST_PLACED, low=0.0, high=1.0)  # below it an area shows no cells


def weighted_concentration(scene: Scene, params: WeightedConcentrationParams) -> Result:
    """Find the fewest cells that hold a share of the harm, and those that hold the share of the incidents.

    Returns
    -------
    Result
        One row per study cell: ``count``, ``harm``, ``rank`` (by harm), ``count_rank``, ``class``: ``both`` (among the
        fewest of both), ``by_harm``, ``by_count``, ``none``. ``tables["shares"]``: per share, the fewest cells by harm
        and by count. ``tables["areas"]``: per area ``count``, ``harm`` with its interval (``low``, ``high``).

    Raises
    ------
    NotEnoughDataError
        No incident in the study area.
    ParameterError
        The points of the scene have no weights.
    BelowGateError
        Too few incidents have a point, in every area.
    """
    require_points(scene.points, at_least=1)
    require_weights(scene.points)
    ground = open_ground(scene, least=params.least_placed)
    study = count_in_cells(ground.scene, cell_size=params.cell_size, cell_shape=params.cell_shape)
    inside = study.cell_of_point >= 0
    if not inside.any():
        raise NotEnoughDataError(needed=1, found=0)
    weight, cell = require_weights(ground.scene.points)[inside], study.cell_of_point[inside]
    harm = _sum_weights(cell, weight, len(study.counts))
    table = _tabulate(study, harm, params.share)
    reasons = {"outside_mask": study.outside, "below_gate": ground.left_out, **scene.unweighed}
    areas = _sum_by_area(scene)
    return Result(
        params=params,
        table=table,
        view=View(kind="cells", value="class", scale="harm", unit=""),
        crs=scene.crs,
        n_observations=int(inside.sum()),
        grid=study.grid,
        tables={"shares": _tabulate_shares(study, harm), "areas": areas, "placing": ground.placing},
        left_out={reason: n for reason, n in reasons.items() if n},
        reading={
            "gate": ground.read(),
            "share": params.share,
            "weights": describe_weights(weight, params.weigh_by),
            **_read(study, harm, table),
            **deal_weights(weight, cell, len(harm), params),
        },
    )


def fewest_cells(amounts: Floats, share: float) -> int:
    """Return the fewest cells whose amounts reach a share of the total."""
    held = np.cumsum(np.sort(amounts)[::-1])
    return int(np.searchsorted(held, share * held[-1] * (1 - ROUNDING)) + 1)


def deal_weights(weight: Floats, cell: Ints, n_cells: int, params: WeightedConcentrationParams) -> Mapping[str, Any]:
    """Deal the weights anew among the incidents: how few cells then hold the share, and how often as few as here."""
    if len(weight) * params.deals > MOST_DEALT:
        raise TooManyPointsError(needed=MOST_DEALT // params.deals, found=len(weight))
    rng = np.random.default_rng(params.seed)
    here = fewest_cells(_sum_weights(cell, weight, n_cells), params.share)
    dealt = np.array(
        [fewest_cells(_sum_weights(cell, rng.permutation(weight), n_cells), params.share) for _ in range(params.deals)]
    )
    few, many = int(np.sum(dealt <= here)), int(np.sum(dealt >= here))
    return {
        "chance_cells": float(dealt.mean()),
        "p": min(1.0, 2 * (1 + min(few, many)) / (params.deals + 1)),  # two-sided: fewer, or more spread
        "deals": params.deals,
        "closer_than_chance": bool(here < dealt.mean()),
    }


def _sum_weights(cell: Ints, weight: Floats, n_cells: int) -> Floats:
    return np.bincount(cell, weights=weight, minlength=n_cells).astype(np.float64)


def _rank(amounts: Floats) -> Ints:
    order = np.argsort(-amounts, kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(1, len(order) + 1)
    return rank


def _tabulate(study: StudyCells, harm: Floats, share: float) -> pd.DataFrame:
    counts = study.counts.astype(np.float64)
    rank, count_rank = _rank(harm), _rank(counts)
    by_harm, by_count = rank <= fewest_cells(harm, share), count_rank <= fewest_cells(counts, share)
    found = np.where(by_harm & by_count, "both", np.where(by_harm, "by_harm", np.where(by_count, "by_count", "none")))
    return pd.DataFrame(
        {
            "cell": study.cells,
            "count": study.counts,
            "harm": harm,
            "rank": rank,
            "count_rank": count_rank,
            "class": found,
        }
    )


def _tabulate_shares(study: StudyCells, harm: Floats) -> pd.DataFrame:
    counts = study.counts.astype(np.float64)
    rows = [(share, fewest_cells(harm, share), fewest_cells(counts, share)) for share in SHARES]
    table = pd.DataFrame(rows, columns=["share", "harm_cells", "count_cells"])
    return table.assign(
        harm_area_share=table["harm_cells"] / len(harm), count_area_share=table["count_cells"] / len(harm)
    )


def _sum_by_area(scene: Scene) -> gpd.GeoDataFrame:
    """Sum the weights of the placed incidents by area, with the interval of a compound Poisson sum."""
    weight = require_weights(scene.points)
    known = scene.points.area != NO_AREA
    area, n = scene.points.area[known], len(scene.areas)
    harm = np.bincount(area, weights=weight[known], minlength=n)
    error = np.sqrt(np.bincount(area, weights=weight[known] ** 2, minlength=n))
    columns = {
        "code": scene.areas["code"].to_numpy(),
        "name": scene.areas["name"].to_numpy(),
        "count": np.bincount(area, minlength=n),
        "harm": harm,
        "low": np.maximum(0.0, harm - Z95 * error),
        "high": harm + Z95 * error,
    }
    return gpd.GeoDataFrame(columns, geometry=scene.areas.geometry.to_numpy(), crs=scene.crs)


def _read(study: StudyCells, harm: Floats, table: pd.DataFrame) -> Mapping[str, Any]:
    """Gather the facts from which the page writes."""
    found = table["class"]
    by_harm, by_count = (int(found.isin(["both", name]).sum()) for name in ("by_harm", "by_count"))
    km2 = study.grid.cell_area / 1e6
    return {
        "cells": len(harm),
        "harm_cells": by_harm,
        "count_cells": by_count,
        "both_cells": int((found == "both").sum()),
        "harm_area_share": by_harm / len(harm),
        "count_area_share": by_count / len(harm),
        "harm_km2": by_harm * km2,
    }
