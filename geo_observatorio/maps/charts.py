"""Charts beside a map: lines, an envelope and marks over two axes, as points of a picture 100 wide and 60 high."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_observatorio.language import translate
from geo_observatorio.maps.breaks import STEPS
from geo_observatorio.maps.units import brief_number

Floats = NDArray[np.float64]
Style = Literal["main", "other", "chance"]

WIDE, HIGH = 100.0, 60.0
TICKS = 5
MOST_POINTS = 400  # of a line: more than a screen can show


@dataclass(frozen=True, kw_only=True)
class Series:
    """A line of a chart: its column, its name in the key and how it is drawn."""

    column: str
    label: str
    style: Style = "main"


@dataclass(frozen=True, kw_only=True)
class Band:
    """An envelope: its two columns and its name in the key."""

    low: str
    high: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A value of the horizontal axis that is told."""

    at: float
    label: str


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a chart shows of a table, with its texts in Spanish.

    Attributes
    ----------
    x
        Column of the horizontal axis.
    percent
        Both axes are shares, written in percent.
    """

    title: str
    caption: str
    x: str
    x_title: str
    y_title: str
    lines: Sequence[Series]
    band: Band | None = None
    marks: Sequence[Mark] = ()
    percent: bool = False


@dataclass(frozen=True, kw_only=True)
class Tick:
    """A place of an axis and what stands there."""

    at: float
    label: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line as points of an SVG polyline."""

    points: str
    label: str
    style: Style


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A chart ready for a page."""

    title: str
    caption: str
    x_title: str
    y_title: str
    x_ticks: Sequence[Tick]
    y_ticks: Sequence[Tick]
    lines: Sequence[Line]
    band: str = ""
    band_label: str = ""
    marks: Sequence[Tick] = field(default_factory=tuple)


def trace(table: pd.DataFrame, plan: Plan, language: str) -> Chart | None:
    """Lay the lines of a plan into the picture; None where not one value is known."""
    table = table.iloc[:: max(1, len(table) // MOST_POINTS)]
    columns = [line.column for line in plan.lines] + ([plan.band.low, plan.band.high] if plan.band else [])
    x, values = table[plan.x].to_numpy(dtype=float), table[columns].to_numpy(dtype=float)
    if not np.isfinite(values).any() or not np.isfinite(x).any():
        return None
    across, up = _frame(x, plan.percent), _frame(values, plan.percent)
    lines = [
        Line(points=_points(x, table[line.column], across, up), label=translate(line.label, language), style=line.style)
        for line in plan.lines
    ]
    return Chart(
        title=translate(plan.title, language),
        caption=translate(plan.caption, language),
        x_title=translate(plan.x_title, language),
        y_title=translate(plan.y_title, language),
        x_ticks=[Tick(at=_across(at, across), label=_write(at, plan.percent, language)) for at in across],
        y_ticks=[Tick(at=_up(at, up), label=_write(at, plan.percent, language)) for at in up],
        lines=lines,
        band=_outline(x, table, plan.band, across, up) if plan.band else "",
        band_label=translate(plan.band.label, language) if plan.band else "",
        marks=[Tick(at=_across(mark.at, across), label=translate(mark.label, language)) for mark in plan.marks],
    )


def round_ticks(low: float, high: float) -> list[float]:
    """Return some five values, evenly spaced at 1, 2 or 5 times a power of ten, that enclose low and high."""
    span = (high - low) or abs(high) or 1.0
    power = 10.0 ** math.floor(math.log10(span / TICKS))
    step = next(unit * power for unit in (*STEPS, 10.0) if span / (unit * power) <= TICKS)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(number * step, 12) for number in range(first, max(last, first + 1) + 1)]


def _frame(values: Floats, percent: bool) -> list[float]:
    if percent:
        return [0.0, 0.5, 1.0]
    known = values[np.isfinite(values)]
    return round_ticks(float(known.min()), float(known.max()))


def _across(value: float, ticks: Sequence[float]) -> float:
    return round(WIDE * (value - ticks[0]) / (ticks[-1] - ticks[0]), 2)


def _up(value: float, ticks: Sequence[float]) -> float:
    return round(HIGH - HIGH * (value - ticks[0]) / (ticks[-1] - ticks[0]), 2)


def _points(x: Floats, column: pd.Series, across: Sequence[float], up: Sequence[float]) -> str:
    pairs = [(one, other) for one, other in zip(x, column, strict=True) if math.isfinite(one) and math.isfinite(other)]
    return " ".join(f"{_across(one, across):g},{_up(other, up):g}" for one, other in pairs)


def _outline(x: Floats, table: pd.DataFrame, band: Band, across: Sequence[float], up: Sequence[float]) -> str:
    """Return the envelope as one polygon: along its lower side and back along its upper one."""
    there = _points(x, table[band.low], across, up)
    back = _points(x[::-1], table[band.high].iloc[::-1], across, up)
    return f"{there} {back}".strip()


def _write(value: float, percent: bool, language: str) -> str:
    return f"{brief_number(100 * value, language)} %" if percent else brief_number(value, language)
