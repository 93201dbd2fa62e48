"""What a statistic gives back: a table, how to look at it, and the facts a reader needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.grids import Grid
from analysis.params import Params

ViewKind = Literal["cells", "areas", "shapes", "lines"]


def finite(value: float) -> float | None:
    """Return the value as a plain number, None where it is infinite or unknown: facts are plain JSON."""
    return float(value) if np.isfinite(value) else None


@dataclass(frozen=True, kw_only=True)
class View:
    """How the table wants to be drawn: which column, on which scale, in which unit.

    Attributes
    ----------
    scale
        ``sequential``, ``diverging``, or the name of a set of classes that the maps know.
    centre
        Of a diverging scale: 0 for a difference, 1 for a ratio.
    """

    kind: ViewKind
    value: str
    scale: str
    unit: str
    centre: float = 0.0


@dataclass(frozen=True, kw_only=True, eq=False)  # eq=False: tables have no single truth value
class Result:
    """The answer of one statistic.

    Attributes
    ----------
    table
        One row per cell (column ``cell``: flat index into ``grid``, ascending), one row per area (a GeoDataFrame with
        ``code`` and ``name``), or one row per shape or line (a GeoDataFrame), in the metric projection.
    tables
        Further tables by name, GeoDataFrames where they can be drawn (``places``: what a planner takes to the street).
    chosen
        Values that the method picked for the user: option name to value.
    left_out
        Incidents that were not used, by reason code.
    reading
        Facts, as plain JSON values, from which the page writes: what, how sure, what not to conclude.
    """

    params: Params
    table: pd.DataFrame
    view: View
    crs: int
    n_observations: int
    grid: Grid | None = None
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    chosen: Mapping[str, Any] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)
    reading: Mapping[str, Any] = field(default_factory=dict)

    def to_geodataframe(self) -> gpd.GeoDataFrame:
        """Return the table with its geometry, in the metric projection."""
        return self.select(np.ones(len(self.table), dtype=bool))

    def select(self, keep: NDArray[np.bool_]) -> gpd.GeoDataFrame:
        """Return the chosen rows with their geometry; outlines of cells are only made for these."""
        table = self.table[keep]
        if self.grid is None:
            return gpd.GeoDataFrame(table)
        return gpd.GeoDataFrame(table, geometry=self.grid.polygons(table["cell"].to_numpy()), crs=self.crs)
