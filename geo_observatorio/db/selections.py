"""What a selection means in the database: which categories, which level of limits, as known when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection

from geo_observatorio.db.queries import query
from geo_observatorio.db.snapshots import find_snapshot
from geo_observatorio.errors import NotFoundError, UndeliveredError, phrase
from geo_observatorio.models import Days, Selection


@dataclass(frozen=True, kw_only=True)
class Categories:
    """Codes that a selection means: those that a map may show, and those that are reserved."""

    open: list[str]
    reserved: list[str]


def find_selected_categories(conn: Connection, selection: Selection) -> Categories:
    """Resolve codes, groups and line; raise NotFoundError for a name that means nothing."""
    values = {"line": selection.line, "categories": list(selection.categories)}
    rows = conn.execute(query("selection_categories"), values).all()
    known = {row.code for row in rows} | {row.group_name for row in rows}
    for name in selection.categories:
        if name not in known:
            raise NotFoundError(
                noun=phrase("categoría"), found=name, needed=phrase("los códigos y grupos de layers/categories")
            )
    if selection.line and not rows:
        raise NotFoundError(noun=phrase("línea"), found=selection.line, needed="delitos de alto impacto, convivencia")
    return Categories(
        open=[row.code for row in rows if not row.sensitive], reserved=[row.code for row in rows if row.sensitive]
    )


def bind_selection(selection: Selection, categories: Categories) -> dict[str, Any]:
    """Return a completed selection as the values of a query."""
    return {
        "municipality": selection.municipality,
        "since": selection.since,
        "until": selection.until,
        "categories": categories.open,
        "reserved": categories.reserved,
        "sources": list(selection.sources),
        "weekdays": list(selection.weekdays),
        "hours": list(selection.hours),
        "areas": list(selection.areas),
        "as_of": selection.as_of,
    }


def find_cut_off(conn: Connection, municipality: str) -> datetime:
    """Return when the last delivery came in; the epoch where none ever did."""
    moment: datetime | None = conn.execute(query("selection_cut_off"), {"municipality": municipality}).scalar_one()
    return moment or datetime.fromtimestamp(0, UTC)


def find_period(conn: Connection, municipality: str) -> tuple[date, date] | None:
    """Return the first and last day of what was delivered, or None where nothing was."""
    row = conn.execute(query("selection_period"), {"municipality": municipality}).one()
    return (row.first_day, row.last_day) if row.first_day else None


def find_delivered(conn: Connection, selection: Selection) -> Days:
    """Return the days that the sources of a completed selection delivered, as known at its moment.

    Raises
    ------
    UndeliveredError
        No day of the period is among them: zero would be said of what nobody has told.
    """
    binds = {"municipality": selection.municipality, "sources": list(selection.sources), "as_of": selection.as_of}
    row = conn.execute(query("selection_delivered"), binds).one()
    asked = {"since": selection.since, "until": selection.until}
    if row.first_day is None:
        raise UndeliveredError(**asked, found=phrase("de lo elegido no se había recibido nada"))
    delivered = Days(since=row.first_day, until=row.last_day)
    if selection.days.within(delivered) is None:
        told = phrase("los datos llegan del {first} al {last}", first=delivered.since, last=delivered.until)
        raise UndeliveredError(**asked, found=told)
    return delivered


def complete(conn: Connection, selection: Selection) -> Selection:
    """Fill in what the user left open: the level of limits, and the moment of knowledge (of the snapshot, if named).

    A moment after the last change of what is known means that change: what will be known then is not known yet, and an
    answer kept under a moment to come would have to change.
    """
    level = selection.level or find_level(conn, selection.municipality)
    known = find_cut_off(conn, selection.municipality)
    as_of = min(selection.as_of, known) if selection.as_of else _moment_of(conn, selection) or known
    return replace(selection, level=level, as_of=as_of)


def _moment_of(conn: Connection, selection: Selection) -> datetime | None:
    """Return what moment the snapshot of a selection stands for; None without one."""
    if not selection.snapshot:
        return None
    return find_snapshot(conn, selection.municipality, selection.snapshot).known_at


def find_level(conn: Connection, municipality: str) -> str:
    """Return the level of limits that a municipality is read by; raise NotFoundError where it has none."""
    levels = list_levels(conn, municipality)
    if not levels:
        raise NotFoundError(noun=phrase("capa"), found=municipality, needed="observatorio layers add")
    return levels[0]


def list_levels(conn: Connection, municipality: str) -> list[str]:
    """Return the levels of limits in force of a municipality, the one that it is read by first."""
    return list(conn.execute(query("selection_level"), {"municipality": municipality}).scalars())
