"""Weights of incidents: harm in days of prison, or the share of an uncertain hour; and how firm their sums are.

A sum of weights over a Poisson number of incidents is a compound Poisson variable: its variance is the sum of the
squared weights.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analysis.errors import ParameterError
from analysis.scene import Points

Floats = NDArray[np.float64]

WEIGHTS: Final = ("harm", "aoristic")
Z95: Final = 1.959963984540054


def require_weights(points: Points) -> Floats:
    """Return what each point counts; raise ParameterError where they have no weights, or one is not above zero."""
    if points.weight is None:
        raise ParameterError(name="weights", needed="points.weight", found=None)
    wrong = int(np.sum(~(np.isfinite(points.weight) & (points.weight > 0))))
    if wrong:
        raise ParameterError(name="weights", needed="> 0", found=f"{wrong} others")
    return points.weight


def describe_weights(weight: Floats, kind: str) -> dict[str, Any]:
    """Return the facts on a sum of weights: count and sum side by side, its interval, and how few incidents make it.

    ``effective`` is (sum w)² / sum w²: with so many equal weights the sum would vary as much.
    """
    total, squares = float(weight.sum()), float(np.sum(weight**2))
    error = float(np.sqrt(squares))
    heaviest = np.sort(weight)[::-1]
    return {
        "kind": kind,
        "incidents": len(weight),
        "total": total,
        "error": error,
        "low": max(0.0, total - Z95 * error),
        "high": total + Z95 * error,
        "effective": total**2 / squares if squares else 0.0,
        "heaviest_share": float(heaviest[: max(1, len(weight) // 100)].sum() / total) if total else 0.0,
    }
