"""Hotspots: where more incidents lie together than chance would put there, and the places one can take to the street.

Gi* on stabilised counts, the cell itself included, judged by the exact permutation distribution, Benjamini-Hochberg
and a safeguard of whole-map shuffles; other values, weights, draws and corrections are declared options. Formula,
assumptions and reading guide: docs/handbook/hotspots.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from analysis.gate import open_ground
from analysis.hot_cells import LEVEL, HotCells, HotspotsParams, find_hot_cells
from analysis.hotspot_options import MONTE_CARLO
from analysis.imputation import OFTEN, Dealer, OftenHot, impute
from analysis.multiple_testing import passes
from analysis.neighbours import find_neighbours
from analysis.places import Cells, find_places, share_of_fullest
from analysis.resampling import bootstrap_share, count_samples
from analysis.result import Result, View, finite
from analysis.scene import Scene, require_points
from analysis.study_cells import count_in_cells

__all__ = ["HotspotsParams", "hotspots"]


def hotspots(scene: Scene, params: HotspotsParams) -> Result:
    """Find the cells and places that hold more incidents than a random dealing of the map's own counts explains.

    Parameters
    ----------
    scene
        Incidents and study mask, in one metric projection; areas and known places to name what is found.

    Returns
    -------
    Result
        One row per study cell (its centre lies in the mask): ``count``, ``score``, ``around`` (incidents in the cell
        and its neighbours; in these alone for Gi), ``expected`` (mean of ``around`` under the null), ``z``,
        ``p_hot``, ``p_cold``, ``q_hot``, ``q_cold``, ``q`` (the smaller), ``class``, ``foco``. ``tables["places"]``:
        see `find_places`; with ``resamples`` also ``stability``, the share of resampled maps in which they are hot.
        A map of equal counts has no z (NaN) and nothing hot; that is a result. ``tables["placing"]``: the share of
        each area's incidents that has a point; areas below ``least_placed`` have no cells.
        With ``imputations`` no area is closed; the table also has ``maps_hot``, ``hot_share`` and ``mean_count``,
        ``class`` says in which share of the maps the cell is hot, and the places are made of cells hot in half of them.

    Raises
    ------
    NotEnoughDataError
        No incident in the study area, or fewer than nine cells.
    BelowGateError
        Too few incidents have a point, in every area.
    ResolutionError
        So few permutations that no p could pass the correction.
    """
    require_points(scene.points, at_least=1)
    ground = open_ground(scene, least=0.0 if params.imputations else params.least_placed)
    known, without = _find_cells(ground.scene, params)
    places = find_places(ground.scene, known, coverage=params.coverage)
    places = _tell_stability(_tell_certainty(places, known), known, params)
    outside = int(np.sum(known.cell_of_point < 0))
    left_out = {"outside_mask": outside, "below_gate": ground.left_out, "without_support": without}
    return Result(
        params=params,
        table=_tabulate(known, params),
        view=View(kind="cells", value="class", scale="imputed" if params.imputations else "hotspots", unit=""),
        crs=scene.crs,
        n_observations=len(ground.scene.points) - outside,
        grid=known.grid,
        tables={"places": places, "placing": ground.placing},
        chosen=_tell_chosen(known, params),
        left_out={reason: n for reason, n in left_out.items() if n},
        reading={**_read(known, places, params), "gate": ground.read(), **_read_imputed(known, params)},
    )


def _find_cells(scene: Scene, params: HotspotsParams) -> tuple[Cells, int]:
    """Count the incidents of each study cell and test its neighbourhood; return also how many no map could hold."""
    study = count_in_cells(scene, cell_size=params.cell_size, cell_shape=params.cell_shape)
    near = find_neighbours(study.grid, study.cells, params)
    found, without = find_hot_cells(study.counts, near, params, np.random.default_rng(params.seed)), 0
    if params.imputations:
        dealer = Dealer(scene, study.grid, study.cells, study.position)
        found, without = impute(found, dealer, near, params), dealer.supports.without
    return Cells(grid=study.grid, cells=study.cells, found=found, cell_of_point=study.cell_of_point), without


def _tell_chosen(known: Cells, params: HotspotsParams) -> dict[str, Any]:
    """Return what the method picked for the user."""
    chosen: dict[str, Any] = {}
    if params.neighbourhood == "distance" and params.band is None:
        chosen["band"] = params.reach
    if params.is_drawn and params.inference != MONTE_CARLO:
        chosen["inference"] = MONTE_CARLO
    if known.found.permutations and params.permutations is None:
        chosen["permutations"] = known.found.permutations
    if count_samples(len(known.cells), params) < params.resamples and params.is_resampled:
        chosen["resamples"] = count_samples(len(known.cells), params)
    return chosen


def _tell_certainty(places: gpd.GeoDataFrame, known: Cells) -> gpd.GeoDataFrame:
    """Add ``hot_share`` where maps were drawn: mean over a place's cells of the share of maps in which they are hot."""
    if not isinstance(known.found, OftenHot):
        return places
    hot = np.flatnonzero(known.found.is_hot)
    x, y = known.grid.centres(known.cells[hot]).T
    share = [float(known.found.share[hot[shapely.contains_xy(shape, x, y)]].mean()) for shape in places.geometry]
    return places.assign(hot_share=np.array(share, dtype=np.float64))


def _tell_stability(places: gpd.GeoDataFrame, known: Cells, params: HotspotsParams) -> gpd.GeoDataFrame:
    """Add ``stability``: mean over a place's hot cells of the share of resampled maps in which they are hot.

    A foco, which is no hot cell, has none (NaN).
    """
    if not (params.is_resampled and len(places)):
        return places
    near = find_neighbours(known.grid, known.cells, params)
    share = bootstrap_share(known.found.counts, near, params)
    hot = np.flatnonzero(known.found.is_hot)
    x, y = known.grid.centres(known.cells[hot]).T
    inside = [share[hot[shapely.contains_xy(shape, x, y)]] for shape in places.geometry]
    stability = [float(held.mean()) if len(held) else np.nan for held in inside]
    return places.assign(stability=np.array(stability, dtype=np.float64))


def _tabulate(known: Cells, params: HotspotsParams) -> pd.DataFrame:
    found = known.found
    table = pd.DataFrame(
        {
            "cell": known.cells,
            "count": found.counts,
            "score": found.scores,
            "around": found.around,
            "expected": found.sizes * found.counts.mean(),
            "z": found.z,
            "p_hot": found.hot.p,
            "p_cold": found.cold.p,
            "q_hot": found.hot.q,
            "q_cold": found.cold.q,
            "q": np.minimum(found.hot.q, found.cold.q),
            "class": found.classes,
            "foco": found.is_foco,
        }
    )
    if not isinstance(found, OftenHot):
        return table
    maps_hot = np.rint(found.share * params.imputations).astype(np.int64)
    return table.assign(maps_hot=maps_hot, hot_share=found.share, mean_count=found.mean_counts)


def _read(known: Cells, places: gpd.GeoDataFrame, params: HotspotsParams) -> Mapping[str, Any]:
    """Gather the facts from which the page writes: what, how sure, what not to conclude."""
    found, n, total = known.found, len(known.cells), int(known.found.counts.sum())
    hot = found.is_hot
    square_km = known.grid.cell_area / 1e6
    n_in_places = int(places["cells"].sum())
    return {
        "cells": n,
        "incidents": total,
        "study_km2": float(n * square_km),
        "nothing_distinguishable": not hot.any() and not found.is_foco.any(),
        "no_variation": bool(np.all(found.counts == found.counts[0])),
        **_count_classes(found),
        "hot_km2": float(hot.sum() * square_km),
        "hot_area_share": float(hot.mean()),
        "hot_incident_share": float(found.counts[hot].sum() / total),
        "focos": int(found.is_foco.sum()),
        "shuffles": params.shuffles,
        "shuffled_hot_cells": found.hot.shuffled,
        "hot_before_safeguard": found.hot.significant,
        "p_map": found.hot.p_map,
        "safeguard_passed": found.hot.stands,
        "measure": params.measure,
        "correction": params.correction,
        "permutations": found.permutations,
        "seed": params.seed,
        "coverage": params.coverage,
        "places": len(places),
        "places_area_share": n_in_places / n,
        "places_incident_share": float(places["count"].sum() / total),
        "fullest_share": share_of_fullest(found.counts, n_in_places),
        "top_place": _describe(places.iloc[0]) if len(places) else None,
        "resamples": count_samples(n, params) if "stability" in places else 0,
    }


def _count_classes(found: HotCells) -> dict[str, int]:
    """Count the cells of each class; a level holds the cells of the stricter ones too."""
    classes = found.classes
    levels = {"99": ("99",), "95": ("99", "95"), "90": ("99", "95", "90")}
    return {
        f"{side}{level}": int(np.isin(classes, [side + one for one in ones]).sum())
        for side in ("hot", "cold")
        for level, ones in levels.items()
    }


def _read_imputed(known: Cells, params: HotspotsParams) -> Mapping[str, Any]:
    """Return what the imputed maps say together; nothing where locations were taken as reported."""
    found = known.found
    if not isinstance(found, OftenHot):
        return {}
    square_km = known.grid.cell_area / 1e6
    of_points = passes(found.hot.q, LEVEL) & found.hot.stands
    facts = {
        "maps": params.imputations,
        "incidents": float(found.mean_counts.sum()),
        "points_hot": int(of_points.sum()),
        "points_hot_kept": int((of_points & found.is_hot).sum()),
        "hot_km2": float(found.is_hot.sum() * square_km),
        "hot_incident_share": float(found.mean_counts[found.is_hot].sum() / max(1.0, found.mean_counts.sum())),
        **{f"often{label}": int((found.share >= least).sum()) for label, least in OFTEN},
        "highest": int(np.rint(found.share.max() * params.imputations)),
    }
    return {"imputed": facts}


def _describe(place: pd.Series[Any]) -> dict[str, Any]:
    return {
        "name": str(place["name"]),
        "area_name": str(place["area_name"]),
        "where": str(place["where"]),
        "part": int(place["part"]),
        "kind": str(place["kind"]),
        "count": int(place["count"]),
        "area_km2": float(place["area_km2"]),
        "rate": float(place["rate"]),
        "share": float(place["share"]),
        "stability": finite(place.get("stability", np.nan)),
    }
