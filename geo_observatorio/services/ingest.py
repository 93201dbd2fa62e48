"""Ingest: the file of an institution becomes incidents, all or nothing, and every row of it is accounted for."""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection, Row

from geo_observatorio.db import incidents
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
from geo_observatorio.services.placing import Placer, make_placer
from geo_observatorio.services.readers import make_reader
from geo_observatorio.services.sending import BY_HAND, Account, Sending
from geo_observatorio.services.staging import make_columns, make_place_columns
from geo_observatorio.sources import find_source
from geo_observatorio.sources.rows import Draft, RowReader, RowRejectedError, quote_columns
from geo_observatorio.sources.tables import RAGGED, Blank, read_table
from geo_observatorio.sources.tables import Row as TableRow
from geo_observatorio.sources.templates import Template, version_of

BATCH: Final = 20_000  # rows in memory at a time
EXAMPLES: Final = 100
POINT_METHODS: Final = ("coordinate", "crossing", "landmark", "street")


@dataclass(frozen=True, kw_only=True)
class IngestReport:
    """What became of a file; rows_read = inserted + updated + duplicate + quarantined.

    Attributes
    ----------
    blank
        Lines below the header without data: empty, totals, the header again.
    by_rule
        Quarantined rows by the rule that refused them.
    examples
        The first quarantined rows: sheet, line, rule, field; nothing of their content.
    placed_by_method, repaired_by_rule
        Of the inserted and updated rows.
    sent_by
        Who sent the file, as she named herself; empty where it came by the command line.
    template
        The version of the source's template: the same for the same rules of reading.
    already_known
        The same bytes were received before: this is the report of then, and nothing changed.
    """

    source: str
    municipality: str
    file_name: str
    sha256: str
    bytes: int
    rows_read: int
    inserted: int
    updated: int
    duplicate: int
    quarantined: int
    blank: int
    by_rule: dict[str, int]
    examples: list[dict[str, Any]]
    placed_by_method: dict[str, int]
    repaired_by_rule: dict[str, int]
    first_day: str | None
    last_day: str | None
    seconds: float
    rows_per_second: float
    sent_by: str = ""
    template: str = ""
    delivery: str = ""
    already_known: bool = False
    dry_run: bool = False

    @property
    def placed(self) -> int:
        """Return how many incidents have a credible point."""
        return sum(n for method, n in self.placed_by_method.items() if method in POINT_METHODS)

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Received:
    """A file, who sent it and where it belongs."""

    path: Path
    sha256: str
    template: Template
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
    template = find_source(source)
    place = find_municipality(conn, municipality or template.municipality)
    file = Received(path=path, sha256=_hash_file(path), template=template, place=place, sending=sending)
    lock_source(conn, source)
    earlier = find_report(conn, source, place.code, file.sha256)
    if earlier is not None:
        return replace(IngestReport(**earlier), already_known=True, dry_run=dry_run)
    with conn.begin_nested() as savepoint:
        account = _stage_file(conn, file, now)
        report = _settle(conn, account, file)
        seconds = time.perf_counter() - started
        report = replace(report, seconds=round(seconds, 3), rows_per_second=round(report.rows_read / seconds, 1))
        save_report(conn, report.delivery, report.as_dict())
        incidents.close_stage(conn)
        if dry_run:
            savepoint.rollback()
            report = replace(report, delivery="", dry_run=True)
    return report


def _hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _stage_file(conn: Connection, file: Received, now: datetime | None) -> Account:
    """Read and place all rows and let them wait in the database, some at a time."""
    template, zone = file.template, file.place.time_zone
    reader = make_reader(conn, template, zone, now)
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


def _settle(conn: Connection, account: Account, file: Received) -> IngestReport:
    """Decide what becomes of the waiting rows, keep them, and make the report."""
    counts = incidents.decide(conn, file.template, file.place.code)
    report = _make_report(conn, counts, account, file)
    moment = find_moment(conn)
    delivery = save_delivery(conn, report.as_dict() | {"received_at": moment, "placed": report.placed})
    incidents.keep(conn, file.template, file.place.code, delivery, moment)
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
        source=file.template.code,
        municipality=file.place.code,
        file_name=file.sending.file_name or file.path.name,
        sha256=file.sha256,
        bytes=file.path.stat().st_size,
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
        sent_by=file.sending.sent_by,
        template=version_of(file.template),
    )
