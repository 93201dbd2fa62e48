"""Autocorrelation by distance: how strongly like lies beside like, the farther one looks, and where that first peaks.

Moran's I or the General G of Getis and Ord over bands of growing distance, each against its exact moments under random
dealing, with an envelope of dealt maps. Formula, assumptions and reading guide: docs/handbook/incremental_distance.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from analysis.autocorrelation import Moments, general_g_of_products, moran_of_products
from analysis.band_sums import Bands, lay_bands
from analysis.errors import NotEnoughCellsError, NotEnoughDataError, NoVariationError, ParameterError
from analysis.gate import LEAST_PLACED, open_ground
from analysis.grids import Floats, Ints
from analysis.hot_cells import FEWEST_CELLS, stabilise
from analysis.neighbours import neighbours_by_distance
from analysis.params import Params, option
from analysis.result import Result, View, finite
from analysis.scene import Scene, require_points
from analysis.study_cells import StudyCells, count_in_cells

USUAL_BANDS: Final = 12
MOST_BANDS: Final = 40
INTERVAL: Final = (0.025, 0.975)
LEVEL: Final = 0.05
SAME: Final = 1e-9  # two orders of adding up may differ by so much


@dataclass(frozen=True, kw_only=True)
class IncrementalDistanceParams(Params):
    """Options of `incremental_distance`, each with a default that one can defend."""

    cell_size: float = option(250.0, unit="m", low=50.0, high=5000.0)
    measure: str = option("moran", choices=("moran", "general_g"))
    values: str = option("stabilised", choices=("stabilised", "counts"))
    farthest: float | None = option(None, unit="m", low=0.0)  # None: twelve cells
    shuffles: int = option(199, low=19, high=999)
    seed: int = option(20240601, low=0)
    least_placed: float = option(LEAST_PLACED, low=0.0, high=1.0)  # below it an area shows no cells

    def __post_init__(self) -> None:
        """Check the distance against the cell too."""
        super().__post_init__()
        if self.farthest is not None and not 3 * self.cell_size <= self.farthest <= MOST_BANDS * self.cell_size:
            needed = f"{3 * self.cell_size:g} .. {MOST_BANDS * self.cell_size:g} m"
            raise ParameterError(name="farthest", needed=needed, found=self.farthest)

    @property
    def reaches(self) -> Floats:
        """Distances in units of a cell: one, two, ... cells."""
        farthest = USUAL_BANDS if self.farthest is None else int(self.farthest / self.cell_size * (1 + 1e-9))
        return np.arange(1, farthest + 1, dtype=np.float64)


def incremental_distance(scene: Scene, params: IncrementalDistanceParams) -> Result:
    """Measure autocorrelation over bands of growing distance, and find the first peak of its z.

    Returns
    -------
    Result
        One row per study cell: ``count``, ``around`` (incidents in the cells within the first peak, or the distance
        of the largest z), ``around_ratio`` (over what an even spread would put there). ``tables["distances"]``: per
        distance (metres) ``value``, ``expected``, ``z`` (exact moments under random dealing), ``p`` (one-sided, by
        dealt maps), ``low`` and ``high`` (what 95 % of dealt maps stay between), ``peak`` (``first_peak`` or
        ``other_peak`` where z is larger than at the distances beside it and than in 95 % of the dealt maps).

    Raises
    ------
    NotEnoughDataError
        No incident in the study area, or fewer than nine cells.
    NoVariationError
        Every cell holds the same.
    BelowGateError
        Too few incidents have a point, in every area.
    """
    require_points(scene.points, at_least=1)
    ground = open_ground(scene, least=params.least_placed)
    study = count_in_cells(ground.scene, cell_size=params.cell_size, cell_shape="square")
    _require(study)
    bands = _lay(study, params.reaches)
    scores = stabilise(study.counts) if params.values == "stabilised" else study.counts
    distances, p_curve = measure_by_distance(scores, bands, params)
    reading = _read(study, distances, p_curve, params)
    left_out = {"outside_mask": study.outside, "below_gate": ground.left_out}
    return Result(
        params=params,
        table=_tabulate(study, reading["mapped"]),
        view=View(kind="cells", value="around_ratio", scale="diverging", unit="ratio_to_mean", centre=1.0),
        crs=scene.crs,
        n_observations=int(study.counts.sum()),
        grid=study.grid,
        tables={"distances": distances, "placing": ground.placing},
        chosen={} if params.farthest is not None else {"farthest": USUAL_BANDS * params.cell_size},
        left_out={reason: n for reason, n in left_out.items() if n},
        reading={**reading, "gate": ground.read()},
    )


def measure_by_distance(scores: Ints, bands: Bands, params: IncrementalDistanceParams) -> tuple[pd.DataFrame, float]:
    """Tabulate the measure by distance; return also the share of dealt maps whose largest z is as large.

    Parameters
    ----------
    scores
        One value per cell (n,), not all the same.
    """
    x = scores.astype(np.float64)
    values = x - x.mean() if params.measure == "moran" else x
    found, scale = _find_moments(values, bands, params.measure)
    z = np.array([one.z for one in found])
    expected, spread = np.array([one.expected for one in found]), np.sqrt([one.variance for one in found])
    spread[np.isnan(z)] = np.nan
    rng = np.random.default_rng(params.seed)
    dealt = np.array([bands.products(rng.permutation(values)) for _ in range(params.shuffles)])
    chance = (dealt * scale - expected) / spread
    low, high = np.quantile(chance, INTERVAL, axis=0)
    table = pd.DataFrame(
        {
            "distance": bands.reaches * params.cell_size,
            "value": [one.value for one in found],
            "expected": expected,
            "z": z,
            "p": (np.sum(~(chance < z - SAME), axis=0) + 1) / (params.shuffles + 1),
            "low": low,
            "high": high,
            "peak": find_peaks(z, np.quantile(chance, 1 - LEVEL, axis=0)),
        }
    )
    known = ~np.isnan(z)
    as_large = int(np.sum(chance[:, known].max(axis=1) >= z[known].max() - SAME)) if known.any() else params.shuffles
    return table, (as_large + 1) / (params.shuffles + 1)


def find_peaks(z: Floats, least: Floats) -> list[str]:
    """Name the distances where z is larger than at those beside it and than chance: the first and the others."""
    inner = np.zeros(len(z), dtype=np.bool_)
    inner[1:-1] = (z[1:-1] > z[:-2]) & (z[1:-1] >= z[2:])
    names = np.where(inner & (z > least), "other_peak", "").tolist()
    if "other_peak" in names:
        names[names.index("other_peak")] = "first_peak"
    return list(names)


def _find_moments(values: Floats, bands: Bands, measure: str) -> tuple[list[Moments], Floats]:
    """Return the measure of every distance, and what a sum of products is multiplied by to become it."""
    pairs, squares = bands.sizes()
    n, products = len(values), bands.products(values)
    compute = moran_of_products if measure == "moran" else general_g_of_products
    sums = [(float(s0), 2 * float(s0), 4 * float(s2)) for s0, s2 in zip(pairs, squares, strict=True)]
    found = [compute(values, float(one), s, units=n) for one, s in zip(products, sums, strict=True)]
    if measure == "moran":
        return found, 1 / (pairs * np.mean(values**2))
    return found, np.full(len(found), 1 / (values.sum() ** 2 - np.sum(values**2)))


def _tabulate(study: StudyCells, reach: float) -> pd.DataFrame:
    near = neighbours_by_distance(study.grid, study.cells, band=reach)
    around = near.sums(study.counts) + study.counts
    even = (near.sizes() + 1) * study.counts.mean()
    return pd.DataFrame({"cell": study.cells, "count": study.counts, "around": around, "around_ratio": around / even})


def _lay(study: StudyCells, reaches: Floats) -> Bands:
    """Prepare the distances within which any cell has a neighbour: islands may lie farther apart than the first."""
    bands = lay_bands(study.cells, study.grid.columns, reaches)
    some = bands.sizes()[0] > 0
    if not some.any():
        raise NotEnoughCellsError(needed=2, found=1)
    return bands if some.all() else lay_bands(study.cells, study.grid.columns, reaches[some])


def _require(study: StudyCells) -> None:
    if len(study.cells) < FEWEST_CELLS:
        raise NotEnoughCellsError(needed=FEWEST_CELLS, found=len(study.cells))
    if np.sum(study.counts > 0) < 2:
        raise NotEnoughDataError(needed=2, found=int(study.counts.sum()))
    if np.all(study.counts == study.counts[0]):
        raise NoVariationError(found=int(study.counts[0]))


def _read(
    study: StudyCells, distances: pd.DataFrame, p_curve: float, params: IncrementalDistanceParams
) -> Mapping[str, Any]:
    """Gather the facts from which the page writes: what, how sure, what not to conclude."""
    first = distances[distances["peak"] == "first_peak"]
    z = distances["z"].to_numpy()
    top = int(np.nanargmax(z)) if not np.isnan(z).all() else 0
    return {
        "cells": len(study.cells),
        "incidents": int(study.counts.sum()),
        "measure": params.measure,
        "shuffles": params.shuffles,
        "seed": params.seed,
        "p_curve": p_curve,
        "first_peak": float(first["distance"].iloc[0]) if len(first) else None,
        "first_peak_z": float(first["z"].iloc[0]) if len(first) else None,
        "peaks": int(np.sum(distances["peak"] != "")),
        "largest_z": finite(z[top]),
        "largest_at": float(distances["distance"].iloc[top]),
        "mapped": float((first if len(first) else distances.iloc[[top]])["distance"].iloc[0]),
        "shortest": float(distances["distance"].iloc[0]),
        "longest": float(distances["distance"].iloc[-1]),
        "still_rising": bool(top == len(z) - 1),
        "always_falling": bool(top == 0),
    }
