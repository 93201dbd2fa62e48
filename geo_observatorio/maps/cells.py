"""Hot and cold cells: the significant ones as shapes or as a picture, and what every cell can tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.grids import Grid, Ints
from analysis.result import Result
from geo_observatorio.language import translate
from geo_observatorio.maps.colours import CLASSES, FOCO, HOTSPOTS
from geo_observatorio.maps.drawing import Drawing, Entry, Layer, Legend
from geo_observatorio.maps.outlines import to_features
from geo_observatorio.maps.pictures import Ink, develop, lay_pixels, sample_cells
from geo_observatorio.maps.projecting import DEGREES, MERCATOR, fit_projection, transform_bounds
from geo_observatorio.maps.units import name_class

MOST_SHAPES = 2000  # beyond it a picture
OPACITY = 0.72
PICTURE_DETAIL = 6  # pixels a cell

TIP = (
    "{count} incidentes en la celda",
    "{around} con sus vecinas; se esperaban {expected}",
    "{class}; q = {q}",
)
TIP_AROUND = "{around} en sus vecinas; se esperaban {expected}"  # of Gi, which leaves the cell itself out
UNITS = {
    "max_statistic": "p: probabilidad de una sola celda así en todo un mapa de azar",
    "none": "p de cada celda, sin corregir por las demás pruebas",
}
FOCO_LABEL = "Foco puntual: celda extrema sin vecinas calientes"


def paint_hotspots(result: Result, language: str, highest: float | None = None) -> Drawing:
    """Draw cells by class, and the ranked places above them."""
    facts = result.reading
    tip = (TIP[0], TIP_AROUND, TIP[2]) if facts["measure"] == "gi" else TIP
    data = tell_cells(result, ("count", "around", "expected", "q"), tip, language) | _focos(result)
    entries = class_entries(HOTSPOTS, language)
    title = "Puntos calientes y fríos (Gi)" if facts["measure"] == "gi" else "Puntos calientes y fríos (Gi*)"
    unit = UNITS.get(facts["correction"], "q: tasa de descubrimientos falsos")
    if facts["correction"] in UNITS:  # then what is compared with the level is a p
        entries = [replace(entry, label=entry.label.replace("q ≤", "p ≤")) for entry in entries]
        data["tip"] = [line.replace("q =", "p =") for line in data["tip"]]
        data["classes"] = [one | {"label": one["label"].replace("q ≤", "p ≤")} for one in data["classes"]]
    legend = Legend(
        title=translate(title, language),
        unit=translate(unit, language),
        entries=[*entries, _foco_entry(language)],
    )
    layer = Layer(id="cells", title=translate("Puntos calientes", language), kind="cells", data=data, legend=legend)
    return Drawing(layers=[layer, *paint_places(result, language)])


def tell_cells(result: Result, columns: Sequence[str], tip: Sequence[str], language: str) -> dict[str, Any]:
    """Return the grid, what each cell tells, and the significant cells as rows to draw or as a picture."""
    grid, table = _need_grid(result), result.table
    classes = sorted(set(table["class"]) - {"none"})
    number = {name: i for i, name in enumerate(classes)} | {"none": -1}
    significant = np.flatnonzero((table["class"] != "none").to_numpy())
    data: dict[str, Any] = {
        "grid": describe_grid(grid, result.crs),
        "cell": table["cell"].to_numpy().tolist(),
        "columns": {name: _brief(table[name]) for name in columns},
        "class": [number[name] for name in table["class"]],
        "classes": [{"colour": CLASSES[name], "label": name_class(name, language)} for name in classes],
        "none": name_class("none", language),
        "tip": [translate(line, language) for line in tip],
        "opacity": OPACITY,
        "drawn": significant.tolist() if len(significant) <= MOST_SHAPES else [],
    }
    if len(significant) > MOST_SHAPES:
        data["picture"] = picture_classes(result, significant, classes)
    return data


def picture_classes(result: Result, rows: Ints, classes: Sequence[str]) -> dict[str, object]:
    """Paint the cells of the given rows of the table by class."""
    grid = _need_grid(result)
    cells = result.table["cell"].to_numpy()[rows]
    inks = np.array([classes.index(name) + 1 for name in result.table["class"].iloc[rows]], dtype=np.uint8)
    pixels = lay_pixels(grid, cells, result.crs, pixels_a_cell=PICTURE_DETAIL)
    palette = [Ink(colour=CLASSES[name], opacity=OPACITY) for name in classes]
    return develop(sample_cells(grid, cells, inks, pixels), palette, pixels.bounds).as_dict()


def describe_grid(grid: Grid, crs: int) -> dict[str, Any]:
    """Return what a page needs to find the cell under the pointer and to outline it."""
    bounds = (
        grid.left,
        grid.bottom,
        grid.left + (grid.columns + 0.5) * grid.cell_size,
        grid.bottom + grid.rows * grid.row_height,
    )
    return {
        "shape": grid.shape,
        "left": grid.left,
        "bottom": grid.bottom,
        "size": grid.cell_size,
        "height": grid.row_height,
        "rows": grid.rows,
        "columns": grid.columns,
        "toMetres": fit_projection(MERCATOR, crs, transform_bounds(crs, MERCATOR, bounds)).as_dict(),
        "toDegrees": fit_projection(crs, DEGREES, bounds).as_dict(),
    }


def paint_places(result: Result, language: str) -> list[Layer]:
    """Draw the outlines of the ranked places, numbered as in the list."""
    places = result.tables.get("places")
    if places is None or len(places) == 0:
        return []
    properties = [{"id": f"place-{rank}", "class": "place", "number": int(rank), "tip": []} for rank in places["rank"]]
    features = to_features(gpd.GeoDataFrame(places).geometry, result.crs, properties)
    title = translate("Lugares", language)
    return [Layer(id="places", title=title, kind="shapes", data={"features": features})]


def _focos(result: Result) -> dict[str, Any]:
    if "foco" not in result.table:
        return {"focos": []}
    return {"focos": np.flatnonzero(result.table["foco"].to_numpy()).tolist()}


def class_entries(palette: Mapping[str, str], language: str) -> list[Entry]:
    """Return a line of the legend for each class."""
    return [Entry(label=name_class(name, language), colour=colour, opacity=OPACITY) for name, colour in palette.items()]


def _foco_entry(language: str) -> Entry:
    return Entry(label=translate(FOCO_LABEL, language), colour=FOCO, form="outline")


def _brief(column: pd.Series[Any]) -> list[Any]:
    """Round to what a reader is shown: counts whole, the rest to four significant digits; null where unknown."""
    if pd.api.types.is_integer_dtype(column):
        whole: list[Any] = column.to_numpy().tolist()
        return whole
    values: NDArray[np.float64] = column.to_numpy(dtype=np.float64)
    return [float(f"{value:.4g}") if np.isfinite(value) else None for value in values]


def _need_grid(result: Result) -> Grid:
    if result.grid is None:
        raise ValueError("a result by cells carries its grid")
    return result.grid
