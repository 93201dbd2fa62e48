"""Scenes: a selection loaded from the database, in metres, with the facts that a page says of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from analysis.scene import NO_AREA, Points, Scene
from geo_observatorio.db.copying import read_columns
from geo_observatorio.db.grounds import Ground
from geo_observatorio.db.queries import query, query_text
from geo_observatorio.db.selections import Categories, find_selected_categories
from geo_observatorio.errors import SensitiveCategoryError
from geo_observatorio.models import Selection
from geo_observatorio.provenance import Facts

if TYPE_CHECKING:  # numba, see grounds
    from analysis.assignment import AreaIndex

LEAST_SHOWN = 5  # fewer incidents of reserved categories are never told as a number
SPREAD = (
    2.0**20
)  # one number orders points by x, then y, far below a millimetre; sorting by both takes four times as long
POINT_COLUMNS = [("x", "f8"), ("y", "f8"), ("radius", "f4"), ("local_day", "M8[D]"), ("local_hour", "i2")]


@dataclass(frozen=True, kw_only=True, eq=False)
class LoadedScene:
    """A scene and the facts of its data."""

    scene: Scene
    facts: Facts


def load_scene(conn: Connection, selection: Selection, ground: Ground, *, reserved: bool = False) -> LoadedScene:
    """Load the incidents of a completed selection.

    With ``reserved`` the scene holds the reserved categories instead of the open ones: for totals alone.

    Raises
    ------
    SensitiveCategoryError
        The selection means reserved categories only, and ``reserved`` is not set.
    """
    categories = find_selected_categories(conn, selection)
    if not categories.open and not reserved:
        raise SensitiveCategoryError(found=", ".join(selection.categories) or selection.line)
    shown = Categories(open=categories.reserved, reserved=[]) if reserved else categories
    binds = _binds(selection, shown)
    points = _load_points(conn, binds, ground.index, cut=bool(selection.areas))
    counts = _load_counts(conn, binds, hours_asked=bool(selection.hours))
    facts = _facts(selection, ground, counts)
    scene = Scene(
        crs=ground.editions.municipality.metric_srid,
        points=points,
        months=selection.months,
        window=ground.window,
        mask=ground.mask,
        areas=ground.areas,
        unplaced=_unplaced(counts, ground, cut=bool(selection.areas)),
        population=ground.population,
        places=ground.places,
    )
    return LoadedScene(scene=scene, facts=facts)


def _binds(selection: Selection, categories: Categories) -> dict[str, Any]:
    return {
        "municipality": selection.municipality,
        "since": selection.since,
        "until": selection.until,
        "categories": categories.open,
        "reserved": categories.reserved,
        "sources": list(selection.sources),
        "weekdays": list(selection.weekdays),
        "hours": list(selection.hours),
        "as_of": selection.as_of,
    }


def _load_points(conn: Connection, binds: dict[str, Any], index: AreaIndex, *, cut: bool) -> Points:
    """Read the points, in an order that does not depend on the database's: sums then agree to the last digit."""
    rows = read_columns(conn, query_text("scene_points"), binds, np.dtype(POINT_COLUMNS))
    rows = rows[np.argsort(rows["x"] * SPREAD + rows["y"], kind="stable")]
    x, y = np.ascontiguousarray(rows["x"]), np.ascontiguousarray(rows["y"])
    points = Points(
        x=x,
        y=y,
        radius=rows["radius"].astype(np.float64),
        area=index.locate(x, y),
        day=np.ascontiguousarray(rows["local_day"]),
        hour=rows["local_hour"].astype(np.int8),
    )
    return points.take(points.area != NO_AREA) if cut else points


@dataclass(frozen=True, kw_only=True)
class _Count:
    """Incidents of a kind; those of reserved categories, or without the hour that is asked for, are only counted."""

    method: str
    source: str
    stated_area: str
    reserved: bool
    hour_unknown: bool
    n: int
    first_day: date
    last_day: date


def _load_counts(conn: Connection, binds: dict[str, Any], *, hours_asked: bool) -> list[_Count]:
    reserved = set(binds["reserved"])
    return [
        _Count(
            method=row.method,
            source=row.source,
            stated_area=row.stated_area,
            reserved=row.category in reserved,
            hour_unknown=hours_asked and row.local_hour is None,
            n=row.n,
            first_day=row.first_day,
            last_day=row.last_day,
        )
        for row in conn.execute(query("scene_counts"), binds)
    ]


def _unplaced(counts: list[_Count], ground: Ground, *, cut: bool) -> pd.DataFrame:
    """Count the incidents without a point by area and method."""
    position = {code: number for number, code in enumerate(ground.areas["code"])}
    totals: Counter[tuple[int, str]] = Counter()
    for row in counts:
        if row.method in PLACELESS and not row.reserved and not row.hour_unknown:
            totals[position.get(row.stated_area, NO_AREA), row.method] += row.n
    rows = [(area, method, n) for (area, method), n in sorted(totals.items()) if not (cut and area == NO_AREA)]
    frame = pd.DataFrame(rows, columns=["area", "method", "n"])
    return frame.astype({"area": np.int64, "n": np.int64})


PLACELESS = ("barrio", "corregimiento", "none")


def _facts(selection: Selection, ground: Ground, counts: list[_Count]) -> Facts:
    editions = ground.editions
    used = [row for row in counts if not row.reserved and not row.hour_unknown]
    methods: Counter[str] = Counter()
    for row in used:
        methods[row.method] += row.n
    reserved = sum(row.n for row in counts if row.reserved)
    return Facts(
        municipality=editions.municipality.code,
        municipality_name=editions.municipality.name,
        time_zone=editions.municipality.time_zone,
        crs=editions.municipality.metric_srid,
        n_incidents=methods.total(),
        placed_by_method={name: n for name, n in sorted(methods.items()) if name not in PLACELESS},
        unplaced_by_method={name: n for name, n in sorted(methods.items()) if name in PLACELESS},
        sources=sorted({row.source for row in used}),
        first_day=_edge(used, "first_day", min),
        last_day=_edge(used, "last_day", max),
        cut_off=_known(selection.as_of),
        boundary_edition=editions.boundaries.edition,
        mask_edition=editions.mask.edition,
        population_vintage=editions.population.vintage if editions.population else "",
        schematic=editions.boundaries.schematic,
        synthetic=editions.municipality.synthetic,
        sensitive_left_out=reserved if reserved == 0 or reserved >= LEAST_SHOWN else None,
        hour_unknown=sum(row.n for row in counts if row.hour_unknown and not row.reserved),
    )


def _edge(rows: list[_Count], name: str, pick: Any) -> date | None:
    days = [getattr(row, name) for row in rows]
    edge: date | None = pick(days) if days else None
    return edge


def _known(as_of: datetime | None) -> datetime | None:
    return as_of if as_of and as_of.year > 1970 else None
