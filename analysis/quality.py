"""Quality of a selection: heaping of hours and days, and the grade that travels with a finding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from analysis.scene import Points, Scene

FEWEST: Final = 20  # incidents: a share of fewer is not told
SURE: Final = 3.0  # standard deviations above what chance puts on one value
GRADES: Final = ("A", "B", "C", "D")

# code: value from which it is a minor fault, and a grave one; shares from 0 to 1, metres, numbers
LIMITS: Final = {
    "unplaced": (0.05, 0.15),
    "radius": (125.0, 250.0),
    "unknown_hour": (0.10, 0.25),
    "midnight": (0.05, 0.15),
    "first_of_month": (0.03, 0.10),
    "undelivered": (0.0, 0.10),
    "declared_break": (0.0, np.inf),
    "undeclared_break": (0.0, np.inf),
}
MANY_MINOR: Final = 3  # so many minor faults weigh as a grave one


@dataclass(frozen=True, kw_only=True)
class Grade:
    """A to D, and every fault with its value and the limit that it passes."""

    level: str
    faults: tuple[dict[str, Any], ...]

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {"level": self.level, "faults": list(self.faults)}


def grade(values: dict[str, float]) -> Grade:
    """Grade a selection by what is known of it; what is not known (NaN, or left out) is no fault.

    A: no fault. B: one or two minor ones. C: a grave one, or three minor. D: two grave ones, or one beside three
    minor.
    """
    faults = [_judge(code, values[code]) for code in LIMITS if code in values and values[code] > LIMITS[code][0]]
    grave = sum(fault["grave"] for fault in faults)
    weight = grave + (len(faults) - grave >= MANY_MINOR)
    level = GRADES[min(3, weight + 1)] if faults else GRADES[0]
    return Grade(level=level, faults=tuple(sorted(faults, key=lambda fault: not fault["grave"])))


def measure(scene: Scene, *, hours_chosen: bool = False) -> dict[str, float]:
    """Measure what the incidents of a scene tell of their own quality.

    Parameters
    ----------
    hours_chosen
        Whether the selection filters by hour: then its hours say nothing of heaping.
    """
    total = scene.n_incidents
    values = {"unplaced": 1 - len(scene.points) / total} if total else {}
    points = scene.points
    known = points.radius[np.isfinite(points.radius)]
    if len(known):
        values["radius"] = float(np.median(known))
    if len(points) < FEWEST:
        return values
    if not hours_chosen:
        values["unknown_hour"] = float(np.mean(points.hour < 0))
        values["midnight"] = midnight_excess(points)
    values["first_of_month"] = first_day_excess(points)
    return values


def midnight_excess(points: Points) -> float:
    """Return the share of incidents at hour 0 beyond the mean of the hours beside it; 0 where chance explains it."""
    by_hour = np.bincount(points.hour[points.hour >= 0], minlength=24)
    return _excess(by_hour[0], (by_hour[23] + by_hour[1]) / 2, len(points))


def first_day_excess(points: Points) -> float:
    """Return the share of incidents on the first of a month beyond the mean of its second to fifth days."""
    days = points.day[~np.isnat(points.day)]
    of_month = (days - days.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64)
    counts = np.bincount(of_month, minlength=5)
    return _excess(counts[0], counts[1:5].mean(), len(points))


def _excess(found: float, expected: float, n: int) -> float:
    beyond = float(found - expected)
    return beyond / n if beyond > SURE * np.sqrt(expected + 1) else 0.0


def _judge(code: str, value: float) -> dict[str, Any]:
    minor, major = LIMITS[code]
    return {
        "code": code,
        "value": float(value),
        "limit": float(major if value > major else minor),
        "grave": value > major,
    }
