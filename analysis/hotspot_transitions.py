"""Hotspots before and after: which cells stayed hot, which became so, and how alike both maps are.

Formula, assumptions and reading guide: docs/handbook/hotspot_transitions.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.change import join_masks
from analysis.errors import NotEnoughDataError, ParameterError
from analysis.fuzzy_kappa import FuzzyKappa, fuzzy_kappa
from analysis.gate import LEAST_PLACED, Ground, open_alike, tell_both
from analysis.grids import Ints
from analysis.hot_cells import LEVEL, HotCells, HotspotsParams, find_hot_cells
from analysis.map_similarity import deal_out
from analysis.multiple_testing import passes
from analysis.neighbours import Neighbourhood, find_neighbours
from analysis.params import Params, option
from analysis.periods import describe_periods, require_one_city
from analysis.result import Result, View, finite
from analysis.scene import Scene
from analysis.study_cells import StudyCells, count_in_cells

NONE, HOT, COLD = 0, 1, 2
WORDS: Final = ("none", "hot", "cold")
PASSAGES: Final = {  # from before to after, as the map tells it; a turn from cold to hot is told as newly hot
    (HOT, HOT): "stays_hot",
    (NONE, HOT): "new_hot",
    (COLD, HOT): "new_hot",
    (HOT, NONE): "gone_hot",
    (HOT, COLD): "gone_hot",
    (COLD, COLD): "stays_cold",
    (NONE, COLD): "new_cold",
    (COLD, NONE): "gone_cold",
}
HALVING: Final = 2.0  # cells in which a near miss counts half, unless it is told; twice that is the reach
MOST_HALVING: Final = 6.0  # cells
FEW_SHUFFLES: Final = 19  # of the safeguard, in each dealing: it only matters where hardly anything is hot
UNLIKE: Final = 0.2  # two sides whose numbers differ by more are told as unlike


@dataclass(frozen=True, kw_only=True)
class HotspotTransitionsParams(Params):
    """Options of `hotspot_transitions`, each with a default that one can defend (handbook/hotspot_transitions.md)."""

    cell_size: float = option(250.0, unit="m", low=100.0, high=5000.0)
    order: int = option(1, low=1, high=5)
    correction: str = option("bh", choices=("bh", "by"))
    halving: float | None = option(None, unit="m", low=10.0, high=20_000.0)  # None: two cells
    deals: int = option(19, low=0, high=49)  # of the incidents of both sides, to tell what stays hot by itself
    seed: int = option(20240601, low=0)
    least_placed: float = option(LEAST_PLACED, low=0.0, high=1.0)  # below it an area shows no cells

    def __post_init__(self) -> None:
        """Check the halving distance against the cell too: a near miss is a matter of a few cells."""
        super().__post_init__()
        if self.halving is not None and self.halving > MOST_HALVING * self.cell_size:
            needed = f"<= {MOST_HALVING * self.cell_size} m"
            raise ParameterError(name="halving", needed=needed, found=self.halving)


@dataclass(frozen=True, kw_only=True, eq=False)
class Sides:
    """Both sides on one lattice: counts of each, the neighbourhood, the classes (0 none, 1 hot, 2 cold)."""

    before: StudyCells
    after: StudyCells
    near: Neighbourhood
    classes: tuple[Ints, Ints]

    def lay(self, values: Ints) -> Ints:
        """Return values of the cells on the whole lattice (rows, columns), 0 outside."""
        grid = self.before.grid
        whole = np.zeros(grid.n, dtype=values.dtype)
        whole[self.before.cells] = values
        return whole.reshape(grid.rows, grid.columns)

    def compare(self, params: HotspotTransitionsParams) -> FuzzyKappa:
        """Measure how alike the classes are."""
        halving = HALVING if params.halving is None else params.halving / params.cell_size
        inside = self.lay(np.ones(len(self.before.cells), dtype=np.int64)) > 0
        one, other = (self.lay(side) for side in self.classes)
        return fuzzy_kappa(one, other, inside, halving=halving, reach=2 * halving)


def hotspot_transitions(before: Scene, after: Scene, params: HotspotTransitionsParams) -> Result:
    """Find the hot and cold cells of either side on one lattice, and tell which stay, come and go.

    Returns
    -------
    Result
        One row per study cell: ``before``, ``after`` (incidents), ``class_before``, ``class_after`` (hot, cold, none at
        5 % false discovery), ``class`` (stays_hot, new_hot, gone_hot, stays_cold, new_cold, gone_cold, none),
        ``agreement`` (0 to 1, near misses counted in part). ``tables["transitions"]``: cells by class before (rows) and
        after.

    Raises
    ------
    ParameterError
        The scenes have different projections or areas.
    NotEnoughDataError
        One side has no incident in the study area, or there are fewer than nine cells.
    BelowGateError
        Too few incidents have a point, in every area.
    """
    require_one_city(before, after)
    mask = join_masks(before.mask, after.mask)
    grounds = open_alike(*(replace(scene, mask=mask) for scene in (before, after)), least=params.least_placed)
    gate = tell_both(*grounds)
    sides = _find_sides(grounds, params)
    kappa = sides.compare(params)
    transitions = _tabulate_transitions(sides)
    outside = sides.before.outside + sides.after.outside
    closed = grounds[0].left_out + grounds[1].left_out
    return Result(
        params=params,
        table=_tabulate(sides, kappa),
        view=View(kind="cells", value="class", scale="transitions", unit=""),
        crs=before.crs,
        n_observations=int(sides.before.counts.sum() + sides.after.counts.sum()),
        grid=sides.before.grid,
        tables={"transitions": transitions, "placing": gate.placing},
        chosen={} if params.halving is not None else {"halving": HALVING * params.cell_size},
        left_out={name: n for name, n in (("outside_mask", outside), ("below_gate", closed)) if n},
        reading={**_read(before, after, sides, kappa, params), "gate": gate.read()},
    )


def _find_sides(grounds: tuple[Ground, Ground], params: HotspotTransitionsParams) -> Sides:
    studies = [count_in_cells(ground.scene, cell_size=params.cell_size, cell_shape="square") for ground in grounds]
    if min(int(study.counts.sum()) for study in studies) == 0:
        raise NotEnoughDataError(needed=1, found=0)
    asked = _ask_hotspots(params)
    near = find_neighbours(studies[0].grid, studies[0].cells, asked)
    classes = [classify_cells(study.counts, near, asked) for study in studies]
    return Sides(before=studies[0], after=studies[1], near=near, classes=(classes[0], classes[1]))


def _ask_hotspots(params: HotspotTransitionsParams) -> HotspotsParams:
    return HotspotsParams(
        cell_size=params.cell_size, order=params.order, correction=params.correction, seed=params.seed, resamples=0
    )


def classify_cells(counts: Ints, near: Neighbourhood, asked: HotspotsParams) -> Ints:
    """Return 1 for hot, 2 for cold, 0 for neither, at 5 % false discovery on a map that passes the safeguard."""
    found: HotCells = find_hot_cells(counts, near, asked, np.random.default_rng(asked.seed))
    cold = passes(found.cold.q, LEVEL) & found.cold.stands
    return np.where(found.is_hot, HOT, np.where(cold, COLD, NONE)).astype(np.int64)


def stay_hot(sides: Sides, params: HotspotTransitionsParams) -> list[tuple[float, float]]:
    """Deal the incidents of both sides out again and return, each time, the shares of hot cells that stay and are new.

    So much would stay hot if both sides were drawn from one pattern: less than all, because the maps are noisy.
    """
    rng, asked, found = np.random.default_rng(params.seed), replace(_ask_hotspots(params), shuffles=FEW_SHUFFLES), []
    for _ in range(params.deals):
        pair = deal_out(sides.before.counts, sides.after.counts, rng)
        one, other = (classify_cells(counts, sides.near, asked) == HOT for counts in pair)
        found.append((_share(one & other, one), _share(other & ~one, other)))
    return found


def _share(part: NDArray[np.bool_], whole: NDArray[np.bool_]) -> float:
    return float(part.sum() / whole.sum()) if whole.any() else float("nan")


def _tabulate(sides: Sides, kappa: FuzzyKappa) -> pd.DataFrame:
    one, other = sides.classes
    words = np.array(WORDS, dtype=object)
    return pd.DataFrame(
        {
            "cell": sides.before.cells,
            "before": sides.before.counts,
            "after": sides.after.counts,
            "class_before": words[one],
            "class_after": words[other],
            "class": [PASSAGES.get(pair, "none") for pair in zip(one.tolist(), other.tolist(), strict=True)],
            "agreement": kappa.cells.ravel()[sides.before.cells],
        }
    )


def _tabulate_transitions(sides: Sides) -> pd.DataFrame:
    one, other = sides.classes
    counts = np.bincount(3 * one + other, minlength=9).reshape(3, 3)
    rows = []
    for k in (HOT, NONE, COLD):
        after = {f"after_{WORDS[j]}": int(counts[k, j]) for j in (HOT, NONE, COLD)}
        rows.append({"before": WORDS[k], **after, "cells": int(counts[k].sum())})
    return pd.DataFrame(rows)


def _read(
    before: Scene, after: Scene, sides: Sides, kappa: FuzzyKappa, params: HotspotTransitionsParams
) -> Mapping[str, Any]:
    """Gather the facts from which the page writes: what, how sure, what not to conclude."""
    hot = [side == HOT for side in sides.classes]
    both, n = hot[0] & hot[1], len(hot[0])
    totals = [int(study.counts.sum()) for study in (sides.before, sides.after)]
    dealt = np.array(stay_hot(sides, params)).reshape(-1, 2)
    usual = np.nanmean(dealt[:, 0]) if np.isfinite(dealt[:, 0]).any() else np.nan
    stays = _share(both, hot[0])
    return {
        **describe_periods(before, after),
        "cells": n,
        "cell_size": params.cell_size,
        "hot_before": int(hot[0].sum()),
        "hot_after": int(hot[1].sum()),
        "stays": int(both.sum()),
        "new": int((hot[1] & ~hot[0]).sum()),
        "gone": int((hot[0] & ~hot[1]).sum()),
        "stays_share": finite(stays),
        "stays_by_chance": float(hot[0].sum() * hot[1].sum() / n),  # cells, if either map were shuffled
        "stays_usual": finite(usual),
        "deals": params.deals,
        "as_few": int(np.sum(dealt[:, 0] <= stays)),
        "kappa": finite(kappa.kappa),
        "plain_kappa": finite(kappa.plain),
        "halving": HALVING * params.cell_size if params.halving is None else params.halving,
        "incidents_before": totals[0],
        "incidents_after": totals[1],
        "unlike_numbers": max(totals) > (1 + UNLIKE) * min(totals),
        "nothing_hot": not (hot[0].any() or hot[1].any()),
    }
