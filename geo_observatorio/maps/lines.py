"""Streets by a value: one hue, breaks at round numbers, wider where there is more."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from analysis.result import Result
from geo_observatorio.language import translate
from geo_observatorio.maps.breaks import pick_colours, round_breaks
from geo_observatorio.maps.colours import SEQUENTIAL
from geo_observatorio.maps.drawing import Drawing, Entry, Layer, Legend
from geo_observatorio.maps.outlines import to_degrees
from geo_observatorio.maps.scales import SCALES
from geo_observatorio.maps.units import name_range, name_unit

THIN, WIDE = 2.0, 5.0  # pixels


def paint_lines(result: Result, language: str, highest: float | None = None) -> Drawing:
    """Draw the lines whose value, which the view names, reaches the lowest break; titled by ``SCALES[view.value]``."""
    table = gpd.GeoDataFrame(result.table)
    values = table[result.view.value].to_numpy(dtype=np.float64)
    breaks = round_breaks(highest if highest is not None else float(np.nanmax(values, initial=0.0)))
    steps = np.searchsorted(breaks, np.nan_to_num(values, nan=-1.0), side="right") - 1
    seen = np.flatnonzero(steps >= 0)
    colours = pick_colours(SEQUENTIAL, len(breaks))
    uppers: list[float | None] = [*breaks[1:], None][: len(breaks)]
    labels = [name_range(low, high, language) for low, high in zip(breaks, uppers, strict=True)]
    entries = [Entry(label=label, colour=colour) for label, colour in zip(labels, colours, strict=True)]
    title, unit = translate(SCALES[result.view.value].title, language), name_unit(result.view.unit, language)
    data = {
        "lines": [_corners(line) for line in to_degrees(table.geometry.to_numpy()[seen], result.crs)],
        "step": steps[seen].tolist(),
        "value": [float(f"{value:.3g}") for value in values[seen]],
        "colours": colours,
        "weights": np.linspace(THIN, WIDE, max(1, len(breaks))).round(1).tolist(),
        "unit": unit,
    }
    legend = Legend(title=title, unit=unit, entries=entries[::-1])
    return Drawing(layers=[Layer(id="lines", title=title, kind="lines", data=data, legend=legend)])


def _corners(line: shapely.LineString) -> list[list[float]]:
    return [[y, x] for x, y in shapely.get_coordinates(line).tolist()]
