"""How much a map of density owes to its bandwidth: the same density at five of them, on coarse cells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.grids import Grid, grid_over
from analysis.rasters import centres_inside
from analysis.scene import Region
from analysis.smoothing import DensityField

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FACTORS: Final = (0.5, float(np.sqrt(0.5)), 1.0, float(np.sqrt(2)), 2.0)  # of the bandwidth that was taken
CELLS: Final = 20_000  # of a small picture
HOTTEST: Final = 0.01  # of the area: what is asked whether it stays
LEVELS: Final = (0.01, 0.05, 0.10, 0.25)  # of the area, densest first: classes of the small pictures


@dataclass(frozen=True, kw_only=True, eq=False)
class Strip:
    """The same density at several bandwidths.

    Attributes
    ----------
    summary
        A row per bandwidth: ``bandwidth``, ``peak`` (per square metre), ``common`` (how much of the hottest hundredth
        of the area is also the hottest hundredth at the bandwidth that was taken), ``taken``.
    pictures
        A row per cell of ``grid`` inside the window: ``cell``, and for each bandwidth ``level_1`` ... : 1 in the
        hottest 1 % of the area, 2 in the hottest 5 %, 3 in 10 %, 4 in 25 %, 0 in the rest; at the bandwidth that was
        taken also ``value`` (per square metre) and ``relative_error``.
    """

    grid: Grid
    summary: pd.DataFrame
    pictures: pd.DataFrame

    def describe_grid(self) -> dict[str, Any]:
        """Return what is needed to lay the cells out again."""
        grid = self.grid
        return {
            "left": grid.left,
            "bottom": grid.bottom,
            "cell_size": grid.cell_size,
            "rows": grid.rows,
            "columns": grid.columns,
        }


def vary_bandwidth(
    smooth: Callable[[Grid, float], DensityField],
    window: Region,
    *,
    bandwidth: float,
    least_bandwidth: float,
    least_cell: float,
) -> Strip:
    """Smooth the same points at five bandwidths around the one that was taken.

    Parameters
    ----------
    smooth
        Makes the density on a grid with a bandwidth (metres).
    least_bandwidth
        Those below it are left out: they would be finer than the points themselves.
    """
    left, bottom, right, top = window.bounds
    cell = max(least_cell, float(np.sqrt((right - left) * (top - bottom) / CELLS)))
    grid = grid_over(window.bounds, cell_size=cell)
    cells = np.flatnonzero(centres_inside(window, grid))
    widths = [factor * bandwidth for factor in FACTORS if factor == 1 or factor * bandwidth >= least_bandwidth]
    fields = [smooth(grid, width) for width in widths]
    values = [field.values[cells] for field in fields]
    taken = widths.index(bandwidth)
    hottest = [_take_hottest(one) for one in values]
    common = [len(np.intersect1d(one, hottest[taken])) / max(1, len(one)) for one in hottest]
    peaks = [float(one.max(initial=0.0)) for one in values]
    summary = {"bandwidth": widths, "peak": peaks, "common": common, "taken": [width == bandwidth for width in widths]}
    levels = {f"level_{k}": _grade(one) for k, one in enumerate(values, start=1)}
    shown = {"value": values[taken], "relative_error": fields[taken].relative_error[cells]}
    return Strip(grid=grid, summary=pd.DataFrame(summary), pictures=pd.DataFrame({"cell": cells} | levels | shown))


def _take_hottest(values: Floats) -> Ints:
    """Return the densest hundredth of the cells, at least one where there are any."""
    return np.argsort(-values, kind="stable")[: max(1, round(HOTTEST * len(values)))]


def _grade(values: Floats) -> Ints:
    """Return the class of each cell by its rank; where nothing happened there is none."""
    rank = np.empty(len(values))
    rank[np.argsort(-values, kind="stable")] = np.arange(len(values)) / max(1, len(values))
    grades = np.searchsorted(LEVELS, rank, side="right") + 1
    empty = values <= values.max(initial=0.0) * 1e-9
    return np.where((grades > len(LEVELS)) | empty, 0, grades).astype(np.int64)
