"""Methods compared: the same incidents under several settings that one could defend, and where their maps agree.

Formula, assumptions and reading guide: docs/handbook/compare_methods.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from analysis.agreement import Booleans, HotGround, jaccard, lay_over
from analysis.density import DensityParams, bare_density
from analysis.errors import AnalysisError
from analysis.gate import LEAST_PLACED, open_ground
from analysis.grids import Floats
from analysis.hot_cells import HotspotsParams, find_hot_cells
from analysis.neighbours import find_neighbours
from analysis.params import Params, option
from analysis.result import Result, View, finite
from analysis.scene import Scene, require_points
from analysis.study_cells import StudyCells, count_in_cells

USUAL: Final = "usual"
MOST: Final = 0.5  # of the settings, from which on most agree


@dataclass(frozen=True, kw_only=True)
class CompareMethodsParams(Params):
    """Options of `compare_methods`, each with a default that one can defend (handbook/compare_methods.md)."""

    cell_size: float = option(250.0, unit="m", low=100.0, high=5000.0)  # of the usual setting; others vary it
    shuffles: int = option(99, low=19, high=999)
    seed: int = option(20240601, low=0)
    least_placed: float = option(LEAST_PLACED, low=0.0, high=1.0)  # below it an area shows no cells


def compare_methods(scene: Scene, params: CompareMethodsParams) -> Result:
    """Ask for the hot ground under several settings and lay the answers over each other.

    The settings: the usual one of `hotspots`; cells half and one and a half times as large; hexagons; two rings of
    neighbours; conditional draws; raw counts; Benjamini-Yekutieli. Beside them two that test nothing, each with as much
    ground as the usual setting calls hot: the fullest cells and the densest ones.

    Returns
    -------
    Result
        One row per place of a lattice of half the cell size over the study mask: ``settings`` (how many call it hot),
        ``share``, ``class`` (``agree_all``, ``agree_most``, ``agree_some``, ``none``).
        ``tables["settings"]``: per setting ``hot_km2``, ``incidents`` in it, ``incident_share``, ``like_usual`` (share
        of what either calls hot that both do), ``tested``, ``refused`` (code of the error, empty where it answered).
        ``tables["overlap"]``: the same share for each pair of settings.

    Raises
    ------
    NotEnoughDataError
        No incident in the study area.
    BelowGateError
        Too few incidents have a point, in every area.
    """
    require_points(scene.points, at_least=1)
    ground = open_ground(scene, least=params.least_placed)
    lattice = count_in_cells(ground.scene, cell_size=params.cell_size / 2, cell_shape="square")
    answers, refused = _ask_settings(ground.scene, params)
    names = list(answers)
    xy = lattice.grid.centres(lattice.cells)
    maps = lay_over(list(answers.values()), xy)
    settings = _tabulate_settings(names, maps, lattice, refused)
    table = _tabulate_places(names, maps, lattice)
    left_out = {"outside_mask": lattice.outside, "below_gate": ground.left_out}
    return Result(
        params=params,
        table=table,
        view=View(kind="cells", value="class", scale="agreement", unit=""),
        crs=scene.crs,
        n_observations=int(lattice.counts.sum()),
        grid=lattice.grid,
        tables={"settings": settings, "overlap": _tabulate_overlap(names, maps), "placing": ground.placing},
        left_out={reason: n for reason, n in left_out.items() if n},
        reading={**_read(table, settings, lattice), "gate": ground.read()},
    )


def list_settings(params: CompareMethodsParams) -> dict[str, HotspotsParams]:
    """Return the settings that test, by name; each differs from the usual one in one choice."""
    usual = HotspotsParams(cell_size=params.cell_size, shuffles=params.shuffles, seed=params.seed)
    return {
        USUAL: usual,
        "small_cells": replace(usual, cell_size=max(50.0, params.cell_size / 2)),
        "large_cells": replace(usual, cell_size=min(5000.0, params.cell_size * 1.5)),
        "hexagons": replace(usual, cell_shape="hexagon"),
        "two_rings": replace(usual, order=2),
        "conditional": replace(usual, draws="conditional"),
        "raw_counts": replace(usual, values="counts"),
        "stricter": replace(usual, correction="by"),
    }


def _ask_settings(scene: Scene, params: CompareMethodsParams) -> tuple[dict[str, HotGround], dict[str, str]]:
    """Return the hot ground of each setting that can answer, and the code of the error of each that cannot."""
    answers: dict[str, HotGround] = {}
    refused: dict[str, str] = {}
    for name, setting in list_settings(params).items():
        try:
            answers[name] = _find_hot(scene, setting)
        except AnalysisError as error:
            refused[name] = error.code
    size = len(answers[USUAL].hot) * answers[USUAL].grid.cell_area if USUAL in answers else 0.0
    answers["fullest"] = _take_fullest(count_in_cells(scene, cell_size=params.cell_size, cell_shape="square"), size)
    try:
        answers["densest"] = _take_densest(scene, size)
    except AnalysisError as error:
        refused["densest"] = error.code
    return answers, refused


def _find_hot(scene: Scene, setting: HotspotsParams) -> HotGround:
    study = count_in_cells(scene, cell_size=setting.cell_size, cell_shape=setting.cell_shape)
    near = find_neighbours(study.grid, study.cells, setting)
    found = find_hot_cells(study.counts, near, setting, np.random.default_rng(setting.seed))
    return HotGround(grid=study.grid, hot=study.cells[found.is_hot])


def _take_fullest(study: StudyCells, size: float) -> HotGround:
    """Take the fullest cells up to an area (square metres); empty cells never."""
    order = np.argsort(-study.counts, kind="stable")[: round(size / study.grid.cell_area)]
    return HotGround(grid=study.grid, hot=study.cells[order[study.counts[order] > 0]])


def _take_densest(scene: Scene, size: float) -> HotGround:
    """Take the cells of the highest density up to an area (square metres)."""
    found = bare_density(scene, DensityParams(least_placed=0.0))  # the gate was passed before
    if found.grid is None:
        raise ValueError("a density carries its grid")
    values: Floats = np.nan_to_num(found.table["density"].to_numpy(dtype=np.float64))
    order = np.argsort(-values, kind="stable")[: round(size / found.grid.cell_area)]
    return HotGround(grid=found.grid, hot=found.table["cell"].to_numpy()[order])


def _tabulate_places(names: list[str], maps: Booleans, lattice: StudyCells) -> pd.DataFrame:
    """Count the settings that test; those that only rank have no say in whether a place is hot."""
    tested = maps[[i for i, name in enumerate(names) if name not in {"fullest", "densest"}]]
    settings = tested.sum(axis=0).astype(np.int64) if len(tested) else np.zeros(len(lattice.cells), dtype=np.int64)
    share = settings / max(1, len(tested))
    classes = np.select([share == 1, share > MOST, share > 0], ["agree_all", "agree_most", "agree_some"], "none")
    return pd.DataFrame({"cell": lattice.cells, "settings": settings, "share": share, "class": classes})


def _tabulate_settings(
    names: list[str], maps: Booleans, lattice: StudyCells, refused: Mapping[str, str]
) -> pd.DataFrame:
    alike = jaccard(maps)
    total = max(1, int(lattice.counts.sum()))
    usual = names.index(USUAL) if USUAL in names else None
    rows = []
    for i, name in enumerate(names):
        inside = int(lattice.counts[maps[i]].sum())
        rows.append(
            {
                "setting": name,
                "tested": name not in {"fullest", "densest"},
                "hot_km2": float(maps[i].sum() * lattice.grid.cell_area / 1e6),
                "incidents": inside,
                "incident_share": inside / total,
                "like_usual": np.nan if usual is None else alike[usual, i],
                "refused": "",
            }
        )
    blank = {"tested": True, "hot_km2": np.nan, "incidents": 0, "incident_share": np.nan, "like_usual": np.nan}
    return pd.DataFrame([*rows, *({"setting": name, **blank, "refused": code} for name, code in refused.items())])


def _tabulate_overlap(names: list[str], maps: Booleans) -> pd.DataFrame:
    alike = jaccard(maps)
    pairs = [(i, j) for i in range(len(names)) for j in range(i + 1, len(names))]
    rows = [{"setting": names[i], "other": names[j], "overlap": alike[i, j]} for i, j in pairs]
    return pd.DataFrame(rows, columns=["setting", "other", "overlap"])


def _read(table: pd.DataFrame, settings: pd.DataFrame, lattice: StudyCells) -> dict[str, Any]:
    """Gather the facts from which the page writes: what, how sure, what not to conclude."""
    square_km = lattice.grid.cell_area / 1e6
    hot = {name: table["class"] == name for name in ("agree_all", "agree_most", "agree_some")}
    answered = settings[(settings["refused"] == "") & settings["tested"]]
    others = answered[answered["setting"] != USUAL].dropna(subset=["like_usual"]).sort_values("like_usual")
    least = others.iloc[0] if len(others) else None
    return {
        "settings": len(answered),
        "refused": int((settings["refused"] != "").sum()),
        "incidents": int(lattice.counts.sum()),
        "any_km2": float((table["settings"] > 0).sum() * square_km),
        **{f"{name}_km2": float(where.sum() * square_km) for name, where in hot.items()},
        "all_incidents": int(lattice.counts[hot["agree_all"].to_numpy()].sum()),
        "least_hot_km2": finite(answered["hot_km2"].min()),
        "most_hot_km2": finite(answered["hot_km2"].max()),
        "least_alike": None if least is None else {"setting": least["setting"], "share": float(least["like_usual"])},
        "ranked": {
            str(row["setting"]): finite(row["like_usual"]) for _, row in settings[~settings["tested"]].iterrows()
        },
    }
