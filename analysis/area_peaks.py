"""A surface told by area: what each area holds on average, at most and at least."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from analysis.assignment import assign
from analysis.grids import Grid


def summarise_by_area(table: pd.DataFrame, value: str, grid: Grid, areas: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return per area the mean, the highest and the lowest value of the cells whose centre lies in it.

    Parameters
    ----------
    table
        One row per cell: ``cell`` (flat index into the grid) and the value, NaN where it is not shown.

    Returns
    -------
    DataFrame
        ``code``, ``name``, ``mean``, ``highest``, ``lowest``; areas without a shown cell have no row.
    """
    known = table[np.isfinite(table[value].to_numpy(dtype=np.float64))]
    x, y = grid.centres(known["cell"].to_numpy()).T
    area = assign(x, y, areas) if len(areas) else np.full(len(known), -1, dtype=np.int64)
    told = known[value].groupby(area).agg(["mean", "max", "min"])
    told = told[told.index >= 0]
    names = areas[["code", "name"]].iloc[told.index].reset_index(drop=True)
    figures = told.reset_index(drop=True).set_axis(["mean", "highest", "lowest"], axis="columns")
    summary: pd.DataFrame = pd.concat([pd.DataFrame(names), figures], axis="columns")
    return summary
