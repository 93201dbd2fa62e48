"""Amendments: what institutions corrected of what they had sent, by delivery and by case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, Row

from geo_observatorio.db.queries import query
from geo_observatorio.sources.values import hide_personal

MOST_VERSIONS: Final = 200  # of one case
FIELDS: Final = {  # what a page calls a field: the columns that it stands for
    "category": ("category",),
    "day": ("local_day",),
    "hour": ("local_hour",),
    "reported": ("reported_on",),
    "victims": ("victims",),
    "address": ("address",),
    "area": ("stated_area",),
    "place": ("method", "x", "y"),
    "tags": ("tags",),
}


@dataclass(frozen=True, kw_only=True)
class Amended:
    """How many incidents a delivery amended, and how many of them in each field.

    Attributes
    ----------
    spelling
        Those that were only written otherwise: nothing that is kept has changed.
    """

    delivery: str
    source: str
    file_name: str
    received_at: datetime
    n: int
    fields: dict[str, int]
    spelling: int


@dataclass(frozen=True, kw_only=True)
class Version:
    """An incident as it was known for some time; day, hour, address and area only where its case is open.

    Attributes
    ----------
    known_to
        None: it is known so today.
    changed
        Fields in which it differs from the version before.
    """

    source: str
    file_name: str
    known_from: datetime
    known_to: datetime | None
    name_es: str
    name_en: str
    changed: Sequence[str]
    day: date | None = None
    hour: int | None = None
    address: str = ""
    area: str = ""

    def name(self, language: str) -> str:
        """Return what happened in the reader's language."""
        return self.name_en if language == "en" else self.name_es


@dataclass(frozen=True, kw_only=True)
class History:
    """The versions of each incident of a case; ``hidden`` where one of them is or was of a reserved category."""

    case_id: str
    hidden: bool
    incidents: Sequence[Sequence[Version]]


def count_amendments(conn: Connection, municipality: str) -> list[Amended]:
    """Return what each delivery amended, the latest first."""
    rows = conn.execute(query("amendment_counts"), {"municipality": municipality}).mappings()
    plain = ("delivery", "source", "file_name", "received_at", "n", "spelling")
    return [Amended(**{name: row[name] for name in plain}, fields={name: row[name] for name in FIELDS}) for row in rows]


def read_history(conn: Connection, municipality: str, case_id: str) -> History:
    """Return every version of the incidents of a case."""
    values = {"municipality": municipality, "case_id": case_id, "limit": MOST_VERSIONS}
    rows = conn.execute(query("amendment_history"), values).all()
    hidden = any(row.sensitive for row in rows)
    groups: dict[str, list[Row[Any]]] = {}
    for row in rows:
        groups.setdefault(row.id, []).append(row)
    incidents = [_tell(group, hidden=hidden) for group in groups.values()]
    return History(case_id=case_id, hidden=hidden, incidents=incidents)


def _tell(rows: Sequence[Row[Any]], *, hidden: bool) -> list[Version]:
    before = [None, *rows[:-1]]
    return [_make_version(row, earlier, hidden=hidden) for row, earlier in zip(rows, before, strict=True)]


def _make_version(row: Row[Any], before: Row[Any] | None, *, hidden: bool) -> Version:
    shown: dict[str, Any] = {}
    if not hidden:
        address = hide_personal(row.address)
        shown = {"day": row.local_day, "hour": row.local_hour, "address": address, "area": row.stated_area}
    return Version(
        source=row.source,
        file_name=row.file_name,
        known_from=row.known_from,
        known_to=row.known_to,
        name_es=row.name_es,
        name_en=row.name_en,
        changed=[] if before is None else find_changes(before, row),
        **shown,
    )


def find_changes(before: Row[Any], after: Row[Any]) -> list[str]:
    """Return the fields in which two versions differ."""
    return [
        name
        for name, columns in FIELDS.items()
        if any(getattr(before, column) != getattr(after, column) for column in columns)
    ]
