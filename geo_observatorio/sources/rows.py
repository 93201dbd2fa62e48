"""Rows: each becomes a draft of an incident, or is refused with the name of a rule. No database is touched."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from hashlib import blake2b
from math import nan
from typing import Any, Final

from geo_observatorio.names import plain_text
from geo_observatorio.sources.templates import Template
from geo_observatorio.sources.values import (
    hide_personal,
    hide_unless_value,
    read_hour,
    read_moment,
    read_number,
    read_sexagesimal,
    read_text,
)

FIRST_DAY: Final = date(1990, 1, 1)
CLOCKS_DIFFER: Final = timedelta(hours=1)  # an incident may lie so far ahead of our clock
NO_VALUE: Final = frozenset(("", "n a", "na", "s d", "sd", "s n", "nd", "null", "none", "nan", "sin dato", "sin datos"))
DAYS: Final = frozenset(("day", "reported"))
COORDINATES: Final = ("longitude", "latitude", "east", "north")
SIDES: Final = {"latitude": "NS", "longitude": "EWO"}  # O: oeste
NUMERIC: Final = frozenset("0123456789.,+-eE \u00a0")
Repair = dict[str, str]


class RowRejectedError(Exception):
    """A row cannot become an incident: the rule that refuses it and the field it looks at."""

    def __init__(self, rule: str, field: str) -> None:
        self.rule, self.field = rule, field
        super().__init__(f"{rule}: {field}")


@dataclass(slots=True)
class Draft:
    """A row as understood, not yet placed.

    Attributes
    ----------
    hour
        Local time of day, None where nobody knew.
    longitude, latitude, east, north
        As written, NaN where absent; ``decimals`` is the larger number of decimals of longitude and latitude.
    repairs
        What was understood otherwise than written: field, from, to, rule.
    content_hash
        Hash of all that was taken, before any placing: two equal rows have the same, in whatever file.
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
            With the rule `missing_id`, `missing_date`, `bad_date`, `future`, `too_old`, `missing_category`,
            `unknown_category`, `not_an_incident` or `reported_before_it_happened`.
        """
        repairs: list[Repair] = []
        case_id = read_text(row.get("case_id"))
        if self.template.identifier and not case_id:
            raise RowRejectedError("missing_id", "case_id")
        day, hour = self._read_when(row, repairs)
        draft = Draft(
            case_id=case_id,
            day=day,
            hour=hour,
            reported=self._read_reported(row, day, repairs),
            category=self._read_category(row),
            address=self._read_address(row, repairs),
            district=read_text(row.get("district")),
            area=read_text(row.get("area")),
            barrio=hide_personal(read_text(row.get("barrio"))),
            tags={name: text for name in self.template.tags if (text := hide_personal(read_text(row.get(name))))},
            repairs=repairs,
        )
        self._read_coordinates(row, draft)
        self._note_validity(draft)
        draft.content_hash = hash_content(draft, read_text(row.get("category")))
        return draft

    def _read_when(self, row: Mapping[str, object], repairs: list[Repair]) -> tuple[date, time | None]:
        written = row.get("day")
        if plain_is_empty(written):
            raise RowRejectedError("missing_date", "day")
        try:
            day, hour, rule = read_moment(written, self.template.formats.day)
        except ValueError:
            raise RowRejectedError("bad_date", "day") from None
        if rule:
            repairs.append(_trace("day", read_text(written), day.isoformat(), rule))
        if day < FIRST_DAY:
            raise RowRejectedError("too_old", "day")
        hour = self._read_hour(row.get("hour"), hour, repairs)
        if datetime.combine(day, hour or time()) > self.now + CLOCKS_DIFFER:
            raise RowRejectedError("future", "day")
        return day, hour

    def _read_hour(self, written: object, beside_day: time | None, repairs: list[Repair]) -> time | None:
        hour = beside_day
        if not plain_is_empty(written):
            try:
                hour = read_hour(written, self.template.formats.hour)
            except ValueError:
                repairs.append(_trace("hour", hide_personal(read_text(written)), "", "unreadable_hour"))
                hour = beside_day
        return None if hour == time() and self.template.formats.midnight_is_unknown else hour

    def _read_reported(self, row: Mapping[str, object], day: date, repairs: list[Repair]) -> date | None:
        written = row.get("reported")
        if plain_is_empty(written):
            return None
        try:
            reported, _, _ = read_moment(written, self.template.formats.day)
        except ValueError:
            repairs.append(_trace("reported", hide_personal(read_text(written)), "", "unreadable_date"))
            return None
        if reported < day:
            raise RowRejectedError("reported_before_it_happened", "reported")
        return reported

    def _read_category(self, row: Mapping[str, object]) -> str:
        written = row.get("category")
        text = written if isinstance(written, str) else read_text(written)
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
            draft.repairs.append(_trace("category", draft.day.isoformat(), draft.category, "category_not_in_force"))

    def _read_address(self, row: Mapping[str, object], repairs: list[Repair]) -> str:
        parts = [text for name in ("address", "reference") if (text := read_text(row.get(name)))]
        written = ", ".join(parts)
        address = hide_personal(written)
        if address != written:
            repairs.append(_trace("address", "", "", "personal_number_removed"))
        return address

    def _read_coordinates(self, row: Mapping[str, object], draft: Draft) -> None:
        for name in COORDINATES:
            written = row.get(name)
            if plain_is_empty(written):
                continue
            try:
                number, decimals, rule = self._read_coordinate(name, written)
            except ValueError:
                draft.repairs.append(_trace(name, hide_personal(read_text(written)), "", "unreadable_coordinate"))
                continue
            if rule:
                draft.repairs.append(_trace(name, read_text(written), repr(number), rule))
            setattr(draft, name, number)
            draft.decimals = max(draft.decimals, decimals)

    def _read_coordinate(self, name: str, written: object) -> tuple[float, int, str]:
        """Return the number, its decimals and the rule by which it was understood, '' where it is plain."""
        if isinstance(written, str) and name in SIDES and not NUMERIC.issuperset(written):
            number, decimals = read_sexagesimal(written, SIDES[name])
            return number, decimals, "degrees_minutes"
        number, decimals, had_comma = read_number(written, decimal_comma=self.template.formats.decimal_comma)
        return number, decimals, "decimal_comma" if had_comma else ""


def plain_is_empty(value: object) -> bool:
    """Return whether a cell says nothing: empty, or one of the usual words for that."""
    if value is None or value == "" or value != value:  # noqa: PLR0124  # NaN is the one value unlike itself
        return True
    return isinstance(value, str) and len(value) < 10 and not value[0].isdigit() and plain_text(value) in NO_VALUE


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
        json.dumps(draft.tags, sort_keys=True, ensure_ascii=False) if draft.tags else "",
    )
    return blake2b("\x1f".join(parts).encode("utf-8", "replace"), digest_size=16).hexdigest()


def quote_columns(row: Mapping[str, object]) -> dict[str, Any]:
    """Return the taken columns of a refused row as text, without what looks like a person's number."""
    return {
        name: hide_unless_value(text, day=name in DAYS, coordinate=name in COORDINATES)
        for name, value in row.items()
        if (text := read_text(value))
    }


def _trace(field_name: str, before: str, after: str, rule: str) -> Repair:
    return {"field": field_name, "from": before, "to": after, "rule": rule}
