"""Local Moran by areas, on standardised rates: where a rate and those around it are alike or unlike beyond chance.

Assuncao & Reis (1999), Statistics in Medicine 18:2147-2162. Formula, assumptions and reading guide:
docs/handbook/area_local_moran.md.
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
from analysis.moran import QUADRANTS, by_alikeness, conditional_z_weighted, find_quadrants, local_moran_i
from analysis.params import option
from analysis.result import Result, View
from analysis.scene import Scene
from analysis.weights import row_sums, styled

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class AreaLocalMoranParams(AreaTestParams):
    """Options of `area_local_moran`, each with a default that one can defend (handbook/area_local_moran.md)."""

    divisor: str = option("n-1", choices=("n", "n-1"))  # of I alone: the p is the same


def area_local_moran(scene: Scene, params: AreaLocalMoranParams) -> Result:
    """Tell for each area whether its rate is high among high, low among low, or unlike those around it.

    Returns
    -------
    Result
        One row per area: ``code``, ``name``, ``observed``, ``count``, ``persons``, ``rate`` and ``eb_rate`` (per
        100,000 inhabitants and year), ``standard_rate`` (what is compared), ``lag`` (mean of the neighbours),
        ``moran``, ``z`` (conditional), ``p``, ``q`` and ``class`` (hh, ll, hl, lh, none; not_calculable without a rate
        or without neighbours); geometry. Without a population nothing is calculable; that is a result.

    Raises
    ------
    NotEnoughDataError
        The scene has no areas.
    ParameterError
        So few permutations that no p could pass the correction.
    """
    rates = gather_rates(scene, gap=params.border_gap)
    found, refusal = try_areas(rates, params, lambda values, near: find_alike_areas(values, near, params))
    return Result(
        params=params,
        table=tabulate_areas(scene, rates, found, ("moran", "z")),
        view=View(kind="areas", value="class", scale="moran", unit=""),
        crs=scene.crs,
        n_observations=int(rates.counts.sum()),
        chosen={"permutations": found.runs} if found and found.runs and params.permutations is None else {},
        left_out=find_left_out(scene, rates),
        reading=read_areas(scene, rates, found, refusal, params, QUADRANTS),
    )


def find_alike_areas(values: Floats, neighbours: Any, params: AreaLocalMoranParams) -> AreasTested:
    """Compute local Moran of real values, with the p of dealing the other units' values to the neighbours.

    Parameters
    ----------
    values
        One number per unit (m,), none missing; islands have one too, and it is dealt like the others.
    neighbours
        Sparse m x m of 0 and 1 without the diagonal.

    Raises
    ------
    NoVariationError
        All values are equal.
    ParameterError
        So few permutations that no p could pass the correction.
    """
    tails = deal_neighbours(values, neighbours, params, gaps=False)
    lags, weights = find_lags(values, neighbours), styled(neighbours, params.weights)
    return judge(
        tails,
        by_alikeness(values, tails.upper, tails.lower),
        find_quadrants(values, lags),
        lags,
        params,
        moran=local_moran_i(values, weights @ values, row_sums(weights), divisor=params.divisor),
        z=conditional_z_weighted(values, weights),
    )
