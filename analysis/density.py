"""Density: incidents per km² and month, smoothed with a kernel and corrected for the edge of the window."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.adaptive import adaptive_field
from analysis.bandwidth_choice import (
    METHODS,
    RULE,
    Choice,
    advise_all,
    choose_bandwidth,
    tabulate_bandwidths,
)
from analysis.bandwidths import Advice, Search
from analysis.edges import edge_field
from analysis.errors import NotEnoughDataError, ParameterError
from analysis.extents import bounds_of, median_radius, widest_cell
from analysis.gate import LEAST_PLACED, Ground, open_ground
from analysis.grids import Grid, grid_over
from analysis.kernels import KERNELS, Kernel, convert_bandwidth
from analysis.params import Params, option
from analysis.peaks import find_peak
from analysis.rasters import centres_inside, points_inside, share_inside
from analysis.result import Result, View, finite
from analysis.scene import Scene, require_points
from analysis.sensitivity import Strip, vary_bandwidth
from analysis.smoothing import CORRECTIONS, Correction, DensityField, smooth_within

Floats = NDArray[np.float64]

LEAST_EDGE: Final = 0.25  # below this share of the kernel inside the window, a cell is too uncertain to be shown
NOISY: Final = 0.5  # a standard error above half of the value is said to be so
WINDOW_CELLS: Final = 250_000  # of the raster on which points are first told to lie in the window
COARSE: Final = 2.0  # nodes per cell for the edge factors of small pictures


@dataclass(frozen=True, kw_only=True)
class DensityParams(Params):
    """Options of `density`.

    The bandwidth is sigma for the Gaussian and the radius h for the others (equal variance: h = sqrt(8) sigma for the
    quartic). A number that is given wins over the method, and the rule is 300 m; none is used below the median radius
    of uncertainty of the points. ``adaptive`` gives each incident its own width (Gaussian only); the bandwidth is then
    their geometric mean.
    """

    kernel: str = option("gaussian", choices=KERNELS)
    edge: str = option("jones_diggle", choices=CORRECTIONS)
    bandwidth: float | None = option(None, unit="m", low=1.0, high=100_000.0)
    bandwidth_method: str = option(RULE, choices=METHODS)
    adaptive: bool = option(False)
    cell_size: float = option(50.0, unit="m", low=5.0, high=2_000.0)
    least_placed: float = option(LEAST_PLACED, low=0.0, high=1.0)  # below it an area is left out of the surface
    closed: str = option("")  # codes of areas left out besides, with commas: those of the map that lies beside

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.adaptive and self.kernel != "gaussian":
            raise ParameterError(name="kernel", needed="gaussian (adaptive)", found=self.kernel)


def density(scene: Scene, params: DensityParams) -> Result:
    """Estimate how many incidents per km² and month happen around each cell of the window of observation.

    Returns
    -------
    Result
        One row per cell whose centre lies in the window: ``density`` (incidents per km² and month, NaN where
        uncertain), ``relative_error`` (its standard error over itself), ``uncertain`` (less than a quarter of the
        kernel lies inside the window). ``tables``: ``placing``, the share of each area's incidents that has a point
        (areas below ``least_placed`` are cut out of the window); ``bandwidths``, what every selector would take;
        ``other_bandwidths``, the same density at five of them, and ``strip``, small pictures of them.

    Raises
    ------
    NotEnoughDataError
        No incident lies in the window, or fewer than 50 where each is to have its own width.
    BelowGateError
        Too few incidents have a point, in every area.
    """
    ground = _open(scene, params)
    advice = advise(ground.scene, params)
    choice, result = _estimate(ground, params, advice)
    strip = _vary(ground.scene, params, choice)
    tables = {
        **result.tables,
        "bandwidths": tabulate_bandwidths(advice, choice, cast(Kernel, params.kernel)),
        "other_bandwidths": strip.summary.assign(peak=strip.summary["peak"] * 1e6 / scene.months),
        "strip": strip.pictures.assign(value=strip.pictures["value"] * 1e6 / scene.months),
    }
    reading = {
        **result.reading,
        "advice": [_describe(one, params) for one in advice],
        "strip_grid": strip.describe_grid(),
        "common_half": _find_common(strip, 0.5),
        "common_double": _find_common(strip, 2.0),
    }
    return replace(result, tables=tables, reading=reading)


def bare_density(scene: Scene, params: DensityParams) -> Result:
    """Estimate the density alone, without what selectors advise and how sensitive it is: a tenth of the time."""
    ground = _open(scene, params)
    advice = advise(ground.scene, params) if params.bandwidth_method != RULE else []
    return _estimate(ground, params, advice)[1]


def advise(scene: Scene, params: DensityParams) -> list[Advice]:
    """Ask every selector which bandwidth it would take for the points in the window."""
    left, bottom, right, top = bounds_of(scene.window)
    raster = grid_over(scene.window.bounds, cell_size=float(np.sqrt((right - left) * (top - bottom) / WINDOW_CELLS)))
    inside = points_inside(scene.window, scene.points.x, scene.points.y, raster, share_inside(scene.window, raster))
    x, y = scene.points.x[inside], scene.points.y[inside]
    if len(x) < 2:
        return []
    low = max(params.cell_size, median_radius(scene.points))
    search = Search(low=low, high=max(low, float(np.hypot(np.ptp(x), np.ptp(y))) / 2))
    return advise_all(
        x,
        y,
        window=scene.window,
        inhabited=scene.mask.area or scene.window.area,  # land on which incidents can happen
        search=search,
        correction=cast(Correction, params.edge),
    )


def _open(scene: Scene, params: DensityParams) -> Ground:
    require_points(scene.points, at_least=1)
    closed = tuple(filter(None, params.closed.split(",")))
    return open_ground(scene, least=params.least_placed, closed=closed)


def _estimate(ground: Ground, params: DensityParams, advice: list[Advice]) -> tuple[Choice, Result]:
    scene, kernel = ground.scene, cast(Kernel, params.kernel)
    choice = choose_bandwidth(
        scene.points, given=params.bandwidth, method=params.bandwidth_method, kernel=kernel, advice=advice
    )
    cell_size = min(params.cell_size, widest_cell(kernel, choice.bandwidth))
    grid = grid_over(bounds_of(scene.window), cell_size=cell_size)
    field = _smooth(scene, params, grid, choice.bandwidth)
    n_used = int(field.used.sum())
    if n_used == 0:
        raise NotEnoughDataError(needed=1, found=0)
    table = _tabulate(field, scene, grid)
    left_out = len(scene.points) - n_used
    chosen = {
        "bandwidth": (choice.bandwidth, choice.reason != "given"),
        "cell_size": (cell_size, cell_size != params.cell_size),
    }
    result = Result(
        params=params,
        table=table,
        view=View(kind="cells", value="density", scale="sequential", unit="incidents_km2_month"),
        crs=scene.crs,
        n_observations=n_used,
        grid=grid,
        chosen={name: value for name, (value, picked) in chosen.items() if picked},
        tables={"placing": ground.placing},
        left_out={r: n for r, n in (("outside_window", left_out), ("below_gate", ground.left_out)) if n},
        reading={
            "gate": ground.read(),
            "kernel": kernel,
            "edge": params.edge,
            "bandwidth": choice.bandwidth,
            "bandwidth_reason": choice.reason,
            "bandwidth_at_boundary": choice.at_boundary,
            **_read(scene, field, table, grid),
        },
    )
    return choice, result


def _smooth(
    scene: Scene, params: DensityParams, grid: Grid, bandwidth: float, steps: float | None = None
) -> DensityField:
    xy = np.column_stack([scene.points.x, scene.points.y])
    kernel, correction = cast(Kernel, params.kernel), cast(Correction, params.edge)
    edge = edge_field(scene.window, grid, kernel=kernel, bandwidth=bandwidth, steps=steps)
    if params.adaptive:
        return adaptive_field(xy, edge, correction=correction, least=median_radius(scene.points))
    return smooth_within(xy, edge, correction=correction)


def _vary(scene: Scene, params: DensityParams, choice: Choice) -> Strip:
    """Smooth the same points at five bandwidths, on coarse cells and with coarse edge factors."""
    return vary_bandwidth(
        lambda grid, bandwidth: _smooth(scene, params, grid, bandwidth, COARSE * bandwidth / grid.cell_size),
        scene.window,
        bandwidth=choice.bandwidth,
        least_bandwidth=median_radius(scene.points),
        least_cell=params.cell_size,
    )


def _find_common(strip: Strip, factor: float) -> float | None:
    """Return how much of the hottest hundredth stays at so many times the bandwidth; None where it was not tried."""
    summary = strip.summary
    wanted = factor * float(summary.loc[summary["taken"], "bandwidth"].iloc[0])
    found = summary.loc[np.isclose(summary["bandwidth"], wanted), "common"]
    return float(found.iloc[0]) if len(found) else None


def _describe(advice: Advice, params: DensityParams) -> dict[str, Any]:
    bandwidth = convert_bandwidth(advice.sigma, source="gaussian", target=cast(Kernel, params.kernel))
    return {"method": advice.method, "bandwidth": bandwidth, "at_boundary": advice.at_boundary}


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
        "median_uncertainty": median_radius(scene.points),
        "window_km2": square_km,
        "mean": n_used / square_km / scene.months,
        "peak": _describe_peak(table, grid, scene),
        "noisy_share": _share_noisy(table),
        "widths": None if field.widths is None else [float(field.widths.min()), float(field.widths.max())],
        "greyed_share": float(table["uncertain"].mean()) if len(table) else 0.0,
        "mass": field.mass,
        "mass_error": abs(field.mass / n_used - 1),
        "not_to_conclude": ["no_test", "no_risk_per_person", "smoothed"],
    }


def _share_noisy(table: pd.DataFrame) -> float | None:
    """Return which share of the mass lies where the density is known to 50 % at best; None where nothing is shown."""
    shown = table[~table["uncertain"]]
    mass = float(shown["density"].sum())
    noisy = float(shown.loc[~(shown["relative_error"] <= NOISY), "density"].sum())
    return noisy / mass if mass > 0 else None


def _describe_peak(table: pd.DataFrame, grid: Grid, scene: Scene) -> dict[str, Any] | None:
    """Return the highest density, where it is, how well it is known, and what is there."""
    peak = find_peak(table, "density", grid, scene)
    if peak is None:
        return None
    error = table["relative_error"].to_numpy()[int(np.nanargmax(table["density"].to_numpy()))]
    return {**peak, "relative_error": finite(float(error))}
