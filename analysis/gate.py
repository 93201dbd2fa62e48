"""The gate: where too few incidents have a point, a map of cells would show how they are placed, not where they happen.

Ratcliffe (2004), International Journal of Geographical Information Science 18:61-72: about 85 % are needed before a map
of points stops being statistically different from the whole.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from analysis.errors import BelowGateError
from analysis.result import finite
from analysis.scene import NO_AREA, Region, Scene

LEAST_PLACED: Final = 0.85
LEAST_BASE: Final = 20  # a share of fewer incidents says little: these areas are judged together
ROUNDING: Final = 1e-12

Booleans = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, eq=False)
class Ground:
    """A scene without the areas below the gate, and how each area was judged.

    Attributes
    ----------
    scene
        What may be drawn in cells: mask and window without the closed areas, and none of their points.
    placing
        One row per area: ``code``, ``name``, ``placed``, ``unplaced`` (incidents that name it and have no point),
        ``share`` (NaN without incidents), ``shown`` (whether it passes).
    share
        Share of all incidents of the selection that have a point.
    left_out
        Points in closed areas.
    """

    scene: Scene
    placing: pd.DataFrame
    share: float
    left_out: int
    least: float

    def read(self) -> dict[str, Any]:
        """Return the facts that a page tells."""
        closed = self.placing[~self.placing["shown"]].to_dict(orient="records")
        return {
            "least_placed": self.least,
            "placed_share": self.share,
            "closed": [
                {
                    "code": row["code"],
                    "name": row["name"],
                    "share": finite(row["share"]),
                    "n": row["placed"] + row["unplaced"],
                }
                for row in closed  # one that the other side closes may have no incident, and no share
            ],
        }


def open_ground(scene: Scene, *, least: float, closed: Collection[str] = ()) -> Ground:
    """Close the areas where less than ``least`` of the incidents has a point; the rest may be drawn in cells.

    Parameters
    ----------
    closed
        Codes of areas to close besides: those that the other side of a comparison closes.

    Raises
    ------
    BelowGateError
        No area with incidents passes.
    """
    placing, overall = judge_placing(scene, least=least)
    placing["shown"] &= ~placing["code"].isin(closed)
    shut_out = ~placing["shown"].to_numpy(dtype=np.bool_)
    busy = (placing["placed"] + placing["unplaced"]).to_numpy() > 0
    nothing = shut_out[busy].all() if busy.any() else overall + ROUNDING < least
    if nothing and scene.n_incidents:
        raise BelowGateError(needed=least, found=overall)
    if not shut_out.any():
        return Ground(scene=scene, placing=placing, share=overall, left_out=0, least=least)
    kept = ~np.append(shut_out, False)[scene.points.area]  # NO_AREA is the last entry
    shut = shapely.union_all(scene.areas.geometry.to_numpy()[shut_out])
    cut = replace(
        scene, points=scene.points.take(kept), mask=_without(scene.mask, shut), window=_without(scene.window, shut)
    )
    return Ground(scene=cut, placing=placing, share=overall, left_out=int(np.sum(~kept)), least=least)


def open_alike(before: Scene, after: Scene, *, least: float) -> tuple[Ground, Ground]:
    """Open the ground of two sides without the areas that either of them closes.

    Raises
    ------
    BelowGateError
        No area with incidents passes on both sides.
    """
    closed = {code for scene in (before, after) for code in _closed_codes(open_ground(scene, least=least))}
    first, second = (open_ground(scene, least=least, closed=closed) for scene in (before, after))
    return first, second


def tell_both(first: Ground, second: Ground) -> Ground:
    """Return the ground of the second side, its areas judged as both sides are: all incidents, the lower share."""
    placing = second.placing.copy()
    for name in ("placed", "unplaced"):
        placing[name] += first.placing[name]
    placing["share"] = np.fmin(first.placing["share"], second.placing["share"])
    return replace(second, placing=placing, share=min(first.share, second.share))


def _closed_codes(ground: Ground) -> list[str]:
    return [str(code) for code in ground.placing["code"][~ground.placing["shown"]]]


def judge_placing(scene: Scene, *, least: float) -> tuple[pd.DataFrame, float]:
    """Return the share of each area's incidents that has a point, whether it passes, and the share of all.

    An incident that names no area may belong to any: it lowers the share of all of them alike. Areas with fewer than
    twenty incidents are judged by their common share. An area without incidents passes: there zero means zero.
    """
    n = len(scene.areas)
    inside = scene.points.area[scene.points.area != NO_AREA]
    placed = np.bincount(inside, minlength=n)
    named = scene.unplaced[scene.unplaced["area"] != NO_AREA]
    unplaced = np.bincount(named["area"].to_numpy(dtype=np.int64), weights=named["n"].to_numpy(), minlength=n)
    total = scene.n_incidents
    nowhere = int(scene.unplaced["n"].sum()) - int(named["n"].sum())
    known = 1.0 - nowhere / total if total else 1.0
    share = _divide(placed, placed + unplaced) * known
    small = placed + unplaced < LEAST_BASE
    common = _divide(placed[small].sum(), (placed + unplaced)[small].sum()) * known
    judged = np.where(small, common, share)
    shown = np.isnan(share) | ~(judged + ROUNDING < least)
    table = pd.DataFrame(
        {
            "code": scene.areas["code"].astype(str).to_numpy(),
            "name": scene.areas["name"].astype(str).to_numpy(),
            "placed": placed.astype(np.int64),
            "unplaced": unplaced.astype(np.int64),
            "share": share,
            "shown": shown,
        }
    )
    return table, len(scene.points) / total if total else 1.0


def _divide(part: Any, whole: Any) -> Any:
    """Divide; NaN where there is nothing to divide by."""
    return part / np.where(np.asarray(whole) > 0, whole, np.nan)


def _without(region: Region, shut: shapely.Geometry) -> Region:
    parts = shapely.get_parts(shapely.difference(region, shut))
    return shapely.MultiPolygon([part for part in parts if isinstance(part, shapely.Polygon)])
