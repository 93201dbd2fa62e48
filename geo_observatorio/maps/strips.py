"""A strip of small pictures: the same density at several bandwidths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.grids import Grid
from analysis.result import Result
from geo_observatorio.language import format_number, translate
from geo_observatorio.maps.breaks import pick_colours
from geo_observatorio.maps.certainty import read_grid
from geo_observatorio.maps.colours import SEQUENTIAL
from geo_observatorio.maps.pictures import Ink, develop, lay_pixels, sample_cells

LEVELS = 4  # 1 %, 5 %, 10 % and 25 % of the area, densest first


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One small picture: its address as data, what stands below it, and whether it is the map beside it."""

    url: str
    title: str
    caption: str
    taken: bool


def draw_strip(result: Result, language: str) -> Sequence[Panel]:
    """Return a picture for each bandwidth that was tried; none where the result has no strip."""
    if "strip" not in result.tables or "other_bandwidths" not in result.tables:
        return []
    records = result.tables["other_bandwidths"].to_dict("records")
    return [
        Panel(
            url=_picture(result, f"level_{number}"),
            title=translate("{bandwidth} m", language).format(bandwidth=format_number(row["bandwidth"], language)),
            caption=_tell(row["common"], bool(row["taken"]), language),
            taken=bool(row["taken"]),
        )
        for number, row in enumerate(records, start=1)
    ]


def _tell(common: float, taken: bool, language: str) -> str:
    if taken:
        return translate("el del mapa", language)
    return translate("{common} % en común", language).format(common=format_number(100 * common, language))


def _picture(result: Result, column: str) -> str:
    """Paint the classes of one bandwidth, a pixel a cell, where any bandwidth has one: the densest darkest."""
    strip, grid = result.tables["strip"], read_grid(result)
    strip = strip[_near_something(strip, grid)]
    cells, level = strip["cell"].to_numpy(), strip[column].to_numpy()
    pixels = lay_pixels(grid, cells, result.crs, pixels_a_cell=1.0)
    shades = [
        Ink(colour="#e4e4ea", opacity=1.0),
        *(Ink(colour=one, opacity=1.0) for one in pick_colours(SEQUENTIAL, LEVELS)),
    ]
    inks = np.where(level == 0, 1, LEVELS + 2 - level).astype(np.uint8)  # the ground is pale, outside is nothing
    return str(develop(sample_cells(grid, cells, inks, pixels), shades, pixels.bounds).as_dict()["url"])


def _near_something(strip: pd.DataFrame, grid: Grid) -> NDArray[np.bool_]:
    """Tell which cells lie in the rectangle around all that has a class at some bandwidth."""
    row, column = np.divmod(strip["cell"].to_numpy(), grid.columns)
    told = (strip.filter(like="level_") > 0).any(axis=1).to_numpy()
    if not told.any():
        return np.ones(len(strip), dtype=np.bool_)
    inside = np.ones(len(strip), dtype=np.bool_)
    for place in (row, column):
        inside &= (place >= place[told].min() - 1) & (place <= place[told].max() + 1)
    return inside
