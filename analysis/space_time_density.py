"""Density in space and time: incidents per km² and month around each cell, as of one day.

Each incident is a kernel in the plane times a kernel over the days, both corrected at their edges, so that nothing is
lost beyond the coast or the ends of the period. Formula, assumptions and reading guide:
docs/handbook/space_time_density.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.area_peaks import summarise_by_area
from analysis.day_kernel import DayKernel, day_kernel
from analysis.edges import edge_field
from analysis.errors import NotEnoughDataError, ParameterError
from analysis.extents import bounds_of, median_radius, widest_cell
from analysis.gate import LEAST_PLACED, open_ground
from analysis.grids import grid_over
from analysis.params import Params, option
from analysis.peaks import find_peak
from analysis.rasters import centres_inside
from analysis.result import Result, View
from analysis.scene import Scene, require_points
from analysis.smoothing import DensityField, smooth_within

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DEFAULT_BANDWIDTH: Final = 300.0  # metres
DAYS_A_MONTH: Final = 30.4375
LEAST_EDGE: Final = 0.25  # below this share of the kernel inside the window, a cell is too uncertain to be shown


@dataclass(frozen=True, kw_only=True)
class SpaceTimeDensityParams(Params):
    """Options of `space_time_density`, each with a default that one can defend (handbook/space_time_density.md).

    Both bandwidths are standard deviations of Gaussians. The one in space is never below the median radius of
    uncertainty.
    """

    day: str = option("")  # AAAA-MM-DD; empty: the last day of the period
    bandwidth: float = option(DEFAULT_BANDWIDTH, unit="m", low=1.0, high=100_000.0)
    bandwidth_days: float = option(30.0, low=1.0, high=3650.0)
    cell_size: float = option(50.0, unit="m", low=5.0, high=2_000.0)
    least_placed: float = option(LEAST_PLACED, low=0.0, high=1.0)  # below it an area is left out of the surface


@dataclass(frozen=True, kw_only=True, eq=False)
class Period:
    """The days that are looked at, the chosen one by its number from 0, and the day of each point."""

    first: np.datetime64
    n_days: int
    chosen: int
    of_point: Ints

    def name(self, number: int) -> str:
        """Write a day as AAAA-MM-DD."""
        return str(self.first + np.timedelta64(number, "D"))

    @property
    def incomplete_from(self) -> int:
        """Return the number of the first day of the last month where the period ends before the month does."""
        last = self.first + np.timedelta64(self.n_days - 1, "D")
        month = last.astype("M8[M]")
        ends = (month + np.timedelta64(1, "M")).astype("M8[D]") - np.timedelta64(1, "D") == last
        starts = int((month.astype("M8[D]") - self.first).astype(np.int64))
        return self.n_days if ends else max(0, starts)


def space_time_density(scene: Scene, params: SpaceTimeDensityParams) -> Result:
    """Estimate how many incidents per km² and month happen around each cell on one day of the period.

    Returns
    -------
    Result
        One row per cell whose centre lies in the window: ``density`` (incidents per km² and month as of the day, NaN
        where uncertain), ``relative_error``, ``uncertain``. ``tables["by_day"]``: per day ``number``, ``day``, the
        ``incidents``, their ``smoothed`` number, whether the month is ``incomplete``.

    Raises
    ------
    NotEnoughDataError
        No incident with a day lies in the window.
    ParameterError
        The day is no date, or not in the period.
    BelowGateError
        Too few incidents have a point, in every area.
    """
    require_points(scene.points, at_least=1)
    ground = open_ground(scene, least=params.least_placed)
    dated, without_day = _keep_dated(ground.scene)
    period = _choose_day(dated, params.day)
    bandwidth = max(params.bandwidth, median_radius(dated.points))
    raised = bandwidth != params.bandwidth
    grid = grid_over(bounds_of(dated.window), cell_size=min(params.cell_size, widest_cell("gaussian", bandwidth)))
    edge = edge_field(dated.window, grid, kernel="gaussian", bandwidth=bandwidth)
    kernel = day_kernel(period.n_days, params.bandwidth_days)
    xy = np.column_stack([dated.points.x, dated.points.y])
    field = smooth_within(xy, edge, weights=kernel.weigh(period.of_point, period.chosen))
    if not field.used.any():
        raise NotEnoughDataError(needed=1, found=0)
    table = _tabulate(field, dated)
    by_day = _tabulate_days(period, kernel, field)
    tables = {"areas": summarise_by_area(table, "density", grid, scene.areas), "by_day": by_day}
    outside = int(np.sum(~field.used))
    reasons = (("outside_window", outside), ("below_gate", ground.left_out), ("without_day", without_day))
    picked = (("day", period.name(period.chosen), not params.day), ("bandwidth", bandwidth, raised))
    return Result(
        params=params,
        table=table,
        view=View(kind="cells", value="density", scale="sequential", unit="incidents_km2_month"),
        crs=scene.crs,
        n_observations=int(field.used.sum()),
        grid=grid,
        chosen={name: value for name, value, told in picked if told},
        tables={**tables, "placing": ground.placing},
        left_out={reason: n for reason, n in reasons if n},
        reading={
            "gate": ground.read(),
            "bandwidth": bandwidth,
            "raised": raised,
            "bandwidth_days": params.bandwidth_days,
            "peak": find_peak(table, "density", grid, dated),
            **_read(period, kernel, field, by_day),
        },
    )


def _keep_dated(scene: Scene) -> tuple[Scene, int]:
    """Return the scene with the points whose day is known and in the period, and how many others there were."""
    day = scene.points.day
    known = ~np.isnat(day)
    if scene.since is not None and scene.until is not None:
        known &= (day >= scene.since) & (day <= scene.until)
    return replace(scene, points=scene.points.take(known)), int(np.sum(~known))


def _choose_day(scene: Scene, text: str) -> Period:
    """Number the days of the period from 0, and find the chosen one; without a period the days of the points are it."""
    days = scene.points.day
    if len(days) == 0:
        raise NotEnoughDataError(needed=1, found=0)
    first, last = (scene.since, scene.until)
    if first is None or last is None:
        first, last = days.min(), days.max()
    n_days = int((last - first).astype(np.int64)) + 1
    return Period(
        first=first,
        n_days=n_days,
        chosen=_number_of(text, first, last) if text else n_days - 1,
        of_point=(days - first).astype(np.int64),
    )


def _number_of(text: str, first: np.datetime64, last: np.datetime64) -> int:
    needed = f"{first} .. {last}"
    try:
        day = np.datetime64(text, "D")
    except ValueError as error:
        raise ParameterError(name="day", needed=needed, found=text) from error
    if not first <= day <= last:  # also where it is no day at all
        raise ParameterError(name="day", needed=needed, found=text)
    return int((day - first).astype(np.int64))


def _tabulate(field: DensityField, scene: Scene) -> pd.DataFrame:
    cells = np.flatnonzero(centres_inside(scene.window, field.edge.grid))
    uncertain = field.edge.cells[cells] < LEAST_EDGE
    values = field.values[cells] * 1e6 * DAYS_A_MONTH
    return pd.DataFrame(
        {
            "cell": cells,
            "density": np.where(uncertain, np.nan, values),
            "relative_error": np.where(uncertain, np.nan, field.relative_error[cells]),
            "uncertain": uncertain,
        }
    )


def _tabulate_days(period: Period, kernel: DayKernel, field: DensityField) -> pd.DataFrame:
    incidents = np.bincount(period.of_point[field.used], minlength=period.n_days).astype(np.int64)
    numbers = np.arange(period.n_days)
    return pd.DataFrame(
        {
            "number": numbers,
            "day": (period.first + numbers).astype(str),
            "incidents": incidents,
            "smoothed": kernel.total(incidents.astype(np.float64)),
            "incomplete": numbers >= period.incomplete_from,
        }
    )


def _read(period: Period, kernel: DayKernel, field: DensityField, by_day: pd.DataFrame) -> Mapping[str, Any]:
    """Gather the facts from which the page writes: what, how sure, what not to conclude."""
    at = by_day.iloc[period.chosen]
    n_used = int(field.used.sum())
    return {
        "incidents": n_used,
        "day": period.name(period.chosen),
        "first": period.name(0),
        "last": period.name(period.n_days - 1),
        "per_month": float(at["smoothed"] * DAYS_A_MONTH),
        "mean_per_month": n_used / period.n_days * DAYS_A_MONTH,
        "within_reach": int(np.sum(np.abs(period.of_point[field.used] - period.chosen) <= 2 * kernel.bandwidth)),
        "one_sided": kernel.is_one_sided(period.chosen),
        "incomplete_from": period.name(period.incomplete_from) if bool(at["incomplete"]) else None,
        "mass_error": abs(field.mass - float(at["smoothed"])) / n_used,
        "not_to_conclude": ["no_test", "no_forecast", "smoothed"],
    }
