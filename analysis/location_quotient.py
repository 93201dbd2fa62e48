"""Location quotients: where the chosen incidents are a larger part of all incidents than in the city as a whole.

Formula, assumptions and reading guide: docs/handbook/location_quotient.md.
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
from analysis.dispersion import precision_of_inflation, smallest_p, two_sided_p
from analysis.errors import NotEnoughDataError, NothingElseError, ParameterError
from analysis.grids import Floats, Ints
from analysis.multiple_testing import adjust, name_by_level
from analysis.params import Params, option
from analysis.rates import share_interval
from analysis.result import Result, View, finite
from analysis.scene import Scene
from analysis.time_blocks import count_in_blocks, ratios_of_variance

Booleans = NDArray[np.bool_]

LEVEL: Final = 0.05
FEWEST_CASES: Final = 5  # found or expected, for a quotient to be drawn


@dataclass(frozen=True, kw_only=True)
class LocationQuotientParams(Params):
    """Options of `location_quotient`, each with a default that one can defend (handbook/location_quotient.md)."""

    correction: str = option("bh", choices=("bh", "by"))


@dataclass(frozen=True, kw_only=True, eq=False)
class Quotients:
    """Quotients of areas (n,).

    Attributes
    ----------
    share
        Part of the chosen incidents in all of the city.
    quotient, low, high
        With exact 95 % interval; NaN where there is no incident of any kind.
    p, q
        Two-sided mid-p that the part is the city's, and adjusted over the areas tested (NaN elsewhere).
    dispersion
        Variance in units of that of independent incidents; the intervals are exact on counts divided by it.
    few
        Fewer than five chosen incidents, found and expected alike: too few to draw.
    """

    counts: Ints
    totals: Ints
    share: float
    quotient: Floats
    low: Floats
    high: Floats
    p: Floats
    q: Floats
    dispersion: Floats
    few: Booleans

    @property
    def classes(self) -> NDArray[np.object_]:
        """Return up99 .. down90, none, or not_calculable where no outcome would have been improbable."""
        found = name_by_level(
            {"up": np.where(self.quotient > 1, self.q, np.nan), "down": np.where(self.quotient < 1, self.q, np.nan)}
        )
        found[~np.isfinite(self.q)] = NOT_CALCULABLE
        return found


def location_quotient(scene: Scene, params: LocationQuotientParams) -> Result:
    """Compare the part of the chosen incidents among all incidents of each area with that of the city.

    Parameters
    ----------
    scene
        The chosen incidents with their area, areas, and ``base``: all incidents of each area, chosen or not.

    Returns
    -------
    Result
        One row per area: ``code``, ``name``, ``observed``, ``count``, ``base`` (all incidents), ``share``,
        ``expected``, ``lq`` with ``lq_low`` and ``lq_high`` (exact 95 %), ``few``, ``dispersion``, ``p``, ``q``,
        ``class`` (up99 .. down90, none, not_calculable), ``lq_shown`` (what the map draws: NaN where few); geometry.

    Raises
    ------
    ParameterError
        The scene does not know the incidents of every kind.
    NothingElseError
        All incidents were chosen.
    NotEnoughDataError
        There are no areas, or no chosen incident in any.
    """
    if len(scene.areas) == 0:
        raise NotEnoughDataError(needed=1, found=0)
    observed = find_observed(scene)
    counts = np.where(observed, count_by_area(scene), 0)
    totals = np.maximum(np.where(observed, _require_base(scene), 0), counts)  # a report told twice may differ in kind
    if counts.sum() == 0:
        raise NotEnoughDataError(needed=1, found=0)
    if counts.sum() == totals.sum():
        raise NothingElseError(found=int(counts.sum()))
    found = find_quotients(counts, totals, method=params.correction, ratios=_measure_dispersion(scene))
    not_used = scene.n_incidents - int(counts.sum())
    return Result(
        params=params,
        table=_tabulate(scene, observed, found),
        view=View(kind="areas", value="lq_shown", scale="diverging", unit="", centre=1.0),
        crs=scene.crs,
        n_observations=int(counts.sum()),
        left_out={"without_area": not_used} if not_used else {},
        reading=_read(scene, observed, found),
    )


def find_quotients(counts: Ints, totals: Ints, *, method: str = "bh", ratios: Floats | None = None) -> Quotients:
    """Compare each unit's part of the chosen incidents with that of all units together.

    Parameters
    ----------
    counts, totals
        Chosen incidents, and all incidents, per unit (n,).
    ratios
        Variance of each unit's chosen incidents in units of that of independent ones; None: they are independent.
    """
    share = float(counts.sum() / totals.sum())
    phi = np.ones(len(counts)) if ratios is None else ratios
    precision = precision_of_inflation(totals, phi)
    p = two_sided_p(counts, totals, share=share, precision=precision)
    tested = smallest_p(totals, share=share, precision=precision) <= LEVEL  # looks at all incidents only: fair
    q = np.full(len(p), np.nan)
    q[tested] = adjust(p[tested], method=method)
    part, low, high = share_interval(counts / phi, totals / phi)
    return Quotients(
        counts=counts,
        totals=totals,
        share=share,
        quotient=part / share,
        low=np.where(totals > 0, low / share, np.nan),
        high=np.where(totals > 0, high / share, np.nan),
        p=p,
        q=q,
        dispersion=phi,
        few=np.maximum(counts, totals * share) < FEWEST_CASES,
    )


def _measure_dispersion(scene: Scene) -> Floats | None:
    """Measure how much each area's part of the chosen incidents varies from month to month; None without days."""
    tables = count_in_blocks(scene, scene, (scene.points.area, scene.points.area), n_units=len(scene.areas))
    return None if tables is None else ratios_of_variance(tables[0], np.zeros_like(tables[1]))


def _require_base(scene: Scene) -> Ints:
    if scene.base is None:
        raise ParameterError(name="base", needed="incidents of every kind, by area", found="none")
    if len(scene.base) != len(scene.areas):
        raise ParameterError(name="base", needed=len(scene.areas), found=len(scene.base))
    return scene.base


def _tabulate(scene: Scene, observed: Booleans, found: Quotients) -> gpd.GeoDataFrame:
    columns = {
        "code": scene.areas["code"].to_numpy(),
        "name": scene.areas["name"].to_numpy(),
        "observed": observed,
        "count": found.counts,
        "base": found.totals,
        "share": found.quotient * found.share,
        "expected": found.totals * found.share,
        "lq": found.quotient,
        "lq_low": found.low,
        "lq_high": found.high,
        "few": found.few,
        "dispersion": found.dispersion,
        "p": found.p,
        "q": found.q,
        "class": found.classes,
        "lq_shown": np.where(found.few, np.nan, found.quotient),
    }
    return gpd.GeoDataFrame(columns, geometry=scene.areas.geometry.to_numpy(), crs=scene.crs)


def _read(scene: Scene, observed: Booleans, found: Quotients) -> Mapping[str, Any]:
    """Gather the facts from which the page writes: what, how sure, what not to conclude."""
    names, classes = scene.areas["name"].to_numpy(), found.classes.astype(str)
    up, down = (np.isin(classes, [side + "99", side + "95"]) for side in ("up", "down"))
    order = np.argsort(-np.nan_to_num(found.quotient), kind="stable")
    return {
        "areas": int(observed.sum()),
        "tested": int(np.isfinite(found.q).sum()),
        "few": int((found.few & observed).sum()),
        "chosen": int(found.counts.sum()),
        "all": int(found.totals.sum()),
        "share": found.share,
        "dispersion": float(np.average(found.dispersion, weights=found.counts)),
        "up": [_tell(found, names, at) for at in order if up[at]],
        "down": [_tell(found, names, at) for at in order[::-1] if down[at]],
        "nothing_distinguishable": not (up | down).any(),
    }


def _tell(found: Quotients, names: NDArray[np.object_], at: int) -> dict[str, Any]:
    ends = {"lq": found.quotient, "lq_low": found.low, "lq_high": found.high}
    counts = {"count": int(found.counts[at]), "base": int(found.totals[at])}
    return {"name": str(names[at]), **counts, **{name: finite(values[at]) for name, values in ends.items()}}
