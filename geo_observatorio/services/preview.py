"""Preview: what would happen to the first rows of a file, by the same reader and placer, with nothing kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import Connection

from geo_observatorio.db import aggregates, incidents
from geo_observatorio.db.categories import list_reserved
from geo_observatorio.db.municipalities import Municipality
from geo_observatorio.services.aggregates import Names, open_stage, stage_rows
from geo_observatorio.services.placing import Placed, Placer, make_placer
from geo_observatorio.services.readers import make_reader, read_row
from geo_observatorio.services.staging import make_columns
from geo_observatorio.sources.count_rows import CountRow
from geo_observatorio.sources.count_tables import read_counts
from geo_observatorio.sources.day_orders import settle_day_order
from geo_observatorio.sources.rows import Draft, Repair, RowReader, RowRejectedError, quote_columns
from geo_observatorio.sources.tables import Row, read_table
from geo_observatorio.sources.templates import AnyTemplate, CountTemplate, Template

ROWS: Final = 50


@dataclass(frozen=True, kw_only=True)
class PreviewRow:
    """One row of a file and what would happen to it.

    Attributes
    ----------
    outcome
        `inserted`, `updated`, `duplicate` or `quarantined`.
    rule, field
        Why it would be quarantined; '' otherwise.
    written
        The taken columns as they stand, without what looks like a person's number.
    area
        Name of the area it would be counted in, '' for none.
    reserved
        Its category is never shown as a place: `written` and `area` then tell none.
    """

    sheet: str
    line: int
    outcome: str
    written: dict[str, Any]
    rule: str = ""
    field: str = ""
    category: str = ""
    day: date | None = None
    hour: str = ""
    method: str = ""
    radius: float = 0.0
    area: str = ""
    reserved: bool = False
    repairs: Sequence[Repair] = ()


def preview_file(  # what is asked for, and how far
    conn: Connection,
    template: AnyTemplate,
    path: Path,
    municipality: Municipality,
    *,
    limit: int = ROWS,
    now: datetime | None = None,
) -> list[PreviewRow]:
    """Tell what would happen to the first rows of a file; what the database holds does not change.

    Raises
    ------
    FileRefusedError
        The file is no table with the columns that the source needs.
    NotFoundError
        The municipality has no areas of the source's level.
    """
    with conn.begin_nested() as savepoint:
        if isinstance(template, CountTemplate):
            told = _preview_counts(conn, template, path, municipality, limit, now)
        else:
            template = settle_day_order(path, template)
            reader = make_reader(conn, template, municipality.time_zone, now)
            rows = list(islice(_read_rows(path, template), limit))
            told = _tell_rows(conn, rows, reader, make_placer(conn, template, municipality), municipality)
        savepoint.rollback()
    return told


def _preview_counts(  # the same
    conn: Connection,
    template: CountTemplate,
    path: Path,
    municipality: Municipality,
    limit: int,
    now: datetime | None,
) -> list[PreviewRow]:
    names = open_stage(conn, template, municipality)
    today = (now or datetime.now(UTC)).astimezone(ZoneInfo(municipality.time_zone)).date()
    items = read_counts(path, template, today)
    rows = list(islice((item for item in items if isinstance(item, CountRow)), limit))
    stage_rows(conn, rows, names)
    aggregates.decide(conn, template.code, municipality.code)
    outcomes, reserved = aggregates.list_outcomes(conn), list_reserved(conn)
    return [_tell_counts(row, names, outcomes.get(number, ""), reserved) for number, row in enumerate(rows, 1)]


def _tell_counts(row: CountRow, names: Names, outcome: str, reserved: set[str]) -> PreviewRow:
    """Tell a row of counts; those of a reserved category, or of none, without the counts."""
    rule = row.rule or ("contradictory_count" if outcome == "quarantined" else "")
    category, place = names.find_category(row), names.find_place(row)
    is_open = category and category not in reserved
    return PreviewRow(
        sheet=row.sheet,
        line=row.line,
        outcome="quarantined" if rule else outcome,
        rule=rule,
        field=row.column if row.rule else "label" if rule else "",
        written=row.written if is_open else {"label": row.label.text},
        category=category,
        day=row.counts[0].period.first if row.counts else None,
        area=names.areas.name_of(place[1]) if place and place[0] == "area" else place[1] if place else "",
        reserved=not is_open,
        repairs=tuple({"field": "label", "from": "", "to": "", "rule": repair} for repair in row.repairs),
    )


def _read_rows(path: Path, template: Template) -> Iterator[Row]:
    return (item for item in read_table(path, template) if isinstance(item, Row))


def _tell_rows(
    conn: Connection, rows: Sequence[Row], reader: RowReader, placer: Placer, municipality: Municipality
) -> list[PreviewRow]:
    told: list[PreviewRow | None] = []
    read: list[tuple[Row, Draft]] = []
    for row in rows:
        try:
            read.append((row, read_row(reader, row)))
            told.append(None)
        except RowRejectedError as refusal:
            told.append(_tell_refused(row, refusal.rule, refusal.field))
    placed = placer.place([draft for _, draft in read])
    outcomes = _decide(conn, read, placed, reader.template, municipality)
    reserved = list_reserved(conn)
    areas = _name_areas(placer, placed)
    rest = iter(
        _tell(row, draft, where, outcome, area, reserved=draft.category in reserved)
        for (row, draft), where, outcome, area in zip(read, placed, outcomes, areas, strict=True)
    )
    return [item or next(rest) for item in told]


def _decide(
    conn: Connection,
    read: Sequence[tuple[Row, Draft]],
    placed: Sequence[Placed],
    template: Template,
    municipality: Municipality,
) -> list[str]:
    """Let the database decide, as it does for a whole file."""
    if not read:
        return []
    rows, drafts = [row for row, _ in read], [draft for _, draft in read]
    incidents.open_stage(conn)
    zone = municipality.time_zone
    incidents.stage_rows(conn, make_columns(rows, drafts, placed, first=0, template=template, zone=zone))
    incidents.decide(conn, template, municipality.code)
    return incidents.list_outcomes(conn)


def _name_areas(placer: Placer, placed: Sequence[Placed]) -> list[str]:
    """Return the name of the area that holds each, by its point or by what it says."""
    x, y = np.array([where.x for where in placed]), np.array([where.y for where in placed])
    codes = [where.stated_area for where in placed]
    for i in np.flatnonzero(np.isfinite(x)).tolist():
        codes[i] = placer.district.find_areas(x[i : i + 1], y[i : i + 1])[0] or codes[i]
    return [placer.area_names.name_of(code) for code in codes]


def _tell_refused(row: Row, rule: str, field_name: str) -> PreviewRow:
    written = quote_columns(row.values or {})
    return PreviewRow(
        sheet=row.sheet, line=row.line, outcome="quarantined", written=written, rule=rule, field=field_name
    )


def _tell(row: Row, draft: Draft, where: Placed, outcome: str, area: str, *, reserved: bool) -> PreviewRow:
    written = quote_columns(row.values or {})
    if outcome == "quarantined":
        return _tell_refused(row, "contradictory_id", "case_id")
    return PreviewRow(
        sheet=row.sheet,
        line=row.line,
        outcome=outcome,
        written={name: text for name, text in written.items() if name in {"day", "category"}} if reserved else written,
        category=draft.category,
        day=draft.day,
        hour=f"{draft.hour:%H:%M}" if draft.hour else "",
        method="" if reserved else where.method,
        radius=0.0 if reserved else where.radius,
        area="" if reserved else area,
        reserved=reserved,
        repairs=() if reserved else tuple(draft.repairs),
    )
