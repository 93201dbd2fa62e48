"""Local Moran by cells: where a cell and its neighbours are alike or unlike, more than chance makes them.

Exact conditional permutation, Benjamini-Hochberg. Formula, assumptions and reading guide:
docs/handbook/local_moran.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.grids import Floats, Ints
from analysis.lattices import Lattice, LatticeParams, count_classes, lay_lattice
from analysis.moran import NONE, QUADRANTS, by_alikeness, conditional_z, find_quadrants, local_moran_i
from analysis.multiple_testing import CORRECTIONS, adjust, passes
from analysis.neighbours import Neighbourhood
from analysis.params import option
from analysis.permutation import CONDITIONAL, exact_p
from analysis.result import Result, View
from analysis.scene import Scene, require_points
from analysis.sides import SIDES, TWO, sided_p
from analysis.weights import ROWS, STYLES


@dataclass(frozen=True, kw_only=True)
class LocalMoranParams(LatticeParams):
    """Options of `local_moran`, each with a default that one can defend (handbook/local_moran.md)."""

    values: str = option("stabilised", choices=("stabilised", "counts"))
    weights: str = option(ROWS, choices=STYLES)  # of I alone: the p is the same
    divisor: str = option("n-1", choices=("n", "n-1"))  # of I alone, too
    sides: str = option(TWO, choices=SIDES)
    correction: str = option("bh", choices=CORRECTIONS)
    level: float = option(0.05, choices=(0.01, 0.05, 0.1))


@dataclass(frozen=True, kw_only=True, eq=False)
class Alike:
    """Local Moran of each unit (n,): the statistic, its z and p, and where it stands."""

    lags: Floats
    moran: Floats
    z: Floats
    p: Floats
    q: Floats
    quadrants: NDArray[np.object_]
    classes: NDArray[np.object_]


def local_moran(scene: Scene, params: LocalMoranParams) -> Result:
    """Tell for each cell whether it is high among high, low among low, or unlike its neighbours.

    Returns
    -------
    Result
        One row per study cell: ``count``, ``score`` (what is compared), ``lag`` (mean score of the neighbours, NaN
        without any), ``moran``, ``z`` (conditional), ``p`` (exact), ``q``, ``quadrant`` (hh, ll, hl, lh, none) and
        ``class``: the quadrant where q reaches ``level``. ``tables["classes"]``: cells, km² and incidents of each.
        A map of equal scores has no I (NaN), p = 1 and no class; that is a result.

    Raises
    ------
    NotEnoughDataError
        Fewer than nine cells, or no incident in them.
    BelowGateError
        Too few incidents have a point, in every area.
    """
    require_points(scene.points, at_least=1)
    lattice = lay_lattice(scene, params)
    scores = lattice.values(params.values)
    found = find_alike(scores, lattice.near, params)
    table = _tabulate(lattice, scores, found)
    classes = count_classes(lattice, found.classes, QUADRANTS)
    return Result(
        params=params,
        table=table,
        view=View(kind="cells", value="class", scale="moran", unit=""),
        crs=scene.crs,
        n_observations=int(lattice.counts.sum()),
        grid=lattice.study.grid,
        tables={"classes": classes, "placing": lattice.ground.placing},
        chosen=params.chosen,
        left_out=lattice.left_out,
        reading={**_read(lattice, scores, found, params), "gate": lattice.ground.read()},
    )


def find_alike(scores: Ints, near: Neighbourhood, params: LocalMoranParams) -> Alike:
    """Compute local Moran on a lattice, with the exact p of dealing the other cells' scores."""
    sums, sizes = near.sums(scores), near.sizes()
    means = np.where(sizes > 0, sums / np.maximum(sizes, 1), np.nan)
    by_rows = params.weights == ROWS
    moran = local_moran_i(
        scores,
        np.nan_to_num(means) if by_rows else sums,
        np.minimum(sizes, 1) if by_rows else sizes,
        divisor=params.divisor,
    )
    even = bool(np.all(scores == scores[0]))
    alike, unlike = by_alikeness(scores, *exact_p(scores, sums, sizes, draws=CONDITIONAL))
    p = sided_p(alike, unlike, sides=params.sides)
    q = adjust(p, method=params.correction)
    quadrants = find_quadrants(scores, means)
    return Alike(
        lags=means,
        moran=moran,
        z=np.full(len(scores), np.nan) if even else conditional_z(scores, sums, sizes),
        p=p,
        q=q,
        quadrants=quadrants,
        classes=np.where(passes(q, params.level), quadrants, NONE),
    )


def _tabulate(lattice: Lattice, scores: Ints, found: Alike) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "cell": lattice.study.cells,
            "count": lattice.counts,
            "score": scores,
            "lag": found.lags,
            "moran": found.moran,
            "z": found.z,
            "p": found.p,
            "q": found.q,
            "quadrant": found.quadrants,
            "class": found.classes,
        }
    )


def _read(lattice: Lattice, scores: Ints, found: Alike, params: LocalMoranParams) -> Mapping[str, Any]:
    """Gather the facts from which the page writes: what, how sure, what not to conclude."""
    counted = {name: int(np.sum(found.classes == name)) for name in QUADRANTS}
    raw = adjust(found.p, method="none")
    return {
        "cells": len(scores),
        "incidents": int(lattice.counts.sum()),
        **counted,
        "nothing_distinguishable": not any(counted.values()),
        "no_variation": bool(np.all(scores == scores[0])),
        "islands": int(np.sum(np.isnan(found.lags))),
        "below_level_before_correction": int(np.sum(passes(raw, params.level))),
        "by_chance": float(params.level * len(scores)),
        "level": params.level,
        "sides": params.sides,
        "correction": params.correction,
        "smallest_p": float(found.p.min()),
        "hh_incident_share": float(lattice.counts[found.classes == "hh"].sum() / lattice.counts.sum()),
        "hh_km2": float(np.sum(found.classes == "hh") * lattice.study.grid.cell_area / 1e6),
    }
