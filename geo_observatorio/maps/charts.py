"""Charts beside a map: lines, an envelope and marks over two axes, as points of a picture 100 wide and 60 high."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.result import Result
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


def plan_lorenz(result: Result) -> tuple[pd.DataFrame, Plan] | None:
    """Show how much of the incidents the fullest cells hold."""
    return result.tables["lorenz"], Plan(
        title="Qué parte de los incidentes reúnen las celdas más llenas",
        caption="De izquierda a derecha, parte del área, las celdas más llenas primero.",
        x="area_share",
        x_title="parte del área",
        y_title="parte de los incidentes",
        lines=(
            Series(column="chance_incident_share", label="un reparto al azar", style="chance"),
            Series(column="incident_share", label="estos incidentes"),
        ),
        percent=True,
    )


def plan_ripley(result: Result) -> tuple[pd.DataFrame, Plan] | None:
    """Show L(r) - r with the band of whole curves of chance."""
    return result.tables["functions"], Plan(
        title="Más juntos o más separados que al azar, por distancia",
        caption="Por encima de la banda, más juntos que al azar; por debajo, más separados.",
        x="distance",
        x_title="distancia (m)",
        y_title="L(r) − r, en metros",
        lines=(
            Series(column="l_mean", label="media de las simulaciones", style="chance"),
            Series(column="l", label="estos incidentes"),
        ),
        band=Band(low="l_low", high="l_high", label="de donde el azar casi nunca sale"),
    )


def plan_days(result: Result) -> tuple[pd.DataFrame, Plan] | None:
    """Show the smoothed total by day, the chosen day, and the month that is not complete."""
    table = result.tables["by_day"]
    top = float(table[["smoothed", "incidents"]].to_numpy().max())
    shaded = table.assign(
        low=np.where(table["incomplete"], 0.0, np.nan), top=np.where(table["incomplete"], top, np.nan)
    )
    chosen = table.loc[table["day"] == result.reading["day"], "number"]
    return shaded, Plan(
        title="Incidentes por día, suavizados en el tiempo",
        caption="De izquierda a derecha, los días del período. El mapa muestra el día marcado.",
        x="number",
        x_title="días desde el comienzo del período",
        y_title="incidentes por día",
        lines=(
            Series(column="incidents", label="cada día", style="chance"),
            Series(column="smoothed", label="suavizado"),
        ),
        band=Band(low="low", high="top", label="último mes, incompleto") if table["incomplete"].any() else None,
        marks=[Mark(at=float(number), label="el día del mapa") for number in chosen],
    )


def plan_distances(result: Result) -> tuple[pd.DataFrame, Plan] | None:
    """Show z of autocorrelation by distance, and its first peak."""
    peak = result.reading["first_peak"]
    return result.tables["distances"], Plan(
        title="Qué tan juntos están los parecidos, por distancia",
        caption="La banda: entre lo que quedan 95 de cada 100 mapas repartidos al azar, a cada distancia.",
        x="distance",
        x_title="distancia (m)",
        y_title="z, en desviaciones del azar",
        lines=(Series(column="z", label="estos incidentes"),),
        band=Band(low="low", high="high", label="mapas repartidos al azar"),
        marks=() if peak is None else (Mark(at=peak, label="primer pico"),),
    )


def plan_dealt(result: Result) -> tuple[pd.DataFrame, Plan] | None:
    """Show the index of this map beside those of maps dealt at random."""
    tests = result.tables["tests"].set_index("measure")["value"]
    if "dealt" not in result.tables:
        return None
    lead = next(name for name in ("eb_moran", "bw", "moran") if name in tests.index and math.isfinite(tests[name]))
    return result.tables["dealt"], Plan(
        title="El índice de este mapa y los de mapas repartidos al azar",
        caption="De izquierda a derecha, el índice; la línea, cuántos mapas al azar lo tienen.",
        x="value",
        x_title="índice",
        y_title="parte de los mapas al azar",
        lines=(Series(column="maps", label="mapas al azar", style="chance"),),
        marks=(Mark(at=float(tests[lead]), label="este mapa"),),
    )


def plan_cross(result: Result) -> tuple[pd.DataFrame, Plan] | None:
    """Show the cross L(r) - r with the band of kinds dealt out at random."""
    return result.tables["functions"], Plan(
        title="Unos más cerca o más lejos de los otros que con las clases al azar, por distancia",
        caption="Por encima de la banda, más cerca; por debajo, más lejos.",
        x="distance",
        x_title="distancia (m)",
        y_title="L(r) − r, en metros",
        lines=(
            Series(column="l_mean", label="media de los repartos", style="chance"),
            Series(column="l", label="estos incidentes"),
        ),
        band=Band(low="l_low", high="l_high", label="de donde el azar casi nunca sale"),
    )


CHARTS: dict[str, Callable[[Result], tuple[pd.DataFrame, Plan] | None]] = {
    "incremental_distance": plan_distances,
    "concentration": plan_lorenz,
    "global_autocorrelation": plan_dealt,
    "join_counts": plan_dealt,
    "space_time_density": plan_days,
    "ripley": plan_ripley,
    "cross_ripley": plan_cross,
}


def draw_chart(statistic: str, result: Result, language: str) -> Chart | None:
    """Return the chart that belongs beside the map of a statistic; None where it has none."""
    planned = CHARTS[statistic](result) if statistic in CHARTS else None
    return None if planned is None else trace(*planned, language)


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
