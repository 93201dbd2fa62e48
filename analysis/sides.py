"""Which side a test looks at, declared: the smaller tail alone would double the error that it promises."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

TWO: Final = "two"
POSITIVE: Final = "positive"  # like beside like
NEGATIVE: Final = "negative"  # unlike beside unlike
SIDES: Final = (TWO, POSITIVE, NEGATIVE)


def sided_p(positive: Floats, negative: Floats, *, sides: str) -> Floats:
    """Return the p of the declared side; two-sided is twice the smaller tail, at most 1."""
    if sides == POSITIVE:
        return positive
    return negative if sides == NEGATIVE else np.minimum(1.0, 2 * np.minimum(positive, negative))
