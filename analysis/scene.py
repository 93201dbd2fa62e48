"""A scene: everything a statistic may need about one selection, in metres."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyproj import CRS
from shapely import MultiPolygon, Polygon

from analysis.errors import GeographicCoordinatesError, NotEnoughDataError, ParameterError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Region = Polygon | MultiPolygon

NO_AREA = -1


@dataclass(frozen=True, kw_only=True, eq=False)
class Points:
    """Credibly placed incidents as columns of equal length; columns, because a million shapely points cost a second.

    Attributes
    ----------
    x, y
        Metres in the scene's projection.
    radius
        Radius of uncertainty of each point (metres).
    area
        Position in ``scene.areas`` of the smallest area that holds the point, -1 for none.
    day
        Local day on which the incident's interval starts (datetime64[D]).
    hour
        Local hour of that start, 0 to 23, -1 where it is unknown.
    weight
        What each point counts where a statistic is asked for weights (harm in days, or the share of its interval that
        lies in the chosen hours); None where every point counts one.
    """

    x: Floats
    y: Floats
    radius: Floats
    area: Ints
    day: NDArray[np.datetime64]
    hour: NDArray[np.int8]
    weight: Floats | None = None

    def __len__(self) -> int:
        return len(self.x)

    def take(self, keep: NDArray[np.bool_] | Ints) -> Points:
        """Return the chosen points."""
        columns = {item.name: getattr(self, item.name) for item in fields(self)}
        taken: dict[str, Any] = {name: None if column is None else column[keep] for name, column in columns.items()}
        return Points(**taken)


def points_at(x: Floats, y: Floats, *, radius: float = 0.0) -> Points:
    """Make points from bare coordinates (metres): no day, no hour, no area."""
    n = len(x)
    return Points(
        x=np.asarray(x, dtype=np.float64),
        y=np.asarray(y, dtype=np.float64),
        radius=np.full(n, radius),
        area=np.full(n, NO_AREA, dtype=np.int64),
        day=np.full(n, np.datetime64("NaT", "D")),
        hour=np.full(n, -1, dtype=np.int8),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class Population:
    """Persons per area of a scene, in the order of ``scene.areas``; NaN where unknown."""

    persons: Floats
    vintage: str
    kind: str
    source: str


def _no_areas() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"code": [], "name": []}, geometry=[])


def _no_places() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"name": [], "kind": []}, geometry=[])


def _no_streets() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"name": []}, geometry=[])


def _none_unplaced() -> pd.DataFrame:
    return pd.DataFrame(
        {"area": pd.Series(dtype=np.int64), "method": pd.Series(dtype=str), "n": pd.Series(dtype=np.int64)}
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class Scene:
    """One selection, loaded.

    Attributes
    ----------
    crs
        EPSG code of the metric projection of everything here.
    months
        Exposure: length of the period in months of 30.4375 days.
    window
        Window of observation: land whose incidents are delivered (limits, coast, enclave cut out). For edge correction.
    mask
        Study mask: inhabited land, where zero means that nothing happened. For hotspots.
    areas
        Corregimientos (or another level): ``code``, ``name``, geometry.
    unplaced
        Incidents of the selection without a credible point: ``area`` (position, -1 unknown), ``method``, ``n``.
    places
        Gazetteer: ``name``, ``kind``, geometry (points), to name what is found.
    base
        Incidents of every kind that may be shown in each area (n,), not only those of the selection, in its period and
        under its other filters; None where the question does not need them.
    streets
        Lines of streets, ``name``, geometry; empty where no statistic asked for them.
    unweighed
        Incidents of the selection that weights left out before it was loaded, by reason.
    since, until
        First and last local day of the period, both included; None where they are not known.

    Raises
    ------
    GeographicCoordinatesError
        The projection is in degrees.
    ParameterError
        A coordinate is not a finite number, or the period has no length.
    """

    crs: int
    points: Points
    months: float
    window: Region
    mask: Region
    areas: gpd.GeoDataFrame = field(default_factory=_no_areas)
    unplaced: pd.DataFrame = field(default_factory=_none_unplaced)
    population: Population | None = None
    places: gpd.GeoDataFrame = field(default_factory=_no_places)
    base: Ints | None = None
    streets: gpd.GeoDataFrame = field(default_factory=_no_streets)
    unweighed: Mapping[str, int] = field(default_factory=dict)
    since: np.datetime64 | None = None
    until: np.datetime64 | None = None

    def __post_init__(self) -> None:
        if CRS.from_user_input(self.crs).is_geographic:
            raise GeographicCoordinatesError(found=self.crs)
        if not 0 < self.months < np.inf:
            raise ParameterError(name="months", needed="> 0", found=self.months)
        wrong = int(np.sum(~(np.isfinite(self.points.x) & np.isfinite(self.points.y))))
        if wrong:
            raise ParameterError(name="points", needed="finite coordinates in metres", found=f"{wrong} without")

    @property
    def n_incidents(self) -> int:
        """Incidents of the selection, placed or not."""
        return len(self.points) + int(self.unplaced["n"].sum())


def require_points(points: Points, *, at_least: int) -> None:
    """Raise NotEnoughDataError below ``at_least`` points."""
    if len(points) < at_least:
        raise NotEnoughDataError(needed=at_least, found=len(points))
