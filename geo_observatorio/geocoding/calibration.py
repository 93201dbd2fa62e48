"""Calibration: what an answer is worth, as measured; the numbers are made by `python -m benchmarks.geocoder --fit`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import exp, log
from typing import Any, Final

from geo_observatorio.geocoding.vocabulary import read_table

FILE: Final = "calibracion.toml"
NEAR: Final = 100.0  # metres: the scale of distances to a border


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """What is known of an answer before its score is.

    Attributes
    ----------
    reason
        Which rule found it.
    zone
        centre, suburb or outskirts.
    border
        Metres to the limit of its area; 0 for an area.
    """

    reason: str
    zone: str
    radius: float
    border: float = 0.0
    similarity: float = 1.0
    loose: bool = False
    spelled: bool = False
    chosen: bool = False  # of several of one name, by what else the text says
    agrees: bool = False  # something else that is named lies near
    conflicts: bool = False
    stated: bool = False  # the row names the corregimiento
    named: bool = False  # the last words of the text do
    outside: bool = False  # what is named does not lie in it

    def features(self) -> dict[str, float]:
        """Return what the score is made of, by name."""
        flags = ("loose", "spelled", "chosen", "agrees", "conflicts", "stated", "named", "outside")
        return {
            f"reason={self.reason}": 1.0,
            f"zone={self.zone}": 1.0,
            "border": log(1.0 + self.border / NEAR),
            "dissimilarity": 1.0 - self.similarity,
            **{name: float(getattr(self, name)) for name in flags},
        }


class Calibration:
    """Scores and radii by measured numbers."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self._intercept = float(table["score"]["intercept"])
        self._weights: dict[str, float] = dict(table["score"]["weights"])
        self._radii: dict[str, float] = dict(table["radius"])

    def score(self, evidence: Evidence) -> float:
        """Return the probability that the truth lies in the area of the answer."""
        weights = self._weights
        total = self._intercept + sum(weights.get(name, 0.0) * value for name, value in evidence.features().items())
        return 1.0 / (1.0 + exp(-total))

    def radius(self, evidence: Evidence) -> float:
        """Return the radius that holds four truths of five: never less than what is named is large."""
        return max(evidence.radius, self._radii.get(radius_key(evidence), self._radii.get(evidence.reason, 0.0)))


def radius_key(evidence: Evidence) -> str:
    """Return under which name the radius of an answer is kept."""
    return f"{evidence.reason}/{evidence.zone}"


@cache
def read_calibration() -> Calibration:
    """Read the numbers of `layers/geocoding`, once."""
    return Calibration(read_table(FILE))
