"""Join counts: whether marked cells, or areas, lie side by side more than chance puts them.

Formula, assumptions and reading guide: docs/handbook/join_counts.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.area_hotspots import NOT_CALCULABLE
from analysis.area_rates import AreaRates
from analysis.errors import NotEnoughDataError, NoVariationError
from analysis.joins import JOINS
from analysis.map_tests import MapTest, require_enough, tabulate_deals, tabulate_tests, tell_tests, try_joins
from analysis.map_units import MapParams, MapUnits, gather_units
from analysis.params import option
from analysis.result import Result
from analysis.scene import Scene
from analysis.weights import BINARY, STYLES, styled

Booleans = NDArray[np.bool_]

ANY: Final = "any"
ABOVE: Final = "above_median"
MARKED: Final = "marked"
NONE: Final = "none"


@dataclass(frozen=True, kw_only=True)
class JoinCountsParams(MapParams):
    """Options of `join_counts`, each with a default that one can defend (handbook/join_counts.md)."""

    mark: str = option(ANY, choices=(ANY, ABOVE))
    weights: str = option(BINARY, choices=STYLES)


def join_counts(scene: Scene, params: JoinCountsParams) -> Result:
    """Count the pairs of neighbours that are both marked, both unmarked, or one of each, and compare with chance.

    Returns
    -------
    Result
        One row per cell (``cell``, ``count``) or area (``code``, ``name``, ``observed``, ``count``, ``rate``,
        ``standard_rate``) and its ``class``: marked or none; areas without a rate: not_calculable. ``tables["tests"]``:
        per ``measure`` (bb, ww, bw) ``value``, ``expected`` and ``variance`` by chance, ``z``, ``p_analytic``, ``p``
        (permutation), ``q`` and what it ``tells``. ``tables["dealt"]``: pairs of one of each on dealt maps. Where all
        or none are marked there is nothing to compare; that is a result.

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
    require_enough(params, len(JOINS))
    marked = mark_units(units, params.mark)
    tests, refusal = _test(units, marked, params)
    told = tabulate_tests(tests, () if tests else JOINS, params)
    return Result(
        params=params,
        table=_tabulate(scene, units, marked),
        view=units.view("class", "joins"),
        crs=scene.crs,
        n_observations=int(units.counts.sum()),
        grid=units.lattice.study.grid if units.lattice is not None else None,
        tables={
            "tests": told,
            **({"dealt": tabulate_deals(tests[-1])} if tests else {}),
            **({"placing": units.lattice.ground.placing} if units.lattice is not None else {}),
        },
        chosen=params.chosen if units.lattice is not None else {},
        left_out=units.left_out(scene),
        reading=_read(scene, units, marked, told, refusal, params),
    )


def mark_units(units: MapUnits, mark: str) -> Booleans:
    """Mark the units with any incident, or above the median of the counts (cells) or standardised rates (areas)."""
    if units.rates is None:
        counts = units.counts
        return counts > 0 if mark == ANY else counts > np.median(counts)
    rates = units.rates
    if mark == ANY:
        return rates.counts[rates.at] > 0
    standard = rates.standard[rates.at]
    return standard > np.median(standard) if len(standard) else np.zeros(0, dtype=np.bool_)


def _test(units: MapUnits, marked: Booleans, params: JoinCountsParams) -> tuple[list[MapTest], str | None]:
    """Return the three tests, or why there are none."""
    if units.rates is not None and units.rates.refusal:
        return [], units.rates.refusal
    weights, rng = styled(units.neighbours, params.weights), np.random.default_rng(params.seed)
    try:
        return try_joins(marked, weights, rng, runs=params.permutations), None
    except (NoVariationError, NotEnoughDataError) as error:  # all marked, or nobody has a neighbour: a result
        return [], error.code


def _tabulate(scene: Scene, units: MapUnits, marked: Booleans) -> pd.DataFrame:
    classes = np.where(marked, MARKED, NONE).astype(object)
    if units.rates is not None:
        areas: pd.DataFrame = _tabulate_areas(scene, units.rates, classes)
        return areas
    cells = units.lattice.study.cells if units.lattice is not None else np.zeros(0, dtype=np.int64)
    return pd.DataFrame({"cell": cells, "count": units.counts, "class": classes})


def _tabulate_areas(scene: Scene, rates: AreaRates, classes: NDArray[np.object_]) -> gpd.GeoDataFrame:
    columns = {
        "code": scene.areas["code"].to_numpy(),
        "name": scene.areas["name"].to_numpy(),
        "observed": rates.observed,
        "count": rates.counts,
        "rate": rates.crude,
        "standard_rate": rates.standard,
        "class": rates.spread(classes, missing=NOT_CALCULABLE),
    }
    return gpd.GeoDataFrame(columns, geometry=scene.areas.geometry.to_numpy(), crs=scene.crs)


def _read(
    scene: Scene,
    units: MapUnits,
    marked: Booleans,
    told: pd.DataFrame,
    refusal: str | None,
    params: JoinCountsParams,
) -> Mapping[str, Any]:
    """Gather the facts from which the page writes: what, how sure, what not to conclude."""
    people = scene.population
    facts: dict[str, Any] = {
        "units": params.units,
        "mark": params.mark,
        "n": len(marked),
        "marked": int(marked.sum()),
        "incidents": int(units.counts.sum()),
        "islands": units.islands,
        "population": None if people is None else {"vintage": people.vintage, "kind": people.kind},
        "not_calculable_because": refusal,
        "tests": tell_tests(told),
        "permutations": params.permutations,
        "level": params.level,
        "sides": params.sides,
        "correction": params.correction,
    }
    return facts | ({"gate": units.lattice.ground.read()} if units.lattice is not None else {})
