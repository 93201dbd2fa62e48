"""Relative risk: where the incidents of one period lie more, or less, than those of the other, as densities.

Both densities integrate to one, so the ratio tells how the pattern moved and not how the total did. Formula,
assumptions and reading guide: docs/handbook/relative_risk.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.area_peaks import summarise_by_area
from analysis.edges import EdgeField
from analysis.errors import GridTooLargeError, NotEnoughDataError, TooManyPointsError
from analysis.extents import bounds_of, median_radius
from analysis.gate import LEAST_PLACED, open_alike, tell_both
from analysis.grids import Grid, grid_over
from analysis.params import Params, option
from analysis.peaks import describe_spot
from analysis.periods import describe_periods, require_one_city
from analysis.rasters import centres_inside
from analysis.result import Result, View, finite
from analysis.risk_bandwidths import cross_validate_ratio, oversmooth
from analysis.risk_surface import (
    Relabelled,
    RiskGround,
    RiskSurface,
    lay_risk_ground,
    relabel,
    risk_surface,
    sum_kernels,
)
from analysis.scene import Points, Scene

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

LEAST_EVENTS: Final = 10.0  # of both groups within a kernel's reach; below, a ratio says nothing
LEAST_CONTROLS: Final = 1.0  # within a kernel's reach; below, there is nothing to divide by
LEVELS: Final = (0.05, 0.01)  # of the tolerance contours
MOST_CELLS: Final = 200_000_000  # cells times relabellings ...
MOST_POINTS: Final = 200_000_000  # ... and points times relabellings: half a minute of a busy machine
STEPS: Final = 4.0  # cells per bandwidth ...
LEAST_CELL: Final = 25.0  # ... but no smaller cells than these (metres)


@dataclass(frozen=True, kw_only=True)
class RelativeRiskParams(Params):
    """Options of `relative_risk`, each with a default that one can defend (handbook/relative_risk.md).

    The bandwidth is the sigma of a Gaussian, one for both groups; None: what the selector says. It is never below the
    median radius of uncertainty.
    """

    bandwidth: float | None = option(None, unit="m", low=1.0, high=100_000.0)
    selector: str = option("oversmoothing", choices=("oversmoothing", "hazelton"))
    tolerance: str = option("monte_carlo", choices=("monte_carlo", "asymptotic"))
    relabellings: int = option(199, low=99, high=9999)
    seed: int = option(20240601, low=0)
    least_placed: float = option(LEAST_PLACED, low=0.0, high=1.0)  # below it an area is left out of the surface


def relative_risk(before: Scene, after: Scene, params: RelativeRiskParams) -> Result:
    """Divide the density of the later incidents by that of the earlier ones, cell by cell, and test the ratio.

    Returns
    -------
    Result
        One row per cell whose centre lies in the window: ``risk_ratio`` (f/g, both densities integrating to one; NaN
        where ``reason`` says why: ``too_few`` incidents or ``no_controls``), ``p_upper`` and ``p_lower`` (each
        cell by itself), ``p_map`` (against the largest difference of the whole map, two-sided), ``class``.

    Raises
    ------
    ParameterError
        The scenes have different projections or areas.
    NotEnoughDataError
        One side has fewer than two incidents in the window.
    BelowGateError
        Too few incidents have a point, in every area.
    """
    require_one_city(before, after)
    grounds = open_alike(before, after, least=params.least_placed)
    result = divide_densities(grounds[1].scene, grounds[0].scene, params)
    told = tell_both(*grounds)
    shut = {"before_below_gate": grounds[0].left_out, "after_below_gate": grounds[1].left_out}
    renamed = {"cases_outside_window": "after_outside_window", "controls_outside_window": "before_outside_window"}
    left_out = {renamed[name]: n for name, n in result.left_out.items()} | {name: n for name, n in shut.items() if n}
    reading = {**result.reading, **describe_periods(before, after), "gate": told.read()}
    placing = {"placing": told.placing}
    return replace(result, left_out=left_out, reading=reading, tables={**result.tables, **placing})


def divide_densities(cases: Scene, controls: Scene, params: Any) -> Result:
    """Compare two scenes on one opened ground; the cases are what the ratio has above its line."""
    bandwidth, reason, at_boundary = choose_risk_bandwidth(cases.points, controls.points, params)
    grid = grid_over(bounds_of(cases.window), cell_size=max(LEAST_CELL, round(bandwidth / STEPS, 3)))
    _require_patience(grid, len(cases.points) + len(controls.points), params.relabellings)
    ground = lay_risk_ground(cases.window, grid, np.flatnonzero(centres_inside(cases.window, grid)), bandwidth)
    xy = [_inside(scene.points, ground.edge) for scene in (cases, controls)]
    for one in xy:
        if len(one) < 2:
            raise NotEnoughDataError(needed=2, found=len(one))
    sums = [sum_kernels(one, ground) for one in xy]
    surface = risk_surface(sums[0], sums[1], (len(xy[0]), len(xy[1])), ground)
    reason_code = _find_reasons(sums, ground)
    shown = reason_code != "too_few"
    dealt = relabel(
        np.vstack(xy), len(xy[0]), shown, ground, runs=params.relabellings, rng=np.random.default_rng(params.seed)
    )
    table = _tabulate(surface, dealt, reason_code, ground, asymptotic=params.tolerance == "asymptotic")
    outside = {"cases": len(cases.points) - len(xy[0]), "controls": len(controls.points) - len(xy[1])}
    return Result(
        params=params,
        table=table,
        view=View(kind="cells", value="risk_ratio", scale="risk", unit="risk_ratio", centre=1.0),
        crs=cases.crs,
        n_observations=sum(map(len, xy)),
        grid=grid,
        chosen={} if reason == "given" else {"bandwidth": bandwidth},
        tables={"areas": summarise_by_area(table, "risk_ratio", grid, cases.areas)},
        left_out={f"{name}_outside_window": n for name, n in outside.items() if n},
        reading={
            "cases": len(xy[0]),
            "controls": len(xy[1]),
            "bandwidth": bandwidth,
            "bandwidth_reason": reason,
            "bandwidth_at_boundary": at_boundary,
            **_read(table, dealt, grid, cases),
        },
    )


def _require_patience(grid: Grid, points: int, relabellings: int) -> None:
    """Refuse what nobody waits for: an address must not hold the page of everybody else."""
    if grid.n * relabellings > MOST_CELLS:
        raise GridTooLargeError(needed=MOST_CELLS // relabellings, found=grid.n)
    if points * relabellings > MOST_POINTS:
        raise TooManyPointsError(needed=MOST_POINTS // relabellings, found=points)


def choose_risk_bandwidth(cases: Points, controls: Points, params: Any) -> tuple[float, str, bool]:
    """Return the common sigma (metres), why, and whether its search ended at a limit.

    Why: ``given``, ``oversmoothing``, ``hazelton`` or ``raised_to_uncertainty``.
    """
    least = median_radius(cases, controls)
    wanted, reason, at_boundary = _wanted_bandwidth(cases, controls, params, least)
    return (least, "raised_to_uncertainty", False) if wanted < least else (wanted, reason, at_boundary)


def _wanted_bandwidth(cases: Points, controls: Points, params: Any, least: float) -> tuple[float, str, bool]:
    if params.bandwidth is not None:
        return params.bandwidth, "given", False
    if min(len(cases), len(controls)) < 2:
        raise NotEnoughDataError(needed=2, found=min(len(cases), len(controls)))
    pooled = [np.append(getattr(cases, axis), getattr(controls, axis)) for axis in ("x", "y")]
    widest = oversmooth(*pooled)
    if params.selector == "oversmoothing":
        return widest, "oversmoothing", False
    xy = [np.column_stack([points.x, points.y]) for points in (cases, controls)]
    found = cross_validate_ratio(*xy, low=max(least, widest / 10), high=2 * widest)
    return found.sigma, "hazelton", found.at_boundary


def _inside(points: Points, edge: EdgeField) -> Floats:
    kept = edge.contains(points.x, points.y)
    return np.column_stack([points.x[kept], points.y[kept]])


def _find_reasons(sums: list[Floats], ground: RiskGround) -> NDArray[np.object_]:
    """Say where a ratio would say nothing; an incident counts 2 at the centre of the kernel, 1.2 at one sigma."""
    reached = 4 * np.pi * ground.bandwidth**2
    both = (sums[0] + sums[1])[ground.cells] * reached < LEAST_EVENTS
    none = sums[1][ground.cells] * reached < LEAST_CONTROLS
    return np.where(both, "too_few", np.where(none, "no_controls", "")).astype(object)


def _tabulate(
    surface: RiskSurface, dealt: Relabelled, reason: NDArray[np.object_], ground: RiskGround, *, asymptotic: bool
) -> pd.DataFrame:
    known = reason != "too_few"
    upper, lower = (surface.p_upper, 1 - surface.p_upper) if asymptotic else (dealt.p_upper, dealt.p_lower)
    with np.errstate(over="ignore"):  # where nothing lies on one side: not shown
        ratio = np.exp(surface.log_ratio)
    return pd.DataFrame(
        {
            "cell": ground.cells,
            "risk_ratio": np.where(reason == "", ratio, np.nan),
            "reason": reason,
            "p_upper": np.where(known, upper, np.nan),
            "p_lower": np.where(known, lower, np.nan),
            "p_map": np.where(known, dealt.p_map, np.nan),
            "class": _classify(np.where(known, upper, 1.0), np.where(known, lower, 1.0)),
        }
    )


def _classify(upper: Floats, lower: Floats) -> NDArray[np.object_]:
    """Return more99, more95, less99, less95 or none: each cell by itself, each side by itself."""
    found = np.full(len(upper), "none", dtype=object)
    for side, p in (("more", upper), ("less", lower)):
        for level in LEVELS:
            found[p <= level] = f"{side}{100 - round(100 * level)}"
    return found


def _read(table: pd.DataFrame, dealt: Relabelled, grid: Grid, scene: Scene) -> Mapping[str, Any]:
    """Gather the facts from which the page writes: what, how sure, what not to conclude."""
    shown = table["reason"] != "too_few"
    whole = np.asarray(shown & (table["p_map"] <= LEVELS[0]))
    above = np.asarray(table["p_upper"] <= table["p_lower"])
    km2 = grid.cell_area / 1e6
    return {
        "p_global": dealt.p_global,
        "relabellings": dealt.runs,
        "shown_km2": float(shown.sum() * km2),
        "too_few_km2": float((~shown).sum() * km2),
        "no_controls_km2": float((table["reason"] == "no_controls").sum() * km2),
        "up_share": float((table["p_upper"] <= LEVELS[0]).sum() / max(1, shown.sum())),
        "down_share": float((table["p_lower"] <= LEVELS[0]).sum() / max(1, shown.sum())),
        "map_up_km2": float((whole & above).sum() * km2),
        "map_down_km2": float((whole & ~above).sum() * km2),
        "up": _find_spot(table, whole & above, grid, scene, highest=True),
        "down": _find_spot(table, whole & ~above, grid, scene, highest=False),
        "nothing_distinguishable": bool(dealt.p_global > LEVELS[0]),
        "not_to_conclude": ["shares_not_amounts", "pointwise", "no_cause"],
    }


def _find_spot(
    table: pd.DataFrame, among: Booleans, grid: Grid, scene: Scene, *, highest: bool
) -> Mapping[str, Any] | None:
    """Return the strongest of these cells and what is there; None without any."""
    if not among.any():
        return None
    ratio = table["risk_ratio"].to_numpy()
    ratio = np.where(np.isnan(ratio), np.inf, ratio)  # no controls at all: beyond every ratio
    rows = np.flatnonzero(among)
    row = int(rows[np.argmax(ratio[rows]) if highest else np.argmin(ratio[rows])])
    x, y = grid.centres(table["cell"].to_numpy()[[row]])[0]
    return {"ratio": finite(ratio[row]), "p_map": float(table["p_map"].iloc[row]), **describe_spot(x, y, scene)}
