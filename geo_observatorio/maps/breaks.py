"""Breaks of a scale at round numbers, so that a legend can be read and two maps can share one."""

from __future__ import annotations

import math
from collections.abc import Sequence

STEPS = (1.0, 2.0, 5.0)


def round_breaks(highest: float, *, classes: int = 6) -> list[float]:
    """Return up to ``classes`` lower limits from the series 1, 2, 5, 10, ..., ascending, the last below ``highest``."""
    if not math.isfinite(highest) or highest <= 0:
        return []
    power = math.floor(math.log10(highest))
    series = [step * 10.0**exponent for exponent in range(power - classes, power + 1) for step in STEPS]
    return [round(value, 12) for value in series if value < highest][-classes:]


def pick_colours(ramp: Sequence[str], n: int) -> list[str]:
    """Return ``n`` colours of a ramp, the darkest always among them."""
    if n <= 1:
        return list(ramp[-1:]) * n
    return [ramp[round(i * (len(ramp) - 1) / (n - 1))] for i in range(n)]
