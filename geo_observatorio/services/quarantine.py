"""Quarantine: the rows that rules refused, what each says as far as it may be shown, and what was decided of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, RowMapping

from geo_observatorio.account_names import FIELDS
from geo_observatorio.db.queries import query
from geo_observatorio.errors import SelectionError, phrase

STATES: Final = ("open", "solved", "all")
LONGEST_REASON: Final = 200  # characters
MOST_ROWS: Final = 500  # of one decision
DISCARDED: Final = "discarded: "
ENDS: Final = {  # what became of rows whose unknown offence was decided, as it is stored
    "inserted": "entró al asignarse su categoría",
    "duplicate": "ya se conocía, igual, al asignarse su categoría",
    "superseded": "su caso llegó después, corregido",
    "not_an_incident": "se decidió que su texto no es un incidente",
}
OPEN_FIELDS: Final = frozenset(("case_id", "day", "hour", "reported", "category", "district", "area"))


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Which rows are asked for; empty texts leave a part open, ``state`` is `open`, `solved` or `all`."""

    municipality: str
    rule: str = ""
    delivery: str = ""
    state: str = "open"


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A row in quarantine.

    Attributes
    ----------
    columns
        What it says, without what looks like a person's number. A row whose category is reserved, or is not known,
        tells neither its place nor its case's particulars.
    hidden
        Columns were left out for that reason.
    """

    id: int
    delivery: str
    file_name: str
    source: str
    received_at: datetime
    sheet: str
    line: int
    rule: str
    field: str
    columns: Mapping[str, str]
    hidden: bool
    solved_at: datetime | None
    solved_by: str | None
    solution: str | None

    @property
    def is_discarded(self) -> bool:
        """Return whether a person set it aside, which can be undone."""
        return bool(self.solution and self.solution.startswith(DISCARDED))

    @property
    def reason(self) -> str:
        """Return why it was set aside, or how it was solved."""
        return (self.solution or "").removeprefix(DISCARDED)


@dataclass(frozen=True, kw_only=True)
class Group:
    """Rows of one delivery that one rule refused."""

    delivery: str
    file_name: str
    source: str
    received_at: datetime
    rule: str
    open: int
    solved: int

    def count(self, state: str) -> int:
        """Return how many rows are in that state."""
        return {"open": self.open, "solved": self.solved}.get(state, self.open + self.solved)


def list_groups(conn: Connection, municipality: str) -> list[Group]:
    """Return the counts of a municipality by delivery and rule, the latest delivery first."""
    rows = conn.execute(query("quarantine_counts"), {"municipality": municipality}).mappings()
    return [Group(**row) for row in rows]


def count_rows(groups: Sequence[Group], asked: Filter) -> int:
    """Return how many rows a filter asks for."""
    chosen = (g for g in groups if asked.rule in {"", g.rule} and asked.delivery in {"", g.delivery})
    return sum(group.count(asked.state) for group in chosen)


def list_refused(conn: Connection, asked: Filter, *, limit: int, offset: int) -> list[Refused]:
    """Return some of the rows that a filter asks for, by delivery and line."""
    values = {
        "municipality": asked.municipality,
        "rule": asked.rule,
        "delivery": asked.delivery,
        "state": asked.state,
        "limit": limit,
        "offset": offset,
    }
    return [_read(row) for row in conn.execute(query("quarantine_rows"), values).mappings()]


def discard_rows(conn: Connection, ids: Sequence[int], reason: str, actor: str) -> int:
    """Set rows aside for good; return how many were open. Raise SelectionError without rows or a reason."""
    values = {"ids": _check(ids), "reason": _check_reason(reason), "actor": actor}
    return len(conn.execute(query("quarantine_discard"), values).all())


def discard_all(conn: Connection, asked: Filter, reason: str, actor: str) -> int:
    """Set all open rows of one delivery and rule aside; return how many. Raise SelectionError without both."""
    if not asked.delivery or not asked.rule:
        raise SelectionError(name=phrase("filas"), needed=phrase("una entrega y un motivo"), found="-")
    values = {"municipality": asked.municipality, "delivery": asked.delivery, "rule": asked.rule}
    values |= {"reason": _check_reason(reason), "actor": actor}
    return len(conn.execute(query("quarantine_discard_all"), values).all())


def _check_reason(reason: str) -> str:
    reason = " ".join(reason.split())
    if not 3 <= len(reason) <= LONGEST_REASON or not reason.isprintable():
        needed = phrase("un motivo de 3 a {n} letras", n=LONGEST_REASON)
        raise SelectionError(name=phrase("motivo"), needed=needed, found=reason[:20])
    return reason


def reopen_rows(conn: Connection, ids: Sequence[int], actor: str) -> int:
    """Undo that rows were set aside; return how many were."""
    return len(conn.execute(query("quarantine_reopen"), {"ids": _check(ids), "actor": actor}).all())


def _check(ids: Sequence[int]) -> list[int]:
    if not 1 <= len(ids) <= MOST_ROWS:
        raise SelectionError(
            name=phrase("filas"), needed=phrase("de 1 a {n} filas marcadas", n=MOST_ROWS), found=len(ids)
        )
    return list(ids)


def _read(row: RowMapping) -> Refused:
    values = {name: value for name, value in row.items() if name not in {"columns", "shown"}}
    kept: Mapping[str, str] = row["columns"]
    taken = {name: text for name, text in kept.items() if row["shown"] or name in OPEN_FIELDS}
    return Refused(**values, columns=hide_columns(taken), hidden=len(taken) < len(kept))


def hide_columns(columns: Mapping[str, Any]) -> dict[str, str]:
    """Return columns without what looks like a person's number, whenever they were kept."""
    from geo_observatorio.sources.rows import COORDINATES  # noqa: PLC0415  # reads workbooks too: a slow import
    from geo_observatorio.sources.values import DAYS, hide_unless_value  # noqa: PLC0415

    order = [*FIELDS, *columns]
    return {
        name: hide_unless_value(str(columns[name]), day=name in DAYS, coordinate=name in COORDINATES)
        for name in sorted(columns, key=order.index)
    }
