"""Ingest: the file of an institution becomes incidents, all or nothing, and every row of it is accounted for."""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import Connection, Row

from geo_observatorio.db import aggregates, incidents
from geo_observatorio.db.copying import Column
from geo_observatorio.db.deliveries import (
    find_moment,
    find_report,
    lock_source,
    save_delivery,
    save_report,
)
from geo_observatorio.db.municipalities import Municipality, find_municipality
from geo_observatorio.db.reviews import apply_to_stage
from geo_observatorio.services.aggregates import stage_file
from geo_observatorio.services.ingest_report import IngestReport
from geo_observatorio.services.placing import Placer, make_placer
from geo_observatorio.services.readers import make_reader
from geo_observatorio.services.sending import BY_HAND, Account, Sending
from geo_observatorio.services.staging import make_columns, make_place_columns
from geo_observatorio.services.templates import find_template, tell_shape
from geo_observatorio.sources.rows import Draft, RowReader, RowRejectedError, quote_columns
from geo_observatorio.sources.tables import RAGGED, Blank, read_table
from geo_observatorio.sources.tables import Row as TableRow
from geo_observatorio.sources.templates import AnyTemplate, CountTemplate, Template, version_of

BATCH: Final = 20_000  # rows in memory at a time
EXAMPLES: Final = 100


@dataclass(frozen=True, kw_only=True)
class Received:
    """A file, who sent it and where it belongs."""

    path: Path
    sha256: str
    template: AnyTemplate
    place: Municipality
    sending: Sending


def ingest_file(  # noqa: PLR0913  # what is asked for, a switch, and how it came
    conn: Connection,
    source: str,
    path: Path,
    *,
    municipality: str = "",
    dry_run: bool = False,
    now: datetime | None = None,
    sending: Sending = BY_HAND,
) -> IngestReport:
    """Read, place and keep the rows of a file; the caller commits.

    Parameters
    ----------
    municipality
        Code; empty: the one that the source names.
    dry_run
        Do all of it, report it, and keep nothing.
    now
        The moment that divides past from future; None: by the clock.
    sending
        The sender's own name for the file, who sent it, and who is told of the progress.

    Raises
    ------
    NotFoundError
        There is no such source or municipality, or the municipality has no areas of the source's level.
    FileRefusedError
        The file is no table with the columns that the source needs.
    """
    started = time.perf_counter()
    template = tell_shape(conn, find_template(conn, source), path)
    place = find_municipality(conn, municipality or template.municipality)
    file = Received(path=path, sha256=_hash_file(path), template=template, place=place, sending=sending)
    lock_source(conn, template.code)
    earlier = find_report(conn, template.code, place.code, file.sha256)
    if earlier is not None:
        return replace(IngestReport(**earlier), already_known=True, dry_run=dry_run)
    with conn.begin_nested() as savepoint:
        report = _receive(conn, file, (now or datetime.now(UTC)).astimezone(ZoneInfo(place.time_zone)))
        seconds = time.perf_counter() - started
        report = replace(report, seconds=round(seconds, 3), rows_per_second=round(report.rows_read / seconds, 1))
        save_report(conn, report.delivery, report.as_dict())
        incidents.close_stage(conn)
        aggregates.close_stage(conn)
        if dry_run:
            savepoint.rollback()
            report = replace(report, delivery="", dry_run=True)
    return report


def _hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _receive(conn: Connection, file: Received, moment: datetime) -> IngestReport:
    """Keep a file of incidents as incidents and a file of counts as counts."""
    if isinstance(file.template, CountTemplate):
        return _receive_counts(conn, file, file.template, moment)
    account = _stage_file(conn, file, file.template, moment)
    return _settle(conn, account, file, file.template)


def _receive_counts(conn: Connection, file: Received, template: CountTemplate, moment: datetime) -> IngestReport:
    account = stage_file(conn, file.path, template, file.place, moment)
    file.sending.tell(Account(rows_read=account.rows_read, blank=account.blank, by_rule=account.by_rule))
    report = IngestReport(**_describe(file), **account.as_report(), seconds=0.0, rows_per_second=0.0)
    known_from = find_moment(conn)
    delivery = save_delivery(conn, report.as_dict() | {"received_at": known_from, "placed": 0})
    aggregates.keep(conn, template.code, file.place.code, delivery, known_from)
    return replace(report, delivery=delivery)


def _describe(file: Received) -> dict[str, Any]:
    """Return what a report says of the file itself."""
    return {
        "source": file.template.code,
        "municipality": file.place.code,
        "file_name": file.sending.file_name or file.path.name,
        "sha256": file.sha256,
        "bytes": file.path.stat().st_size,
        "sent_by": file.sending.sent_by,
        "template": version_of(file.template),
    }


def _stage_file(conn: Connection, file: Received, template: Template, moment: datetime) -> Account:
    """Read and place all rows and let them wait in the database, some at a time."""
    zone = file.place.time_zone
    reader = make_reader(conn, template, zone, moment)
    placer = make_placer(conn, template, file.place)
    incidents.open_stage(conn)
    account, batch = Account(), []
    for item in read_table(file.path, template):
        if isinstance(item, Blank):
            account.blank += 1
            continue
        batch.append(item)
        if len(batch) == BATCH:
            _stage_batch(conn, batch, reader, placer, account, zone)
            file.sending.tell(account)
            batch = []
    _stage_batch(conn, batch, reader, placer, account, zone)
    file.sending.tell(account)
    _move_piles(conn, placer)
    apply_to_stage(conn, file.place.code)
    return account


def _stage_batch(  # one step of the loop above
    conn: Connection, batch: Sequence[TableRow], reader: RowReader, placer: Placer, account: Account, zone: str
) -> None:
    rows: list[TableRow] = []
    drafts: list[Draft] = []
    refused: list[tuple[TableRow, RowRejectedError]] = []
    for row in batch:
        try:
            drafts.append(read_row(reader, row))
            rows.append(row)
        except RowRejectedError as refusal:
            refused.append((row, refusal))
    account.rows_read += len(batch)
    if rows:
        columns = make_columns(
            rows, drafts, placer.place(drafts), first=account.staged, template=reader.template, zone=zone
        )
        incidents.stage_rows(conn, columns)
        account.staged += len(rows)
    if refused:
        _stage_refused(conn, refused, account)


def read_row(reader: RowReader, row: TableRow) -> Draft:
    """Understand a line of a table; raise RowRejectedError with `ragged_row` where its cells do not fit the header."""
    if row.values is None:
        raise RowRejectedError(RAGGED, "")
    return reader.read(row.values)


def _stage_refused(conn: Connection, refused: Sequence[tuple[TableRow, RowRejectedError]], account: Account) -> None:
    account.by_rule.update(refusal.rule for _, refusal in refused)
    for row, refusal in refused[: EXAMPLES - len(account.examples)]:
        account.examples.append({"sheet": row.sheet, "line": row.line, "rule": refusal.rule, "field": refusal.field})
    columns: dict[str, Column] = {
        "sheet": [row.sheet for row, _ in refused],
        "line": np.array([row.line for row, _ in refused], dtype=np.int32),
        "rule": [refusal.rule for _, refusal in refused],
        "field": [refusal.field for _, refusal in refused],
        "columns": [json.dumps(quote_columns(row.values or {}), ensure_ascii=False) for row, _ in refused],
    }
    incidents.stage_refused(conn, columns)


def _move_piles(conn: Connection, placer: Placer) -> None:
    """Place the rows on default points by their words instead."""
    piles = incidents.find_piles(conn)
    for pile in piles:
        point = f"{pile.longitude!r} {pile.latitude!r}"
        trace = {"field": "coordinate", "from": point, "to": "", "rule": "pile"}
        for rows in incidents.read_pile(conn, pile):
            placed = [
                placer.place_by_words(r.address, r.barrio, placer.area_names.find(r.area, r.district)) for r in rows
            ]
            columns = make_place_columns(placed) | {
                "row_number": np.array([row.row_number for row in rows], dtype=np.int64),
                "repairs": [json.dumps([*json.loads(row.repairs), trace], ensure_ascii=False) for row in rows],
            }
            incidents.replace_places(conn, columns)
    if piles:
        incidents.apply_places(conn)


def _settle(conn: Connection, account: Account, file: Received, template: Template) -> IngestReport:
    """Decide what becomes of the waiting rows, keep them, and make the report."""
    counts = incidents.decide(conn, template, file.place.code)
    report = _make_report(conn, counts, account, file)
    moment = find_moment(conn)
    delivery = save_delivery(conn, report.as_dict() | {"received_at": moment, "placed": report.placed})
    incidents.keep(conn, template, file.place.code, delivery, moment)
    return replace(report, delivery=delivery)


def _make_report(conn: Connection, counts: Sequence[Row[Any]], account: Account, file: Received) -> IngestReport:
    outcomes: Counter[str] = Counter()
    methods: Counter[str] = Counter()
    for row in counts:
        outcomes[row.outcome] += row.n
        if row.outcome in {"inserted", "updated"}:
            methods[row.method] += row.n
    by_rule = account.by_rule + Counter({"contradictory_id": outcomes["quarantined"]})
    more = incidents.list_contradictions(conn, EXAMPLES - len(account.examples))
    return IngestReport(
        **_describe(file),
        rows_read=account.rows_read,
        inserted=outcomes["inserted"],
        updated=outcomes["updated"],
        duplicate=outcomes["duplicate"],
        quarantined=by_rule.total(),
        blank=account.blank,
        by_rule=dict(sorted(by_rule.items())),
        examples=[*account.examples, *more],
        placed_by_method=dict(sorted(methods.items())),
        repaired_by_rule=incidents.count_repairs(conn),
        first_day=min((row.first_day.isoformat() for row in counts), default=None),
        last_day=max((row.last_day.isoformat() for row in counts), default=None),
        seconds=0.0,
        rows_per_second=0.0,
    )
