"""Weighted density: harm, or incidents by the share of their interval in the chosen hours, around each cell.

Count and weight are always shown together: a single killing weighs as much as ten thefts, and as one incident it says
as little. Formula, assumptions and reading guide: docs/handbook/weighted_density.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from analysis.area_peaks import summarise_by_area
from analysis.edges import EdgeField, edge_field
from analysis.errors import NotEnoughDataError
from analysis.extents import bounds_of, median_radius, widest_cell
from analysis.gate import LEAST_PLACED, open_ground
from analysis.grids import grid_over
from analysis.params import Params, option
from analysis.peaks import find_peak
from analysis.rasters import centres_inside
from analysis.result import Result, View, finite
from analysis.scene import Scene, require_points
from analysis.smoothing import DensityField, smooth_within
from analysis.weighing import WEIGHTS, Floats, describe_weights, require_weights

LEAST_EDGE: Final = 0.25  # below this share of the kernel inside the window, a cell is too uncertain to be shown
UNITS: Final = {"harm": "harm_days_km2_month", "aoristic": "incidents_km2_month"}


@dataclass(frozen=True, kw_only=True)
class WeightedDensityParams(Params):
    """Options of `weighted_density`, each with a default that one can defend (handbook/weighted_density.md)."""

    weigh_by: str = option("harm", choices=WEIGHTS)
    bandwidth: float = option(300.0, unit="m", low=1.0, high=100_000.0)
    cell_size: float = option(50.0, unit="m", low=5.0, high=2_000.0)
    least_placed: float = option(LEAST_PLACED, low=0.0, high=1.0)  # below it an area is left out of the surface


def weighted_density(scene: Scene, params: WeightedDensityParams) -> Result:
    """Estimate how much weight falls on each km² and month around each cell, beside how many incidents do.

    Returns
    -------
    Result
        One row per cell whose centre lies in the window: ``density`` (weight per km² and month, NaN where uncertain),
        ``relative_error`` (from the sum of the squared weights), ``count_density`` (incidents per km² and month),
        ``uncertain``.

    Raises
    ------
    NotEnoughDataError
        No incident lies in the window.
    ParameterError
        The points of the scene have no weights.
    BelowGateError
        Too few incidents have a point, in every area.
    """
    require_points(scene.points, at_least=1)
    require_weights(scene.points)
    ground = open_ground(scene, least=params.least_placed)
    opened = ground.scene
    weight = require_weights(opened.points)
    bandwidth = max(params.bandwidth, median_radius(opened.points))
    raised = bandwidth != params.bandwidth
    cell_size = min(params.cell_size, widest_cell("gaussian", bandwidth))
    grid = grid_over(bounds_of(opened.window), cell_size=cell_size)
    edge = edge_field(opened.window, grid, kernel="gaussian", bandwidth=bandwidth)
    xy = np.column_stack([opened.points.x, opened.points.y])
    field, counts = smooth_within(xy, edge, weights=weight), smooth_within(xy, edge)
    if not field.used.any():
        raise NotEnoughDataError(needed=1, found=0)
    table = _tabulate(field, counts, opened)
    reasons = {"outside_window": int(np.sum(~field.used)), "below_gate": ground.left_out, **scene.unweighed}
    return Result(
        params=params,
        table=table,
        view=View(kind="cells", value="density", scale="sequential", unit=UNITS[params.weigh_by]),
        crs=scene.crs,
        n_observations=int(field.used.sum()),
        grid=grid,
        chosen={"bandwidth": bandwidth} if raised else {},
        tables={"areas": summarise_by_area(table, "density", grid, scene.areas), "placing": ground.placing},
        left_out={reason: n for reason, n in reasons.items() if n},
        reading={
            "gate": ground.read(),
            "bandwidth": bandwidth,
            "raised": raised,
            "weights": describe_weights(weight[field.used], params.weigh_by),
            "mass_error": abs(field.mass / float(weight[field.used].sum()) - 1),
            **_read(table, edge, opened),
        },
    )


def _tabulate(field: DensityField, counts: DensityField, scene: Scene) -> pd.DataFrame:
    cells = np.flatnonzero(centres_inside(scene.window, field.edge.grid))
    uncertain = field.edge.cells[cells] < LEAST_EDGE

    def show(values: Floats) -> Floats:
        return np.where(uncertain, np.nan, values[cells])

    return pd.DataFrame(
        {
            "cell": cells,
            "density": show(field.values * 1e6 / scene.months),
            "relative_error": show(field.relative_error),
            "count_density": show(counts.values * 1e6 / scene.months),
            "uncertain": uncertain,
        }
    )


def _read(table: pd.DataFrame, edge: EdgeField, scene: Scene) -> Mapping[str, Any]:
    """Gather where weight and count peak, and how firm the peak of the weight is."""
    peaks = {name: find_peak(table, name, edge.grid, scene) for name in ("density", "count_density")}
    error = None
    if peaks["density"] is not None:
        row = int(np.nanargmax(table["density"].to_numpy()))
        error = finite(float(table["relative_error"].iloc[row]))
    apart = None
    if peaks["density"] is not None and peaks["count_density"] is not None:
        apart = float(np.hypot(*(peaks["density"][axis] - peaks["count_density"][axis] for axis in ("x", "y"))))
    return {
        "peak": peaks["density"],
        "peak_relative_error": error,
        "count_peak": peaks["count_density"],
        "peaks_apart": apart,
        "not_to_conclude": ["no_test", "penalty_is_no_suffering", "smoothed"],
    }
