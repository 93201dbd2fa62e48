"""Local Geary on plain arrays: c_i = sum w_ij (x_i - x_j)^2 over the variance; small where neighbours are alike.

Anselin (1995), Geographical Analysis 27:93-115; Anselin (2019), Geographical Analysis 51:133-150, for the classes.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.moran import find_quadrants

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Words = NDArray[np.object_]

GEARY_CLASSES: Final = ("geary_hh", "geary_ll", "geary_alike", "geary_unlike")


def local_geary_c(values: Floats | Ints, gaps: Floats | Ints, sizes: Ints, *, by_rows: bool) -> tuple[Floats, Floats]:
    """Return c of each unit and what dealing the other units' values would give it in the mean.

    Parameters
    ----------
    gaps
        Sum of the squared differences to the neighbours (n,).
    by_rows
        Their mean (row-standardised weights) rather than their sum (binary).

    Returns
    -------
    tuple
        In units of the variance with divisor n - 1, as GeoDa and spdep have it; NaN for a unit without neighbours, and
        everywhere where all values are equal.
    """
    x = np.asarray(values, dtype=np.float64)
    n, z = len(x), x - x.mean()
    variance = float(z @ z) / (n - 1)
    usual = (float(z @ z) + n * z**2) / (n - 1)  # mean of (x_i - x_j)^2 over the others
    divisor = np.maximum(sizes, 1) if by_rows else 1.0
    known = (sizes > 0) & (np.ptp(x) > 0)
    c = np.where(known, np.asarray(gaps, dtype=np.float64) / divisor / (variance or 1.0), np.nan)
    return c, np.where(known, usual * sizes / divisor / (variance or 1.0), np.nan)


def classify_gaps(values: Floats | Ints, lags: Floats, alike: NDArray[np.bool_]) -> Words:
    """Name what a significant c means: alike and both high, both low, alike on neither side, or unlike.

    Parameters
    ----------
    lags
        Mean of the neighbours (n,).
    alike
        Whether c is smaller than chance would have it (n,).
    """
    quadrants = find_quadrants(values, lags)
    found: Words = np.full(len(quadrants), "geary_unlike", dtype=object)
    found[alike] = "geary_alike"
    found[alike & (quadrants == "hh")] = "geary_hh"
    found[alike & (quadrants == "ll")] = "geary_ll"
    return found
