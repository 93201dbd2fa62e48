"""Receipts: what became of one delivery, told to who sent it; no text of a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from geo_observatorio.db.queries import query
from geo_observatorio.errors import NotFoundError, phrase


@dataclass(frozen=True, kw_only=True)
class Hidden:
    """What a workbook hides, by the name of the sheet.

    Attributes
    ----------
    sheets
        Hidden sheets, which are not read, to their lines.
    rows
        Visible sheets to their hidden lines, which are read.
    """

    sheets: Mapping[str, int]
    rows: Mapping[str, int]


def find_hidden(sheets: Sequence[Mapping[str, Any]]) -> Hidden:
    """Return what the sheets of a file hide."""
    return Hidden(
        sheets={item["sheet"]: item["hidden_rows"] for item in sheets if item["hidden"]},
        rows={item["sheet"]: item["hidden_rows"] for item in sheets if item["hidden_rows"] and not item["hidden"]},
    )


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """A delivery and its account: read = inserted + updated + duplicate + quarantined.

    Attributes
    ----------
    solved
        Rows of its quarantine that were solved or discarded since.
    by_rule, repaired_by_rule, placed_by_method
        Counts by the rule that refused, the rule that repaired, the way of placing.
    examples
        The first refused rows: sheet, line, rule, field.
    header, footer, outside
        Lines without data: titles and headers, totals and notes, those of sheets without a table.
    corrected
        Rows of earlier deliveries that this file took out of quarantine.
    sheets
        Each sheet: hidden or not, and how many of its rows are; empty for old deliveries.
    counts
        Of a table of counts: how many were new, amended or known.
    template
        The version of the rules by which the file was read; empty for old deliveries.
    """

    id: str
    source: str
    source_name: str
    institution: str
    synthetic: bool
    municipality: str
    municipality_name: str
    time_zone: str
    file_name: str
    sha256: str
    bytes: int
    received_at: datetime
    sent_by: str
    rows_read: int
    inserted: int
    updated: int
    duplicate: int
    quarantined: int
    blank: int
    placed: int
    first_day: date | None
    last_day: date | None
    solved: int
    by_rule: Mapping[str, int]
    repaired_by_rule: Mapping[str, int]
    placed_by_method: Mapping[str, int]
    examples: Sequence[Mapping[str, Any]]
    template: str
    seconds: float | None
    header: int
    footer: int
    outside: int
    corrected: int
    counts: Mapping[str, int]
    sheets: Sequence[Mapping[str, Any]] = ()

    @property
    def hidden(self) -> Hidden:
        """Return what of the file was hidden."""
        return find_hidden(self.sheets)

    @property
    def to_correct(self) -> bool:
        """Return whether rows of it wait in quarantine that leave as a file to correct."""
        return self.quarantined > self.solved and not self.counts

    @property
    def received_local(self) -> datetime:
        """Return when it was received, on the clock of its municipality."""
        return self.received_at.astimezone(ZoneInfo(self.time_zone))

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        moments = (self.received_at, self.first_day, self.last_day)
        texts = [moment.isoformat() if moment else None for moment in moments]
        return asdict(self) | dict(zip(("received_at", "first_day", "last_day"), texts, strict=True))


IN_REPORT = ("by_rule", "repaired_by_rule", "placed_by_method", "counts")
LINES = {"header": "header", "footer": "footer", "outside": "outside", "corrected": "solved"}  # here: in the report
STORED = tuple(
    item.name
    for item in fields(Receipt)
    if item.name not in (*IN_REPORT, *LINES, "examples", "sheets", "template", "seconds")
)


def find_receipt(conn: Connection, delivery: str) -> Receipt:
    """Return the receipt of a delivery; raise NotFoundError where there is none of that id."""
    row = conn.execute(query("receipt"), {"id": str(_read_id(delivery))}).one_or_none()
    if row is None:
        raise _refuse(delivery)
    report = row.report
    counts: dict[str, Any] = {name: dict(report.get(name) or {}) for name in IN_REPORT}
    lines: dict[str, Any] = {name: int(report.get(kept, 0)) for name, kept in LINES.items()}
    return Receipt(
        **{name: getattr(row, name) for name in STORED},
        **counts,
        **lines,
        examples=list(report.get("examples", [])),
        sheets=list(report.get("sheets", [])),
        template=str(report.get("template", "")),
        seconds=report.get("seconds"),
    )


def _read_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise _refuse(text) from error


def _refuse(text: str) -> NotFoundError:
    return NotFoundError(noun=phrase("entrega"), found=text[:40], needed=phrase("las de la página Datos"))
