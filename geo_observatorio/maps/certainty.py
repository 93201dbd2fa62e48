"""How well a density is known: its relative standard error as a layer, and what a place tells of both."""

from __future__ import annotations

import numpy as np

from analysis.grids import Grid
from analysis.result import Result
from geo_observatorio.language import format_number, translate
from geo_observatorio.maps.cells import describe_grid
from geo_observatorio.maps.drawing import Entry, Layer, Legend
from geo_observatorio.maps.pictures import Ink, develop, lay_pixels, sample_cells
from geo_observatorio.maps.units import name_unit

BREAKS = (0.1, 0.25, 0.5)  # relative errors: above the last, a value is little more than a guess
COLOURS = ("#01665e", "#5ab4ac", "#d8b365", "#8c510a")
OPACITY = 0.7
DETAIL = 1.0  # pixels a cell


def paint_error(result: Result, language: str) -> list[Layer]:
    """Draw the relative standard error, switched off until someone asks; nothing where the result has none."""
    if "relative_error" not in result.table or result.grid is None:
        return []
    error = result.table["relative_error"].to_numpy(dtype=np.float64)
    cells = result.table["cell"].to_numpy()
    inks = np.where(np.isnan(error), 0, np.searchsorted(BREAKS, np.nan_to_num(error), side="left") + 1)
    pixels = lay_pixels(result.grid, cells, result.crs, pixels_a_cell=DETAIL)
    palette = [Ink(colour=colour, opacity=OPACITY) for colour in COLOURS]
    picture = develop(sample_cells(result.grid, cells, inks.astype(np.uint8), pixels), palette, pixels.bounds)
    title = translate("Error estándar", language)
    legend = Legend(title=title, unit=translate("parte del valor", language), entries=_entries(language))
    return [Layer(id="error", title=title, kind="picture", data=picture.as_dict(), legend=legend, shown=False)]


def _entries(language: str) -> list[Entry]:
    percents = [f"{format_number(100 * value, language)} %" for value in BREAKS]
    labels = [
        translate("hasta {high}", language).format(high=percents[0]),
        f"{percents[0]} – {percents[1]}",
        f"{percents[1]} – {percents[2]}",
        translate("más de {low}: poco más que una conjetura", language).format(low=percents[2]),
    ]
    return [Entry(label=label, colour=c, opacity=OPACITY) for label, c in zip(labels, COLOURS, strict=True)][::-1]


def tell_values(result: Result, language: str) -> list[Layer]:
    """Let each place tell the density and its error, on the coarse cells of the small pictures."""
    if "strip" not in result.tables or "strip_grid" not in result.reading:
        return []
    strip = result.tables["strip"]
    strip = strip[strip["value"] > 0]
    error = strip["relative_error"].to_numpy(dtype=np.float64)
    data = {
        "grid": describe_grid(read_grid(result), result.crs),
        "cell": strip["cell"].to_numpy().tolist(),
        "columns": {
            "value": [float(f"{value:.3g}") for value in strip["value"]],
            "error": [round(100 * value) if np.isfinite(value) else None for value in error],
        },
        "class": [-1] * len(strip),
        "classes": [],
        "none": "",
        "tip": [
            "{value} " + name_unit(result.view.unit, language),
            translate("error estándar: {error} % del valor", language),
        ],
        "opacity": 0.0,
        "drawn": [],
    }
    return [Layer(id="values", title="", kind="cells", data=data)]


def read_grid(result: Result) -> Grid:
    """Return the grid of the small pictures of a density."""
    told = result.reading["strip_grid"]
    return Grid(
        shape="square",
        left=told["left"],
        bottom=told["bottom"],
        cell_size=told["cell_size"],
        rows=told["rows"],
        columns=told["columns"],
    )
