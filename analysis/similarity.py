"""Similarity of two patterns: in which units their shares differ beyond chance, and how alike they are as a whole.

Formula, assumptions and reading guide: docs/handbook/similarity.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from analysis.area_hotspots import NOT_CALCULABLE, find_observed
from analysis.area_totals import count_by_area
from analysis.change import Changes, find_changes, join_masks
from analysis.errors import NotEnoughDataError
from analysis.gate import LEAST_PLACED, Ground, open_alike, tell_both
from analysis.grids import Floats, Grid, Ints
from analysis.map_similarity import (
    Alike,
    compare_by_samples,
    deal_out,
    fisher_p,
    share_difference,
    smallest_fisher_p,
)
from analysis.multiple_testing import adjust
from analysis.params import Params, option
from analysis.periods import describe_periods, require_one_city
from analysis.result import Result, View, finite
from analysis.scene import Scene
from analysis.study_cells import count_in_cells
from analysis.time_blocks import count_in_blocks, ratios_of_variance

LEVEL: Final = 0.05
DEALS: Final = 99  # of the incidents of both sides, to tell what S chance alone gives


@dataclass(frozen=True, kw_only=True)
class SimilarityParams(Params):
    """Options of `similarity`, each with a default that one can defend (handbook/similarity.md)."""

    units: str = option("areas", choices=("areas", "cells"))
    cell_size: float = option(500.0, unit="m", low=100.0, high=5000.0)
    share_test: str = option("beta_binomial", choices=("beta_binomial", "fisher"))
    correction: str = option("bh", choices=("bh", "by"))
    samples: int = option(200, low=50, high=1000)
    sampled: float = option(0.85, choices=(0.5, 0.7, 0.85, 0.95))
    seed: int = option(20240601, low=0)
    least_placed: float = option(LEAST_PLACED, low=0.0, high=1.0)  # of cells: below it an area shows none


@dataclass(frozen=True, kw_only=True, eq=False)
class Units:
    """What both sides are counted in: areas, or cells of a grid.

    Attributes
    ----------
    names
        Columns that tell the units in the table.
    ratios
        Variance to mean of each unit's counts, where it could be measured over time.
    gate
        Of cells: which areas show them.
    """

    names: Mapping[str, Any]
    before: Ints
    after: Ints
    ratios: Floats | None
    grid: Grid | None = None
    gate: Ground | None = None


def similarity(before: Scene, after: Scene, params: SimilarityParams) -> Result:
    """Compare the share that each unit has of either side's incidents, whatever their numbers.

    Parameters
    ----------
    before, after
        Two periods, or two kinds of incidents, of one municipality, in one metric projection.

    Returns
    -------
    Result
        One row per area (``code``, ``name``) or cell: ``before``, ``after``, ``share_before``, ``share_after``,
        ``difference`` with ``low`` and ``high`` (95 %), ``p``, ``q``, ``tested``, ``class`` (up99 .. down90, none),
        ``alike`` (Andresen: the earlier share lies in the sampled interval ``s_low``, ``s_high`` of the later one).
        ``tables["indices"]``: S and its robust form, either side as base, beside what two draws of one pattern give.

    Raises
    ------
    ParameterError
        The scenes have different projections or areas.
    NotEnoughDataError
        One side has no incident in any unit.
    """
    require_one_city(before, after)
    units = _count_areas(before, after) if params.units == "areas" else _count_cells(before, after, params)
    if units.before.sum() == 0 or units.after.sum() == 0:
        raise NotEnoughDataError(needed=1, found=0)
    found = compare_shares(units.before, units.after, ratios=units.ratios, params=params)
    rng = np.random.default_rng(params.seed)
    sides = [(units.before, units.after), (units.after, units.before)]
    alike = [compare_by_samples(*pair, rng, samples=params.samples, part=params.sampled) for pair in sides]
    indices = _tabulate_indices(units, alike, rng, part=params.sampled)
    used = int(units.before.sum() + units.after.sum())
    not_used = before.n_incidents + after.n_incidents - used
    reason = "without_area" if params.units == "areas" else "without_cell"
    return Result(
        params=params,
        table=_tabulate(before, units, found, alike[0]),
        view=View(kind="areas" if units.grid is None else "cells", value="class", scale="similarity", unit=""),
        crs=before.crs,
        n_observations=used,
        grid=units.grid,
        tables={"indices": indices} if units.gate is None else {"indices": indices, "placing": units.gate.placing},
        left_out={reason: not_used} if not_used else {},
        reading=_read(before, after, units, found, indices, params) | _tell_gate(units),
    )


def compare_shares(before: Ints, after: Ints, *, ratios: Floats | None, params: SimilarityParams) -> Changes:
    """Test the difference of shares of each unit: beta-binomial with measured dispersion, or Fisher's exact test."""
    found = find_changes(before, after, exposure=1.0, method=params.correction, ratios=ratios)
    if params.share_test == "beta_binomial":
        return found
    p = fisher_p(before, after)
    tested = smallest_fisher_p(before + after, later=int(after.sum())) <= LEVEL  # looks at totals only, so it is fair
    q = np.full(len(p), np.nan)
    q[tested] = adjust(p[tested], method=params.correction)
    return replace(found, p=p, q=q, inflation=np.ones(len(p)), from_blocks=False)


def _count_areas(before: Scene, after: Scene) -> Units:
    observed = find_observed(before)
    names = {name: before.areas[name].to_numpy() for name in ("code", "name")} | {"observed": observed}
    tables = count_in_blocks(before, after, (before.points.area, after.points.area), n_units=len(before.areas))
    return Units(
        names=names,
        before=np.where(observed, count_by_area(before), 0),
        after=np.where(observed, count_by_area(after), 0),
        ratios=None if tables is None else ratios_of_variance(*tables),
    )


def _count_cells(before: Scene, after: Scene, params: SimilarityParams) -> Units:
    mask = join_masks(before.mask, after.mask)
    grounds = open_alike(*(replace(scene, mask=mask) for scene in (before, after)), least=params.least_placed)
    one, other = (count_in_cells(ground.scene, cell_size=params.cell_size, cell_shape="square") for ground in grounds)
    return Units(
        names={"cell": one.cells},
        before=one.counts,
        after=other.counts,
        ratios=None,
        grid=one.grid,
        gate=tell_both(*grounds),
    )


def _tabulate(scene: Scene, units: Units, found: Changes, alike: Alike) -> pd.DataFrame:
    difference, low, high = share_difference(units.before, units.after, inflation=found.inflation)
    columns = {
        **units.names,
        "before": units.before,
        "after": units.after,
        "share_before": units.before / units.before.sum(),
        "share_after": units.after / units.after.sum(),
        "difference": difference,
        "low": low,
        "high": high,
        "p": found.p,
        "q": found.q,
        "tested": found.tested,
        "class": np.where(units.names.get("observed", True), found.classes, NOT_CALCULABLE),
        "alike": alike.inside,
        "s_low": alike.low,
        "s_high": alike.high,
    }
    if units.grid is not None:
        return pd.DataFrame(columns)
    areas: pd.DataFrame = gpd.GeoDataFrame(columns, geometry=scene.areas.geometry.to_numpy(), crs=scene.crs)
    return areas


def _tabulate_indices(units: Units, alike: Sequence[Alike], rng: np.random.Generator, *, part: float) -> pd.DataFrame:
    """Set the index of either direction beside those of two draws of one pattern, for which no samples are needed."""
    dealt = [deal_out(units.before, units.after, rng) for _ in range(DEALS)]
    rows = []
    for base, one, turned in (("before", alike[0], False), ("after", alike[1], True)):
        pairs = [(pair[::-1] if turned else pair) for pair in ((units.before, units.after), *dealt)]
        exact = [compare_by_samples(*pair, None, part=part) for pair in pairs]
        robust = np.array([draw.robust for draw in exact])
        rows.append(
            {
                "base": base,
                "s": one.s,
                "robust_s": one.robust,
                "chance_s": float(np.mean([draw.s for draw in exact[1:]])),
                "chance_robust": float(robust[1:].mean()),
                "p": float((np.sum(robust[1:] <= robust[0]) + 1) / (DEALS + 1)),
            }
        )
    return pd.DataFrame(rows)


def _read(
    before: Scene, after: Scene, units: Units, found: Changes, indices: pd.DataFrame, params: SimilarityParams
) -> dict[str, Any]:
    """Gather the facts from which the page writes: what, how sure, what not to conclude."""
    classes = found.classes.astype(str)
    up, down = (np.isin(classes, [side + "99", side + "95"]) for side in ("up", "down"))
    first = indices.iloc[0]
    names = units.names.get("name")
    return {
        **describe_periods(before, after),
        "units": params.units,
        "cell_size": params.cell_size,
        "n_units": len(units.before),
        "busy": int(np.sum(units.before + units.after > 0)),
        "tested": int(found.tested.sum()),
        "up": int(up.sum()),
        "down": int(down.sum()),
        "up_names": [] if names is None else np.asarray(names)[up].tolist(),
        "down_names": [] if names is None else np.asarray(names)[down].tolist(),
        "dispersion": found.mean_inflation,
        "test": params.share_test,
        "samples": params.samples,
        "sampled": params.sampled,
        "deals": DEALS,
        **{name: finite(first[name]) for name in ("s", "robust_s", "chance_robust", "p")},
        "turned_robust_s": finite(indices.iloc[1]["robust_s"]),
        "nothing_distinguishable": not (up | down).any(),
    }


def _tell_gate(units: Units) -> dict[str, Any]:
    return {} if units.gate is None else {"gate": units.gate.read()}
