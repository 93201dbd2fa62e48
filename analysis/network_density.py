"""Density along the streets: incidents per kilometre of street and month, their kernels shared out at every crossing.

Formula, assumptions and reading guide: docs/handbook/network_density.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from analysis.equal_splits import Split, Spread, spread_along
from analysis.errors import BiasedMethodError, NoStreetsError, NotEnoughDataError, ParameterError
from analysis.gate import LEAST_PLACED, Ground, open_ground
from analysis.grids import Floats
from analysis.params import Params, option
from analysis.result import Result, View, finite
from analysis.scene import Points, Scene, require_points
from analysis.street_network import Network, Pieces, Snapped, build_network, cut_into_pieces, draw_pieces, snap

DEFAULT_BANDWIDTH: Final = 300.0  # metres along the street
WIDEST: Final = 500.0  # beyond it the ways to follow are more than can be waited for
WIDEST_CONTINUOUS: Final = 300.0
SPLITS: Final = ("discontinuous", "continuous")
SIMPLE: Final = "simple"


@dataclass(frozen=True, kw_only=True)
class NetworkDensityParams(Params):
    """Options of `network_density`, each with a default that one can defend (handbook/network_density.md).

    The bandwidth is the radius of the quartic kernel along the street. None: 300 m, never below the median radius of
    uncertainty of the points.
    """

    split: str = option("discontinuous", choices=SPLITS)
    bandwidth: float | None = option(None, unit="m", low=10.0, high=WIDEST)
    piece: float = option(50.0, unit="m", low=20.0, high=500.0)
    snap_within: float = option(50.0, unit="m", low=1.0, high=500.0)  # from the point to the street
    least_placed: float = option(LEAST_PLACED, low=0.0, high=1.0)  # below it an area is left out

    def __post_init__(self) -> None:
        if self.split == SIMPLE:
            raise BiasedMethodError(name="split", needed=" | ".join(SPLITS), found=self.split)
        super().__post_init__()


def network_density(scene: Scene, params: NetworkDensityParams) -> Result:
    """Estimate how many incidents happen per kilometre of street and month, on every piece of street.

    Returns
    -------
    Result
        One row per piece (a line): ``street``, ``line_density`` (incidents per km and month). ``tables["streets"]``:
        per street its ``km``, ``count``, ``line_density`` (mean) and ``peak``, the highest first.

    Raises
    ------
    NoStreetsError
        The scene has no streets in its window.
    NotEnoughDataError
        No incident lies near enough to a street.
    BelowGateError
        Too few incidents have a point, in every area.
    """
    require_points(scene.points, at_least=1)
    if scene.streets.empty:
        raise NoStreetsError(needed=1, found=0)
    ground = open_ground(scene, least=params.least_placed)
    network = _join_streets(ground.scene)
    points, outside = _within_window(ground)
    at = snap(points.x, points.y, network, params.snap_within)
    near = at.edge >= 0
    if not near.any():
        raise NotEnoughDataError(needed=1, found=0)
    bandwidth = choose_bandwidth(points, params)
    pieces = cut_into_pieces(network, params.piece)
    spread = spread_along(
        network, pieces, at.edge[near], at.offset[near], bandwidth=bandwidth, split=cast(Split, params.split)
    )
    density = spread.mass / pieces.width[pieces.edge] * 1000 / scene.months
    left_out = {"outside_window": outside, "below_gate": ground.left_out, "far_from_street": int(np.sum(~near))}
    streets = _sum_streets(network, pieces, at, density)
    return Result(
        params=params,
        table=_tabulate(network, pieces, density, scene.crs),
        view=View(kind="lines", value="line_density", scale="sequential", unit="incidents_km_month"),
        crs=scene.crs,
        n_observations=int(near.sum()),
        tables={"streets": streets, "placing": ground.placing},
        chosen={} if params.bandwidth == bandwidth else {"bandwidth": bandwidth},
        left_out={reason: n for reason, n in left_out.items() if n},
        reading={
            **_read(network, at, spread, streets, params),
            "bandwidth": bandwidth,
            "months": scene.months,
            "gate": ground.read(),
        },
    )


def choose_bandwidth(points: Points, params: NetworkDensityParams) -> float:
    """Return the bandwidth: what is wanted, or 300 m, but never less than the median radius of uncertainty.

    Raises
    ------
    ParameterError
        It is more than can be followed: with the continuous kernel, whose ways also turn back, that is sooner.
    """
    known = points.radius[np.isfinite(points.radius)]
    least = float(np.median(known)) if len(known) else 0.0
    bandwidth = max(DEFAULT_BANDWIDTH if params.bandwidth is None else params.bandwidth, least)
    widest = WIDEST_CONTINUOUS if params.split == "continuous" else WIDEST
    if bandwidth > widest:
        raise ParameterError(name="bandwidth", needed=f"<= {widest:g} m", found=f"{bandwidth:g}")
    return bandwidth


def _join_streets(scene: Scene) -> Network:
    names = scene.streets["name"].to_numpy(dtype=object)
    return build_network(scene.streets.geometry.to_numpy(), names, scene.window)


def _within_window(ground: Ground) -> tuple[Points, int]:
    window, points = ground.scene.window, ground.scene.points
    shapely.prepare(window)
    inside = shapely.intersects_xy(window, points.x, points.y)
    return points.take(inside), int(np.sum(~inside))


def _tabulate(network: Network, pieces: Pieces, density: Floats, crs: int) -> gpd.GeoDataFrame:
    columns = {"street": network.name[pieces.edge], "line_density": density}
    return gpd.GeoDataFrame(columns, geometry=draw_pieces(network, pieces), crs=crs)


def _sum_streets(network: Network, pieces: Pieces, at: Snapped, density: Floats) -> pd.DataFrame:
    """Sum the pieces of each street; an incident at a crossing belongs to the street it was brought to."""
    names, street = np.unique(network.name.astype(str), return_inverse=True)
    on_piece, width = street[pieces.edge], pieces.width[pieces.edge]
    km = np.bincount(on_piece, weights=width) / 1000
    peak = np.full(len(names), -np.inf)
    np.maximum.at(peak, on_piece, density)
    table = pd.DataFrame(
        {
            "street": names,
            "km": km,
            "count": np.bincount(street[at.edge[at.edge >= 0]], minlength=len(names)),
            "line_density": np.bincount(on_piece, weights=width * density) / 1000 / km,
            "peak": peak,
        }
    )
    return table.sort_values(["peak", "street"], ascending=[False, True], ignore_index=True)


def _read(
    network: Network, at: Snapped, spread: Spread, streets: pd.DataFrame, params: NetworkDensityParams
) -> Mapping[str, Any]:
    """Gather the facts from which the page writes: what, how sure, what not to conclude."""
    used, highest = int(np.sum(at.edge >= 0)), streets.iloc[0]
    busiest = streets.sort_values(["count", "street"], ascending=[False, True]).iloc[0]
    return {
        "incidents": used,
        "far": len(at.edge) - used,
        "tolerance": params.snap_within,
        "median_gap": finite(float(np.nanmedian(at.gap))),
        "km": float(network.length.sum() / 1000),
        "crossings": int(np.sum(network.degree > 2)),  # two ends are one street going on
        "dead_ends": int(np.sum(network.degree == 1)),
        "split": params.split,
        "cut_share": max(1 - float(spread.mass.sum()) / used, 0.0),
        "peak": float(highest["peak"]),
        "peak_street": str(highest["street"]),
        "busiest_street": str(busiest["street"]),
        "busiest_count": int(busiest["count"]),
        "busiest_km": float(busiest["km"]),
    }
