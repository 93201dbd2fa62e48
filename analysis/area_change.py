"""Change by area: each area's own rate before and after, with interval and test, whatever the city did.

`change` asks what moved more than the city; this asks what moved. Formula, assumptions and reading guide:
docs/handbook/area_change.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from analysis.area_hotspots import NOT_CALCULABLE, find_observed
from analysis.area_totals import count_by_area
from analysis.dispersion import fit_dispersion, inflation, precision_of_ratio, smallest_p, two_sided_p
from analysis.errors import NotEnoughDataError
from analysis.grids import Floats, Ints
from analysis.multiple_testing import adjust, name_by_level
from analysis.params import Params, option
from analysis.periods import describe_periods, require_one_city
from analysis.rates import ratio_interval
from analysis.result import Result, View, finite
from analysis.scene import Scene
from analysis.time_blocks import count_in_blocks, ratios_around_change
from analysis.two_counts import e_test, midp_interval, tell_percent

Booleans = NDArray[np.bool_]

LEVEL: Final = 0.05
UNIT: Final = "rate_ratio"


@dataclass(frozen=True, kw_only=True)
class AreaChangeParams(Params):
    """Options of `area_change`, each with a default that one can defend (handbook/area_change.md)."""

    test: str = option("e_test", choices=("e_test", "binomial"))
    interval: str = option("exact", choices=("exact", "midp"))
    correction: str = option("bh", choices=("bh", "by"))


@dataclass(frozen=True, kw_only=True, eq=False)
class OwnChanges:
    """The change of many units, each against itself; one entry per unit in every array.

    Attributes
    ----------
    ratio, low, high
        Later rate per month in units of the earlier one, with its 95 % interval; NaN where there is no incident.
    p, q
        Two-sided p that nothing changed, and adjusted; q is NaN where the unit was not tested.
    dispersion
        Variance of the counts in units of their mean, 1 or more.
    """

    before: Ints
    after: Ints
    ratio: Floats
    low: Floats
    high: Floats
    p: Floats
    q: Floats
    dispersion: Floats

    @property
    def tested(self) -> Booleans:
        """Units with enough incidents for some outcome to be improbable."""
        return np.isfinite(self.q)

    @property
    def classes(self) -> NDArray[np.object_]:
        """Return up99, up95, up90, down99, down95, down90, none, or not_calculable where nothing could be told."""
        found = name_by_level(
            {"up": np.where(self.ratio > 1, self.q, np.nan), "down": np.where(self.ratio < 1, self.q, np.nan)}
        )
        found[~self.tested] = NOT_CALCULABLE
        return found


def area_change(before: Scene, after: Scene, params: AreaChangeParams) -> Result:
    """Tell for each area how much its rate changed between two periods, and whether chance does as much.

    Parameters
    ----------
    before, after
        The two selections of one municipality, with their areas, in one metric projection.

    Returns
    -------
    Result
        One row per area: ``code``, ``name``, ``observed``, ``before``, ``after``, ``rate_before``, ``rate_after`` (per
        month), ``ratio`` with ``ratio_low`` and ``ratio_high`` (95 %), ``percent`` (NaN with fewer than 20 before),
        ``dispersion``, ``p``, ``q``, ``tested``, ``class`` (up99 .. down90, none, not_calculable); geometry.

    Raises
    ------
    ParameterError
        The scenes have different projections or areas.
    NotEnoughDataError
        The scenes have no areas, or no incident in any.
    """
    require_one_city(before, after)
    observed = find_observed(before)
    counts = [np.where(observed, count_by_area(scene), 0) for scene in (before, after)]
    if counts[0].sum() + counts[1].sum() == 0:
        raise NotEnoughDataError(needed=1, found=0)
    exposure = after.months / before.months
    ratios = _measure_dispersion(before, after)
    found = find_own_changes(counts[0], counts[1], exposure=exposure, ratios=ratios, params=params)
    not_used = before.n_incidents + after.n_incidents - int(counts[0].sum() + counts[1].sum())
    return Result(
        params=params,
        table=_tabulate(before, after, observed, found),
        view=View(kind="areas", value="class", scale="area_change", unit=UNIT),
        crs=before.crs,
        n_observations=int(counts[0].sum() + counts[1].sum()),
        left_out={"without_area": not_used} if not_used else {},
        reading=_read(before, after, observed, found, from_blocks=ratios is not None),
    )


def find_own_changes(
    before: Ints, after: Ints, *, exposure: float, ratios: Floats | None, params: AreaChangeParams
) -> OwnChanges:
    """Test each unit's later rate against its earlier one.

    Parameters
    ----------
    exposure
        Length of the later period in units of the earlier one.
    ratios
        Variance to mean of each unit's counts, where it is known; None: one dispersion fitted to all units.
    """
    totals = before + after
    phi = _fit_ratios(before, after) if ratios is None else ratios
    p = _test(before, after, exposure, phi, params.test)
    tested = _smallest(totals, exposure, phi, params.test) <= LEVEL  # looks at totals only, so it is fair
    q = np.full(len(p), np.nan)
    q[tested] = adjust(p[tested], method=params.correction)
    ratio, low, high = ratio_interval(after / phi, before / phi, exposure=exposure)
    if params.interval == "midp":
        low, high = midp_interval(after / phi, before / phi, exposure=exposure)
    return OwnChanges(before=before, after=after, ratio=ratio, low=low, high=high, p=p, q=q, dispersion=phi)


def _measure_dispersion(before: Scene, after: Scene) -> Floats | None:
    units = before.points.area, after.points.area
    tables = count_in_blocks(before, after, units, n_units=len(before.areas))
    return None if tables is None else ratios_around_change(*tables)


def _fit_ratios(before: Ints, after: Ints) -> Floats:
    """Fit one dispersion to all units around their common change; what units changed unlike each other goes into it."""
    totals = before + after
    share = float(after.sum() / totals.sum())
    if not 0 < share < 1:
        return np.ones(len(totals))
    precision = fit_dispersion(after, totals, share=share).precision(totals)
    return inflation(totals, precision)


def _test(before: Ints, after: Ints, exposure: float, phi: Floats, test: str) -> Floats:
    if test == "e_test":
        return e_test(after, before, exposure=exposure, dispersion=phi)
    totals = before + after
    share = exposure / (1 + exposure)
    return two_sided_p(after, totals, share=share, precision=precision_of_ratio(totals, phi))


def _smallest(totals: Ints, exposure: float, phi: Floats, test: str) -> Floats:
    """Return the smallest p that each unit could have, given how many incidents it has in all."""
    if test == "binomial":
        share = exposure / (1 + exposure)
        return smallest_p(totals, share=share, precision=precision_of_ratio(totals, phi))
    none = np.zeros_like(totals)
    ends = [e_test(*pair, exposure=exposure, dispersion=phi) for pair in ((totals, none), (none, totals))]
    return np.minimum(*ends)


def _tabulate(before: Scene, after: Scene, observed: Booleans, found: OwnChanges) -> gpd.GeoDataFrame:
    columns = {
        "code": before.areas["code"].to_numpy(),
        "name": before.areas["name"].to_numpy(),
        "observed": observed,
        "before": np.where(observed, found.before, np.nan),
        "after": np.where(observed, found.after, np.nan),
        "rate_before": np.where(observed, found.before / before.months, np.nan),
        "rate_after": np.where(observed, found.after / after.months, np.nan),
        "ratio": found.ratio,
        "ratio_low": found.low,
        "ratio_high": found.high,
        "percent": tell_percent(found.ratio, found.before),
        "dispersion": found.dispersion,
        "p": found.p,
        "q": found.q,
        "tested": found.tested,
        "class": found.classes,
    }
    return gpd.GeoDataFrame(columns, geometry=before.areas.geometry.to_numpy(), crs=before.crs)


def _read(
    before: Scene, after: Scene, observed: Booleans, found: OwnChanges, *, from_blocks: bool
) -> Mapping[str, Any]:
    """Gather the facts from which the page writes: what, how sure, what not to conclude."""
    names = before.areas["name"].to_numpy()
    classes = found.classes.astype(str)
    up, down = (np.isin(classes, [side + "99", side + "95"]) for side in ("up", "down"))
    phi = float(np.average(found.dispersion, weights=found.before + found.after))
    totals = [np.array([scene.n_incidents / phi]) for scene in (after, before)]
    whole = ratio_interval(*totals, exposure=after.months / before.months)
    return {
        **describe_periods(before, after),
        "areas": int(observed.sum()),
        "tested": int(found.tested.sum()),
        "up": names[up].tolist(),
        "down": names[down].tolist(),
        "before": before.n_incidents,
        "after": after.n_incidents,
        "ratio": finite(whole[0][0]),
        "ratio_low": finite(whole[1][0]),
        "ratio_high": finite(whole[2][0]),
        "dispersion": phi,
        "dispersion_from": "blocks" if from_blocks else "areas",
        "strongest": _name_strongest(found, names),
        "nothing_distinguishable": not (up | down).any(),
    }


def _name_strongest(found: OwnChanges, names: NDArray[np.object_]) -> dict[str, Any] | None:
    """Return the area with the smallest p among those told, with its ratio; None where none is told."""
    told = np.isin(found.classes.astype(str), ["up99", "up95", "down99", "down95"])
    if not told.any():
        return None
    at = int(np.argmin(np.where(told, found.p, np.inf)))
    ends = {"ratio": found.ratio, "ratio_low": found.low, "ratio_high": found.high}
    counts = {"before": int(found.before[at]), "after": int(found.after[at])}
    return {"name": str(names[at]), **counts, **{name: finite(values[at]) for name, values in ends.items()}}
