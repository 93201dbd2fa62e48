"""Density: incidents per km² and month, smoothed with a kernel and corrected for the edge of the window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.bandwidths import Advice, advise_cronie_van_lieshout, advise_scott
from analysis.edges import edge_field
from analysis.errors import NotEnoughDataError, NoVariationError
from analysis.gate import LEAST_PLACED, open_ground
from analysis.grids import Grid, grid_over
from analysis.kernels import KERNELS, Kernel, convert_bandwidth
from analysis.params import Params, option
from analysis.peaks import find_peak
from analysis.rasters import centres_inside
from analysis.result import Result, View, finite
from analysis.scene import Points, Region, Scene, require_points
from analysis.smoothing import CORRECTIONS, Correction, DensityField, smooth_within

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

DEFAULT_BANDWIDTH: Final = 300.0  # metres
LEAST_EDGE: Final = 0.25  # below this share of the kernel inside the window, a cell is too uncertain to be shown
CELLS_PER_RADIUS: Final = 5.0  # a quartic radius, or sqrt(8) sigma, spans five cells or more


@dataclass(frozen=True, kw_only=True)
class DensityParams(Params):
    """Options of `density`.

    The bandwidth is sigma for the Gaussian and the radius h for the quartic (equal variance: h = sqrt(8) sigma). None:
    300 m. Neither the default nor a given one is used below the median radius of uncertainty of the points.
    """

    kernel: str = option("gaussian", choices=KERNELS)
    edge: str = option("jones_diggle", choices=CORRECTIONS)
    bandwidth: float | None = option(None, unit="m", low=1.0, high=100_000.0)
    cell_size: float = option(50.0, unit="m", low=5.0, high=2_000.0)
    least_placed: float = option(LEAST_PLACED, low=0.0, high=1.0)  # below it an area is left out of the surface
    closed: str = option("")  # codes of areas left out besides, with commas: those of the map that lies beside


def density(scene: Scene, params: DensityParams) -> Result:
    """Estimate how many incidents per km² and month happen around each cell of the window of observation.

    Returns
    -------
    Result
        One row per cell whose centre lies in the window: ``density`` (incidents per km² and month, NaN where
        uncertain), ``relative_error`` (its standard error over itself), ``uncertain`` (less than a quarter of the
        kernel lies inside the window). ``tables["placing"]``: the share of each area's incidents that has a point;
        areas below ``least_placed`` are cut out of the window.

    Raises
    ------
    NotEnoughDataError
        No incident lies in the window.
    BelowGateError
        Too few incidents have a point, in every area.
    """
    require_points(scene.points, at_least=1)
    closed = tuple(filter(None, params.closed.split(",")))
    ground = open_ground(scene, least=params.least_placed, closed=closed)
    scene = ground.scene
    kernel = cast(Kernel, params.kernel)
    bandwidth, reason = choose_bandwidth(scene.points, params)
    cell_size = min(params.cell_size, _widest_cell(kernel, bandwidth))
    grid = grid_over(_bounds(scene.window), cell_size=cell_size)
    xy = np.column_stack([scene.points.x, scene.points.y])
    edge = edge_field(scene.window, grid, kernel=kernel, bandwidth=bandwidth)
    field = smooth_within(xy, edge, correction=cast(Correction, params.edge))
    n_used = int(field.used.sum())
    if n_used == 0:
        raise NotEnoughDataError(needed=1, found=0)
    table = _tabulate(field, scene, grid)
    left_out = len(scene.points) - n_used
    chosen = {"bandwidth": (bandwidth, reason != "given"), "cell_size": (cell_size, cell_size != params.cell_size)}
    return Result(
        params=params,
        table=table,
        view=View(kind="cells", value="density", scale="sequential", unit="incidents_km2_month"),
        crs=scene.crs,
        n_observations=n_used,
        grid=grid,
        chosen={name: value for name, (value, picked) in chosen.items() if picked},
        tables={"placing": ground.placing},
        left_out={r: n for r, n in (("outside_window", left_out), ("below_gate", ground.left_out)) if n},
        reading={"gate": ground.read(), "kernel": kernel, "bandwidth": bandwidth, "bandwidth_reason": reason}
        | _read(scene, field, table, grid)
        | {"advice": _advise(scene, field.used, kernel, grid)},
    )


def choose_bandwidth(points: Points, params: DensityParams) -> tuple[float, str]:
    """Return the bandwidth (metres) and why: ``given``, ``default`` or ``raised_to_uncertainty``."""
    wanted = DEFAULT_BANDWIDTH if params.bandwidth is None else params.bandwidth
    least = _median_radius(points)
    if wanted < least:
        return least, "raised_to_uncertainty"
    return wanted, "default" if params.bandwidth is None else "given"


def _median_radius(points: Points) -> float:
    known = points.radius[np.isfinite(points.radius)]
    return float(np.median(known)) if len(known) else 0.0


def _widest_cell(kernel: Kernel, bandwidth: float) -> float:
    return round(convert_bandwidth(bandwidth, source=kernel, target="quartic") / CELLS_PER_RADIUS, 3)


def _bounds(window: Region) -> tuple[float, float, float, float]:
    if window.is_empty:
        raise NotEnoughDataError(needed=1, found=0)
    left, bottom, right, top = window.bounds
    return left, bottom, right, top


def _tabulate(field: DensityField, scene: Scene, grid: Grid) -> pd.DataFrame:
    cells = np.flatnonzero(centres_inside(scene.window, grid))
    uncertain = field.edge.cells[cells] < LEAST_EDGE
    values = np.where(uncertain, np.nan, field.values[cells] * 1e6 / scene.months)
    error = np.where(uncertain, np.nan, field.relative_error[cells])
    return pd.DataFrame({"cell": cells, "density": values, "relative_error": error, "uncertain": uncertain})


def _read(scene: Scene, field: DensityField, table: pd.DataFrame, grid: Grid) -> dict[str, Any]:
    """Gather the facts from which the page writes: what, how sure, what not to conclude."""
    n_used, square_km = int(field.used.sum()), scene.window.area / 1e6
    return {
        "incidents": n_used,
        "left_out": len(scene.points) - n_used,
        "median_uncertainty": _median_radius(scene.points),
        "window_km2": square_km,
        "mean": n_used / square_km / scene.months,
        "peak": _describe_peak(table, grid, scene),
        "greyed_share": float(table["uncertain"].mean()) if len(table) else 0.0,
        "mass": field.mass,
        "mass_error": abs(field.mass / n_used - 1),
        "not_to_conclude": ["no_test", "no_risk_per_person", "smoothed"],
    }


def _describe_peak(table: pd.DataFrame, grid: Grid, scene: Scene) -> dict[str, Any] | None:
    """Return the highest density, where it is, how well it is known, and what is there."""
    peak = find_peak(table, "density", grid, scene)
    if peak is None:
        return None
    error = table["relative_error"].to_numpy()[int(np.nanargmax(table["density"].to_numpy()))]
    return {**peak, "relative_error": finite(float(error))}


def _advise(scene: Scene, used: Booleans, kernel: Kernel, grid: Grid) -> list[dict[str, Any]]:
    """Say which bandwidths two selectors would take, in the unit of the kernel; nothing where they cannot tell."""
    x, y = scene.points.x[used], scene.points.y[used]
    low = max(grid.cell_size, _median_radius(scene.points))
    try:
        rule = advise_scott(x, y)
    except (NotEnoughDataError, NoVariationError):
        return []
    high = float(np.hypot(np.ptp(x), np.ptp(y))) / 2
    area = scene.mask.area or scene.window.area  # the criterion asks for the land on which incidents can happen
    other = advise_cronie_van_lieshout(x, y, area=area, low=low, high=high)
    return [_describe(advice, kernel) for advice in (rule, other)]


def _describe(advice: Advice, kernel: Kernel) -> dict[str, Any]:
    factor = convert_bandwidth(1.0, source="gaussian", target=kernel)
    return {"method": advice.method, "bandwidth": advice.sigma * factor, "at_boundary": advice.at_boundary}
