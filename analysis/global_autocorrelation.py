"""Global autocorrelation: whether like lies beside like in the map as one; Moran, Geary and General G together.

By cells on counts, by areas on empirical-Bayes rates with Moran's I of standardised rates (Assuncao & Reis 1999) beside
them. Formula, assumptions and reading guide: docs/handbook/global_autocorrelation.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.area_rates import AreaRates
from analysis.errors import NotEnoughDataError, NoVariationError
from analysis.lattices import Lattice
from analysis.map_tests import (
    MapTest,
    require_enough,
    tabulate_deals,
    tabulate_tests,
    tell_tests,
    try_moran,
    try_values,
)
from analysis.map_units import MapParams, MapUnits, gather_units
from analysis.params import option
from analysis.result import Result
from analysis.scene import Scene
from analysis.weights import ROWS, STYLES, count_neighbours, styled

Floats = NDArray[np.float64]

OF_VALUES: Final = ("moran", "geary", "general_g")
OF_RATES: Final = "eb_moran"


@dataclass(frozen=True, kw_only=True)
class GlobalAutocorrelationParams(MapParams):
    """Options of `global_autocorrelation`, each with a default that one can defend (its handbook chapter)."""

    values: str = option("stabilised", choices=("stabilised", "counts"))  # of cells
    weights: str = option(ROWS, choices=STYLES)


def global_autocorrelation(scene: Scene, params: GlobalAutocorrelationParams) -> Result:
    """Tell whether neighbouring cells, or areas, are alike beyond chance, over the whole map.

    Returns
    -------
    Result
        One row per cell (``cell``, ``count``, ``score``) or area (``code``, ``name``, ``observed``, ``count``,
        ``rate``, ``eb_rate``, ``standard_rate``), and ``around``: how far the mean of the neighbours lies from the mean
        of all, in standard deviations. ``tables["tests"]``: per ``measure`` (moran, geary, general_g; areas: eb_moran)
        ``value``, ``expected`` and ``variance`` by chance, ``z``, ``p_analytic``, ``p`` (permutation), ``q`` and what
        it ``tells``. ``tables["dealt"]``: the leading index on dealt maps. A map of equal values says that it has no
        answer.

    Raises
    ------
    NotEnoughDataError
        Fewer than nine cells, no incident in them, or no areas.
    BelowGateError
        By cells: too few incidents have a point, in every area.
    ParameterError
        So few permutations that no p could pass the correction.
    """
    units = gather_units(scene, params)
    require_enough(params, 3 if units.lattice is not None else 4)
    tests, missing, refusal = _test(units, params)
    told = tabulate_tests(tests, missing, params)
    lead = next((test for test in tests if test.measure == OF_RATES), tests[0] if tests else None)
    return Result(
        params=params,
        table=_tabulate(scene, units, params),
        view=units.view("around", "diverging", "deviations"),
        crs=scene.crs,
        n_observations=int(units.counts.sum()),
        grid=units.lattice.study.grid if units.lattice is not None else None,
        tables={
            "tests": told,
            **({"dealt": tabulate_deals(lead)} if lead else {}),
            **({"placing": units.lattice.ground.placing} if units.lattice is not None else {}),
        },
        chosen=params.chosen if units.lattice is not None else {},
        left_out=units.left_out(scene),
        reading=_read(scene, units, told, lead, refusal, params),
    )


def _test(units: MapUnits, params: GlobalAutocorrelationParams) -> tuple[list[MapTest], list[str], str | None]:
    """Return the tests that have an answer, the names of the others, and why there is none at all."""
    rng, runs = np.random.default_rng(params.seed), params.permutations
    weights = styled(units.neighbours, params.weights)
    rates = units.rates
    if rates is None:
        return _try(lambda: try_values(_values(units, params), weights, rng, runs=runs), OF_VALUES)
    if rates.refusal:
        return [], [*OF_VALUES, OF_RATES], rates.refusal
    tests, missing, _ = _try(lambda: try_values(rates.bayes[rates.at], weights, rng, runs=runs), OF_VALUES)
    standard = rates.standard[rates.at]
    more, lacking, refusal = _try(lambda: [try_moran(OF_RATES, standard, weights, rng, runs=runs)], (OF_RATES,))
    return [*tests, *more], [*missing, *lacking], refusal


def _try(run: Any, names: tuple[str, ...]) -> tuple[list[MapTest], list[str], str | None]:
    """Run tests; where there is nothing to compare, return their names and the reason: a result, not a failure."""
    try:
        return run(), [], None
    except (NoVariationError, NotEnoughDataError) as error:
        return [], [*names], error.code


def _values(units: MapUnits, params: GlobalAutocorrelationParams) -> Floats:
    lattice = units.lattice
    if lattice is None:
        raise ValueError("areas are compared by their rates")
    return lattice.values(params.values).astype(np.float64)


def _tabulate(scene: Scene, units: MapUnits, params: GlobalAutocorrelationParams) -> pd.DataFrame:
    if units.rates is not None:
        areas: pd.DataFrame = _tabulate_areas(scene, units.rates)
        return areas
    return _tabulate_cells(units.lattice, _values(units, params), units.neighbours) if units.lattice else pd.DataFrame()


def _tabulate_cells(lattice: Lattice, values: Floats, neighbours: Any) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "cell": lattice.study.cells,
            "count": lattice.counts,
            "score": values.astype(np.int64),
            "around": look_around(values, neighbours),
        }
    )


def _tabulate_areas(scene: Scene, rates: AreaRates) -> gpd.GeoDataFrame:
    around = look_around(rates.standard[rates.at], rates.neighbours)
    columns = {
        "code": scene.areas["code"].to_numpy(),
        "name": scene.areas["name"].to_numpy(),
        "observed": rates.observed,
        "count": rates.counts,
        "rate": rates.crude,
        "eb_rate": rates.bayes,
        "standard_rate": rates.standard,
        "around": rates.spread(around),
    }
    return gpd.GeoDataFrame(columns, geometry=scene.areas.geometry.to_numpy(), crs=scene.crs)


def look_around(values: Floats, neighbours: Any) -> Floats:
    """Return how far the mean of each unit's neighbours lies from the mean of all, in standard deviations (n,).

    NaN without neighbours, and everywhere where all values are equal.
    """
    if len(values) == 0:
        return np.zeros(0)
    sizes, spread = count_neighbours(neighbours), float(np.std(values))
    known = (sizes > 0) & (np.ptp(values) > 0)
    means = (neighbours @ values) / np.maximum(sizes, 1)
    return np.where(known, (means - values.mean()) / (spread or 1.0), np.nan)


def _read(
    scene: Scene,
    units: MapUnits,
    told: pd.DataFrame,
    lead: MapTest | None,
    refusal: str | None,
    params: GlobalAutocorrelationParams,
) -> Mapping[str, Any]:
    """Gather the facts from which the page writes: what, how sure, what not to conclude."""
    people = scene.population
    facts: dict[str, Any] = {
        "units": params.units,
        "n": units.neighbours.shape[0],
        "incidents": int(units.counts.sum()),
        "islands": units.islands,
        "population": None if people is None else {"vintage": people.vintage, "kind": people.kind},
        "not_calculable_because": refusal,
        "lead": lead.measure if lead else None,
        "tests": tell_tests(told),
        "permutations": params.permutations,
        "level": params.level,
        "sides": params.sides,
        "correction": params.correction,
    }
    return facts | ({"gate": units.lattice.ground.read()} if units.lattice is not None else {})
