"""Rows: each becomes a draft of an incident, or is refused with the name of a rule. No database is touched."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from hashlib import blake2b
from math import nan
from typing import Any, Final

from geo_observatorio.names import plain_text
from geo_observatorio.sources.cells import Repair, RowRejectedError, is_empty, make_trace, read_words
from geo_observatorio.sources.moments import read_reported, read_when
from geo_observatorio.sources.templates import Template
from geo_observatorio.sources.values import (
    DAYS,
    DAYS_TO_1904,
    FORMULA_ERRORS,
    Serial1904,
    hide_personal,
    hide_unless_value,
    read_age,
    read_number,
    read_sexagesimal,
    read_text,
)

__all__ = ["Draft", "Repair", "RowReader", "RowRejectedError", "hash_content", "quote_columns", "read_refused_as"]

COORDINATES: Final = ("longitude", "latitude", "east", "north")
SIDES: Final = {"latitude": "NS", "longitude": "EWO"}  # O: oeste
METRIC: Final = frozenset(("east", "north"))
NUMERIC: Final = frozenset("0123456789.,+-eE \u00a0")
ROUNDED_ID: Final = re.compile(r"\d(?:[.,]\d+)?[eE]\+\d+")  # 1.23E+15: the last digits are gone
REFUSED_AS: Final = re.compile(r"\d{1,18}")
LONGEST_ID: Final = 10**15  # a spreadsheet keeps fifteen digits of a number


@dataclass(slots=True)
class Draft:
    """A row as understood, not yet placed.

    Attributes
    ----------
    hour
        Local time of day, None where nobody knew; with ``until``, the start of a stretch that ends then (local).
    longitude, latitude, east, north
        As written, NaN where absent; ``decimals`` is the larger number of decimals of longitude and latitude.
    repairs
        What was understood otherwise than written: field, from, to, rule.
    content_hash
        Hash of all that was taken, before any placing: two equal rows have the same, in whatever file.
    refused_as
        Number of the row in quarantine that this one corrects, 0 for none.
    """

    case_id: str
    day: date
    hour: time | None
    reported: date | None
    category: str
    address: str
    district: str
    area: str
    barrio: str
    longitude: float = nan
    latitude: float = nan
    decimals: int = 0
    east: float = nan
    north: float = nan
    tags: dict[str, str] = field(default_factory=dict)
    repairs: list[Repair] = field(default_factory=list)
    content_hash: str = ""
    until: datetime | None = None
    refused_as: int = 0


@dataclass(frozen=True, kw_only=True)
class RowReader:
    """Reads the rows of one source.

    Attributes
    ----------
    categories
        Plain text of a code, name or alias to the code of the category; '' where a person said that it is no incident.
    validity
        First and last days on which a category is in force; one without an entry always is.
    now
        Local time without a zone: what lies after it has not happened.
    """

    template: Template
    categories: Mapping[str, str]
    now: datetime
    validity: Mapping[str, Sequence[tuple[date, date]]] = field(default_factory=dict)
    _codes: dict[str, str] = field(default_factory=dict, repr=False)

    def read(self, row: Mapping[str, object]) -> Draft:
        """Understand a row of fields.

        Raises
        ------
        RowRejectedError
            With the rule `missing_id`, `rounded_id`, `missing_date`, `bad_date`, `future`, `too_old`,
            `missing_category`, `unknown_category`, `not_an_incident` or `reported_before_it_happened`.
        """
        repairs: list[Repair] = []
        case_id = self._read_case_id(row, repairs)
        day, hour, until = read_when(row, self.template.formats, self.now, repairs)
        category = read_words(row, "category", repairs)
        draft = Draft(
            case_id=case_id,
            day=day,
            hour=hour,
            until=until,
            reported=read_reported(row, self.template.formats, day, repairs),
            category=self._find_category(category),
            address=self._read_address(row, repairs),
            district=read_words(row, "district", repairs),
            area=read_words(row, "area", repairs),
            barrio=hide_personal(read_words(row, "barrio", repairs)),
            tags=self._read_tags(row, repairs),
            repairs=repairs,
        )
        self._read_coordinates(row, draft)
        self._note_validity(draft)
        draft.content_hash = hash_content(draft, category)
        draft.refused_as = read_refused_as(row)
        return draft

    def _read_case_id(self, row: Mapping[str, object], repairs: list[Repair]) -> str:
        written = row.get("case_id")
        case_id = read_words(row, "case_id", repairs)
        if self.template.identifier and not case_id:
            raise RowRejectedError("missing_id", "case_id")
        is_rounded = isinstance(written, int | float) and abs(written) >= LONGEST_ID
        if is_rounded or ROUNDED_ID.fullmatch(case_id):
            raise RowRejectedError("rounded_id", "case_id")
        return case_id

    def _find_category(self, text: str) -> str:
        code = self._codes.get(text)
        if code is None:
            plain = plain_text(text)
            if not plain:
                raise RowRejectedError("missing_category", "category")
            if plain not in self.categories:
                raise RowRejectedError("unknown_category", "category")
            code = self._codes[text] = self.categories[plain]
        if not code:
            raise RowRejectedError("not_an_incident", "category")
        return code

    def _note_validity(self, draft: Draft) -> None:
        """Note where no law in force on its day knows the category; the row is kept, and says so."""
        periods = self.validity.get(draft.category)
        if periods and not any(first <= draft.day <= last for first, last in periods):
            draft.repairs.append(make_trace("category", draft.day.isoformat(), draft.category, "category_not_in_force"))

    def _read_address(self, row: Mapping[str, object], repairs: list[Repair]) -> str:
        parts = [text for name in ("address", "reference") if (text := read_words(row, name, repairs))]
        written = ", ".join(parts)
        address = hide_personal(written)
        if address != written:
            repairs.append(make_trace("address", "", "", "personal_number_removed"))
        return address

    def _read_tags(self, row: Mapping[str, object], repairs: list[Repair]) -> dict[str, str]:
        tags = {}
        for name in self.template.tags:
            text = hide_personal(read_words(row, name, repairs))
            try:
                text = read_age(text) if name == "age" else text
            except ValueError:
                repairs.append(make_trace(name, text, "", "impossible_age"))
                continue
            if text:
                tags[name] = text
        return tags

    def _read_coordinates(self, row: Mapping[str, object], draft: Draft) -> None:
        for name in COORDINATES:
            written = row.get(name)
            if isinstance(written, str) and written in FORMULA_ERRORS:
                draft.repairs.append(make_trace(name, str(written), "", "formula_error"))
            if is_empty(written):
                continue
            try:
                number, decimals, rule = self._read_coordinate(name, written)
            except ValueError:
                draft.repairs.append(make_trace(name, hide_personal(read_text(written)), "", "unreadable_coordinate"))
                continue
            if rule:
                draft.repairs.append(make_trace(name, read_text(written), repr(number), rule))
            setattr(draft, name, number)
            draft.decimals = max(draft.decimals, decimals)

    def _read_coordinate(self, name: str, written: object) -> tuple[float, int, str]:
        """Return the number, its decimals and the rule by which it was understood, '' where it is plain."""
        if isinstance(written, str) and name in SIDES and not NUMERIC.issuperset(written):
            number, decimals = read_sexagesimal(written, SIDES[name])
            return number, decimals, "degrees_minutes"
        return read_number(written, decimal_comma=self.template.formats.decimal_comma, metric=name in METRIC)


def hash_content(draft: Draft, category: str) -> str:
    """Hash what was taken from a row; the category as written, so that a new classification changes nothing."""
    parts = (
        draft.case_id,
        draft.day.isoformat(),
        draft.hour.isoformat() if draft.hour else "",
        draft.reported.isoformat() if draft.reported else "",
        plain_text(category),
        *(draft.address, draft.district, draft.area, draft.barrio),
        *map(repr, (draft.longitude, draft.latitude, draft.east, draft.north)),
        *([draft.until.isoformat()] if draft.until else []),
        json.dumps(draft.tags, sort_keys=True, ensure_ascii=False) if draft.tags else "",
    )
    return blake2b("\x1f".join(parts).encode("utf-8", "replace"), digest_size=16).hexdigest()


def read_refused_as(row: Mapping[str, object]) -> int:
    """Return the number of the row in quarantine that a row of a corrected file stands for, 0 for none."""
    text = read_text(row.get("refused_as"))
    return int(text) if REFUSED_AS.fullmatch(text) else 0


def quote_columns(row: Mapping[str, object]) -> dict[str, Any]:
    """Return the taken columns of a refused row as text from which it can be read again.

    What looks like a person's number is hidden, unless it is what its column is for.
    """
    return {
        name: hide_unless_value(
            text, day=name in {*DAYS, "hour"}, coordinate=name in COORDINATES, number=name == "case_id"
        )
        for name, value in row.items()
        if name != "refused_as" and (text := read_text(_from_1900(value)))
    }


def _from_1900(value: object) -> object:
    """Return a day of an old Macintosh workbook as most spreadsheets count it: as text nobody could tell them apart."""
    return value + DAYS_TO_1904 if isinstance(value, Serial1904) else value
