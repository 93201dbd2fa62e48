"""A ratio of two densities: the ratio by colour, and contours around what chance alone seldom gives."""

from __future__ import annotations

from typing import Any

import shapely

from analysis.result import Result
from geo_observatorio.language import translate
from geo_observatorio.maps.colours import CLASSES, RISK
from geo_observatorio.maps.contours import outline_tolerance
from geo_observatorio.maps.diverging import paint_diverging
from geo_observatorio.maps.drawing import Drawing, Entry, Layer, Legend
from geo_observatorio.maps.outlines import to_features
from geo_observatorio.maps.units import name_class


def paint_risk(result: Result, language: str, highest: float | None = None) -> Drawing:
    """Draw the ratio, and the tolerance contours over it."""
    legend = Legend(
        title=translate("Contornos de tolerancia", language),
        unit=translate("p punto por punto, de cada lado por separado", language),
        entries=[
            Entry(label=name_class(name, language), colour=colour, form="outline") for name, colour in RISK.items()
        ],
    )
    features = to_features(*_outline(result, language))
    layer = Layer(id="contours", title=legend.title, kind="shapes", data={"features": features}, legend=legend)
    return Drawing(layers=[*paint_diverging(result, language, highest).layers, layer])


def _outline(result: Result, language: str) -> tuple[list[shapely.Polygon], int, list[dict[str, Any]]]:
    outlined = outline_tolerance(result)
    properties = [
        {"id": name, "class": name, "colour": CLASSES[name], "tip": [name_class(name, language)]}
        for _, name in outlined
    ]
    return [shape for shape, _ in outlined], result.crs, properties
