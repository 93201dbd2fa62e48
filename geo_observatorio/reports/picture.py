"""Findings as a picture to print or to paste: map, legend with its unit, and the line that says where it comes from."""

from __future__ import annotations

import io
import textwrap
from typing import Any

import geopandas as gpd
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from geo_observatorio.language import format_day, format_number, translate
from geo_observatorio.maps import colours
from geo_observatorio.maps.breaks import pick_colours, round_breaks
from geo_observatorio.maps.classes import say_unit
from geo_observatorio.maps.contours import outline_tolerance
from geo_observatorio.maps.diverging import COLOURS, classify, find_breaks, name_steps
from geo_observatorio.provenance import Finding
from geo_observatorio.readings import read_aloud

INCHES = (9.0, 9.6)
DOTS_PER_INCH = 150


def to_png(finding: Finding, language: str) -> bytes:
    """Draw a finding as PNG."""
    figure = Figure(figsize=INCHES, dpi=DOTS_PER_INCH)
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.set_facecolor(colours.SEA)
    finding.areas.plot(ax=axes, color=colours.LAND, edgecolor="none")
    _hatch_unobserved(axes, finding.areas)
    handles = [*_draw_table(axes, finding, language), *_hatch_closed(axes, finding, language)]
    finding.areas.boundary.plot(ax=axes, color=colours.LIMITS, linewidth=0.5)
    _frame(axes, finding)
    axes.set_title(_title(finding, language), loc="left", fontsize=11)
    _write_below(axes, handles, finding, language)
    buffer = io.BytesIO()
    figure.savefig(
        buffer,
        format="png",
        bbox_inches="tight",
        pad_inches=0.12,
        metadata={"Software": "", "Title": finding.provenance.key},
    )
    return buffer.getvalue()


def _write_below(axes: Any, handles: list[Any], finding: Finding, language: str) -> None:
    """Write the legend under the map and the foot under the legend, however high; the file is cut around all."""
    unit = say_unit(finding.result, language)
    key = axes.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.5, -0.01), ncols=3, title=unit, fontsize=8)
    key.set_frame_on(False)
    axes.figure.canvas.draw()
    bottom = key.get_window_extent().transformed(axes.transAxes.inverted()).y0
    foot = textwrap.fill(foot_line(finding, language), 130)
    place = {"transform": axes.transAxes, "ha": "center", "va": "top"}
    axes.text(0.5, bottom - 0.01, foot, fontsize=7, color="#666666", **place)


def foot_line(finding: Finding, language: str) -> str:
    """Say in one line where a figure comes from: source, cut-off, counts, limits, population, key."""
    facts = finding.context
    parts = [
        translate("Fuente: {sources}", language).format(sources=", ".join(facts.sources) or "-"),
        _tell_counts(finding, language),
        translate("límites: {edition}", language).format(edition=facts.boundary_edition),
        translate("área de estudio: {edition}", language).format(edition=facts.mask_edition),
    ]
    if facts.cut_off:
        cut_off = format_day(facts.cut_off, language)
        parts.insert(1, translate("corte: {day}", language).format(day=cut_off))
    if facts.population_vintage:
        parts.append(translate("población: {vintage}", language).format(vintage=facts.population_vintage))
    if facts.schematic:
        parts.append(translate("esquema, no son límites oficiales", language))
    grades = [side.quality["level"] for side in finding.sides if side.quality]
    if grades:
        parts.append(translate("calidad de los datos: {level}", language).format(level=max(grades)))
    if facts.synthetic:
        parts.append(translate("DATOS SINTÉTICOS", language))
    return " · ".join([*parts, finding.provenance.key])


def _tell_counts(finding: Finding, language: str) -> str:
    """Say how many incidents there are; of totals, which may be reserved, nothing finer than their sum."""
    facts = finding.context
    if "total" in finding.result.reading and "hidden" in finding.result.reading:
        total = finding.result.reading["total"]
        told = translate("menos de 5", language) if total is None else format_number(total, language)
        return translate("incidentes: {n}", language).format(n=told)
    return translate("incidentes: {n}, sin ubicar: {unplaced}", language).format(
        n=format_number(facts.n_incidents, language),
        unplaced=format_number(facts.n_incidents - facts.n_placed, language),
    )


def _title(finding: Finding, language: str) -> str:
    return textwrap.fill(read_aloud(finding, language)[0], 88)


def _hatch_unobserved(axes: Any, areas: gpd.GeoDataFrame) -> None:
    if "observed" in areas and not areas["observed"].all():
        areas[~areas["observed"]].plot(ax=axes, color="white", edgecolor=colours.NO_DATA, hatch="////", linewidth=0)


def _hatch_closed(axes: Any, finding: Finding, language: str) -> list[Any]:
    """Hatch the areas below the gate and return the handle of its legend."""
    placing = finding.result.tables.get("placing")
    closed = [] if placing is None else placing.loc[~placing["shown"], "code"].tolist()
    if not closed:
        return []
    finding.areas[finding.areas["code"].isin(closed)].plot(
        ax=axes, color="none", edgecolor=colours.CROSS, hatch="xxxx", linewidth=0
    )
    least = format_number(100 * finding.result.reading["gate"]["least_placed"], language)
    label = translate("Menos del {least} % con un punto: solo el total", language).format(least=least)
    return [Patch(facecolor="none", edgecolor=colours.CROSS, hatch="xxxx", label=label)]


def _frame(axes: Any, finding: Finding) -> None:
    """Frame the map by its limits, and take the axes away: what counts is the place, not its easting."""
    left, bottom, right, top = finding.areas.total_bounds
    margin = 0.02 * max(right - left, top - bottom)
    axes.set_xlim(left - margin, right + margin)
    axes.set_ylim(bottom - margin, top + margin)
    axes.set_aspect("equal")
    axes.set_xlabel("")  # GeoPandas names them after the projection
    axes.set_ylabel("")
    axes.set_xticks([])
    axes.set_yticks([])


def _draw_table(axes: Any, finding: Finding, language: str) -> list[Any]:
    """Draw the table on the map and return the handles of its legend."""
    result = finding.result
    if result.view.scale == "risk":
        return [*_draw_sides(axes, finding, language), *_draw_contours(axes, finding, language)]
    if result.view.scale in colours.PALETTES and "class" not in result.table:
        return _draw_outline(axes, finding, language)
    if result.view.scale in colours.PALETTES:
        return _draw_classes(axes, finding, colours.PALETTES[result.view.scale], language)
    if result.view.scale == "diverging":
        return _draw_sides(axes, finding, language)
    return _draw_steps(axes, finding, language)


def _draw_outline(axes: Any, finding: Finding, language: str) -> list[Any]:
    """Draw the outline of the zone that is compared with the rest."""
    gpd.GeoDataFrame(finding.result.table).head(1).boundary.plot(ax=axes, color=colours.FOCO, linewidth=1.6)
    return [Patch(facecolor="none", edgecolor=colours.FOCO, label=translate("Zona", language))]


def _draw_classes(axes: Any, finding: Finding, palette: dict[str, str], language: str) -> list[Any]:
    table = finding.result.table
    shown = finding.result.select(table["class"].isin(list(palette)).to_numpy())
    handles = []
    for name, colour in palette.items():
        rows = shown[shown["class"] == name]
        if len(rows):
            rows.plot(ax=axes, color=colour, edgecolor="none")
        label = f"{translate(colours.CLASS_WORDS[name], language)} ({format_number(len(rows), language)})"
        handles.append(Patch(facecolor=colour, label=label))
    return handles


def _draw_sides(axes: Any, finding: Finding, language: str) -> list[Any]:
    """Draw values on both sides of a centre."""
    result = finding.result
    values = result.table[result.view.value].to_numpy(dtype=float)
    breaks = find_breaks(values, centre=result.view.centre)
    _paint_steps(axes, finding, classify(values, breaks), list(COLOURS))
    return [Patch(facecolor=entry.colour, label=entry.label) for entry in name_steps(breaks, language)]


def _draw_contours(axes: Any, finding: Finding, language: str) -> list[Any]:
    """Draw the tolerance contours of a ratio of densities."""
    outlined = outline_tolerance(finding.result)
    gpd.GeoSeries([shape for shape, _ in outlined]).boundary.plot(
        ax=axes, color=[colours.RISK[name] for _, name in outlined], linewidth=1.4
    )
    return [
        Patch(facecolor="none", edgecolor=colour, label=translate(colours.CLASS_WORDS[name], language))
        for name, colour in colours.RISK.items()
    ]


def _draw_steps(axes: Any, finding: Finding, language: str) -> list[Any]:
    values = finding.result.table[finding.result.view.value].to_numpy(dtype=float)
    breaks = round_breaks(float(np.nanmax(values, initial=0.0)))
    steps = np.searchsorted(breaks, np.nan_to_num(values, nan=-1.0), side="right") - 1
    palette = pick_colours(colours.SEQUENTIAL, len(breaks))
    _paint_steps(axes, finding, steps, palette)
    labels = [f"≥ {format_number(low, language, decimals=_decimals(low))}" for low in breaks]
    return [Patch(facecolor=colour, label=label) for colour, label in zip(palette, labels, strict=True)]


def _paint_steps(axes: Any, finding: Finding, steps: Any, palette: list[str]) -> None:
    """Paint square cells as one image, everything else as shapes."""
    grid = finding.result.grid
    if grid is None or grid.shape != "square":
        for number, colour in enumerate(palette):
            rows = finding.result.select(steps == number)
            if len(rows):
                rows.plot(ax=axes, color=colour, edgecolor="none")
        return
    image = np.zeros((grid.n, 4), dtype=np.uint8)
    colour_table = np.array([[*colours.to_rgb(colour), 255] for colour in palette] + [[0, 0, 0, 0]], dtype=np.uint8)
    image[finding.result.table["cell"].to_numpy()] = colour_table[steps]  # step -1 is the last row: transparent
    right, top = grid.left + grid.columns * grid.cell_size, grid.bottom + grid.rows * grid.cell_size
    axes.imshow(
        image.reshape(grid.rows, grid.columns, 4),
        origin="lower",
        extent=(grid.left, right, grid.bottom, top),
        interpolation="nearest",
        zorder=1.5,
    )


def _decimals(value: float) -> int:
    return 0 if value >= 1 else int(-np.floor(np.log10(value)))
