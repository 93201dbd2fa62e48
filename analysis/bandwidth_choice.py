"""Which bandwidth a density takes, and what every selector would take in its place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.bandwidths import (
    Advice,
    Search,
    advise_cronie_van_lieshout,
    advise_neighbour,
    advise_scott,
    advise_silverman,
)
from analysis.diggle_bandwidth import advise_diggle
from analysis.errors import NotEnoughDataError, NoVariationError
from analysis.extents import median_radius
from analysis.kernels import Kernel, convert_bandwidth
from analysis.likelihood_bandwidth import advise_likelihood
from analysis.scene import Points, Region
from analysis.smoothing import Correction

Floats = NDArray[np.float64]

DEFAULT_BANDWIDTH: Final = 300.0  # metres, whatever the kernel
RULE: Final = "rule"
SELECTORS: Final = ("scott", "silverman", "diggle", "likelihood", "cronie_van_lieshout", "neighbour")
METHODS: Final = (RULE, *SELECTORS)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A bandwidth in metres, in the terms of its kernel, and why it is this one.

    ``at_boundary`` tells that the method which was asked found no optimum: its search ended at a limit.
    """

    bandwidth: float
    reason: str
    at_boundary: bool = False


def choose_bandwidth(
    points: Points, *, given: float | None, method: str, kernel: Kernel, advice: Sequence[Advice]
) -> Choice:
    """Take the number that was given, or what the method advises, or 300 m; never less than the points are certain.

    The reason is ``given``, ``default``, the name of a method, ``no_advice`` where that method could not tell, or
    ``raised_to_uncertainty``.
    """
    found = next((one for one in advice if one.method == method), None)
    if given is not None:
        wanted, reason = given, "given"
    elif method == RULE or found is None:
        wanted, reason = DEFAULT_BANDWIDTH, "default" if method == RULE else "no_advice"
    else:
        wanted, reason = convert_bandwidth(found.sigma, source="gaussian", target=kernel), method
    least, at_boundary = median_radius(points), reason in SELECTORS and found is not None and found.at_boundary
    if wanted < least:
        return Choice(bandwidth=least, reason="raised_to_uncertainty")
    return Choice(bandwidth=wanted, reason=reason, at_boundary=at_boundary)


def advise_all(
    x: Floats, y: Floats, *, window: Region, inhabited: float, search: Search, correction: Correction
) -> list[Advice]:
    """Ask every selector; one that cannot tell is left out.

    Parameters
    ----------
    inhabited
        Land on which incidents can happen (square metres), which the criterion of Cronie and van Lieshout asks for.
    """
    asked: tuple[Callable[[], Advice], ...] = (
        lambda: advise_scott(x, y),
        lambda: advise_silverman(x, y),
        lambda: advise_diggle(x, y, search, window=window),
        lambda: advise_likelihood(x, y, search, window=window, correction=correction),
        lambda: advise_cronie_van_lieshout(x, y, search, area=inhabited),
        lambda: advise_neighbour(x, y, search),
    )
    answers = []
    for ask in asked:
        try:
            answers.append(ask())
        except (NotEnoughDataError, NoVariationError):  # a rule without an answer is no failure of the map
            continue
    return answers


def tabulate_bandwidths(advice: Sequence[Advice], choice: Choice, kernel: Kernel) -> pd.DataFrame:
    """Return a row per selector, and one of what was taken where it is none of theirs."""
    rows: list[dict[str, Any]] = [
        {
            "method": one.method,
            "bandwidth": convert_bandwidth(one.sigma, source="gaussian", target=kernel),
            "sigma": one.sigma,
            "at_boundary": one.at_boundary,
            "taken": one.method == choice.reason,
        }
        for one in advice
    ]
    if not any(row["taken"] for row in rows):
        sigma = convert_bandwidth(choice.bandwidth, source=kernel, target="gaussian")
        own = {"method": choice.reason, "bandwidth": choice.bandwidth, "sigma": sigma}
        rows.insert(0, own | {"at_boundary": False, "taken": True})
    return pd.DataFrame(rows)
