"""Hotspots by area: rates with intervals, empirical Bayes, Gi* on them, and what the finer maps show inside each area.

Counts and crude rates carry no class: on counts, the size of an area decides. Formula, assumptions and reading guide:
docs/handbook/area_hotspots.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.area_gi import AreaGi, area_gi, border_neighbours
from analysis.area_insides import Insides, look_inside
from analysis.area_totals import count_by_area
from analysis.errors import NotEnoughDataError, NoVariationError
from analysis.multiple_testing import adjust, name_by_level, reject
from analysis.params import Params, option
from analysis.rates import PER_PERSONS, empirical_bayes, person_years, poisson_interval
from analysis.result import Result, View
from analysis.scene import NO_AREA, Scene

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Booleans = NDArray[np.bool_]

NOT_CALCULABLE: Final = "not_calculable"
FEWEST_AREAS: Final = 4
LEAST_OBSERVED: Final = 0.1  # share of an area inside the window below which its incidents are not delivered
UNIT: Final = "incidents_100k_year"


@dataclass(frozen=True, kw_only=True)
class AreaHotspotsParams(Params):
    """Options of `area_hotspots`, each with a default that one can defend (handbook/area_hotspots.md)."""

    cell_size: float = option(250.0, unit="m", low=50.0, high=5000.0)  # of the hotspots looked up inside each area
    border_gap: float = option(1.0, unit="m", low=0.0, high=500.0)
    correction: str = option("bh", choices=("bh", "by"))
    shuffles: int | None = option(None, low=99, high=10_000_000)  # None: exact up to 36 areas, then as many as needed
    seed: int = option(20240601, low=0)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Rates:
    """Rates of the areas (n,), NaN where not calculable."""

    persons: Floats
    crude: Floats
    low: Floats
    high: Floats
    bayes: Floats
    common: float


def area_hotspots(scene: Scene, params: AreaHotspotsParams) -> Result:
    """Tell for each area how many incidents it has, for how many people, and whether its surroundings stand out.

    Parameters
    ----------
    scene
        Incidents with their area, areas, population where known, window and study mask, in one metric projection.

    Returns
    -------
    Result
        One row per area: ``code``, ``name``, ``observed``, ``count`` (``placed`` + ``unplaced``), ``share`` of all
        incidents that have an area, ``persons``; ``rate``, ``rate_low``, ``rate_high`` (exact 95 %) and ``eb_rate``
        per 100,000 inhabitants and year; ``z``, ``p_hot``, ``p_cold``, ``q_hot``, ``q_cold``, ``class`` (hot99, hot95,
        hot90, cold.., none, or not_calculable); ``hot_area_share``, ``hot_incident_share``, ``peak_density``
        (incidents per km² and month); geometry.

    Raises
    ------
    NotEnoughDataError
        The scene has no areas.
    """
    if len(scene.areas) == 0:
        raise NotEnoughDataError(needed=1, found=0)
    observed = find_observed(scene)
    counts = count_by_area(scene)
    rates = _find_rates(scene, counts, observed)
    found, refusal = _find_gi(scene, rates, params)
    inside = look_inside(scene, cell_size=params.cell_size)
    table = _tabulate(scene, counts, observed, rates, found, inside)
    without_area = scene.n_incidents - int(counts.sum())
    return Result(
        params=params,
        table=table,
        view=View(kind="areas", value="class", scale="hotspots", unit=UNIT),
        crs=scene.crs,
        n_observations=int(counts.sum()),
        chosen=_tell_shuffles(found, params),
        left_out={"without_area": without_area} if without_area else {},
        reading={**_read(scene, table, rates, found, inside), "not_calculable_because": refusal},
    )


def find_observed(scene: Scene) -> Booleans:
    """Tell which areas deliver their incidents: as the areas say, else those that lie in the window of observation."""
    if "observed" in scene.areas:
        return np.asarray(scene.areas["observed"], dtype=np.bool_)
    inside = scene.areas.geometry.intersection(scene.window).area.to_numpy()
    return np.asarray(inside > LEAST_OBSERVED * scene.areas.geometry.area.to_numpy())


def _find_rates(scene: Scene, counts: Ints, observed: Booleans) -> _Rates:
    n = len(counts)
    persons = np.full(n, np.nan) if scene.population is None else np.asarray(scene.population.persons, dtype=np.float64)
    exposure = np.where(observed, person_years(persons, months=scene.months), np.nan) / PER_PERSONS
    low, high = poisson_interval(counts)
    known = int(np.sum(exposure > 0))
    bayes = empirical_bayes(counts, exposure) if known >= 2 else None
    return _Rates(
        persons=persons,
        crude=counts / exposure,
        low=low / exposure,
        high=high / exposure,
        bayes=np.full(n, np.nan) if bayes is None else bayes.rates,
        common=np.nan if bayes is None else bayes.mean,
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Found:
    """Gi* of the areas that have a rate: their positions, the statistic, its adjusted p."""

    at: Ints
    gi: AreaGi
    q_hot: Floats
    q_cold: Floats

    def spread(self, values: Floats, n: int) -> Floats:
        """Return the values at their areas, NaN elsewhere (n,)."""
        column = np.full(n, np.nan)
        column[self.at] = values
        return column


def _find_gi(scene: Scene, rates: _Rates, params: AreaHotspotsParams) -> tuple[_Found | None, str | None]:
    """Return Gi* on the empirical-Bayes rates, or the reason why there is none."""
    if scene.population is None:
        return None, "no_population"
    at = np.flatnonzero(np.isfinite(rates.bayes))
    if len(at) < FEWEST_AREAS:
        return None, NotEnoughDataError.code
    near = border_neighbours(scene.areas.iloc[at], gap=params.border_gap)
    try:
        gi = area_gi(rates.bayes[at], near, np.random.default_rng(params.seed), shuffles=params.shuffles)
    except NoVariationError as error:  # chance alone explains the differences: a result, not a failure
        return None, error.code
    if not reject(gi.smallest_p, method=params.correction).any():
        return None, "resolution"
    q_hot, q_cold = (adjust(p, method=params.correction) for p in (gi.p_hot, gi.p_cold))
    return _Found(at=at, gi=gi, q_hot=q_hot, q_cold=q_cold), None


def _tell_shuffles(found: _Found | None, params: AreaHotspotsParams) -> dict[str, int]:
    """Return the number of shuffles where it was picked for the user; an exact count has none."""
    if found is None or found.gi.shuffles == 0 or params.shuffles is not None:
        return {}
    return {"shuffles": found.gi.shuffles}


def _classify(found: _Found | None, n: int) -> NDArray[np.object_]:
    classes = np.full(n, NOT_CALCULABLE, dtype=object)
    if found is None:
        return classes
    classes[found.at] = name_by_level({"cold": found.q_cold, "hot": found.q_hot})
    return classes


def _tabulate(
    scene: Scene, counts: Ints, observed: Booleans, rates: _Rates, found: _Found | None, inside: Insides
) -> gpd.GeoDataFrame:
    n = len(counts)
    placed = np.bincount(scene.points.area[scene.points.area != NO_AREA], minlength=n)
    columns = {
        "code": scene.areas["code"].to_numpy(),
        "name": scene.areas["name"].to_numpy(),
        "observed": observed,
        "count": counts,
        "placed": placed,
        "unplaced": counts - placed,
        "share": counts / max(int(counts.sum()), 1),
        "persons": rates.persons,
        "rate": rates.crude,
        "rate_low": rates.low,
        "rate_high": rates.high,
        "eb_rate": rates.bayes,
        **_gi_columns(found, n),
        "class": _classify(found, n),
        "hot_area_share": inside.hot_area_share,
        "hot_incident_share": inside.hot_incident_share,
        "peak_density": inside.peak_density,
    }
    return gpd.GeoDataFrame(columns, geometry=scene.areas.geometry.to_numpy(), crs=scene.crs)


def _gi_columns(found: _Found | None, n: int) -> dict[str, Floats]:
    if found is None:
        return {name: np.full(n, np.nan) for name in ("z", "p_hot", "p_cold", "q_hot", "q_cold")}
    gi = found.gi
    values = {"z": gi.z, "p_hot": gi.p_hot, "p_cold": gi.p_cold, "q_hot": found.q_hot, "q_cold": found.q_cold}
    return {name: found.spread(column, n) for name, column in values.items()}


def _read(
    scene: Scene, table: gpd.GeoDataFrame, rates: _Rates, found: _Found | None, inside: Insides
) -> Mapping[str, Any]:
    """Gather the facts from which the page writes: what, how sure, what not to conclude."""
    people = scene.population
    classes = table["class"].astype(str)
    return {
        "areas": len(table),
        "areas_observed": int(table["observed"].sum()),
        "areas_with_rate": int(table["rate"].notna().sum()),
        "incidents": scene.n_incidents,
        "placed": int(table["placed"].sum()),
        "unplaced": int(table["unplaced"].sum()),
        "without_area": scene.n_incidents - int(table["count"].sum()),
        "months": scene.months,
        "population": None
        if people is None
        else {"vintage": people.vintage, "kind": people.kind, "source": people.source},
        "common_rate": None if np.isnan(rates.common) else rates.common,
        "most": _name_highest(table, "count"),
        "highest_rate": _name_highest(table, "eb_rate"),
        "hot": table["name"][classes.isin(["hot99", "hot95"])].tolist(),
        "cold": table["name"][classes.isin(["cold99", "cold95"])].tolist(),
        "nothing_distinguishable": not classes.str.startswith(("hot", "cold")).any(),
        "exact": found is not None and found.gi.shuffles == 0,
        "smallest_possible_p": None if found is None else float(found.gi.smallest_p.min()),
        "hotspots_inside": inside.hotspots_missing is None,
        "density_inside": inside.density_missing is None,
    }


def _name_highest(table: gpd.GeoDataFrame, column: str) -> dict[str, Any] | None:
    """Return the area with the highest value, and how it compares; None where no area has one."""
    values = pd.Series(table[column])
    if not values.notna().any() or not (values > 0).any():
        return None
    row = table.loc[values.idxmax()]
    return {"name": str(row["name"]), "count": int(row["count"]), "value": float(row[column])}
