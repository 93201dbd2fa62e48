"""Density: one hue from transparent, breaks at round numbers, hatched where it is too uncertain."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.result import Result
from geo_observatorio.language import translate
from geo_observatorio.maps.breaks import pick_colours, round_breaks
from geo_observatorio.maps.certainty import paint_error, tell_values
from geo_observatorio.maps.colours import HATCH, SEQUENTIAL
from geo_observatorio.maps.drawing import Drawing, Entry, Layer, Legend
from geo_observatorio.maps.pictures import (
    Bytes,
    Ink,
    Picture,
    Pixels,
    develop,
    lay_pixels,
    sample_cells,
    sample_surface,
)
from geo_observatorio.maps.scales import SCALES
from geo_observatorio.maps.units import name_range, name_unit

DETAIL = 3  # pixels a cell
NEAR_THE_EDGE = "Demasiado incierto junto al borde"
FAINTEST, DENSEST = 0.45, 0.88


def paint_surface(result: Result, language: str, highest: float | None = None) -> Drawing:
    """Draw a surface; ``highest`` gives the scale where two maps share one."""
    breaks = round_breaks(highest if highest is not None else highest_value(result))
    inks = _inks(breaks)
    told = SCALES.get(result.view.value)
    title = translate(told.title if told else "Densidad", language)
    hatched = told.hatched if told and told.hatched else NEAR_THE_EDGE
    legend = Legend(
        title=title,
        unit=name_unit(result.view.unit, language),
        entries=_entries(breaks, inks, language, uncertain=hatched if _uncertain(result).any() else ""),
    )
    picture = _develop(result, breaks, inks)
    surface = Layer(id="surface", title=title, kind="picture", data=picture.as_dict(), legend=legend)
    return Drawing(layers=[*paint_error(result, language), surface, *tell_values(result, language)])


def highest_value(result: Result) -> float:
    """Return the highest value that is certain enough to be shown; 0 where there is none."""
    values = result.table[result.view.value].to_numpy(dtype=np.float64)[~_uncertain(result)]
    return float(np.nanmax(values)) if len(values) and np.isfinite(values).any() else 0.0


def _develop(result: Result, breaks: Sequence[float], inks: Sequence[Ink]) -> Picture:
    if result.grid is None:
        raise ValueError("a surface carries its grid")
    cells = result.table["cell"].to_numpy()
    pixels = lay_pixels(result.grid, cells, result.crs, pixels_a_cell=DETAIL)
    values = np.nan_to_num(result.table[result.view.value].to_numpy(dtype=np.float64))
    classes = sample_surface(result.grid, cells, values, breaks, pixels)
    return develop(_mark_uncertain(result, classes, pixels, len(inks)), inks, pixels.bounds)


def _mark_uncertain(result: Result, classes: Bytes, pixels: Pixels, ink: int) -> Bytes:
    """Put the last ink where less than a quarter of the kernel lies inside the window."""
    if result.grid is None or not _uncertain(result).any():
        return classes
    cells = result.table["cell"].to_numpy()
    marked = sample_cells(result.grid, cells, _uncertain(result).astype(np.uint8), pixels)
    return np.where(marked == 1, np.uint8(ink), classes)


def _uncertain(result: Result) -> NDArray[np.bool_]:
    if "uncertain" not in result.table:
        return np.zeros(len(result.table), dtype=np.bool_)
    return np.asarray(result.table["uncertain"], dtype=np.bool_)


def _inks(breaks: Sequence[float]) -> list[Ink]:
    n = len(breaks)
    opacity = np.linspace(FAINTEST, DENSEST, n) if n > 1 else np.array([DENSEST] * n)
    shades = [Ink(colour=c, opacity=float(o)) for c, o in zip(pick_colours(SEQUENTIAL, n), opacity, strict=True)]
    return [*shades, Ink(colour=HATCH, opacity=0.9, hatched=True)]


def _entries(breaks: Sequence[float], inks: Sequence[Ink], language: str, *, uncertain: str) -> list[Entry]:
    uppers: list[float | None] = [*breaks[1:], None][: len(breaks)]  # no breaks where all is zero
    entries = [
        Entry(label=name_range(low, high, language), colour=ink.colour, opacity=ink.opacity)
        for low, high, ink in zip(breaks, uppers, inks[: len(breaks)], strict=True)
    ]
    if uncertain:
        label = translate(uncertain, language)
        entries.append(Entry(label=label, colour=inks[-1].colour, form="hatch"))
    return entries[::-1]
