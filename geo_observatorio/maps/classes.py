"""Any result by classes: cells, areas and shapes painted as their scale says."""

from __future__ import annotations

import math
import re
from typing import Any

import geopandas as gpd

from analysis.result import Result
from geo_observatorio.language import format_number, translate
from geo_observatorio.maps.areas import NOT_CALCULABLE, fill_area
from geo_observatorio.maps.cells import class_entries, paint_places, tell_cells
from geo_observatorio.maps.colours import CLASSES, HATCH, NOT_SIGNIFICANT, PALETTES
from geo_observatorio.maps.drawing import Drawing, Entry, Layer, Legend
from geo_observatorio.maps.outlines import to_features
from geo_observatorio.maps.scales import SCALES, Told
from geo_observatorio.maps.units import name_class, name_unit

NAMES = re.compile(r"\{(\w+)\}")
SMALL = 0.001
UNCORRECTED = "p sin corregir por las demás pruebas"


def paint_classes(result: Result, language: str, highest: float | None = None) -> Drawing:
    """Draw a result by the classes of its scale, whatever it is made of."""
    painters = {"cells": _paint_cells, "areas": _paint_areas, "shapes": _paint_shapes}
    return Drawing(layers=painters[result.view.kind](result, SCALES[result.view.scale], language))


def _paint_cells(result: Result, told: Told, language: str) -> list[Layer]:
    data = tell_cells(result, told.columns, told.tip, language) | {"none": say_class(NOT_SIGNIFICANT, told, language)}
    legend = _make_legend(result, told, language)
    cells = Layer(id="cells", title=legend.title, kind="cells", data=data | {"focos": []}, legend=legend)
    return [cells, *paint_places(result, language)]


def _paint_areas(result: Result, told: Told, language: str) -> list[Layer]:
    """Fill areas by class; one without a class of the scale is hatched, one of class ``none`` left open."""
    fills = {}
    for record in gpd.GeoDataFrame(result.table).drop(columns="geometry").to_dict("records"):
        name = str(record["class"])
        fills[str(record["code"])] = fill_area(CLASSES.get(name), name, tell(record, told, language))
    hatched = Entry(label=translate(NOT_CALCULABLE, language), colour=HATCH, form="hatch")
    legend = _make_legend(result, told, language, hatched)
    return [Layer(id="areas", title=legend.title, kind="areas", data={"areas": fills}, legend=legend)]


def _paint_shapes(result: Result, told: Told, language: str) -> list[Layer]:
    """Outline and tint shapes by class, numbered by their ``rank`` where they have one, as rows of the table."""
    table = gpd.GeoDataFrame(result.table)
    properties = []
    for number, record in enumerate(table.drop(columns="geometry").to_dict("records"), start=1):
        rank = int(record.get("rank", number))
        properties.append(
            {
                "id": f"shape-{rank}",
                "class": str(record["class"]),
                "colour": CLASSES.get(str(record["class"]), HATCH),
                "number": rank if "rank" in record else None,
                "tip": tell(record, told, language),
            }
        )
    features = to_features(table.geometry, result.crs, properties)
    quiet = table["class"].eq(NOT_SIGNIFICANT).any()
    more = [Entry(label=say_class(NOT_SIGNIFICANT, told, language), colour=HATCH)] if quiet else []
    legend = _make_legend(result, told, language, *more)
    return [Layer(id="shapes", title=legend.title, kind="shapes", data={"features": features}, legend=legend)]


def _make_legend(result: Result, told: Told, language: str, *more: Entry) -> Legend:
    entries = [*class_entries(PALETTES[result.view.scale], language), *more]
    return Legend(title=translate(told.title, language), unit=say_unit(result, language), entries=entries)


def say_unit(result: Result, language: str) -> str:
    """Say in what a result is measured, and where its classes are not corrected for the other tests."""
    told = SCALES.get(result.view.scale) or SCALES.get(result.view.value) or Told(title="")
    words = [name_unit(result.view.unit, language) or translate(told.unit, language)]
    if told.tested and getattr(result.params, "correction", "") == "none":
        words.append(translate(UNCORRECTED, language))
    return "; ".join(word for word in words if word)


def tell(record: dict[Any, Any], told: Told, language: str) -> list[str]:
    """Return the lines of a tip for one area or shape, without those none of whose columns is known."""
    texts = {str(name): write(str(name), value, language) for name, value in record.items()}
    texts["class"] = say_class(str(record["class"]), told, language)
    lines = []
    for line in told.tip:
        names = NAMES.findall(line)
        if not names or any(texts.get(name, "–") != "–" for name in names):
            lines.append(translate(line, language).format_map({name: texts.get(name, "–") for name in names}))
    return lines


def say_class(name: str, told: Told, language: str) -> str:
    """Say a class as the scale means it."""
    if name == NOT_SIGNIFICANT:
        words = translate(told.none, language)
        return words[:1].upper() + words[1:]
    return name_class(name, language) if name in CLASSES else translate(NOT_CALCULABLE, language)


def write(name: str, value: Any, language: str) -> str:
    """Write a value of a tip: p and q to three decimals, whole numbers whole, others to three digits."""
    if value is None or isinstance(value, str):
        return value or "–"
    number = float(value)
    if not math.isfinite(number):
        return "–"
    if name in {"p", "q"}:
        return f"< {SMALL}" if number < SMALL else format_number(number, language, decimals=3)
    if number.is_integer():
        return format_number(number, language)
    return format_number(number, language, decimals=max(0, min(6, 2 - math.floor(math.log10(abs(number))))))
