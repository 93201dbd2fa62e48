"""Two periods of one city: whether they can be compared, and what a reader must know of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.errors import NotEnoughDataError, ParameterError
from analysis.scene import Scene


def describe_periods(before: Scene, after: Scene) -> dict[str, Any]:
    """Return the facts on the two periods: lengths in months, whether they differ, whether the days overlap."""
    spans = [_span(scene) for scene in (before, after)]
    overlap = (
        None
        if spans[0] is None or spans[1] is None
        else bool(spans[0][0] <= spans[1][1] and spans[1][0] <= spans[0][1])
    )
    return {
        "months_before": before.months,
        "months_after": after.months,
        "unequal_lengths": abs(before.months - after.months) > 0.02 * max(before.months, after.months),
        "overlap": overlap,
    }


def _span(scene: Scene) -> tuple[np.datetime64, np.datetime64] | None:
    """Return the first and the last day of the period, else of its incidents; None where no day is known."""
    if scene.since is not None and scene.until is not None:
        return scene.since, scene.until
    days = scene.points.day[~np.isnat(scene.points.day)]
    return (days.min(), days.max()) if len(days) else None


def require_one_city(before: Scene, after: Scene) -> None:
    """Raise ParameterError where two scenes cannot be compared: other projection, other areas."""
    if before.crs != after.crs:
        raise ParameterError(name="crs", needed=before.crs, found=after.crs)
    codes = [list(scene.areas["code"]) for scene in (before, after)]
    if codes[0] != codes[1]:
        raise ParameterError(name="areas", needed=len(codes[0]), found=len(codes[1]))
    if before.mask.is_empty and after.mask.is_empty:
        raise NotEnoughDataError(needed=1, found=0)
