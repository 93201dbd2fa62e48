"""Density: incidents per km² and month, smoothed with a kernel and corrected for the edge of the window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from analysis.bandwidths import Advice, advise_cronie_van_lieshout, advise_scott
from analysis.convolution import smooth_points
from analysis.edges import EdgeField, edge_field
from analysis.errors import NotEnoughDataError, NoVariationError, ParameterError
from analysis.gate import LEAST_PLACED, open_ground
from analysis.grids import Grid, grid_over
from analysis.kernels import KERNELS, QUARTIC_PER_GAUSSIAN, Kernel, convert_bandwidth
from analysis.params import Params, option
from analysis.rasters import centres_inside
from analysis.result import Result, View
from analysis.scene import Points, Region, Scene, require_points

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

DEFAULT_BANDWIDTH: Final = 300.0  # metres
LEAST_EDGE: Final = 0.25  # below this share of the kernel inside the window, a cell is too uncertain to be shown
LEAST_WEIGHTED: Final = 1e-4  # below it a point cannot be weighted by 1/e
CELLS_PER_RADIUS: Final = 5.0  # a quartic radius, or sqrt(8) sigma, spans five cells or more
NAME_WITHIN: Final = 500.0  # metres from the peak to the place that names it


@dataclass(frozen=True, kw_only=True)
class DensityParams(Params):
    """Options of `density`.

    The bandwidth is sigma for the Gaussian and the radius h for the quartic (equal variance: h = sqrt(8) sigma). None:
    300 m. Neither the default nor a given one is used below the median radius of uncertainty of the points.
    """

    kernel: str = option("gaussian", choices=KERNELS)
    bandwidth: float | None = option(None, unit="m", low=1.0, high=100_000.0)
    cell_size: float = option(50.0, unit="m", low=5.0, high=2_000.0)
    least_placed: float = option(LEAST_PLACED, low=0.0, high=1.0)  # below it an area is left out of the surface
    closed: str = option("")  # codes of areas left out besides, with commas: those of the map that lies beside


@dataclass(frozen=True, kw_only=True, eq=False)
class DensityField:
    """A density on a grid.

    Attributes
    ----------
    values
        Incidents per square metre at the centre of each cell of the grid (flat), Jones-Diggle corrected, not greyed.
    edge
        e(u) at the same places: the share of the kernel that lies inside the window.
    used
        Which points were used: those in the window.
    mass
        Integral of the values over the window; the number of points used, to 0.1 %.
    """

    values: Floats
    edge: Floats
    used: Booleans
    mass: float


def density(scene: Scene, params: DensityParams) -> Result:
    """Estimate how many incidents per km² and month happen around each cell of the window of observation.

    Returns
    -------
    Result
        One row per cell whose centre lies in the window: ``density`` (incidents per km² and month, NaN where
        uncertain), ``uncertain`` (less than a quarter of the kernel lies inside the window). ``tables["placing"]``: the
        share of each area's incidents that has a point; areas below ``least_placed`` are cut out of the window.

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
    field = density_field(xy, scene.window, grid, bandwidth, kernel)
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


def density_field(
    points_xy: Floats,
    window: Region,
    grid: Grid,
    bandwidth: float,
    kernel: Kernel,
    *,
    edge: EdgeField | None = None,
) -> DensityField:
    """Smooth points (n, 2) on a square grid that covers the window, keeping their mass inside it.

    Each kernel is divided by the share of it that lies inside the window, at its point (Jones 1993; Diggle 1985).

    Parameters
    ----------
    edge
        The edge factors of the same window, grid, kernel and bandwidth, where they are known already.

    Raises
    ------
    ParameterError
        A coordinate is not a number, the grid is not square or does not cover the window.
    """
    _check(points_xy, window, grid)
    edge = edge or edge_field(window, grid, kernel=kernel, bandwidth=bandwidth)
    x, y = (np.ascontiguousarray(points_xy[:, axis], dtype=np.float64) for axis in (0, 1))
    used = edge.contains(x, y)
    x, y = (x, y) if used.all() else (x[used], y[used])
    factor = edge.at(x, y)
    thick = factor >= LEAST_WEIGHTED
    if not thick.all():
        used[np.flatnonzero(used)[~thick]] = False
        x, y, factor = x[thick], y[thick], factor[thick]
    values = smooth_points(x, y, 1 / factor, grid, kernel=kernel, bandwidth=bandwidth)
    mass = float(values @ edge.share * grid.cell_area)
    return DensityField(values=values, edge=edge.cells, used=used, mass=mass)


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


def _check(points_xy: Floats, window: Region, grid: Grid) -> None:
    if not np.isfinite(points_xy).all():
        wrong = int(np.sum(~np.isfinite(points_xy).all(axis=1)))
        raise ParameterError(name="points", needed="finite coordinates in metres", found=f"{wrong} without")
    left, bottom, right, top = _bounds(window)
    wide, high = grid.columns * grid.cell_size, grid.rows * grid.row_height
    inside = grid.left <= left and grid.bottom <= bottom and right <= grid.left + wide and top <= grid.bottom + high
    if grid.shape != "square" or not inside:
        raise ParameterError(name="grid", needed="squares that cover the window", found=grid.shape)


def _tabulate(field: DensityField, scene: Scene, grid: Grid) -> pd.DataFrame:
    cells = np.flatnonzero(centres_inside(scene.window, grid))
    uncertain = field.edge[cells] < LEAST_EDGE
    values = np.where(uncertain, np.nan, field.values[cells] * 1e6 / scene.months)
    return pd.DataFrame({"cell": cells, "density": values, "uncertain": uncertain})


def _read(scene: Scene, field: DensityField, table: pd.DataFrame, grid: Grid) -> dict[str, Any]:
    """Gather the facts from which the page writes: what, how sure, what not to conclude."""
    n_used, square_km = int(field.used.sum()), scene.window.area / 1e6
    return {
        "incidents": n_used,
        "left_out": len(scene.points) - n_used,
        "median_uncertainty": _median_radius(scene.points),
        "window_km2": square_km,
        "mean": n_used / square_km / scene.months,
        "peak": _find_peak(table, grid, scene),
        "greyed_share": float(table["uncertain"].mean()) if len(table) else 0.0,
        "mass": field.mass,
        "mass_error": abs(field.mass / n_used - 1),
        "not_to_conclude": ["no_test", "no_risk_per_person", "smoothed"],
    }


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
    factor = 1.0 if kernel == "gaussian" else QUARTIC_PER_GAUSSIAN
    return {"method": advice.method, "bandwidth": advice.sigma * factor, "at_boundary": advice.at_boundary}


def _find_peak(table: pd.DataFrame, grid: Grid, scene: Scene) -> Mapping[str, Any] | None:
    """Return the highest shown density, where it is, and what is there; None where nothing is shown."""
    values = table["density"].to_numpy()
    if not np.isfinite(values).any():
        return None
    row = int(np.nanargmax(values))
    x, y = grid.centres(table["cell"].to_numpy()[[row]])[0]
    return {
        "density": float(values[row]),
        "x": float(x),
        "y": float(y),
        "name": _nearest_name(scene.places, x, y),
        "area_name": _area_name(scene.areas, x, y),
    }


def _nearest_name(places: gpd.GeoDataFrame, x: float, y: float) -> str:
    if len(places) == 0:
        return ""
    distance = shapely.distance(places.geometry.to_numpy(), shapely.Point(x, y))
    nearest = int(np.argmin(distance))
    return str(places["name"].iloc[nearest]) if distance[nearest] <= NAME_WITHIN else ""


def _area_name(areas: gpd.GeoDataFrame, x: float, y: float) -> str:
    """Return the name of the smallest area around a place, empty outside all."""
    outlines = areas.geometry.to_numpy()
    around = np.flatnonzero(shapely.intersects_xy(outlines, x, y))
    if len(around) == 0:
        return ""
    return str(areas["name"].iloc[around[np.argmin(shapely.area(outlines[around]))]])
