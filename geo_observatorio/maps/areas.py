"""Areas: hot and cold by class, rates and totals by shade; too little data is hatched, never left white."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import geopandas as gpd

from analysis.result import Result
from geo_observatorio.language import format_number, translate
from geo_observatorio.maps.breaks import pick_colours, round_breaks
from geo_observatorio.maps.cells import class_entries
from geo_observatorio.maps.colours import CLASS_WORDS, CLASSES, HATCH, HOTSPOTS, SEQUENTIAL
from geo_observatorio.maps.drawing import Drawing, Entry, Layer, Legend
from geo_observatorio.maps.units import name_class, name_range, name_unit

HATCHED = "hatch"  # a fill that the page draws as diagonal lines
OPACITY = 0.7
NOT_CALCULABLE = "No calculable"
NO_DATA = "Sin datos"
Row = Any  # one row of `itertuples`, whose names depend on the statistic


def paint_area_hotspots(result: Result, language: str, highest: float | None = None) -> Drawing:
    """Draw areas by the class of their empirical-Bayes rates, and the rates themselves as a layer to switch on."""
    table = gpd.GeoDataFrame(result.table)
    classes = dict(zip(table["code"].astype(str), table["class"].astype(str), strict=True))
    tips = _tips(table, language, _tell_rates)
    hatched = Entry(label=translate(NOT_CALCULABLE, language), colour=HATCH, form="hatch")
    entries = [*class_entries(HOTSPOTS, language), hatched]
    by_class = Layer(
        id="areas",
        title=translate("Puntos calientes por corregimiento", language),
        kind="areas",
        data={"areas": {code: fill_area(CLASSES.get(name), name, tips[code]) for code, name in classes.items()}},
        legend=Legend(title=translate("Corregimientos (Gi* de tasas)", language), unit="", entries=entries),
    )
    quiet = not any(name in CLASSES for name in classes.values())  # then the rates are what there is to see
    rates = shade_areas(result, "eb_rate", "Tasas suavizadas", language, highest, tips)
    return Drawing(layers=[by_class] if rates is None else [replace(rates, shown=quiet), by_class])


def paint_area_values(result: Result, language: str, highest: float | None = None) -> Drawing:
    """Draw areas by the value that the result's view names; a hidden value is hatched."""
    table = gpd.GeoDataFrame(result.table)
    tips = _tips(table, language, _tell_totals)
    layer = shade_areas(result, result.view.value, "Totales por corregimiento", language, highest, tips)
    return Drawing(layers=[] if layer is None else [layer])


def shade_areas(
    result: Result,
    column: str,
    title: str,
    language: str,
    highest: float | None,
    tips: dict[str, list[str]],
) -> Layer | None:
    """Shade areas by a value, on round breaks; None where no area has one. The title is Spanish."""
    table = gpd.GeoDataFrame(result.table)
    values = dict(zip(table["code"].astype(str), table[column].astype(float), strict=True))
    known = [value for value in values.values() if math.isfinite(value)]
    if not known:
        return None
    breaks = _breaks(min(known), highest if highest is not None else max(known))
    colours = pick_colours(SEQUENTIAL, len(breaks))
    uppers: list[float | None] = [*breaks[1:], None]
    entries = [
        Entry(label=name_range(low, high, language), colour=colour, opacity=OPACITY)
        for low, high, colour in zip(breaks, uppers, colours, strict=True)
    ]
    entries.append(Entry(label=translate("Muy pocos casos o sin datos", language), colour=HATCH, form="hatch"))
    fills = {code: _pick(value, breaks, colours) for code, value in values.items()}
    name = translate(title, language)
    return Layer(
        id="rates" if column == "eb_rate" else "areas",
        title=name,
        kind="areas",
        data={"areas": {code: fill_area(fill, "value", tips[code]) for code, fill in fills.items()}},
        legend=Legend(title=name, unit=name_unit(result.view.unit, language), entries=entries),
    )


def _breaks(lowest: float, highest: float) -> list[float]:
    """Return round lower limits of the classes that are in use, the first no higher than the lowest value."""
    limits = [0.0, *round_breaks(highest, classes=5)]
    return limits[max(0, sum(limit <= lowest for limit in limits) - 1) :]


def _pick(value: float, breaks: Sequence[float], colours: Sequence[str]) -> str | None:
    if not math.isfinite(value):
        return None
    return colours[max(0, sum(value >= limit for limit in breaks) - 1)]


def fill_area(colour: str | None, name: str, tip: list[str]) -> dict[str, Any]:
    """Return how one area is filled: not significant is no fill, without a value it is hatched."""
    if name == "none":
        return {"fill": None, "tip": tip}
    return {"fill": colour or HATCHED, "opacity": OPACITY, "tip": tip}


def _tips(table: gpd.GeoDataFrame, language: str, tell: Callable[[Row, str], list[str]]) -> dict[str, list[str]]:
    return {
        str(row.code): tell(row, language) if getattr(row, "observed", True) else [translate(NO_DATA, language)]
        for row in table.rename(columns={"class": "kind", "count": "total"}).itertuples()
    }


def _tell_rates(row: Row, language: str) -> list[str]:
    count = translate("{n} incidentes", language).format(n=format_number(row.total, language))
    if not math.isfinite(row.eb_rate):
        return [count, translate("Tasa no calculable", language)]
    rate = translate("{rate} por 100,000 habitantes y año ({low} a {high})", language).format(
        rate=format_number(row.rate, language),
        low=format_number(row.rate_low, language),
        high=format_number(row.rate_high, language),
    )
    label = name_class(row.kind, language) if row.kind in CLASS_WORDS else translate(NOT_CALCULABLE, language)
    return [count, rate, label]


def _tell_totals(row: Row, language: str) -> list[str]:
    if not math.isfinite(row.total):
        return [translate("Menos de 5, o no se muestra", language)]
    return [translate("{n} incidentes", language).format(n=format_number(row.total, language))]
