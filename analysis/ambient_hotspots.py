"""Hot for its people: where more incidents lie than the population there explains, given how much counts vary anyway.

Expected counts from a population spread over the inhabited cells of each area, an exact upper tail with estimated
dispersion, Benjamini-Hochberg and simulated maps as a safeguard. Formula, assumptions and reading guide:
docs/handbook/ambient_hotspots.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from analysis.ambient import Excess, cap_counts, draw_like, fit_excess, spread_evenly, upper_tail
from analysis.assignment import AreaIndex
from analysis.cell_tests import Side
from analysis.errors import NoBaseError, NotEnoughCellsError, NotEnoughDataError
from analysis.gate import open_ground
from analysis.grids import Floats, Ints
from analysis.hot_cells import FEWEST_CELLS, LEVEL, HotCells
from analysis.lattices import LatticeParams
from analysis.multiple_testing import adjust, passes
from analysis.neighbours import Neighbourhood, find_neighbours
from analysis.params import option
from analysis.places import Cells, find_places
from analysis.result import Result, View
from analysis.scene import Population, Scene, require_points
from analysis.study_cells import StudyCells, count_in_cells

NEAR_MEAN = 1.0  # a simulated sum not above its expected value is not tested: its p is far above every level


@dataclass(frozen=True, kw_only=True)
class AmbientHotspotsParams(LatticeParams):
    """Options of `ambient_hotspots`, each with a default that one can defend (handbook/ambient_hotspots.md)."""

    correction: str = option("bh", choices=("bh", "by"))
    coverage: float = option(0.02, choices=(0.01, 0.02, 0.05))
    runs: int = option(99, low=19, high=999)
    seed: int = option(20240601, low=0)


@dataclass(frozen=True, kw_only=True, eq=False)
class Sums:
    """Over each cell and its neighbours: incidents, what their people would give, and the variance beyond chance."""

    found: Ints
    expected: Floats
    beyond: Floats


def ambient_hotspots(scene: Scene, params: AmbientHotspotsParams) -> Result:
    """Find the cells whose surroundings hold more incidents than their population explains.

    Parameters
    ----------
    scene
        Incidents, areas with a population, and study mask, in one metric projection.

    Returns
    -------
    Result
        One row per study cell with a known population: ``count``, ``persons``, ``around`` (incidents in the cell and
        its neighbours), ``expected`` (what their people would give), ``ratio``, ``p``, ``q``, ``class`` (``hot99``,
        ``hot95``, ``hot90`` or ``none``). ``tables["places"]``: see `find_places`, with ``expected`` and ``ratio``.

    Raises
    ------
    NoBaseError
        The scene has no population, or none of it in the study area.
    NotEnoughDataError
        No incident where the population is known, or fewer than nine such cells.
    BelowGateError
        Too few incidents have a point, in every area.
    """
    require_points(scene.points, at_least=1)
    if scene.population is None or not len(scene.areas):
        raise NoBaseError(needed="population", found=0)
    ground = open_ground(scene, least=params.least_placed)
    whole = count_in_cells(ground.scene, cell_size=params.cell_size, cell_shape=params.cell_shape)
    study, persons = _keep_inhabited(ground.scene, whole)
    near = find_neighbours(study.grid, study.cells, params)
    expected = persons * study.counts.sum() / persons.sum()
    excess = fit_excess(study.counts, expected)
    sums, hot = judge_sums(study.counts, expected, near, excess, params)
    found = _as_cells(study, sums, hot)
    places = _find_places(ground.scene, study, found, expected, params.coverage)
    left_out = {
        "outside_mask": whole.outside,
        "below_gate": ground.left_out,
        "without_base": int(whole.counts.sum() - study.counts.sum()),
    }
    return Result(
        params=params,
        table=_tabulate(study, persons, sums, found),
        view=View(kind="cells", value="class", scale="ambient", unit=""),
        crs=scene.crs,
        n_observations=int(study.counts.sum()),
        grid=study.grid,
        tables={"places": places, "placing": ground.placing},
        chosen=params.chosen,
        left_out={reason: n for reason, n in left_out.items() if n},
        reading={**_read(scene.population, study, found, places, excess), "gate": ground.read()},
    )


def judge_sums(
    counts: Ints, expected: Floats, near: Neighbourhood, excess: Excess, params: AmbientHotspotsParams
) -> tuple[Sums, Side]:
    """Test every neighbourhood against the fitted distribution, and simulated maps alike.

    Parameters
    ----------
    counts, expected
        Incidents per cell, and what its people would give (n,).
    """
    around, squares = (near.weigh(values, np.ones(near.distances.shape)) + values for values in (expected, expected**2))
    beyond = excess.beyond(around, squares)
    cap = cap_counts(expected, excess.beyond(expected, expected**2))
    capped = np.minimum(counts, cap)
    q = adjust(p := upper_tail(near.sums(capped) + capped, around, beyond), method=params.correction)
    simulated = np.zeros(params.runs)
    for run, seed in enumerate(np.random.SeedSequence(params.seed).spawn(params.runs)):
        drawn = np.minimum(draw_like(counts, expected, excess, np.random.default_rng(seed)), cap)
        sums, dealt = near.sums(drawn) + drawn, np.ones(near.n)
        above = sums > NEAR_MEAN * around
        dealt[above] = upper_tail(sums[above], around[above], beyond[above])
        simulated[run] = np.sum(passes(adjust(dealt, method=params.correction), LEVEL))
    significant = int(np.sum(passes(q, LEVEL)))
    as_many = float(np.mean(simulated >= significant))
    hot = Side(p=p, q=q, significant=significant, shuffled=float(simulated.mean()), p_map=as_many)
    return Sums(found=near.sums(counts) + counts, expected=around, beyond=beyond), hot


def _keep_inhabited(scene: Scene, whole: StudyCells) -> tuple[StudyCells, Floats]:
    """Keep the study cells where a population is known, and return its persons cell by cell."""
    people = scene.population
    area = AreaIndex(scene.areas).locate(*np.ascontiguousarray(whole.grid.centres(whole.cells).T))
    each = spread_evenly(np.asarray(people.persons, dtype=np.float64), area) if people else np.zeros(0)
    kept = np.flatnonzero(each > 0)
    if len(kept) == 0:
        raise NoBaseError(needed="population", found=0)
    if len(kept) < FEWEST_CELLS:
        raise NotEnoughCellsError(needed=FEWEST_CELLS, found=len(kept))
    position = np.full(whole.grid.n + 1, -1, dtype=np.int64)
    position[whole.cells[kept]] = np.arange(len(kept))
    moved = np.full(len(whole.cells) + 1, -1, dtype=np.int64)
    moved[kept] = np.arange(len(kept))
    of_point, counts = moved[whole.cell_of_point], whole.counts[kept]
    if not counts.any():
        raise NotEnoughDataError(needed=1, found=0)
    study = replace(whole, cells=whole.cells[kept], position=position, cell_of_point=of_point, counts=counts)
    return study, each[kept]


def _tabulate(study: StudyCells, persons: Floats, sums: Sums, found: HotCells) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "cell": study.cells,
            "count": study.counts,
            "persons": persons,
            "around": sums.found,
            "expected": sums.expected,
            "ratio": sums.found / sums.expected,
            "p": found.hot.p,
            "q": found.hot.q,
            "class": found.classes,
        }
    )


def _as_cells(study: StudyCells, sums: Sums, hot: Side) -> HotCells:
    """Return what was found in the form that places are made of; nothing is cold here, and no single cell a foco."""
    n = len(study.cells)
    cold = Side(p=np.ones(n), q=np.ones(n), significant=0, shuffled=0.0, p_map=1.0)
    return HotCells(
        counts=study.counts,
        scores=study.counts,
        sizes=np.ones(n, dtype=np.int64),
        around=sums.found,
        z=(sums.found - sums.expected) / np.sqrt(sums.expected + sums.beyond),
        hot=hot,
        cold=cold,
        q_outlier=np.ones(n),
    )


def _find_places(
    scene: Scene, study: StudyCells, found: HotCells, expected: Floats, coverage: float
) -> gpd.GeoDataFrame:
    """Gather hot cells into places, each with what its people would give."""
    known = Cells(grid=study.grid, cells=study.cells, found=found, cell_of_point=study.cell_of_point)
    places = find_places(scene, known, coverage=coverage)
    hot = np.flatnonzero(found.is_hot)
    x, y = study.grid.centres(study.cells[hot]).T
    usual = [float(expected[hot[shapely.contains_xy(shape, x, y)]].sum()) for shape in places.geometry]
    places["expected"] = np.array(usual, dtype=np.float64)
    places["ratio"] = places["count"] / places["expected"]
    return places


def _read(
    people: Population, study: StudyCells, found: HotCells, places: gpd.GeoDataFrame, excess: Excess
) -> Mapping[str, Any]:
    """Gather the facts from which the page writes: what, how sure, what not to conclude."""
    square_km, total = study.grid.cell_area / 1e6, int(study.counts.sum())
    levels = {"99": ("hot99",), "95": ("hot99", "hot95"), "90": ("hot99", "hot95", "hot90")}
    top = places.iloc[0] if len(places) else None
    return {
        "cells": len(study.cells),
        "incidents": total,
        "study_km2": float(len(study.cells) * square_km),
        "population_kind": people.kind,
        "population_vintage": people.vintage,
        "population_source": people.source,
        **{f"hot{level}": int(np.isin(found.classes, names).sum()) for level, names in levels.items()},
        "hot_km2": float(found.is_hot.sum() * square_km),
        "hot_incident_share": float(study.counts[found.is_hot].sum() / total),
        "form": excess.form,
        "excess": excess.value,
        "simulated_hot_cells": found.hot.shuffled,
        "hot_before_safeguard": found.hot.significant,
        "p_map": found.hot.p_map,
        "places": len(places),
        "top_place": None if top is None else _describe(top),
    }


def _describe(place: pd.Series[Any]) -> dict[str, Any]:
    words = {name: str(place[name]) for name in ("name", "area_name", "where")}
    return words | {"count": int(place["count"]), "expected": float(place["expected"]), "ratio": float(place["ratio"])}
