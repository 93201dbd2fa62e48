"""Local tests of areas on standardised rates: options, deals, and what is told of each area by any statistic."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from analysis.area_hotspots import NOT_CALCULABLE
from analysis.area_rates import AreaRates
from analysis.conditional import Tails, can_count_all, conditional_tails
from analysis.deals import fewest_deals, require_deals
from analysis.errors import NoVariationError
from analysis.moran import NONE
from analysis.multiple_testing import CORRECTIONS, adjust, passes
from analysis.params import Params, option
from analysis.scene import Scene
from analysis.sides import SIDES, TWO, sided_p
from analysis.weights import ROWS, STYLES, count_neighbours, require_known

Floats = NDArray[np.float64]
Words = NDArray[np.object_]

FEWEST_DEALS: Final = 99_999
MOST_DEALS: Final = 1_000_000


@dataclass(frozen=True, kw_only=True)
class AreaTestParams(Params):
    """Options of every local test of areas."""

    border_gap: float = option(1.0, unit="m", low=0.0, high=500.0)
    weights: str = option(ROWS, choices=STYLES)  # of the statistic alone: the p is the same
    sides: str = option(TWO, choices=SIDES)
    correction: str = option("bh", choices=CORRECTIONS)
    level: float = option(0.05, choices=(0.01, 0.05, 0.1))
    permutations: int | None = option(None, low=99, high=MOST_DEALS)  # None: exact up to 36 areas, then enough
    seed: int = option(20240601, low=0)


@dataclass(frozen=True, kw_only=True, eq=False)
class AreasTested:
    """A local test of each unit (m,), NaN for islands.

    Attributes
    ----------
    lags
        Mean of the neighbours.
    values
        Further columns by name: the statistic, and what describes it.
    named
        What each unit would be called, significant or not.
    classes
        The name where q reaches the level, none, or not_calculable.
    least
        The smallest p that each unit with neighbours could have had.
    runs
        Deals sampled at most; 0 where all were counted.
    """

    lags: Floats
    values: Mapping[str, Floats]
    p: Floats
    q: Floats
    named: Words
    classes: Words
    least: Floats
    runs: int


def deal_neighbours(values: Floats, neighbours: Any, params: AreaTestParams, *, gaps: bool) -> Tails:
    """Count or sample the deals, as many as the tests need; see `conditional_tails`.

    Raises
    ------
    NoVariationError
        All values are equal.
    ParameterError
        So few permutations that no p could pass the correction, or a value is missing.
    """
    require_known(values)
    if np.ptp(values) <= 1e-12 * np.abs(values).max(initial=0.0):
        raise NoVariationError(found=float(values[0]))
    tests = max(1, int(np.sum(count_neighbours(neighbours) > 0)))
    least = fewest_deals(tests, level=params.level, sides=params.sides, method=params.correction)
    runs = params.permutations
    if runs is not None:
        require_deals(runs, least)
    elif not can_count_all(len(values)):
        runs = max(FEWEST_DEALS, least)
    return conditional_tails(values, neighbours, np.random.default_rng(params.seed), gaps=gaps, runs=runs)


def find_lags(values: Floats, neighbours: Any) -> Floats:
    """Return the mean of each unit's neighbours (m,); NaN for islands."""
    sizes = count_neighbours(neighbours)
    return np.where(sizes > 0, (neighbours @ values) / np.maximum(sizes, 1), np.nan)


def judge(
    tails: Tails, alike: tuple[Floats, Floats], named: Words, lags: Floats, params: AreaTestParams, **values: Floats
) -> AreasTested:
    """Correct the p of all units that have neighbours, and name those that pass.

    Parameters
    ----------
    alike
        Tails towards alike and towards unlike (m,).
    values
        Columns of the statistic.
    """
    joined = np.isfinite(lags)
    p = np.where(joined, sided_p(*alike, sides=params.sides), np.nan)
    q = np.full(len(p), np.nan)
    q[joined] = adjust(p[joined], method=params.correction)
    significant = passes(np.nan_to_num(q, nan=1.0), params.level)
    sided = 2.0 if params.sides == TWO else 1.0
    return AreasTested(
        lags=lags,
        values={name: np.where(joined, column, np.nan) for name, column in values.items()},
        p=p,
        q=q,
        named=named,
        classes=np.where(joined, np.where(significant, named, NONE), NOT_CALCULABLE),
        least=np.minimum(1.0, sided * tails.least[joined]),
        runs=tails.runs,
    )


def try_areas(
    rates: AreaRates, params: AreaTestParams, find: Callable[[Floats, Any], AreasTested]
) -> tuple[AreasTested | None, str | None]:
    """Return the test of the standardised rates, or the reason why there is none: a result, not a failure."""
    if rates.refusal:
        return None, rates.refusal
    try:
        found = find(rates.standard[rates.at], rates.neighbours)
    except NoVariationError as error:
        return None, error.code
    if len(found.least) == 0:
        return None, "no_neighbours"
    if not passes(adjust(found.least, method=params.correction), params.level).any():
        return None, "resolution"
    return found, None


def tabulate_areas(
    scene: Scene, rates: AreaRates, found: AreasTested | None, columns: Sequence[str]
) -> gpd.GeoDataFrame:
    """Return one row per area: who it is, its rates, what was found (``columns`` of the statistic) and its class."""
    tested = {"lag": found.lags, **found.values, "p": found.p, "q": found.q} if found else {}
    table = {
        "code": scene.areas["code"].to_numpy(),
        "name": scene.areas["name"].to_numpy(),
        "observed": rates.observed,
        "count": rates.counts,
        "persons": rates.persons,
        "rate": rates.crude,
        "eb_rate": rates.bayes,
        "standard_rate": rates.standard,
        **{name: rates.spread(tested.get(name, np.nan)) for name in ("lag", *columns, "p", "q")},
        "class": rates.spread(found.classes if found else NOT_CALCULABLE, missing=NOT_CALCULABLE),
    }
    return gpd.GeoDataFrame(table, geometry=scene.areas.geometry.to_numpy(), crs=scene.crs)


def find_left_out(scene: Scene, rates: AreaRates) -> dict[str, int]:
    """Return the incidents that no area holds."""
    without = scene.n_incidents - int(rates.counts.sum())
    return {"without_area": without} if without else {}


def read_areas(
    scene: Scene,
    rates: AreaRates,
    found: AreasTested | None,
    refusal: str | None,
    params: AreaTestParams,
    names: Sequence[str],
) -> dict[str, Any]:
    """Gather the facts from which the page writes; the areas of each class in ``names`` are told by name."""
    called = scene.areas["name"].astype(str).to_numpy()
    classes = rates.spread(found.classes if found else NOT_CALCULABLE, missing=NOT_CALCULABLE)
    people = scene.population
    facts: dict[str, Any] = {
        "areas": len(called),
        "areas_with_rate": len(rates.at),
        "incidents": scene.n_incidents,
        "without_area": scene.n_incidents - int(rates.counts.sum()),
        "population": None if people is None else {"vintage": people.vintage, "kind": people.kind},
        "not_calculable_because": refusal,
        "islands": [str(one) for one in called[rates.at[count_neighbours(rates.neighbours) == 0]]],
        **{name: [str(one) for one in called[classes == name]] for name in names},
        "nothing_distinguishable": not np.isin(classes, names).any(),
        "level": params.level,
        "sides": params.sides,
        "correction": params.correction,
        "no_variation": found is None,
    }
    return facts | (_read_p(found, params) if found else {})


def _read_p(found: AreasTested, params: AreaTestParams) -> dict[str, Any]:
    tested = found.p[np.isfinite(found.p)]  # without islands
    return {
        "cells": len(tested),
        "below_level_before_correction": int(np.sum(passes(tested, params.level))),
        "by_chance": float(params.level * len(tested)),
        "exact": found.runs == 0,
        "runs": found.runs,
        "smallest_possible_p": float(found.least.min()),
    }
