"""Values on both sides of a centre: ratios around one, differences around nothing."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from analysis.result import Result
from geo_observatorio.language import translate
from geo_observatorio.maps.areas import fill_area
from geo_observatorio.maps.breaks import round_breaks
from geo_observatorio.maps.classes import tell
from geo_observatorio.maps.colours import ABOVE, BELOW, HATCH, MIDDLE
from geo_observatorio.maps.drawing import Drawing, Entry, Layer, Legend
from geo_observatorio.maps.pictures import Ink, develop, lay_pixels, sample_cells
from geo_observatorio.maps.scales import SCALES
from geo_observatorio.maps.units import brief_number, name_range, name_unit

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

RATIOS = (0.5, 0.67, 0.8, 1.25, 1.5, 2.0)  # between them and 1 / 1.25 lies what nobody should act on
COLOURS = (*BELOW[::-1], MIDDLE, *ABOVE)
OPACITY = 0.75
DETAIL = 3  # pixels a cell


def paint_diverging(result: Result, language: str, highest: float | None = None) -> Drawing:
    """Draw the values that the view names, on seven steps around its centre; an unknown value is hatched.

    A scale ``diverging`` is titled and told by ``SCALES[view.value]``.
    """
    told = SCALES[result.view.value]
    values = result.table[result.view.value].to_numpy(dtype=np.float64)
    breaks = find_breaks(values, centre=result.view.centre, highest=highest)
    legend = Legend(
        title=translate(told.title, language),
        unit=name_unit(result.view.unit, language),
        entries=[*name_steps(breaks, language), *_name_unknown(values, language)],
    )
    if result.view.kind == "cells":
        return Drawing(layers=[_picture(result, classify(values, breaks), legend)])
    colours = [None if step < 0 else COLOURS[step] for step in classify(values, breaks)]
    records = gpd.GeoDataFrame(result.table).drop(columns="geometry").to_dict("records")
    fills = {
        str(record["code"]): fill_area(colour, "value", tell({"class": "", **record}, told, language))
        for record, colour in zip(records, colours, strict=True)
    }
    return Drawing(layers=[Layer(id="areas", title=legend.title, kind="areas", data={"areas": fills}, legend=legend)])


def find_breaks(values: Floats, *, centre: float, highest: float | None = None) -> tuple[float, ...]:
    """Return six breaks around the centre: fixed ones for ratios, round ones up to the largest distance else."""
    if centre == 1.0:
        return RATIOS
    known = values[np.isfinite(values)]
    widest = highest if highest is not None else float(np.max(np.abs(known - centre), initial=0.0))
    above = round_breaks(widest or 1.0, classes=3)
    return (*(centre - step for step in above[::-1]), *(centre + step for step in above))


def classify(values: Floats, breaks: Sequence[float]) -> Ints:
    """Return the step of each value, 0 the lowest; -1 where it is unknown."""
    steps = np.searchsorted(np.asarray(breaks), np.nan_to_num(values), side="right").astype(np.int64)
    return np.where(np.isnan(values), -1, steps)


def _picture(result: Result, steps: Ints, legend: Legend) -> Layer:
    if result.grid is None:
        raise ValueError("a result by cells carries its grid")
    cells = result.table["cell"].to_numpy()
    pixels = lay_pixels(result.grid, cells, result.crs, pixels_a_cell=DETAIL)
    inks = [*(Ink(colour=colour, opacity=OPACITY) for colour in COLOURS), Ink(colour=HATCH, opacity=0.9, hatched=True)]
    numbers = np.where(steps < 0, len(inks), steps + 1).astype(np.uint8)
    picture = develop(sample_cells(result.grid, cells, numbers, pixels), inks, pixels.bounds)
    return Layer(id="surface", title=legend.title, kind="picture", data=picture.as_dict(), legend=legend)


def name_steps(breaks: Sequence[float], language: str) -> list[Entry]:
    """Return the lines of the legend, the highest step first."""
    lowest = translate("menos de {high}", language).format(high=brief_number(breaks[0], language))
    uppers: list[float | None] = [*breaks[1:], None]
    labels = [lowest, *(name_range(low, high, language) for low, high in zip(breaks, uppers, strict=True))]
    return [Entry(label=label, colour=c, opacity=OPACITY) for label, c in zip(labels, COLOURS, strict=True)][::-1]


def _name_unknown(values: Floats, language: str) -> list[Entry]:
    if not np.isnan(values).any():
        return []
    return [Entry(label=translate("Muy pocos casos o sin datos", language), colour=HATCH, form="hatch")]
