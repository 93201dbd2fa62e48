"""Concentration: in how little of the inhabited ground the incidents lie, and how much of that chance would do alone.

Formula, assumptions and reading guide: docs/handbook/concentration.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from analysis.errors import NotEnoughDataError
from analysis.gate import LEAST_PLACED, open_ground
from analysis.grids import Floats, Ints
from analysis.lorenz import (
    fewest_of_many,
    fewest_places,
    generalised_gini,
    generalised_gini_of_many,
    gini,
    lorenz,
)
from analysis.params import Params, option
from analysis.result import Result, View, finite
from analysis.scene import Scene, require_points
from analysis.study_cells import StudyCells, count_in_cells

SHARES: Final = (0.25, 0.5, 0.75, 0.9, 1.0)  # of the incidents, told in the table
STEPS: Final = 100  # of the curve
DEALS: Final = 199  # maps of chance
INTERVAL: Final = (0.025, 0.975)


@dataclass(frozen=True, kw_only=True)
class ConcentrationParams(Params):
    """Options of `concentration`, each with a default that one can defend (handbook/concentration.md)."""

    cell_shape: str = option("square", choices=("square", "hexagon"))
    cell_size: float = option(250.0, unit="m", low=50.0, high=5000.0)
    share: float = option(0.5, choices=(0.25, 0.5, 0.75, 0.9))  # of the incidents, whose cells are drawn
    resamples: int = option(999, low=99, high=9999)
    seed: int = option(20240601, low=0)
    least_placed: float = option(LEAST_PLACED, low=0.0, high=1.0)  # below it an area shows no cells


def concentration(scene: Scene, params: ConcentrationParams) -> Result:
    """Find the fewest cells that hold a share of the incidents, and compare them with a dealing by chance.

    Returns
    -------
    Result
        One row per study cell: ``count``, ``rank`` (1 is the fullest; ties by position), ``cumulative`` (share of the
        incidents in this cell and all fuller ones), ``class`` (``core`` for the fewest cells that hold ``share``).
        ``tables["shares"]``: per share of the incidents, the fewest ``cells``, their ``area_share`` with an interval
        (``low``, ``high``: cells resampled) and ``km2``, and the ``chance_area_share`` of incidents dealt to cells at
        random. ``tables["lorenz"]``: the curve, fullest cells first.

    Raises
    ------
    NotEnoughDataError
        No incident in the study area.
    BelowGateError
        Too few incidents have a point, in every area.
    """
    require_points(scene.points, at_least=1)
    ground = open_ground(scene, least=params.least_placed)
    study = count_in_cells(ground.scene, cell_size=params.cell_size, cell_shape=params.cell_shape)
    if not study.counts.any():
        raise NotEnoughDataError(needed=1, found=0)
    rng = np.random.default_rng(params.seed)
    resampled = resample_cells(study.counts, rng, runs=params.resamples)
    dealt = deal_incidents(study.counts, rng, runs=DEALS)
    shares = _tabulate_shares(study, resampled, dealt)
    left_out = {"outside_mask": study.outside, "below_gate": ground.left_out}
    return Result(
        params=params,
        table=_tabulate_cells(study, params.share),
        view=View(kind="cells", value="class", scale="concentration", unit=""),
        crs=scene.crs,
        n_observations=int(study.counts.sum()),
        grid=study.grid,
        tables={"shares": shares, "lorenz": _tabulate_curve(study.counts, dealt), "placing": ground.placing},
        left_out={reason: n for reason, n in left_out.items() if n},
        reading={**_read(study, shares, resampled, dealt, params), "gate": ground.read()},
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class Maps:
    """Many maps of as many cells, told by how often each count occurs: all that concentration depends on.

    Attributes
    ----------
    values
        Counts that occur, ascending (d,).
    copies
        How often, per map (m, d).
    """

    values: Ints
    copies: Ints

    def fewest(self, share: float) -> Ints:
        """Return the fewest cells of each map that hold a share of its incidents (m,)."""
        return fewest_of_many(self.values, self.copies, share)

    def gini(self) -> Floats:
        """Return the generalised Gini of each map (m,)."""
        return generalised_gini_of_many(self.values, self.copies)


def resample_cells(counts: Ints, rng: np.random.Generator, *, runs: int) -> Maps:
    """Draw the cells with replacement: how the figures vary from one like city to another. Empty maps are left out."""
    values, copies = np.unique(counts, return_counts=True)
    drawn = rng.multinomial(len(counts), copies / len(counts), size=runs)
    return Maps(values=values, copies=drawn[drawn @ values > 0])


def deal_incidents(counts: Ints, rng: np.random.Generator, *, runs: int) -> Maps:
    """Let each incident fall into any cell alike: what chance alone concentrates."""
    n, total = len(counts), int(np.sum(counts))
    dealt = [np.bincount(np.bincount(rng.integers(0, n, total), minlength=n)) for _ in range(runs)]
    copies = np.zeros((runs, max(map(len, dealt))), dtype=np.int64)
    for row, one in zip(copies, dealt, strict=True):
        row[: len(one)] = one
    return Maps(values=np.arange(copies.shape[1]), copies=copies)


def _tabulate_cells(study: StudyCells, share: float) -> pd.DataFrame:
    order = np.argsort(-study.counts, kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(1, len(order) + 1)
    cumulative = np.cumsum(study.counts[order])[rank - 1] / study.counts.sum()
    core = rank <= fewest_places(study.counts, share)
    return pd.DataFrame(
        {
            "cell": study.cells,
            "count": study.counts,
            "rank": rank,
            "cumulative": cumulative,
            "class": np.where(core, "core", "none"),
        }
    )


def _tabulate_shares(study: StudyCells, resampled: Maps, dealt: Maps) -> pd.DataFrame:
    n = len(study.counts)
    rows = []
    for share in SHARES:
        cells = fewest_places(study.counts, share)
        low, high = np.quantile(resampled.fewest(share) / n, INTERVAL)
        rows.append(
            {
                "share": share,
                "cells": cells,
                "area_share": cells / n,
                "low": low,
                "high": high,
                "km2": cells * study.grid.cell_area / 1e6,
                "chance_area_share": float(dealt.fewest(share).mean() / n),
            }
        )
    return pd.DataFrame(rows)


def _tabulate_curve(counts: Ints, dealt: Maps) -> pd.DataFrame:
    """Return what share of the incidents the fullest cells hold, for each hundredth of the area; chance in the mean."""
    at = np.linspace(0.0, 1.0, STEPS + 1)
    usual = np.rint(dealt.copies.mean(axis=0)).astype(np.int64)
    chance = np.repeat(dealt.values, usual)
    return pd.DataFrame(
        {
            "area_share": at,
            "incident_share": _from_fullest(counts, at),
            "chance_incident_share": _from_fullest(chance, at),
        }
    )


def _from_fullest(counts: Ints, at: Floats) -> Floats:
    """Return the Lorenz curve from its far end: the share that the fullest ``at`` of the cells hold."""
    curve = 1 - lorenz(counts)[::-1]
    return np.interp(at, np.linspace(0.0, 1.0, len(curve)), curve)


def _read(
    study: StudyCells, shares: pd.DataFrame, resampled: Maps, dealt: Maps, params: ConcentrationParams
) -> Mapping[str, Any]:
    """Gather the facts from which the page writes: what, how sure, what not to conclude."""
    asked = shares[shares["share"] == params.share].iloc[0]
    low, high = np.quantile(resampled.gini(), INTERVAL)
    as_few = int(np.sum(dealt.fewest(params.share) <= asked["cells"]))
    return {
        "cells": len(study.counts),
        "incidents": int(study.counts.sum()),
        "empty_cells": int(np.sum(study.counts == 0)),
        "share": params.share,
        **{name: float(asked[name]) for name in ("area_share", "low", "high", "km2", "chance_area_share")},
        "core_cells": int(asked["cells"]),
        "p": (as_few + 1) / (DEALS + 1),
        "deals": DEALS,
        "resamples": params.resamples,
        "gini": gini(study.counts),
        "generalised_gini": generalised_gini(study.counts),
        "generalised_low": float(low),
        "generalised_high": float(high),
        "generalised_chance": float(dealt.gini().mean()),
        "generalised_unbiased": finite(generalised_gini(study.counts, unbiased=True)),
    }
