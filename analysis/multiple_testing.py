"""Many tests at once: Benjamini-Hochberg, Benjamini-Yekutieli and the whole map's extreme, as adjusted p (q).

Benjamini & Hochberg (1995), JRSS B 57:289-300; Benjamini & Yekutieli (2001), Annals of Statistics 29:1165-1188.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from analysis.grids import Floats

CORRECTIONS = ("bh", "by", "none")
LEVELS = (("99", 0.01), ("95", 0.05), ("90", 0.10))  # of false discovery, strictest first, as classes name them
ROUNDING = 1 + 1e-12  # k alpha / n is met by rounding one way or the other; it counts as met


def adjust(p: Floats, *, method: str = "bh") -> Floats:
    """Return q: the smallest level of false discovery at which each test would be rejected.

    Parameters
    ----------
    p
        One p per test (n,); every test of the family, rejected or not.
    method
        ``bh`` (independent or positively dependent tests), ``by`` (any dependence) or ``none`` (q is p).
    """
    if method == "none":
        return np.array(p, dtype=np.float64)
    n = len(p)
    order = np.argsort(-p, kind="stable")
    factor = penalty(n, method=method) * n / np.arange(n, 0, -1)
    q = np.empty(n)
    q[order] = np.minimum(1.0, np.minimum.accumulate(p[order] * factor))
    return q


def adjust_to_extremes(p: Floats, smallest: Floats) -> Floats:
    """Return the chance that a dealt map has a p as small anywhere: no false cell at all, not a rate of them.

    Parameters
    ----------
    smallest
        The smallest p of each dealt map (r,). The result is never below 1 / (r + 1): the map itself is one of them.
    """
    as_small = np.searchsorted(np.sort(smallest), p, side="right")
    return np.asarray((as_small + 1) / (len(smallest) + 1))


def reject(p: Floats, *, level: float = 0.05, method: str = "bh") -> NDArray[np.bool_]:
    """Tell which tests are rejected at that level of false discovery; possibly none."""
    return passes(adjust(p, method=method), level)


def passes(q: Floats, level: float) -> NDArray[np.bool_]:
    """Tell which q reach the level, equality included (the step-up rule is p <= k level / n)."""
    return np.asarray(q <= level * ROUNDING)


def name_by_level(sides: Mapping[str, Floats]) -> NDArray[np.object_]:
    """Name each test (n,) by its side and the strictest level it reaches: ``hot99``, ``hot95``, ``hot90``, or none.

    Parameters
    ----------
    sides
        Adjusted p (n,) by side, NaN where the test is not on that side or was not made; a later side goes first.
    """
    named = np.full(len(next(iter(sides.values()))), "none", dtype=object)
    for side, q in sides.items():
        for label, level in reversed(LEVELS):
            named[passes(q, level)] = side + label
    return named


def strictest(n: int, *, level: float, method: str) -> float:
    """Return the p that a single test among n must reach at that level: what a resolution is held against."""
    return level if method == "none" else level / (n * penalty(n, method=method))


def penalty(n: int, *, method: str) -> float:
    """Return by how much the level is divided: 1, or the sum of 1/i up to n for ``by``."""
    return float(np.sum(1.0 / np.arange(1, n + 1))) if method == "by" else 1.0
