"""Local Moran by areas, on standardised rates: where a rate and those around it are alike or unlike beyond chance.

Assuncao & Reis (1999), Statistics in Medicine 18:2147-2162. Formula, assumptions and reading guide:
docs/handbook/area_local_moran.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from analysis.area_hotspots import NOT_CALCULABLE
from analysis.area_rates import AreaRates, gather_rates
from analysis.conditional import Tails, can_count_all, conditional_tails
from analysis.deals import fewest_deals, require_deals
from analysis.errors import NoVariationError
from analysis.moran import (
    NONE,
    QUADRANTS,
    by_alikeness,
    conditional_z_weighted,
    find_quadrants,
    local_moran_i,
)
from analysis.multiple_testing import CORRECTIONS, adjust, passes
from analysis.params import Params, option
from analysis.result import Result, View
from analysis.scene import Scene
from analysis.sides import SIDES, TWO, sided_p
from analysis.weights import ROWS, STYLES, count_neighbours, row_sums, styled

Floats = NDArray[np.float64]

FEWEST_DEALS = 99_999
MOST_DEALS = 1_000_000


@dataclass(frozen=True, kw_only=True)
class AreaLocalMoranParams(Params):
    """Options of `area_local_moran`, each with a default that one can defend (handbook/area_local_moran.md)."""

    border_gap: float = option(1.0, unit="m", low=0.0, high=500.0)
    weights: str = option(ROWS, choices=STYLES)  # of I alone: the p is the same
    divisor: str = option("n-1", choices=("n", "n-1"))  # of I alone, too
    sides: str = option(TWO, choices=SIDES)
    correction: str = option("bh", choices=CORRECTIONS)
    level: float = option(0.05, choices=(0.01, 0.05, 0.1))
    permutations: int | None = option(None, low=99, high=MOST_DEALS)  # None: exact up to 36 areas, then enough
    seed: int = option(20240601, low=0)


@dataclass(frozen=True, kw_only=True, eq=False)
class AreasAlike:
    """Local Moran of each unit (m,), NaN for islands; ``runs`` is 0 where all deals were counted."""

    lags: Floats
    moran: Floats
    z: Floats
    p: Floats
    q: Floats
    quadrants: NDArray[np.object_]
    classes: NDArray[np.object_]
    least: Floats
    runs: int


def area_local_moran(scene: Scene, params: AreaLocalMoranParams) -> Result:
    """Tell for each area whether its rate is high among high, low among low, or unlike those around it.

    Returns
    -------
    Result
        One row per area: ``code``, ``name``, ``observed``, ``count``, ``persons``, ``rate`` and ``eb_rate`` (per
        100,000 inhabitants and year), ``standard_rate`` (what is compared), ``lag`` (mean of the neighbours),
        ``moran``, ``z`` (conditional), ``p``, ``q``, ``quadrant`` and ``class`` (hh, ll, hl, lh, none; not_calculable
        without a rate or without neighbours); geometry. Without a population nothing is calculable; that is a result.

    Raises
    ------
    NotEnoughDataError
        The scene has no areas.
    ParameterError
        So few permutations that no p could pass the correction.
    """
    rates = gather_rates(scene, gap=params.border_gap)
    found, refusal = _find(rates, params)
    return Result(
        params=params,
        table=_tabulate(scene, rates, found),
        view=View(kind="areas", value="class", scale="moran", unit=""),
        crs=scene.crs,
        n_observations=int(rates.counts.sum()),
        chosen={"permutations": found.runs} if found and found.runs and params.permutations is None else {},
        left_out={"without_area": n} if (n := scene.n_incidents - int(rates.counts.sum())) else {},
        reading=_read(scene, rates, found, refusal, params),
    )


def find_alike_areas(values: Floats, neighbours: Any, params: AreaLocalMoranParams) -> AreasAlike:
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
    if np.ptp(values) <= 1e-12 * np.abs(values).max(initial=0.0):
        raise NoVariationError(found=float(values[0]))
    sizes = count_neighbours(neighbours)
    joined = sizes > 0
    tails = deal_neighbours(values, neighbours, params, tests=int(joined.sum()), gaps=False)
    p = np.where(joined, sided_p(*by_alikeness(values, tails.upper, tails.lower), sides=params.sides), np.nan)
    q = np.full(len(p), np.nan)
    q[joined] = adjust(p[joined], method=params.correction)
    lags = np.where(joined, (neighbours @ values) / np.maximum(sizes, 1), np.nan)
    weights = styled(neighbours, params.weights)
    quadrants = find_quadrants(values, lags)
    classes = np.where(passes(np.nan_to_num(q, nan=1.0), params.level), quadrants, NONE)
    tested = 2.0 if params.sides == TWO else 1.0
    return AreasAlike(
        lags=lags,
        moran=local_moran_i(values, weights @ values, row_sums(weights), divisor=params.divisor),
        z=np.where(joined, conditional_z_weighted(values, weights), np.nan),
        p=p,
        q=q,
        quadrants=quadrants,
        classes=np.where(joined, classes, NOT_CALCULABLE),
        least=np.minimum(1.0, tested * tails.least[joined]),
        runs=tails.runs,
    )


def deal_neighbours(values: Floats, neighbours: Any, params: AreaLocalMoranParams, *, tests: int, gaps: bool) -> Tails:
    """Count or sample the deals, as many as that many tests need; see `conditional_tails`."""
    least = fewest_deals(max(tests, 1), level=params.level, sides=params.sides, method=params.correction)
    runs = params.permutations
    if runs is not None:
        require_deals(runs, least)
    elif not can_count_all(len(values)):
        runs = max(FEWEST_DEALS, least)
    return conditional_tails(values, neighbours, np.random.default_rng(params.seed), gaps=gaps, runs=runs)


def _find(rates: AreaRates, params: AreaLocalMoranParams) -> tuple[AreasAlike | None, str | None]:
    """Return local Moran of the rates, or the reason why there is none."""
    if rates.refusal:
        return None, rates.refusal
    try:
        found = find_alike_areas(rates.standard[rates.at], rates.neighbours, params)
    except NoVariationError as error:  # no incident anywhere: a result, not a failure
        return None, error.code
    if len(found.least) == 0:
        return None, "no_neighbours"
    if not passes(adjust(found.least, method=params.correction), params.level).any():
        return None, "resolution"
    return found, None


def _tabulate(scene: Scene, rates: AreaRates, found: AreasAlike | None) -> gpd.GeoDataFrame:
    columns = {
        "code": scene.areas["code"].to_numpy(),
        "name": scene.areas["name"].to_numpy(),
        "observed": rates.observed,
        "count": rates.counts,
        "persons": rates.persons,
        "rate": rates.crude,
        "eb_rate": rates.bayes,
        "standard_rate": rates.standard,
        **{
            column: rates.spread(getattr(found, name) if found else np.nan)
            for column, name in (("lag", "lags"), ("moran", "moran"), ("z", "z"), ("p", "p"), ("q", "q"))
        },
        "quadrant": rates.spread(found.quadrants if found else NONE, missing=NONE),
        "class": rates.spread(found.classes if found else NOT_CALCULABLE, missing=NOT_CALCULABLE),
    }
    return gpd.GeoDataFrame(columns, geometry=scene.areas.geometry.to_numpy(), crs=scene.crs)


def _read(
    scene: Scene, rates: AreaRates, found: AreasAlike | None, refusal: str | None, params: AreaLocalMoranParams
) -> Mapping[str, Any]:
    """Gather the facts from which the page writes: what, how sure, what not to conclude."""
    names = scene.areas["name"].astype(str).to_numpy()
    classes = rates.spread(found.classes if found else NOT_CALCULABLE, missing=NOT_CALCULABLE)
    islands = names[rates.at[count_neighbours(rates.neighbours) == 0]] if len(rates.at) else []
    people = scene.population
    facts: dict[str, Any] = {
        "areas": len(names),
        "areas_with_rate": len(rates.at),
        "incidents": scene.n_incidents,
        "without_area": scene.n_incidents - int(rates.counts.sum()),
        "population": None if people is None else {"vintage": people.vintage, "kind": people.kind},
        "not_calculable_because": refusal,
        "islands": [str(name) for name in islands],
        **{name: [str(one) for one in names[classes == name]] for name in QUADRANTS},
        "nothing_distinguishable": not np.isin(classes, QUADRANTS).any(),
        "level": params.level,
        "sides": params.sides,
        "correction": params.correction,
        "no_variation": found is None,
    }
    if found is None:
        return facts
    tested = found.p[np.isfinite(found.p)]  # without islands
    return facts | {
        "cells": len(tested),
        "below_level_before_correction": int(np.sum(passes(tested, params.level))),
        "by_chance": float(params.level * len(tested)),
        "exact": found.runs == 0,
        "runs": found.runs,
        "smallest_possible_p": float(found.least.min()),
    }
