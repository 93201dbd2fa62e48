"""Join counts: how many pairs of neighbours are both marked (BB), both unmarked (WW), or one of each (BW).

Cliff & Ord (1981), Spatial Processes, sampling without replacement: as many units are marked, dealt anew.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analysis.autocorrelation import Moments, geary
from analysis.errors import NoVariationError
from analysis.weights import weight_sums

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

JOINS: Final = ("bb", "ww", "bw")
TURNS: Final = {"bb": 1.0, "ww": 1.0, "bw": -1.0}  # many pairs of one kind are alike, many of both are not


def join_moments(marked: Booleans, weights: Any) -> dict[str, Moments]:
    """Count the pairs of each kind (half the weights between them) and give their moments under dealing the marks.

    Returns
    -------
    dict
        ``bb``, ``ww``, ``bw``; their z is that of the count itself: a high z of ``bw`` says that unlike lie together.

    Raises
    ------
    NoVariationError
        Every unit is marked, or none.
    """
    x = np.asarray(marked, dtype=np.float64)
    if np.ptp(x) == 0:
        raise NoVariationError(found=float(x[0]) if len(x) else None)
    sums = weight_sums(weights)
    apart = geary(x, weights)  # of marks, C is the number of unlike pairs in another unit
    unit = sums[0] * float(np.sum((x - x.mean()) ** 2)) / (len(x) - 1)
    return {
        "bb": _alike(x, weights, sums),
        "ww": _alike(1 - x, weights, sums),
        "bw": Moments(value=apart.value * unit, expected=unit, variance=apart.variance * unit**2, z=-apart.z),
    }


def joins_from_sums(sums: Floats, total: float) -> Floats:
    """Return BB, WW and BW from `pair_sums` of marks (maps, 3), whose weights add up to ``total``.

    With x of 0 and 1: sum w x x is twice BB; sum x^2 m, the weight from and to marked units, twice BB twice and BW
    twice.
    """
    bb = sums[..., 0] / 2
    bw = (sums[..., 2] - 2 * sums[..., 0]) / 2
    return np.stack([bb, total / 2 - bb - bw, bw], axis=-1)


def _alike(x: Floats, weights: Any, sums: tuple[float, float, float]) -> Moments:
    """Return the pairs of marked units, with the moments of sampling without replacement."""
    s0, s1, s2 = sums
    n, k = len(x), float(x.sum())
    two, three, four = (_falling(k, m) / _falling(n, m) if n >= m else 0.0 for m in (2, 3, 4))
    value, expected = float(x @ (weights @ x)) / 2, s0 * two / 2
    variance = (s1 * two + (s2 - 2 * s1) * three + (s0**2 + s1 - s2) * four - (s0 * two) ** 2) / 4
    some = variance > 1e-12 * max(expected**2, 1e-12)
    z = (value - expected) / variance**0.5 if some else float("nan")
    return Moments(value=value, expected=expected, variance=variance, z=z)


def _falling(k: float, m: int) -> float:
    """Return k (k - 1) ... (k - m + 1)."""
    return float(np.prod([k - i for i in range(m)]))
