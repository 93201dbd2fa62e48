"""Scenes: a selection loaded from the database, in metres, with the facts that a page says of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Connection

from analysis.scene import NO_AREA, Points, Scene
from geo_observatorio.db.copying import read_columns
from geo_observatorio.db.grounds import Ground
from geo_observatorio.db.matches import find_repeats
from geo_observatorio.db.once_reserved import find_once_reserved
from geo_observatorio.db.queries import query, query_text
from geo_observatorio.db.selections import Categories, bind_selection, find_selected_categories
from geo_observatorio.errors import SensitiveCategoryError, UnweighedError
from geo_observatorio.harm import HarmTable
from geo_observatorio.models import Days, Selection
from geo_observatorio.provenance import Facts

if TYPE_CHECKING:  # numba, see grounds
    from analysis.assignment import AreaIndex

SPREAD = 2.0**20  # makes of x and y one number to sort by: four times as fast as sorting by both
METHODS = ("coordinate", "crossing", "landmark", "street")  # those that give a point, as scene_points.sql numbers them
WEIGHED = {"harm": "scene_points_harm", "aoristic": "scene_points_aoristic"}  # by kind of weight
PLACED = np.dtype(
    [
        ("x", "f8"),
        ("y", "f8"),
        ("radius", "f4"),
        ("local_day", "M8[D]"),
        ("local_hour", "i2"),
        ("method", "i2"),
        ("source", "i2"),
    ]
)
PLACED_WEIGHED = np.dtype([*PLACED.descr, ("weight", "f8")])


@dataclass(frozen=True, kw_only=True)
class Weighing:
    """What the points of a scene shall weigh: ``harm`` by a table, or ``aoristic`` in the chosen hours."""

    kind: str
    harm: HarmTable = field(default_factory=HarmTable)


@dataclass(frozen=True, kw_only=True, eq=False)
class LoadedScene:
    """A scene and the facts of its data."""

    scene: Scene
    facts: Facts


def load_scene(
    conn: Connection,
    selection: Selection,
    ground: Ground,
    delivered: Days,
    *,
    reserved: bool = False,
    weighing: Weighing | None = None,
) -> LoadedScene:
    """Load the incidents of a completed selection; its exposure is the part of the period that was delivered.

    With ``reserved`` the scene holds the reserved categories instead of the open ones, for totals alone; its facts then
    tell no number. With ``weighing`` its points carry weights; categories without a weight stay out and are counted.

    Raises
    ------
    SensitiveCategoryError
        The selection means reserved categories only, and ``reserved`` is not set.
    """
    categories = find_selected_categories(conn, selection)
    if not categories.open and not reserved:
        raise SensitiveCategoryError(found=", ".join(selection.categories) or selection.line)
    observed = selection.days.within(delivered) or selection.days
    shown = Categories(open=categories.reserved, reserved=[]) if reserved else categories
    cut = bool(selection.areas)
    sources = list(conn.execute(query("source_codes")).scalars())
    binds = bind_selection(selection, shown) | {"known_sources": sources}
    repeats = find_repeats(conn, binds | {"boundaries": ground.editions.boundaries.id})
    hidden = [] if reserved else find_once_reserved(conn, selection.municipality)
    binds["left_out"] = [*repeats.ids, *hidden]
    unweighed = _prepare_weights(conn, binds, weighing, ground, cut=cut)
    placed, area = _load_placed(conn, binds, ground.index, weighing, cut=cut)
    unplaced, hour_unknown = _load_unplaced(conn, binds, ground, weighing, cut=cut)
    facts = _facts(selection, ground, delivered)
    if not reserved:
        facts = replace(
            facts,
            **_tell_placed(placed, sources),
            **_tell_unplaced(unplaced),
            hour_unknown=hour_unknown,
            counted_once=len(repeats.ids),
            matches_undecided=repeats.undecided,
            reserved_left_out=bool(categories.reserved),
        )
    return LoadedScene(scene=_assemble(ground, observed, _to_points(placed, area), unplaced, unweighed), facts=facts)


def _assemble(
    ground: Ground, observed: Days, points: Points, unplaced: pd.DataFrame, unweighed: dict[str, int]
) -> Scene:
    return Scene(
        crs=ground.editions.municipality.metric_srid,
        points=points,
        months=observed.months,
        since=np.datetime64(observed.since, "D"),
        until=np.datetime64(observed.until, "D"),
        window=ground.window,
        mask=ground.mask,
        areas=ground.areas,
        unplaced=_sum_by_area(unplaced),
        population=ground.population,
        places=ground.places,
        unweighed=unweighed,
    )


def _prepare_weights(
    conn: Connection, binds: dict[str, Any], weighing: Weighing | None, ground: Ground, *, cut: bool
) -> dict[str, int]:
    """Add to the values of the queries what weights need, and count the incidents that have none, by reason."""
    if weighing is None:
        return {}
    binds["time_zone"] = ground.editions.municipality.time_zone
    if weighing.kind != "harm":
        return {}
    kept, without = weighing.harm.choose(binds["categories"])
    if not kept:
        raise UnweighedError(found=", ".join(binds["categories"][:5]), needed="layers/harm")
    left_out = {
        reason: _count(
            conn, binds | {"categories": [code for code in without if without[code] == reason]}, ground, cut=cut
        )
        for reason in sorted(set(without.values()))
    }
    binds["categories"], binds["harm"] = kept, [weighing.harm.days[code] for code in kept]
    return {reason: n for reason, n in left_out.items() if n}


def _count(conn: Connection, binds: dict[str, Any], ground: Ground, *, cut: bool) -> int:
    """Count the incidents of a selection, placed or not."""
    placed, _ = _load_placed(conn, binds, ground.index, None, cut=cut)
    unplaced, _ = _load_unplaced(conn, binds, ground, None, cut=cut)
    return len(placed) + int(unplaced["n"].sum())


def _load_placed(
    conn: Connection, binds: dict[str, Any], index: AreaIndex, weighing: Weighing | None, *, cut: bool
) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Read the placed incidents and their areas, in an order that does not depend on the database's.

    So sums over them agree to the last digit.
    """
    name, columns = ("scene_points", PLACED) if weighing is None else (WEIGHED[weighing.kind], PLACED_WEIGHED)
    rows = read_columns(conn, query_text(name), binds, columns)
    rows = rows[np.argsort(rows["x"] * SPREAD + rows["y"], kind="stable")]
    area = index.locate(np.ascontiguousarray(rows["x"]), np.ascontiguousarray(rows["y"]))
    return (rows[area != NO_AREA], area[area != NO_AREA]) if cut else (rows, area)


def _to_points(rows: NDArray[Any], area: NDArray[np.int64]) -> Points:
    return Points(
        x=np.ascontiguousarray(rows["x"]),
        y=np.ascontiguousarray(rows["y"]),
        radius=rows["radius"].astype(np.float64),
        area=area,
        day=np.ascontiguousarray(rows["local_day"]),
        hour=rows["local_hour"].astype(np.int8),
        weight=np.ascontiguousarray(rows["weight"]) if "weight" in (rows.dtype.names or ()) else None,
    )


def _load_unplaced(
    conn: Connection, binds: dict[str, Any], ground: Ground, weighing: Weighing | None, *, cut: bool
) -> tuple[pd.DataFrame, int]:
    """Count the incidents without a point by area, method and source, and those without the hour that is asked for."""
    position = {code: number for number, code in enumerate(ground.areas["code"])}
    by_share = weighing is not None and weighing.kind == "aoristic"
    rows = conn.execute(query("scene_counts_aoristic" if by_share else "scene_counts"), binds)
    frame = pd.DataFrame(rows.all(), columns=list(rows.keys()))
    frame["area"] = frame["stated_area"].map(lambda code: position.get(code, NO_AREA)).astype(np.int64)
    frame["n"] = frame["n"].astype(np.int64)
    if cut:
        frame = frame[frame["area"] != NO_AREA]
    unknown = frame["hour_unknown"].astype(bool)
    return frame[~unknown], int(frame.loc[unknown, "n"].sum())


def _sum_by_area(unplaced: pd.DataFrame) -> pd.DataFrame:
    totals: pd.DataFrame = unplaced[["area", "method", "n"]].groupby(["area", "method"], as_index=False).sum()
    return totals


def _tell_placed(rows: NDArray[Any], sources: list[str]) -> dict[str, Any]:
    counts = np.bincount(rows["method"], minlength=len(METHODS) + 1)[1:]
    return {
        "placed_by_method": {name: int(n) for name, n in zip(METHODS, counts, strict=True) if n},
        "sources": sorted(sources[number - 1] for number in np.unique(rows["source"])),
    }


def _tell_unplaced(unplaced: pd.DataFrame) -> dict[str, Any]:
    by_method = unplaced.groupby("method")["n"].sum()
    return {"unplaced_by_method": {str(name): int(n) for name, n in by_method.items()}}


def _facts(selection: Selection, ground: Ground, delivered: Days) -> Facts:
    """Return what may be said of any selection: its ground, and nothing of how many incidents there are."""
    editions = ground.editions
    return Facts(
        municipality=editions.municipality.code,
        municipality_name=editions.municipality.name,
        time_zone=editions.municipality.time_zone,
        crs=editions.municipality.metric_srid,
        cut_off=_known(selection.as_of),
        boundary_edition=editions.boundaries.edition,
        mask_edition=editions.mask.edition,
        population_vintage=editions.population.vintage if editions.population else "",
        schematic=editions.boundaries.schematic,
        synthetic=editions.municipality.synthetic,
        first_delivered=delivered.since,
        last_delivered=delivered.until,
    )


def _known(as_of: datetime | None) -> datetime | None:
    return as_of if as_of and as_of.year > 1970 else None
