"""Change between two periods, per cell and per area: what moved more than the city as a whole, beyond chance.

Given the incidents of both periods, the later one's share in a unit is compared with its share in the city, so that
periods of unequal length need no correction. The dispersion of the counts is estimated and carried. Formula,
assumptions and reading guide: docs/handbook/change.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon

from analysis.area_hotspots import find_observed
from analysis.area_totals import count_by_area
from analysis.dispersion import fit_dispersion, inflation, precision_of_ratio, smallest_p, two_sided_p
from analysis.errors import NotEnoughDataError
from analysis.gate import LEAST_PLACED, Ground, open_alike, tell_both
from analysis.grids import Grid, Shape, grid_over
from analysis.multiple_testing import adjust, name_by_level
from analysis.params import Params, option
from analysis.periods import describe_periods, require_one_city
from analysis.rasters import centres_inside
from analysis.rates import ratio_interval
from analysis.result import Result, View, finite
from analysis.scene import Region, Scene
from analysis.time_blocks import count_in_blocks, ratios_of_variance

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Booleans = NDArray[np.bool_]

LEVEL: Final = 0.05
UNIT: Final = "rate_ratio"


@dataclass(frozen=True, kw_only=True)
class ChangeParams(Params):
    """Options of `change`, each with a default that one can defend (handbook/change.md)."""

    cell_shape: str = option("square", choices=("square", "hexagon"))
    cell_size: float = option(500.0, unit="m", low=50.0, high=5000.0)
    correction: str = option("bh", choices=("bh", "by"))
    least_placed: float = option(LEAST_PLACED, low=0.0, high=1.0)  # below it in either period an area shows no cells


@dataclass(frozen=True, kw_only=True, eq=False)
class Changes:
    """The same question asked of many units; one entry per unit in every array.

    Attributes
    ----------
    before, after
        Incidents of each period.
    ratio, low, high
        Later rate per month in units of the earlier one, with its 95 % interval; NaN where there is no incident.
    p, q
        Two-sided mid-p against the city-wide change, and adjusted; q is NaN where the unit was not tested.
    share
        Share of the later period in all incidents: what no change against the city would give every unit.
    inflation
        Variance of the share in units of that of independent incidents.
    from_blocks
        Whether the dispersion was measured over blocks of time, and not among the units themselves.
    """

    before: Ints
    after: Ints
    ratio: Floats
    low: Floats
    high: Floats
    p: Floats
    q: Floats
    share: float
    inflation: Floats
    from_blocks: bool

    @property
    def tested(self) -> Booleans:
        """Units with enough incidents for some outcome to be improbable."""
        return np.isfinite(self.q)

    @property
    def classes(self) -> NDArray[np.object_]:
        """Return up99, up95, up90, down99, down95, down90 (against the city) or none."""
        up = self.after > self.share * (self.before + self.after)
        return name_by_level({"up": np.where(up, self.q, np.nan), "down": np.where(up, np.nan, self.q)})

    @property
    def mean_inflation(self) -> float:
        """Variance of the city's total in units of that of independent incidents."""
        return float(np.average(self.inflation, weights=self.before + self.after))


def change(before: Scene, after: Scene, params: ChangeParams) -> Result:
    """Compare two periods cell by cell and area by area with the change of the city as a whole.

    Parameters
    ----------
    before, after
        The two selections of one municipality, in one metric projection; where their study masks differ the union is
        taken.

    Returns
    -------
    Result
        One row per study cell: ``before``, ``after``, ``ratio`` (per month), ``ratio_low``, ``ratio_high``, ``p``,
        ``q``, ``tested``, ``class`` (up99, up95, up90, down99, down95, down90, none). ``tables["areas"]``: the same
        with ``code``, ``name``, of the areas that deliver their incidents; its counts hold those that name their area
        without a point.
        ``tables["placing"]``: the share of each area's incidents that has a point, in the worse of the periods; an area
        below ``least_placed`` in either has no cells.

    Raises
    ------
    ParameterError
        The scenes have different projections or areas.
    NotEnoughDataError
        One period has no placed incident in the study area.
    BelowGateError
        Too few incidents have a point, in every area.
    """
    require_one_city(before, after)
    grounds = open_alike(before, after, least=params.least_placed)
    gate = tell_both(*grounds)
    mask = join_masks(grounds[0].scene.mask, grounds[1].scene.mask)
    shape: Shape = "hexagon" if params.cell_shape == "hexagon" else "square"
    grid = grid_over(mask.bounds, cell_size=params.cell_size, shape=shape)
    cells = np.flatnonzero(centres_inside(mask, grid))
    exposure = after.months / before.months
    points = [ground.scene.points for ground in grounds]
    counts = [grid.count(one.x, one.y)[cells] for one in points]
    found = find_changes(*counts, exposure=exposure, method=params.correction)
    areas = _compare_areas(before, after, exposure=exposure, method=params.correction)
    return Result(
        params=params,
        table=pd.DataFrame({"cell": cells, **_columns(found)}),
        view=View(kind="cells", value="class", scale="change", unit=UNIT),
        crs=before.crs,
        n_observations=int(sum(n.sum() for n in counts)),
        grid=grid,
        tables={"placing": gate.placing} | ({} if areas is None else {"areas": _tabulate_areas(before, areas)}),
        left_out=_tell_left_out(grounds, counts),
        reading={**_read(before, after, grid, found, areas), "gate": gate.read()},
    )


def _tell_left_out(grounds: tuple[Ground, Ground], counts: Sequence[Ints]) -> dict[str, int]:
    """Return how many points of each period lie outside the study area, and how many in areas without cells."""
    left_out = {}
    for side, ground, n in zip(("before", "after"), grounds, counts, strict=True):
        left_out[f"{side}_outside_mask"] = len(ground.scene.points) - int(n.sum())
        left_out[f"{side}_below_gate"] = ground.left_out
    return {reason: n for reason, n in left_out.items() if n}


def find_changes(
    before: Ints, after: Ints, *, exposure: float, method: str = "bh", ratios: Floats | None = None
) -> Changes:
    """Test the later share of every unit against that of all units together.

    Parameters
    ----------
    before, after
        Incidents of each period per unit (n,).
    exposure
        Length of the later period in units of the earlier one; for the ratios only.
    ratios
        Variance to mean of each unit's counts, where it is known; None: one dispersion fitted to all units.

    Raises
    ------
    NotEnoughDataError
        One of the periods has no incident.
    """
    if before.sum() == 0 or after.sum() == 0:
        raise NotEnoughDataError(needed=1, found=0)
    totals = before + after
    share = float(after.sum() / totals.sum())
    if ratios is None:
        precision = fit_dispersion(after, totals, share=share).precision(totals)
    else:
        precision = precision_of_ratio(totals, ratios)
    p = two_sided_p(after, totals, share=share, precision=precision)
    tested = smallest_p(totals, share=share, precision=precision) <= LEVEL  # looks at totals only, so it is fair
    q = np.full(len(p), np.nan)
    q[tested] = adjust(p[tested], method=method)
    wider = inflation(totals, precision)
    ratio, low, high = ratio_interval(after / wider, before / wider, exposure=exposure)
    return Changes(
        before=before,
        after=after,
        ratio=ratio,
        low=low,
        high=high,
        p=p,
        q=q,
        share=share,
        inflation=wider,
        from_blocks=ratios is not None,
    )


def join_masks(one: Region, other: Region) -> Region:
    """Return the ground of both sides; the same one where they have one."""
    if one is other or one.equals_exact(other, 0.0):
        return one
    parts = [part for region in (one, other) for part in shapely.get_parts(region)]
    return MultiPolygon(shapely.get_parts(shapely.union_all(parts)).tolist())


def _compare_areas(before: Scene, after: Scene, *, exposure: float, method: str) -> Changes | None:
    observed = find_observed(before)
    counts = count_by_area(before)[observed], count_by_area(after)[observed]
    if counts[0].sum() == 0 or counts[1].sum() == 0:  # no areas, or nothing in them
        return None
    units = before.points.area, after.points.area
    tables = count_in_blocks(before, after, units, n_units=len(before.areas))
    ratios = None if tables is None else ratios_of_variance(*(table[observed] for table in tables))
    return find_changes(*counts, exposure=exposure, method=method, ratios=ratios)


def _columns(found: Changes) -> dict[str, Any]:
    return {
        "before": found.before,
        "after": found.after,
        "ratio": found.ratio,
        "ratio_low": found.low,
        "ratio_high": found.high,
        "p": found.p,
        "q": found.q,
        "tested": found.tested,
        "class": found.classes,
    }


def _tabulate_areas(scene: Scene, found: Changes) -> gpd.GeoDataFrame:
    areas = scene.areas[find_observed(scene)]
    names = {name: areas[name].to_numpy() for name in ("code", "name")}
    return gpd.GeoDataFrame({**names, **_columns(found)}, geometry=areas.geometry.to_numpy(), crs=scene.crs)


def _read(before: Scene, after: Scene, grid: Grid, found: Changes, areas: Changes | None) -> Mapping[str, Any]:
    """Gather the facts from which the page writes: what, how sure, what not to conclude."""
    phi = found.mean_inflation
    exposure = after.months / before.months
    city = ratio_interval(np.array([after.n_incidents / phi]), np.array([before.n_incidents / phi]), exposure=exposure)
    changed = 0 if areas is None else _count(areas)["up"] + _count(areas)["down"]
    cells = _count(found)
    return {
        **describe_periods(before, after),
        "before": before.n_incidents,
        "after": after.n_incidents,
        "before_placed": len(before.points),
        "after_placed": len(after.points),
        "ratio": finite(city[0][0]),
        "ratio_low": finite(city[1][0]),
        "ratio_high": finite(city[2][0]),
        "dispersion": phi,
        "cell_size": grid.cell_size,
        "cells": cells,
        "areas": None if areas is None else _read_areas(areas),
        "masks_differ": before.mask is not after.mask and not before.mask.equals_exact(after.mask, 0.0),
        "nothing_distinguishable": cells["up"] + cells["down"] + changed == 0,
    }


def _read_areas(areas: Changes) -> dict[str, Any]:
    source = "blocks" if areas.from_blocks else "areas"
    return {**_count(areas), "dispersion": areas.mean_inflation, "dispersion_from": source}


def _count(found: Changes) -> dict[str, int]:
    """Count the units, those tested, and those that changed at 5 % false discovery."""
    classes = pd.Series(found.classes)
    return {
        "units": len(classes),
        "tested": int(found.tested.sum()),
        "up": int(classes.isin(["up99", "up95"]).sum()),
        "down": int(classes.isin(["down99", "down95"]).sum()),
    }
