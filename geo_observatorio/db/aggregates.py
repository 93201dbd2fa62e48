"""Aggregates: counts as they arrive, kept as counts; those of a file wait, are decided upon as a whole, and kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection

from geo_observatorio.db.copying import Column, write_columns
from geo_observatorio.db.queries import query

STAGES: Final = ("aggregate_stage", "incident_refused", "aggregate_decided")


@dataclass(frozen=True, kw_only=True)
class Outcomes:
    """What becomes of the rows of a file, and of the counts in them; the days that the kept ones are about."""

    rows: dict[str, int]
    counts: dict[str, int]
    first_day: date | None
    last_day: date | None


def open_stage(conn: Connection) -> None:
    """Make the tables in which the counts of one file wait; they are gone with the transaction."""
    close_stage(conn)
    conn.execute(query("aggregate_stage_create"))
    conn.execute(query("incident_refused_create"))


def close_stage(conn: Connection) -> None:
    """Remove the waiting counts."""
    for name in STAGES:
        conn.exec_driver_sql(f"DROP TABLE IF EXISTS pg_temp.{name}")


def stage_counts(conn: Connection, columns: Mapping[str, Column]) -> None:
    """Let counts wait, by column; see aggregate_stage_create.sql."""
    write_columns(conn, "aggregate_stage", columns)


def decide(conn: Connection, source: str, municipality: str) -> Outcomes:
    """Decide what becomes of each waiting count, and so of each row."""
    head = {"source": source, "municipality": municipality}
    conn.execute(query("aggregate_decided_create"), head)
    rows: dict[str, int] = {}
    counts: dict[str, int] = {}
    days: list[date] = []
    for row in conn.execute(query("aggregate_decided_counts")):
        rows[row.row_outcome] = rows.get(row.row_outcome, 0) + row.rows
        days += [row.first_day, row.last_day] if row.row_outcome != "quarantined" else []
    for row in conn.execute(query("aggregate_decided_cells")):
        counts[row.outcome] = row.n
    return Outcomes(rows=rows, counts=counts, first_day=min(days, default=None), last_day=max(days, default=None))


def list_outcomes(conn: Connection) -> dict[int, str]:
    """Return what was decided of each waiting row, by its number."""
    return {row.row_number: row.row_outcome for row in conn.execute(query("aggregate_decided_rows"))}


def list_contradictions(conn: Connection, limit: int) -> list[dict[str, Any]]:
    """Return the first rows with a count that contradicts another of the file."""
    return [dict(row) for row in conn.execute(query("aggregate_examples"), {"limit": limit}).mappings()]


def keep(conn: Connection, source: str, municipality: str, delivery: str, moment: datetime) -> None:
    """Keep what was decided: end amended counts, insert new ones, set the refused rows aside."""
    head = {"source": source, "municipality": municipality, "moment": moment}
    conn.execute(query("aggregate_close"), head)
    conn.execute(query("aggregate_insert"), {**head, "delivery": delivery})
    conn.execute(query("aggregate_quarantine_insert"), {"delivery": delivery})
