"""Rows read again: from the columns that quarantine kept of them, by the same reader and placer as a file's."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection, Row

from geo_observatorio.db import incidents
from geo_observatorio.db.assignments import Assignment, find_pile_points, keep_staged, keep_waiting, read_rows
from geo_observatorio.db.municipalities import Municipality
from geo_observatorio.db.reviews import apply_to_stage
from geo_observatorio.services.placing import Placed, Placer
from geo_observatorio.services.staging import make_columns
from geo_observatorio.sources.rows import Draft, RowReader, RowRejectedError
from geo_observatorio.sources.tables import Row as TableRow
from geo_observatorio.sources.values import REMOVED, SHARE_OF_DAY

MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d(?:\.\d+)?)?")
CLOCK: Final = re.compile(r"\d\d:\d\d:\d\d(?:\.\d+)?")
IDENTIFIER_LOST: Final = "identifier_removed"
FIELDS_WITH_MOMENTS: Final = ("day", "reported", "hour")
WORDS: Final = ("address", "reference", "barrio")


@dataclass(frozen=True, kw_only=True)
class Rereader:
    """What is needed to read the rows of one source in one municipality again."""

    reader: RowReader
    placer: Placer
    place: Municipality


def reread_delivery(
    conn: Connection, assignment: Assignment, rereader: Rereader, delivery: str, spellings: Sequence[str]
) -> Counter[str]:
    """Read the waiting rows of a delivery again and keep what can be kept; return how many came to each end."""
    template = rereader.reader.template
    piles = find_pile_points(conn, delivery)
    reasons: list[tuple[int, str]] = []
    incidents.open_stage(conn)
    after, staged = -1, 0
    while rows := read_rows(conn, delivery, spellings, after):
        after = rows[-1].id
        staged += _stage(conn, rows, rereader, piles, reasons)
    outcomes: Counter[str] = Counter(reason for _, reason in reasons)
    keep_waiting(conn, assignment, reasons)
    if staged:
        apply_to_stage(conn, rereader.place.code)
        # each row is an offence of its own: none continues an incident under another category
        incidents.decide(conn, replace(template, several_offences=False), rereader.place.code)
        outcomes.update(keep_staged(conn, assignment, template.code, delivery))
    incidents.close_stage(conn)
    return outcomes


def _stage(
    conn: Connection, rows: Sequence[Row[Any]], rereader: Rereader, piles: set[str], reasons: list[tuple[int, str]]
) -> int:
    """Let the rows that can be read wait under their numbers in quarantine; note why the others cannot."""
    kept: list[Row[Any]] = []
    drafts: list[Draft] = []
    for row in rows:
        try:
            drafts.append(read_again(rereader.reader, row.columns))
            kept.append(row)
        except RowRejectedError as refusal:
            reasons.append((row.id, refusal.rule))
    if not kept:
        return 0
    lines = [TableRow(row.sheet, row.line, None) for row in kept]
    placed = _place(rereader.placer, drafts, piles)
    zone = rereader.place.time_zone
    columns = make_columns(lines, drafts, placed, first=0, template=rereader.reader.template, zone=zone)
    incidents.stage_rows(conn, columns | {"row_number": np.array([row.id for row in kept], dtype=np.int64)})
    return len(kept)


def read_again(reader: RowReader, columns: Mapping[str, Any]) -> Draft:
    """Understand the kept columns of a row.

    Raises
    ------
    RowRejectedError
        What the row was refused for stands, or its number was removed when it was kept: nobody could tell an amendment
        of it from another case.
    """
    if reader.template.identifier and REMOVED in str(columns.get("case_id", "")):
        raise RowRejectedError(IDENTIFIER_LOST, "case_id")
    draft = reader.read({name: restore(name, str(text)) for name, text in columns.items()})
    for name in WORDS:
        if REMOVED in str(columns.get(name, "")):
            draft.repairs.append({"field": name, "from": "", "to": "", "rule": "personal_number_removed"})
    return draft


def restore(name: str, text: str) -> object:
    """Return a kept cell as it was before it became text: days, hours and shares of a day of a workbook."""
    if name not in FIELDS_WITH_MOMENTS:
        return text
    if MOMENT.fullmatch(text):
        return datetime.fromisoformat(text)
    if name == "hour" and CLOCK.fullmatch(text):
        return time.fromisoformat(text)
    return float(text) if name == "hour" and SHARE_OF_DAY.fullmatch(text) else text


def _place(placer: Placer, drafts: Sequence[Draft], piles: set[str]) -> list[Placed]:
    """Place drafts; those on a point that their file used by default, by their words."""
    placed = placer.place(drafts)
    for at, (draft, found) in enumerate(zip(drafts, placed, strict=True)):
        point = f"{found.longitude!r} {found.latitude!r}"
        if found.method == "coordinate" and point in piles:
            draft.repairs.append({"field": "coordinate", "from": point, "to": "", "rule": "pile"})
            stated = placer.area_names.find(draft.area, draft.district)
            placed[at] = placer.place_by_words(draft.address, draft.barrio, stated)
    return placed
