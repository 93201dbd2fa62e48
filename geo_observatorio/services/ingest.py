"""Ingest: the file of an institution becomes incidents, all or nothing, and every row of it is accounted for."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import Connection

from geo_observatorio.db import aggregates, incidents
from geo_observatorio.db.copying import Column
from geo_observatorio.db.deliveries import (
    find_moment,
    find_report,
    lock_source,
    save_delivery,
    save_report,
)
from geo_observatorio.db.municipalities import find_municipality
from geo_observatorio.db.quarantine import solve_refused
from geo_observatorio.db.reviews import apply_to_stage
from geo_observatorio.services.aggregates import stage_file
from geo_observatorio.services.ingest_report import IngestReport, Received, describe_file, make_report
from geo_observatorio.services.placing import Placer, make_placer
from geo_observatorio.services.readers import make_reader, read_row, register_source
from geo_observatorio.services.sending import BY_HAND, Account, Sending
from geo_observatorio.services.staging import make_columns, make_place_columns
from geo_observatorio.services.templates import find_template, tell_shape
from geo_observatorio.sources.day_orders import DayOrders, settle_day_order
from geo_observatorio.sources.rows import Draft, RowReader, RowRejectedError, quote_columns, read_refused_as
from geo_observatorio.sources.tables import Row as TableRow
from geo_observatorio.sources.tables import read_table
from geo_observatorio.sources.templates import CountTemplate, Template

BATCH: Final = 20_000  # rows in memory at a time
EXAMPLES: Final = 100


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


def announce_file(conn: Connection, source: str, path: Path) -> None:
    """Keep the source of a file before the file: what is kept in its long transaction, others would wait for."""
    register_source(conn, tell_shape(conn, find_template(conn, source), path))


def _hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _receive(conn: Connection, file: Received, moment: datetime) -> IngestReport:
    """Keep a file of incidents as incidents and a file of counts as counts."""
    if isinstance(file.template, CountTemplate):
        return _receive_counts(conn, file, file.template, moment)
    template = settle_day_order(file.path, file.template)
    account = _stage_file(conn, file, template, moment)
    return _settle(conn, account, file, template)


def _receive_counts(conn: Connection, file: Received, template: CountTemplate, moment: datetime) -> IngestReport:
    account = stage_file(conn, file.path, template, file.place, moment)
    file.sending.tell(account)
    report = IngestReport(**describe_file(file), **account.as_report())
    known_from = find_moment(conn)
    delivery = save_delivery(conn, report.as_dict() | {"received_at": known_from, "placed": 0})
    aggregates.keep(conn, template.code, file.place.code, delivery, known_from)
    return replace(report, delivery=delivery)


def _stage_file(conn: Connection, file: Received, template: Template, moment: datetime) -> Account:
    """Read and place all rows and let them wait in the database, some at a time."""
    zone = file.place.time_zone
    reader = make_reader(conn, template, zone, moment)
    placer = make_placer(conn, template, file.place)
    incidents.open_stage(conn)
    account, batch, orders = Account(), [], DayOrders()
    for item in read_table(file.path, template):
        if not isinstance(item, TableRow):
            account.note(item)
            continue
        orders.see(item.values)
        batch.append(item)
        if len(batch) == BATCH:
            _stage_batch(conn, batch, reader, placer, account, zone)
            file.sending.tell(account)
            batch = []
    _stage_batch(conn, batch, reader, placer, account, zone)
    file.sending.tell(account)
    orders.require_one(file.path, template.formats.day)
    file.sending.read_whole()
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


def _stage_refused(conn: Connection, refused: Sequence[tuple[TableRow, RowRejectedError]], account: Account) -> None:
    account.by_rule.update(refusal.rule for _, refusal in refused)
    for row, refusal in refused[: EXAMPLES - len(account.examples)]:
        account.examples.append({"sheet": row.sheet, "line": row.line, "rule": refusal.rule, "field": refusal.field})
    _quote_refused(conn, [(row, refusal.rule, refusal.field) for row, refusal in refused])


def _quote_refused(conn: Connection, refused: Sequence[tuple[TableRow, str, str]]) -> None:
    """Let refused rows wait with their taken columns, the rule and the field it looks at."""
    columns: dict[str, Column] = {
        "sheet": [row.sheet for row, _, _ in refused],
        "line": np.array([row.line for row, _, _ in refused], dtype=np.int32),
        "rule": [rule for _, rule, _ in refused],
        "field": [name for _, _, name in refused],
        "columns": [json.dumps(quote_columns(row.values or {}), ensure_ascii=False) for row, _, _ in refused],
        "refused_as": np.array([read_refused_as(row.values or {}) for row, _, _ in refused], dtype=np.int64),
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
    more = incidents.list_contradictions(conn, EXAMPLES - len(account.examples))
    if any(row.outcome == "quarantined" for row in counts):
        _quote_contradictions(conn, file.path, template)
    report = make_report(counts, account, file, more, incidents.count_repairs(conn))
    moment = find_moment(conn)
    delivery = save_delivery(conn, report.as_dict() | {"received_at": moment, "placed": report.placed})
    incidents.keep(conn, template, file.place.code, delivery, moment)
    solved = solve_refused(conn, template.code, file.place.code, delivery, moment, file.sending.sent_by)
    return replace(report, delivery=delivery, solved=solved)


def _quote_contradictions(conn: Connection, path: Path, template: Template) -> None:
    """Let the rows that contradict another by their number wait among the refused, as they are written."""
    wanted = incidents.find_contradictory_lines(conn)
    batch = []
    for item in read_table(path, template):
        if isinstance(item, TableRow) and item.line in wanted.get(item.sheet, ()):
            batch.append((item, "contradictory_id", "case_id"))
        if len(batch) == BATCH:
            _quote_refused(conn, batch)
            batch = []
    if batch:
        _quote_refused(conn, batch)
