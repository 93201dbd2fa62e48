"""The scheme as a table: each category with its law, its dates and what sources call it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from geo_observatorio.db.assignments import find_schemes, read_table
from geo_observatorio.names import plain_text


@dataclass(frozen=True, kw_only=True)
class Version:
    """The law on which a category stood from one day to another; None: without a limit."""

    law: str
    law_status: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A category as a reader looks it up.

    Attributes
    ----------
    tags
        ICCS tags to the values that they may have.
    aliases
        Other spellings: source, text, and who assigned it ('' for the template).
    """

    code: str
    scheme: str
    name_es: str
    name_en: str
    line: str
    group_name: str
    iccs_code: str
    tags: Mapping[str, Sequence[str]]
    count_unit: str
    title: str
    chapter: str
    article: str
    sensitive: bool
    publication: str
    versions: Sequence[Version]
    aliases: Sequence[Mapping[str, str]]

    def name(self, language: str) -> str:
        """Return its name in the reader's language."""
        return self.name_en if language == "en" else self.name_es

    @property
    def tag_text(self) -> str:
        """Return its tags as in a table: We=1|2;Lo=6."""
        return ";".join(f"{name}={'|'.join(values)}" for name, values in self.tags.items())

    def says(self, asked: str) -> bool:
        """Tell whether every word of a search stands in it."""
        laws = " ".join(version.law for version in self.versions)
        spellings = " ".join(alias["alias"] for alias in self.aliases)
        text = f"{self.code} {self.name_es} {self.name_en} {self.group_name} {self.iccs_code} {laws} {spellings}"
        words = plain_text(text)
        return all(word in words for word in plain_text(asked).split())


def list_entries(conn: Connection, municipality: str) -> list[Entry]:
    """Return the categories by which the sources of a municipality are read."""
    rows = read_table(conn, find_schemes(conn, municipality))
    return [_make_entry(row) for row in rows]


def _make_entry(row: Mapping[str, Any]) -> Entry:
    versions = [
        Version(
            law=version["law"],
            law_status=version["law_status"],
            valid_from=_day(version["valid_from"]),
            valid_to=_day(version["valid_to"]),
        )
        for version in row["versions"]
    ]
    left_out = {"versions", "law", "law_status", "edition"}
    return Entry(versions=versions, **{name: value for name, value in row.items() if name not in left_out})


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
