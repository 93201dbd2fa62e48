"""Scan against: circles in which incidents of one kind are a larger part (or smaller) of all than elsewhere.

Kulldorff's spatial scan, Bernoulli: cases against controls that share what brings people and reports together. Formula,
assumptions and reading guide: docs/handbook/scan_against.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from analysis.errors import NotEnoughDataError
from analysis.gate import LEAST_PLACED, Ground, open_alike
from analysis.params import option
from analysis.periods import describe_periods, require_one_city
from analysis.result import Result, View
from analysis.scan_report import (
    ScanOptions,
    judge,
    prepare,
    read_scan,
    tabulate_clusters,
    tabulate_sensitivity,
    tabulate_units,
)
from analysis.scan_statistic import deal_bernoulli
from analysis.scan_units import ScanUnits, areas_of, cells_of, keep_based
from analysis.scene import Scene


@dataclass(frozen=True, kw_only=True)
class ScanAgainstParams(ScanOptions):
    """Options of `scan_against`, each with a default that one can defend (handbook/scan_against.md)."""

    least_placed: float = option(LEAST_PLACED, low=0.0, high=1.0)  # below it an area shows no cells


def scan_against(before: Scene, after: Scene, params: ScanAgainstParams) -> Result:
    """Find the circles in which the incidents of ``after`` (cases) are more of all than elsewhere, or fewer.

    Parameters
    ----------
    before
        Controls: incidents that the cases are compared with; none of them may be a case as well.
    after
        Cases.

    Returns
    -------
    Result
        As of `scan`; ``observed`` and ``expected`` are cases, the base is cases and controls together.

    Raises
    ------
    NotEnoughDataError
        Fewer than three units with an incident, or no case, or no control.
    BelowGateError
        Cells, and too few incidents have a point in every area.
    """
    require_one_city(before, after)
    units, ground, shown = _lay_units(before, after, params)
    controls = int(units.base.sum()) - int(units.counts.sum())
    if controls < 1:
        raise NotEnoughDataError(needed=1, found=controls)
    scan = prepare(units, params, bernoulli=True)
    judged = judge(scan, deal_bernoulli, params, np.random.default_rng(params.seed))
    clusters = tabulate_clusters(shown, units, judged)
    tables = {"units": tabulate_units(shown, units, judged), "sensitivity": tabulate_sensitivity(judged)}
    return Result(
        params=params,
        table=clusters,
        view=View(kind="shapes", value="class", scale="scan", unit=""),
        crs=after.crs,
        n_observations=int(units.base.sum()),
        tables=tables | ({} if ground is None else {"placing": ground.placing}),
        left_out={reason: n for reason, n in units.left_out.items() if n},
        reading=read_scan(units, judged, params, {"clusters": clusters, **tables})
        | {"cases": int(scan.model.cases), "controls": controls, "vintage": "", **describe_periods(before, after)}
        | ({} if ground is None else {"gate": ground.read()}),
    )


def _lay_units(before: Scene, after: Scene, params: ScanAgainstParams) -> tuple[ScanUnits, Ground | None, Scene]:
    """Return the units with an incident of either side, the ground where they are cells, and the scene shown."""
    if params.units == "areas":
        cases, others, ground, shown = areas_of(after), areas_of(before), None, after
    else:
        controls, ground = open_alike(before, after, least=params.least_placed)
        others_scene = replace(controls.scene, mask=ground.scene.mask)
        cases = cells_of(ground, cell_size=params.cell_size)
        others = cells_of(replace(controls, scene=others_scene), cell_size=params.cell_size)
        shown = ground.scene
    left_out = {reason: n + others.left_out[reason] for reason, n in cases.left_out.items()}
    together = replace(
        cases,
        base=(cases.counts + others.counts).astype(np.float64),
        base_kind="incidents",
        left_out=left_out,
    )
    return keep_based(together), ground, shown
