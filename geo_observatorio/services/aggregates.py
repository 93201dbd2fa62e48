"""Files of counts: each row is read, its place and category are named, and its counts are kept as counts."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection

from geo_observatorio.db import aggregates, incidents
from geo_observatorio.db.areas import find_boundaries, load_areas
from geo_observatorio.db.copying import Column
from geo_observatorio.db.municipalities import Municipality
from geo_observatorio.names import plain_text
from geo_observatorio.services.naming import AreaNames, read_aliases
from geo_observatorio.services.readers import register_source
from geo_observatorio.services.sending import Account
from geo_observatorio.sources.count_rows import Count, CountRow
from geo_observatorio.sources.count_tables import read_counts
from geo_observatorio.sources.tables import Blank, Opened
from geo_observatorio.sources.templates import CountTemplate
from geo_observatorio.sources.values import hide_personal

EXAMPLES: Final = 100
BATCH: Final = 20_000  # counts
KINDS: Final[dict[str, np.dtype[Any]]] = {
    "row_number": np.dtype(np.int64),
    "line": np.dtype(np.int32),
    "n": np.dtype(np.int32),
    "period_from": np.dtype("M8[D]"),
    "period_to": np.dtype("M8[D]"),
}
ROW_TEXTS: Final = ("sheet", "title", "chapter", "article")


@dataclass(kw_only=True)
class CountAccount(Account):
    """The account of a file of counts, as `IngestReport` tells it."""

    repairs: Counter[str] = field(default_factory=Counter)
    rows: dict[str, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    first_day: date | None = None
    last_day: date | None = None

    def as_report(self) -> dict[str, Any]:
        """Return the fields of a report that tell it."""
        return {
            "rows_read": self.rows_read,
            **{name: self.rows.get(name, 0) for name in ("inserted", "updated", "duplicate")},
            "quarantined": self.by_rule.total(),
            **self.tell_lines(),
            "by_rule": dict(sorted(self.by_rule.items())),
            "examples": self.examples,
            "placed_by_method": {},
            "repaired_by_rule": dict(sorted(self.repairs.items())),
            "first_day": self.first_day.isoformat() if self.first_day else None,
            "last_day": self.last_day.isoformat() if self.last_day else None,
            "counts": dict(sorted(self.counts.items())),
        }


@dataclass(frozen=True, kw_only=True, eq=False)
class Names:
    """By which names a source calls categories and areas of a municipality."""

    template: CountTemplate
    municipality: Municipality
    categories: Mapping[str, str]
    areas: AreaNames

    def find_category(self, row: CountRow) -> str:
        """Return the code of what a row counts, '' where the scheme has none for it."""
        return self.categories.get(plain_text(row.label.text), "") or self.template.articles.get(row.article, "")

    def find_place(self, row: CountRow) -> tuple[str, str] | None:
        """Return level and code or name of what a row is about; None where it names an area that there is not."""
        province, district, area = (
            "" if plain_text(text).startswith("total") else text for text in (row.province, row.district, row.area)
        )
        if area:
            is_ours = not district or plain_text(district) == plain_text(self.municipality.name)
            code = self.areas.find(area) if is_ours else ""
            return ("area", code) if code else None
        if district:
            return "district", self._spell(district)
        return ("province", province) if province else (row.scope[0], self._spell(row.scope[1]))

    def _spell(self, district: str) -> str:
        ours = self.municipality.name
        return ours if plain_text(district) == plain_text(ours) else district


def open_stage(conn: Connection, template: CountTemplate, municipality: Municipality) -> Names:
    """Make room for the counts of one file, and return the names by which its rows are understood.

    Raises
    ------
    NotFoundError
        The municipality has no areas of the source's level.
    """
    categories = register_source(conn, template)
    areas = load_areas(conn, find_boundaries(conn, municipality.code, template.level), municipality.metric_srid)
    aggregates.open_stage(conn)
    return Names(
        template=template,
        municipality=municipality,
        categories=categories,
        areas=AreaNames(areas, read_aliases(template.area_aliases)),
    )


def stage_file(  # a file, who sent it, whose it is, and when
    conn: Connection, path: Path, template: CountTemplate, municipality: Municipality, moment: datetime
) -> CountAccount:
    """Read a file of counts, let them wait in the database and decide what becomes of each row."""
    account = stage_rows(conn, read_counts(path, template, moment.date()), open_stage(conn, template, municipality))
    _settle(conn, account, template, municipality)
    return account


def stage_rows(conn: Connection, items: Iterable[CountRow | Blank | Opened], names: Names) -> CountAccount:
    """Let the rows of a table wait in the database, those that are refused as well."""
    account, refused = CountAccount(), list[CountRow]()
    columns: dict[str, list[Any]] = {}
    for item in items:
        if isinstance(item, Blank | Opened):
            account.note(item)
        elif _take(item, names, account, columns):
            account.repairs.update(item.repairs)
        else:
            refused.append(item)
        if len(columns.get("n", ())) >= BATCH:
            _flush(conn, columns)
    _flush(conn, columns)
    _stage_refused(conn, refused, account)
    return account


def _take(row: CountRow, names: Names, account: CountAccount, columns: dict[str, list[Any]]) -> bool:
    """Let the counts of a row wait; tell whether it is not refused."""
    account.rows_read += 1
    place = names.find_place(row)
    if place is None:
        row.refuse("unknown_area", "area")
    if row.rule or place is None:
        return False
    category = names.find_category(row)
    if not category:
        account.counts["without_category"] = account.counts.get("without_category", 0) + len(row.counts)
    for count in row.counts:
        for name, value in _describe(row, count, place, names.template, account.rows_read).items():
            columns.setdefault(name, []).append(value)
        columns.setdefault("category", []).append(category)
    return True


def _describe(
    row: CountRow, count: Count, place: tuple[str, str], template: CountTemplate, number: int
) -> dict[str, Any]:
    return {
        **{name: hide_personal(getattr(row, name)) for name in ROW_TEXTS},
        "row_number": number,
        "line": row.line,
        "source_key": make_key(row, count, place, template.unit),
        "label": row.label.text,
        "level": place[0],
        "area": hide_personal(place[1]),
        "measure": count.measure,
        "unit": template.unit,
        "period_from": count.period.first,
        "period_to": count.period.last,
        "n": count.n,
        "status": count.status,
        "notes": count.notes,
        "written": json.dumps(row.written, ensure_ascii=False),
    }


def make_key(row: CountRow, count: Count, place: tuple[str, str], unit: str) -> str:
    """Return what identifies a count within its source: an article by its number, else by its words and headings."""
    what = (row.article,) if row.article else tuple(map(plain_text, (row.title, row.chapter, row.label.text)))
    where = (place[0], plain_text(place[1]))
    when = (count.period.first.isoformat(), count.period.last.isoformat())
    parts = "\x1f".join((*what, *where, count.measure, unit, *when))
    return blake2b(parts.encode("utf-8", "replace"), digest_size=16).hexdigest()


def _flush(conn: Connection, columns: dict[str, list[Any]]) -> None:
    if columns:
        typed: dict[str, Column] = {
            name: np.array(values, dtype=KINDS[name]) if name in KINDS else values for name, values in columns.items()
        }
        aggregates.stage_counts(conn, typed)
        columns.clear()


def _stage_refused(conn: Connection, refused: Sequence[CountRow], account: CountAccount) -> None:
    account.by_rule.update(row.rule for row in refused)
    for row in refused[:EXAMPLES]:
        account.examples.append({"sheet": row.sheet, "line": row.line, "rule": row.rule, "field": row.column})
    if refused:
        columns: dict[str, Column] = {
            "sheet": [row.sheet for row in refused],
            "line": np.array([row.line for row in refused], dtype=np.int32),
            "rule": [row.rule for row in refused],
            "field": [row.column for row in refused],
            "columns": [json.dumps(row.written, ensure_ascii=False) for row in refused],
        }
        incidents.stage_refused(conn, columns)


def _settle(conn: Connection, account: CountAccount, template: CountTemplate, municipality: Municipality) -> None:
    outcomes = aggregates.decide(conn, template.code, municipality.code)
    account.by_rule += Counter({"contradictory_count": outcomes.rows.get("quarantined", 0)})
    account.rows = outcomes.rows
    account.counts |= outcomes.counts
    account.first_day, account.last_day = outcomes.first_day, outcomes.last_day
    account.examples += aggregates.list_contradictions(conn, EXAMPLES - len(account.examples))
