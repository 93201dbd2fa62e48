"""Effort: how long a question takes, so that a page refuses what would hold it up; the command line has no limit."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Final

from analysis.params import Params
from analysis.scene import Region
from geo_observatorio.errors import Phrase, TooMuchWorkError, phrase

UNLIMITED: Final = inf


@dataclass(frozen=True, kw_only=True)
class Repeated:
    """An option that says how often a whole map is made.

    Attributes
    ----------
    seconds
        Of each time and unit, as measured with two cores on the demo city (328 km² of study mask).
    by_points
        The units are the points that take part at most, not the cells.
    by_circles
        The units are the cells in all circles, up to ``max_share`` of the cells in each.
    """

    option: str
    title: Phrase
    seconds: float
    by_points: bool = False
    by_circles: bool = False


ROUNDS: Final = 5  # of an iterative scan; analysis.scan_report has the same, and costs a second to import
DEALING: Final = 400  # cells in circles that it costs to deal the incidents of one cell
SCAN: Final = (Repeated(option="replications", title=phrase("Mapas al azar"), seconds=3.5e-10, by_circles=True),)
RUNS: Final = Repeated(option="runs", title=phrase("Simulaciones"), seconds=3.8e-6, by_points=True)
COSTS: Final = {
    "scan": SCAN,
    "scan_against": SCAN,
    "hotspots": (
        Repeated(option="shuffles", title=phrase("Mapas barajados"), seconds=1.25e-8),
        Repeated(option="resamples", title=phrase("Remuestreos"), seconds=2.2e-7),
    ),
    "ripley": (RUNS,),
    "cross_ripley": (RUNS,),
}


def require_affordable(name: str, params: Params, mask: Region, most: float) -> None:
    """Raise TooMuchWorkError where a question would take longer than so many seconds."""
    estimates = [(_estimate(one, params, mask), one) for one in COSTS.get(name, ())]
    whole = sum(seconds for seconds, _ in estimates)
    if whole <= most:
        return
    seconds, longest = max(estimates, key=lambda estimate: estimate[0])
    asked = getattr(params, longest.option)
    left = max(most - whole + seconds, 0.0)
    raise TooMuchWorkError(
        option=longest.title,
        found=asked,
        needed=int(asked * left / seconds),
        seconds=round(whole),
        most=round(most),
    )


def _estimate(repeated: Repeated, params: Params, mask: Region) -> float:
    times = getattr(params, repeated.option) or 0
    if repeated.by_points:
        return float(times * vars(params)["most_points"] * repeated.seconds)
    options = vars(params)
    if options.get("units") == "areas":  # a few dozen
        return 0.0
    cells = mask.area / options["cell_size"] ** 2
    if repeated.by_circles:
        cells *= DEALING + cells * options["max_share"]
    rounds = ROUNDS if options.get("iterative") else 1
    return float(times * cells * rounds * repeated.seconds)
