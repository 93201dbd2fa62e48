"""Local Geary by areas, on standardised rates: where a rate differs less, or more, from those around it than by chance.

Anselin (1995), Geographical Analysis 27:93-115; Assuncao & Reis (1999). Formula, assumptions and reading guide:
docs/handbook/area_local_geary.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.area_rates import gather_rates
from analysis.area_tests import (
    AreasTested,
    AreaTestParams,
    deal_neighbours,
    find_lags,
    find_left_out,
    judge,
    read_areas,
    tabulate_areas,
    try_areas,
)
from analysis.gaps import GEARY_CLASSES, classify_gaps, local_geary_c
from analysis.result import Result, View
from analysis.scene import Scene
from analysis.weights import ROWS, count_neighbours

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class AreaLocalGearyParams(AreaTestParams):
    """Options of `area_local_geary`, each with a default that one can defend (handbook/area_local_geary.md)."""


def area_local_geary(scene: Scene, params: AreaLocalGearyParams) -> Result:
    """Tell for each area whether its rate differs less from those around it than chance makes it, or more.

    Returns
    -------
    Result
        One row per area: as `area_local_moran`, with ``geary`` and ``expected`` (of c, its own rate held) in place of
        ``moran`` and ``z``; ``class`` is geary_hh, geary_ll, geary_alike, geary_unlike, none or not_calculable.

    Raises
    ------
    NotEnoughDataError
        The scene has no areas.
    ParameterError
        So few permutations that no p could pass the correction.
    """
    rates = gather_rates(scene, gap=params.border_gap)
    found, refusal = try_areas(rates, params, lambda values, near: find_gap_areas(values, near, params))
    return Result(
        params=params,
        table=tabulate_areas(scene, rates, found, ("geary", "expected")),
        view=View(kind="areas", value="class", scale="geary", unit=""),
        crs=scene.crs,
        n_observations=int(rates.counts.sum()),
        chosen={"permutations": found.runs} if found and found.runs and params.permutations is None else {},
        left_out=find_left_out(scene, rates),
        reading=read_areas(scene, rates, found, refusal, params, GEARY_CLASSES),
    )


def find_gap_areas(values: Floats, neighbours: Any, params: AreaLocalGearyParams) -> AreasTested:
    """Compute local Geary of real values, with the p of dealing the other units' values to the neighbours.

    Raises
    ------
    NoVariationError
        All values are equal.
    ParameterError
        So few permutations that no p could pass the correction.
    """
    tails = deal_neighbours(values, neighbours, params, gaps=True)
    sizes, lags = count_neighbours(neighbours), find_lags(values, neighbours)
    gaps = sizes * values**2 - 2 * values * (neighbours @ values) + neighbours @ values**2
    geary, expected = local_geary_c(values, gaps, sizes, by_rows=params.weights == ROWS)
    alike = np.nan_to_num(geary) < np.nan_to_num(expected)
    named = classify_gaps(values, lags, alike)
    return judge(tails, (tails.lower, tails.upper), named, lags, params, geary=geary, expected=expected)
