"""Totals per area that betray nobody: small counts are hidden, and what would give them away as well."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from analysis.params import Params, option
from analysis.result import Result, View
from analysis.scene import NO_AREA, Scene

Ints = NDArray[np.int64]
LEAST_SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class AreaTotalsParams(Params):
    """Options of `area_totals`."""

    least: int = option(LEAST_SHOWN, low=LEAST_SHOWN, high=1000)  # smaller counts are hidden


def area_totals(scene: Scene, params: AreaTotalsParams) -> Result:
    """Count the incidents of each area, wherever they could be placed, and hide what is too small to tell.

    Returns
    -------
    Result
        One row per area: ``code``, ``name``, ``count`` (NaN where hidden), ``hidden``, and geometry.
    """
    counts = count_by_area(scene)
    observed = _observed(scene)
    hidden = np.zeros(len(counts), dtype=bool)
    hidden[observed] = hide_small(counts[observed], least=params.least)
    table = gpd.GeoDataFrame(
        {
            "code": scene.areas["code"].to_numpy(),
            "name": scene.areas["name"].to_numpy(),
            "observed": observed,
            "count": np.where(hidden | ~observed, np.nan, counts),
            "hidden": hidden,
        },
        geometry=scene.areas.geometry.to_numpy(),
        crs=scene.crs,
    )
    total = int(counts[observed].sum())
    return Result(
        params=params,
        table=table,
        view=View(kind="areas", value="count", scale="sequential", unit="incidents"),
        crs=scene.crs,
        n_observations=total if total >= params.least else 0,
        reading={
            "areas": len(table),
            "hidden": int(hidden.sum()),
            "least": params.least,
            "total": _tell(total, params),
        },
    )


def count_by_area(scene: Scene) -> Ints:
    """Count the incidents of each area, with a point in it or naming it."""
    placed = scene.points.area[scene.points.area != NO_AREA]
    counts = np.bincount(placed, minlength=len(scene.areas))
    named = scene.unplaced[scene.unplaced["area"] != NO_AREA]
    np.add.at(counts, named["area"].to_numpy(), named["n"].to_numpy())
    return counts.astype(np.int64)


def hide_small(counts: Ints, *, least: int) -> NDArray[np.bool_]:
    """Mark the counts to hide: those from 1 to ``least`` - 1, zeros beside them, and one more where a total gives away.

    A zero is hidden together with the small ones, so that a blank never says "somebody". When what is hidden adds up
    to less than ``least``, the smallest shown count is hidden as well: total minus the rest would tell the blank.
    """
    hidden = counts < least
    if not hidden.any() or hidden.all():
        return hidden
    while (hidden.sum() < 2 or counts[hidden].sum() < least) and not hidden.all():
        smallest = np.argmin(np.where(hidden, np.iinfo(np.int64).max, counts))
        hidden[smallest] = True
    return hidden


def _observed(scene: Scene) -> NDArray[np.bool_]:
    if "observed" not in scene.areas:
        return np.ones(len(scene.areas), dtype=bool)
    return np.asarray(scene.areas["observed"], dtype=np.bool_)


def _tell(total: int, params: AreaTotalsParams) -> int | None:
    return total if total >= params.least else None
