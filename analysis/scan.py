"""Scan: circles that hold more incidents (or fewer) than their share of the base explains, anywhere in the city.

Kulldorff's spatial scan, Poisson. Formula, assumptions and reading guide: docs/handbook/scan.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.errors import ParameterError
from analysis.gate import LEAST_PLACED, Ground, open_ground
from analysis.params import option
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
from analysis.scan_statistic import deal_poisson
from analysis.scan_units import ScanUnits, areas_of, cells_of, keep_based
from analysis.scene import Scene


@dataclass(frozen=True, kw_only=True)
class ScanParams(ScanOptions):
    """Options of `scan`, each with a default that one can defend (handbook/scan.md)."""

    base: str | None = option(None, choices=(None, "land", "population"))  # None: population of areas, land of cells
    least_placed: float = option(LEAST_PLACED, low=0.0, high=1.0)  # below it an area shows no cells


def scan(scene: Scene, params: ScanParams) -> Result:
    """Find the circles in which more happens (or less) than their share of the base explains.

    Returns
    -------
    Result
        One row per cluster, the most likely first: ``rank``, ``observed``, ``expected``, ``ratio``, ``log_ratio``,
        ``p`` (of a map of chance having one as likely anywhere), ``gumbel_p``, ``dispersed_p`` (with the ratio divided
        by the dispersion), ``units``, ``land_km2``, ``land_share`` (of the circle), and its units as its shape. The
        first row is there whatever its p (class ``none`` above 5 %). ``tables``: ``units``, ``sensitivity``.

    Raises
    ------
    NotEnoughDataError
        Fewer than three units with a base, or no incident in them.
    ParameterError
        The population is asked for where it is not known, or of cells.
    BelowGateError
        Cells, and too few incidents have a point in every area.
    """
    units, gate, shown = _lay_units(scene, params)
    judged = judge(prepare(units, params), deal_poisson, params, np.random.default_rng(params.seed))
    clusters = tabulate_clusters(shown, units, judged)
    tables = {"units": tabulate_units(shown, units, judged), "sensitivity": tabulate_sensitivity(judged)}
    return Result(
        params=params,
        table=clusters,
        view=View(kind="shapes", value="class", scale="scan", unit=""),
        crs=scene.crs,
        n_observations=int(units.counts.sum()),
        tables=tables | ({} if gate is None else {"placing": gate.placing}),
        chosen={} if params.base else {"base": units.base_kind},
        left_out={reason: n for reason, n in units.left_out.items() if n},
        reading=read_scan(units, judged, params, {"clusters": clusters, **tables})
        | {"vintage": scene.population.vintage if units.base_kind == "population" and scene.population else ""}
        | ({} if gate is None else {"gate": gate.read()}),
    )


def _lay_units(scene: Scene, params: ScanParams) -> tuple[ScanUnits, Ground | None, Scene]:
    """Return the units, the ground they stand on where it is cells, and the scene that is shown."""
    if params.units == "areas":
        known = "population" if scene.population is not None else "land"
        return keep_based(areas_of(scene, base=params.base or known)), None, scene
    if params.base == "population":
        raise ParameterError(name="base", needed="land", found=params.base)
    ground = open_ground(scene, least=params.least_placed)
    return keep_based(cells_of(ground, cell_size=params.cell_size)), ground, ground.scene
