"""Rates of the areas of a scene and who borders on whom: what autocorrelation between areas is measured on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analysis.area_gi import border_neighbours
from analysis.area_hotspots import find_observed
from analysis.area_totals import count_by_area
from analysis.errors import NotEnoughDataError
from analysis.rates import PER_PERSONS, empirical_bayes, person_years, standardise_rates
from analysis.scene import Scene

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Booleans = NDArray[np.bool_]

FEWEST_AREAS: Final = 4
NO_POPULATION: Final = "no_population"


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
