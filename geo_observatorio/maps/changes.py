"""Change between two periods: cells and areas by class, hatched where the change cannot be told from chance."""

from __future__ import annotations

import math
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from analysis.result import Result
from geo_observatorio.language import format_number, translate
from geo_observatorio.maps.areas import HATCHED
from geo_observatorio.maps.cells import OPACITY, class_entries, tell_cells
from geo_observatorio.maps.colours import CHANGE, CLASSES, HATCH
from geo_observatorio.maps.drawing import Drawing, Entry, Layer, Legend
from geo_observatorio.maps.outlines import to_features
from geo_observatorio.maps.pictures import Ink, develop, lay_pixels, sample_cells
from geo_observatorio.maps.units import name_class

TIP = ("Antes {before}, después {after}", "Razón {ratio} ({ratio_low} a {ratio_high})", "{class}; q = {q}")
UNCHANGED = "Sin cambio distinguible"
DETAIL = 5  # pixels a cell
LIGHT = 0.35  # opacity of the hatch


def paint_change(result: Result, language: str, highest: float | None = None) -> Drawing:
    """Draw areas and cells whose change can be told from chance; the others are hatched."""
    legend = Legend(
        title=translate("Cambio frente al conjunto de la ciudad", language),
        unit=translate("q: tasa de descubrimientos falsos", language),
        entries=[
            *class_entries(CHANGE, language),
            Entry(label=translate(UNCHANGED, language), colour=HATCH, form="hatch"),
        ],
    )
    cells = tell_cells(result, ("before", "after", "ratio", "ratio_low", "ratio_high", "q"), TIP, language)
    cells["none"] = translate(UNCHANGED, language)
    layers = [
        *_paint_areas(result, language),
        Layer(
            id="unchanged",
            title=translate("Celdas sin cambio distinguible", language),
            kind="picture",
            data=_hatch_cells(result),
            shown=False,
        ),
        Layer(id="cells", title=translate("Celdas", language), kind="cells", data=cells, legend=legend),
    ]
    return Drawing(layers=layers)


def _hatch_cells(result: Result) -> dict[str, object]:
    """Hatch the cells with incidents whose change is not significant."""
    table = result.table
    quiet = (table["class"] == "none") & (table["before"] + table["after"] > 0)
    if result.grid is None:
        raise ValueError("a change by cells carries its grid")
    cells = table["cell"].to_numpy()
    pixels = lay_pixels(result.grid, cells, result.crs, pixels_a_cell=DETAIL)
    classes = sample_cells(result.grid, cells, np.asarray(quiet, dtype=np.uint8), pixels)
    return develop(classes, [Ink(colour=HATCH, opacity=LIGHT, hatched=True)], pixels.bounds).as_dict()


def _paint_areas(result: Result, language: str) -> list[Layer]:
    areas = result.tables.get("areas")
    if areas is None or len(areas) == 0:
        return []
    table = gpd.GeoDataFrame(areas).rename(columns={"class": "kind"})
    fills = {str(row.code): _fill(row, language) for row in table.itertuples()}
    title = translate("Corregimientos", language)
    return [Layer(id="areas", title=title, kind="areas", data={"areas": fills})]


def _fill(row: Any, language: str) -> dict[str, Any]:
    counts = translate("Antes {before}, después {after}", language).format(
        before=format_number(row.before, language), after=format_number(row.after, language)
    )
    label = name_class(row.kind, language) if row.kind in CLASSES else translate(UNCHANGED, language)
    tip = [counts, *_tell_ratio(row, language), label]
    return {"fill": CLASSES.get(row.kind, HATCHED), "opacity": OPACITY, "tip": tip}


def _tell_ratio(row: Any, language: str) -> list[str]:
    numbers = [row.ratio, row.ratio_low, row.ratio_high]
    if any(pd.isna(number) or not math.isfinite(number) for number in numbers):
        return []
    texts = [format_number(number, language, decimals=2) for number in numbers]
    return [translate("Razón {ratio} ({low} a {high})", language).format(ratio=texts[0], low=texts[1], high=texts[2])]


def paint_zone(result: Result, language: str, highest: float | None = None) -> Drawing:
    """Draw the outline of the zone that is compared with the rest."""
    zone = gpd.GeoDataFrame(result.table).head(1)
    features = to_features(zone.geometry, result.crs, [{"id": "zone", "class": "zone", "tip": []}])
    title = translate("Zona", language)
    return Drawing(layers=[Layer(id="zone", title=title, kind="shapes", data={"features": features})])
