"""Assignments: what a person said an unknown offence is, and the quarantined rows that followed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row

from geo_observatorio.db.queries import query

MOST_TEXTS: Final = 2_000  # spellings listed; the commonest come first
LONGEST_TEXT: Final = 300  # letters; what is longer is no name of an offence
BATCH: Final = 20_000  # rows read again at a time
LATEST: Final = 20  # assignments shown


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """One decision of a person while it is carried out."""

    id: int
    municipality: str
    actor: str
    moment: datetime


def list_waiting(conn: Connection, municipality: str) -> list[Row[Any]]:
    """Return spellings of unknown offences by source, the commonest first."""
    values = {"municipality": municipality, "longest": LONGEST_TEXT, "limit": MOST_TEXTS}
    return list(conn.execute(query("unknown_texts"), values))


def count_unknown(conn: Connection, municipality: str) -> dict[str, int]:
    """Count what became of all rows of unknown offences: n = waiting + inserted + discarded + remaining."""
    return dict(conn.execute(query("unknown_account"), {"municipality": municipality}).mappings().one())


def list_spellings(conn: Connection, municipality: str) -> list[Row[Any]]:
    """Return every spelling that waits, with its source and delivery."""
    values = {"municipality": municipality, "longest": LONGEST_TEXT}
    return list(conn.execute(query("unknown_spellings"), values))


def list_assignments(conn: Connection, municipality: str) -> list[Mapping[str, Any]]:
    """Return the latest assignments, undone ones too."""
    rows = conn.execute(query("assignment_list"), {"municipality": municipality, "limit": LATEST})
    return [dict(row) for row in rows.mappings()]


def list_choices(conn: Connection, sources: Sequence[str]) -> list[Row[Any]]:
    """Return the spellings by which some sources call categories."""
    return list(conn.execute(query("assignment_choices"), {"sources": list(sources)}))


def find_schemes(conn: Connection, municipality: str) -> list[str]:
    """Return the schemes by which the sources of a municipality are read; all of them where none has delivered."""
    found = list(conn.execute(query("assignment_schemes"), {"municipality": municipality}).scalars())
    return found or [row.scheme for row in conn.execute(query("category_schemes"))]


def read_table(conn: Connection, schemes: Sequence[str]) -> list[dict[str, Any]]:
    """Return the categories of some schemes with their laws and aliases."""
    return [dict(row) for row in conn.execute(query("category_table"), {"schemes": list(schemes)}).mappings()]


def save_assignment(conn: Connection, values: Mapping[str, Any]) -> int:
    """Keep an assignment and return its number."""
    return int(conn.execute(query("assignment_save"), values).scalar_one())


def save_alias(conn: Connection, assignment: Assignment, source: str, alias: str, category: str | None) -> None:
    """Let a source mean a category, or no incident, by a text from now on."""
    values = {"source": source, "alias": alias, "moment": assignment.moment}
    conn.execute(query("assignment_alias_close"), values)
    more = {"category": category, "actor": assignment.actor, "assignment": assignment.id}
    conn.execute(query("assignment_alias_save"), values | more)


def read_rows(conn: Connection, delivery: str, spellings: Sequence[str], after: int) -> list[Row[Any]]:
    """Return some of the rows of a delivery that wait for an offence."""
    values = {"delivery": delivery, "spellings": list(spellings), "after": after, "limit": BATCH}
    return list(conn.execute(query("unknown_rows"), values))


def find_pile_points(conn: Connection, delivery: str) -> set[str]:
    """Return the points that were found to be defaults among the rows of a delivery, as their repairs write them."""
    return set(conn.execute(query("unknown_piles"), {"delivery": delivery}).scalars())


def keep_staged(conn: Connection, assignment: Assignment, source: str, delivery: str) -> list[str]:
    """Keep the staged rows that are new as incidents of their delivery; return what became of each row."""
    conn.execute(query("unknown_superseded"))
    head = {"source": source, "municipality": assignment.municipality, "delivery": delivery}
    conn.execute(query("incident_insert"), head | {"moment": assignment.moment})
    conn.execute(query("unknown_period"), {"delivery": delivery})
    values = {"delivery": delivery, "moment": assignment.moment, "actor": assignment.actor}
    return list(conn.execute(query("unknown_solve"), values | {"assignment": assignment.id}).scalars())


def keep_waiting(conn: Connection, assignment: Assignment, reasons: Sequence[tuple[int, str]]) -> None:
    """Leave rows in quarantine that could not be read again, each with the reason."""
    rows = json.dumps([{"id": number, "reason": reason} for number, reason in reasons])
    conn.execute(query("unknown_keep"), {"assignment": assignment.id, "rows": rows})


def discard_rows(conn: Connection, assignment: Assignment, delivery: str, spellings: Sequence[str]) -> int:
    """Solve the rows of a delivery whose text names no incident; return how many."""
    values = {"delivery": delivery, "spellings": list(spellings), "assignment": assignment.id}
    more = {"moment": assignment.moment, "actor": assignment.actor}
    return len(conn.execute(query("unknown_discard"), values | more).all())


def count_rows(conn: Connection, assignment: Assignment, *, inserted: int, discarded: int, remaining: int) -> None:
    """Keep how many rows an assignment brought in, discarded and left."""
    values = {"assignment": assignment.id, "inserted": inserted, "discarded": discarded, "remaining": remaining}
    conn.execute(query("assignment_count"), values)


def take_back(conn: Connection, assignment: Assignment) -> int | None:
    """End an assignment with its aliases and incidents; return how many rows wait again, None where none holds."""
    values = {"assignment": assignment.id, "moment": assignment.moment}
    more = {"municipality": assignment.municipality, "actor": assignment.actor}
    if conn.execute(query("assignment_undo"), values | more).first() is None:
        return None
    conn.execute(query("assignment_undo_alias"), values)
    conn.execute(query("assignment_undo_incidents"), values)
    return len(conn.execute(query("assignment_undo_rows"), {"assignment": assignment.id}).all())
