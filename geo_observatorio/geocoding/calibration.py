"""Calibration: what an answer is worth, as measured; the numbers are made by `python -m benchmarks.geocoder --fit`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from math import exp
from typing import Any, Final

from geo_observatorio.geocoding.evidence import Evidence
from geo_observatorio.geocoding.vocabulary import read_table

FILE: Final = "calibracion.toml"


class Calibration:
    """Scores and radii by measured numbers."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self._score, self._trust, self._radius = table["score"], table["trust"], table["radius"]

    def score(self, evidence: Evidence) -> float:
        """Return the probability that the truth lies in the area of the answer."""
        return _share(_sum(self._score, evidence.features()))

    def trust(self, evidence: Evidence) -> float:
        """Return the probability that the point is that of what was meant, and no namesake's."""
        return _share(_sum(self._trust, evidence.identity()))

    def radius(self, evidence: Evidence) -> float:
        """Return the radius that holds four truths of five: never less than what is named is large.

        Of a kind that was too rare to be measured it is only that.
        """
        if evidence.reason not in self._radius["measured"]:
            return evidence.radius
        return max(evidence.radius, exp(_sum(self._radius, evidence.spread(self.trust(evidence)))))


def _sum(model: Mapping[str, Any], features: Mapping[str, float]) -> float:
    weights: Mapping[str, float] = model["weights"]
    return float(model["intercept"]) + sum(weights.get(name, 0.0) * value for name, value in features.items())


def _share(log_odds: float) -> float:
    return 1.0 / (1.0 + exp(-log_odds))


@cache
def read_calibration() -> Calibration:
    """Read the numbers of `layers/geocoding`, once."""
    return Calibration(read_table(FILE))
