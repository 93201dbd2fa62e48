"""Rates by area: exact intervals, and empirical Bayes towards the whole or towards the surroundings.

A map of smoothed rates shows what is large, not what is improbable. Formula, assumptions and reading guide:
docs/handbook/area_rates.md. Counts, rates and borders of the areas are gathered here for autocorrelation too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from analysis.area_gi import border_neighbours
from analysis.area_hotspots import UNIT, find_observed
from analysis.area_totals import count_by_area
from analysis.errors import NotEnoughDataError
from analysis.params import Params, option
from analysis.rates import (
    PER_PERSONS,
    empirical_bayes,
    local_empirical_bayes,
    person_years,
    poisson_interval,
    standardise_rates,
)
from analysis.result import Result, View, finite
from analysis.scene import Scene

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Booleans = NDArray[np.bool_]

FEWEST_AREAS: Final = 4
NO_POPULATION: Final = "no_population"
FEWEST_CASES: Final = 5  # a rate of fewer is told in the table and left grey on the map
COLUMNS: Final = {"none": "rate", "global": "eb_rate", "local": "local_rate"}  # what each smoothing draws


@dataclass(frozen=True, kw_only=True)
class AreaRatesParams(Params):
    """Options of `area_rates`, each with a default that one can defend (handbook/area_rates.md)."""

    smoothing: str = option("global", choices=tuple(COLUMNS))
    rule: str = option("marshall", choices=("marshall", "own_means"))  # of local smoothing
    border_gap: float = option(1.0, unit="m", low=0.0, high=500.0)


@dataclass(frozen=True, kw_only=True, eq=False)
class AreaRates:
    """Counts and rates of the areas (n,), NaN where there is no rate.

    Attributes
    ----------
    crude, bayes
        Per 100,000 persons and year: as counted, and drawn towards the common rate (Marshall 1991).
    standard
        Distance of the crude rate from the common one, in its own standard deviation (Assuncao & Reis 1999).
    at
        Positions of the areas that have a rate (m,).
    neighbours
        Who borders on whom among those (sparse m x m of 0 and 1).
    """

    counts: Ints
    observed: Booleans
    persons: Floats
    crude: Floats
    bayes: Floats
    standard: Floats
    at: Ints
    neighbours: Any

    def spread(self, values: Any, *, missing: Any = np.nan) -> NDArray[Any]:
        """Return values of the areas with a rate at their places among all areas (n,)."""
        filled = np.full(len(self.counts), missing, dtype=object if isinstance(missing, str) else np.float64)
        filled[self.at] = values
        return filled

    @property
    def refusal(self) -> str | None:
        """Why nothing can be said of the rates; None where something can."""
        if not np.isfinite(self.persons).any():
            return NO_POPULATION
        return NotEnoughDataError.code if len(self.at) < FEWEST_AREAS else None


def gather_rates(scene: Scene, *, gap: float) -> AreaRates:
    """Count incidents and persons of each area; an area whose incidents are not delivered has no rate.

    Raises
    ------
    NotEnoughDataError
        The scene has no areas.
    """
    n = len(scene.areas)
    if n == 0:
        raise NotEnoughDataError(needed=1, found=0)
    counts, observed = count_by_area(scene), find_observed(scene)
    persons = np.full(n, np.nan) if scene.population is None else np.asarray(scene.population.persons, dtype=np.float64)
    exposure = np.where(observed, person_years(persons, months=scene.months), np.nan) / PER_PERSONS
    at = np.flatnonzero(exposure > 0)
    some = len(at) >= 2
    return AreaRates(
        counts=counts,
        observed=observed,
        persons=persons,
        crude=counts / exposure,
        bayes=empirical_bayes(counts, exposure).rates if some else np.full(n, np.nan),
        standard=standardise_rates(counts, exposure) if some else np.full(n, np.nan),
        at=at,
        neighbours=border_neighbours(scene.areas.iloc[at], gap=gap),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class SmoothedRates:
    """Rates drawn to another, per 100,000 persons and year (n,), NaN where nobody is known to live.

    Attributes
    ----------
    weight, local_weight
        How much of its own rate each area keeps, 0 to 1.
    alone
        Areas with a rate and without a neighbour that has one; they are smoothed towards the whole.
    """

    low: Floats
    high: Floats
    weight: Floats
    local: Floats
    local_weight: Floats
    common: float
    alone: int


def area_rates(scene: Scene, params: AreaRatesParams) -> Result:
    """Tell for each area how many incidents there are for its people, and how far that rate can be trusted.

    Parameters
    ----------
    scene
        Incidents with their area, areas, and their population where known, in one metric projection.

    Returns
    -------
    Result
        One row per area: ``code``, ``name``, ``observed``, ``count``, ``persons``, ``rate`` with ``rate_low`` and
        ``rate_high`` (exact 95 %), ``eb_rate`` and ``weight`` (towards the common rate), ``local_rate`` and
        ``local_weight`` (towards the neighbours), all per 100,000 persons and year; ``few`` (fewer than 5 incidents);
        ``rate_shown`` (what the map draws: NaN where there is no rate, or few); geometry.

    Raises
    ------
    NotEnoughDataError
        The scene has no areas.
    """
    rates = gather_rates(scene, gap=params.border_gap)
    smoothed = smooth_rates(rates, months=scene.months, own_means=params.rule == "own_means")
    table = _tabulate(scene, rates, smoothed, COLUMNS[params.smoothing])
    without_area = scene.n_incidents - int(rates.counts.sum())
    return Result(
        params=params,
        table=table,
        view=View(kind="areas", value="rate_shown", scale="rates", unit=UNIT),
        crs=scene.crs,
        n_observations=int(rates.counts.sum()),
        left_out={"without_area": without_area} if without_area else {},
        reading=_read(scene, table, smoothed, params),
    )


def smooth_rates(rates: AreaRates, *, months: float, own_means: bool = False) -> SmoothedRates:
    """Draw the rates towards the common one and towards their surroundings, with exact intervals of the crude ones."""
    n, at = len(rates.counts), rates.at
    exposure = np.full(n, np.nan)
    exposure[at] = person_years(rates.persons[at], months=months) / PER_PERSONS
    low, high = poisson_interval(rates.counts)
    weight, local, local_weight, common = np.full((4, n), np.nan)
    alone = np.zeros(0, dtype=np.int64)
    if len(at) >= 2:
        bayes = empirical_bayes(rates.counts, exposure)
        weight, common[:] = bayes.weights, bayes.mean
        local[at], local_weight[at], _ = local_empirical_bayes(
            rates.counts[at], exposure[at], rates.neighbours, own_means=own_means
        )
        alone = at[rates.neighbours.sum(axis=1) == 0]
        local[alone], local_weight[alone] = bayes.rates[alone], bayes.weights[alone]
    return SmoothedRates(
        low=low / exposure,
        high=high / exposure,
        weight=weight,
        local=local,
        local_weight=local_weight,
        common=float(common[0]) if n else np.nan,
        alone=len(alone),
    )


def _tabulate(scene: Scene, rates: AreaRates, smoothed: SmoothedRates, drawn: str) -> gpd.GeoDataFrame:
    few = rates.counts < FEWEST_CASES
    columns = {
        "code": scene.areas["code"].to_numpy(),
        "name": scene.areas["name"].to_numpy(),
        "observed": rates.observed,
        "count": rates.counts,
        "persons": rates.persons,
        "rate": rates.crude,
        "rate_low": smoothed.low,
        "rate_high": smoothed.high,
        "eb_rate": rates.bayes,
        "weight": smoothed.weight,
        "local_rate": smoothed.local,
        "local_weight": smoothed.local_weight,
        "few": few,
    }
    columns["rate_shown"] = np.where(few, np.nan, columns[drawn])
    return gpd.GeoDataFrame(columns, geometry=scene.areas.geometry.to_numpy(), crs=scene.crs)


def _read(scene: Scene, table: gpd.GeoDataFrame, rates: SmoothedRates, params: AreaRatesParams) -> Mapping[str, Any]:
    """Gather the facts from which the page writes: what, how sure, what not to conclude."""
    people = scene.population
    kept = rates.local_weight if params.smoothing == "local" else rates.weight
    return {
        "areas": len(table),
        "with_rate": int(table["rate"].notna().sum()),
        "nobody": int(np.sum(table["observed"].to_numpy() & ~(table["persons"].to_numpy() > 0))),
        "few": int(np.sum(table["few"] & table["rate"].notna())),
        "months": scene.months,
        "population": None
        if people is None
        else {"vintage": people.vintage, "kind": people.kind, "source": people.source},
        "smoothing": params.smoothing,
        "common_rate": finite(rates.common),
        "kept_low": finite(np.nanmin(kept)) if np.isfinite(kept).any() else None,
        "kept_median": finite(np.nanmedian(kept)) if np.isfinite(kept).any() else None,
        "kept_high": finite(np.nanmax(kept)) if np.isfinite(kept).any() else None,
        "alone": rates.alone,
        "highest": _name_end(table, np.nanargmax),
        "lowest": _name_end(table, np.nanargmin),
    }


def _name_end(table: gpd.GeoDataFrame, find: Any) -> dict[str, Any] | None:
    """Return the area at one end of what is drawn, with its crude rate and interval; None where nothing is."""
    shown = table["rate_shown"].to_numpy(dtype=np.float64)
    if not np.isfinite(shown).any():
        return None
    row = table.iloc[int(find(shown))]
    values = {name: finite(row[name]) for name in ("rate_shown", "rate", "rate_low", "rate_high")}
    return {"name": str(row["name"]), "count": int(row["count"]), **values}
