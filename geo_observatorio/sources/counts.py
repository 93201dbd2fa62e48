"""Values of tables of counts: numbers with marks, periods, articles. What cannot be read raises ValueError."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Final

from geo_observatorio.names import MONTHS, plain_text
from geo_observatorio.sources.values import read_text

MOST: Final = 10_000_000  # no institution of a country of four million counts more
NOTES: Final = re.compile(r"\(\s*(\d{1,2}(?:\s*[,y]\s*\d{1,2})*)\s*\)|([¹²³⁴⁵⁶⁷⁸⁹]+)")
STATUS: Final = re.compile(r"\(\s*([PRE])\s*\)", re.IGNORECASE)
SUPERSCRIPTS: Final = str.maketrans("¹²³⁴⁵⁶⁷⁸⁹", "123456789")
ARTICLE: Final = re.compile(
    r"^\s*art(?:[íi]culo)?s?\.?\s*(\d{1,3}(?:\s?-\s?[A-Z]\b)?)(?!\d)[\s.:,–—-]*(.*)$", re.IGNORECASE
)
HEADING: Final = re.compile(r"^(titulo|capitulo)\b")
NUMBER: Final = re.compile(r"\d+|\d{1,3}(?:,\d{3})+")
YEAR: Final = re.compile(r"\b(?:19|20)\d\d\b")
ZERO_SIGNS: Final = frozenset("-–—−")
NO_COUNT: Final = frozenset(("", "..", "...", "…", "n/a", "na", "s/d", "sd", "nd", "n/d"))
MONTH_NUMBERS: Final = (
    {name: n for n, name in enumerate(MONTHS, 1)} | {name[:3]: n for n, name in enumerate(MONTHS, 1)}
) | {"setiembre": 9, "sept": 9, "set": 9}
MONTH: Final = re.compile(rf"\b({'|'.join(sorted(MONTH_NUMBERS, key=len, reverse=True))})\b")
ORDINALS: Final = (
    {"i": 1, "ii": 2, "iii": 3, "iv": 4}
    | {"primer": 1, "primero": 1, "segundo": 2, "tercer": 3, "tercero": 3, "cuarto": 4}
    | {f"{n}{ending}": n for n in range(1, 5) for ending in ("", "o", "er", "ero", "do", "to", "ro")}
)
PART: Final = re.compile(rf"\b({'|'.join(sorted(ORDINALS, key=len, reverse=True))}) (trimestre|trim|semestre)\b")
SHORT_QUARTER: Final = re.compile(r"\b(?:t([1-4])|([1-4])t|q([1-4]))\b")


@dataclass(frozen=True, order=True)
class Period:
    """Days from the first to the last, both included."""

    first: date
    last: date


@dataclass(frozen=True, kw_only=True)
class Marked:
    """A text without the marks of its notes; ``status`` P preliminary, R revised, E estimated; ``notes`` '1,2'."""

    text: str
    status: str = ""
    notes: str = ""


def take_marks(value: object) -> Marked:
    """Take the marks of notes and of preliminary figures from a text."""
    text = read_text(value)
    status = STATUS.search(text)
    found = [(a or b.translate(SUPERSCRIPTS)) for a, b in NOTES.findall(text)]
    notes = ",".join(re.findall(r"\d+", ",".join(found)))
    bare = NOTES.sub(" ", STATUS.sub(" ", text))
    return Marked(text=" ".join(bare.split()), status=status.group(1).upper() if status else "", notes=notes)


def read_count(value: object) -> tuple[int | None, str]:
    """Read a count: a whole number, thousands by a comma; `-` is none at all, `..` not known; with its status."""
    if isinstance(value, bool):
        raise ValueError(str(value))
    if isinstance(value, (int, float)):
        return _whole(float(value)), ""
    marked = take_marks(value)
    text = marked.text
    if text in ZERO_SIGNS:
        return 0, marked.status
    if text.lower() in NO_COUNT:
        return None, marked.status
    if not NUMBER.fullmatch(text):
        raise ValueError(text)
    return _whole(float(text.replace(",", ""))), marked.status


def _whole(number: float) -> int | None:
    if number != number:  # noqa: PLR0124  # NaN: an empty cell of a Parquet
        return None
    if not number.is_integer() or not 0 <= number <= MOST:
        raise ValueError(str(number))
    return int(number)


def split_label(text: str) -> tuple[str, str]:
    """Split `Art. 200 - Violencia doméstica` into the number of the article and its name; '' where there is none."""
    found = ARTICLE.match(text)
    if not found:
        return "", text
    return re.sub(r"\s", "", found.group(1)).upper(), found.group(2).strip() or text


def find_rank(text: str) -> int:
    """Tell how far down a label stands: 0 a total, 1 a title, 2 a chapter, 3 what is counted."""
    plain = plain_text(text)
    if plain.startswith(("total", "subtotal", "sub total", "gran total")):
        return 0
    heading = HEADING.match(plain)
    return 3 if heading is None else {"titulo": 1, "capitulo": 2}[heading.group()]


def read_month(text: str) -> int | None:
    """Return the number of the month that a header is, None where it is none."""
    plain = plain_text(text)
    return MONTH_NUMBERS.get(plain)


def read_header_period(text: str) -> tuple[str, int] | None:
    """Return what period stands above a column: ('month', 1..12), ('quarter', 1..4) or ('year', 2020); None: none."""
    plain = plain_text(text)
    month = MONTH_NUMBERS.get(plain)
    if month:
        return "month", month
    quarter = read_quarter(plain)
    if quarter and (plain.endswith(("trimestre", "trim")) or SHORT_QUARTER.fullmatch(plain)):
        return "quarter", quarter
    year = re.fullmatch(r"(?:ano )?((?:19|20)\d\d)", plain)
    return ("year", int(year.group(1))) if year else None


def read_quarter(text: str) -> int | None:
    """Return the quarter that a text names: `II trimestre`, `segundo trimestre`, `T2`; None: none."""
    plain = plain_text(text)
    named = PART.search(plain)
    if named and named.group(2) != "semestre":
        return ORDINALS[named.group(1)]
    short = SHORT_QUARTER.search(plain)
    if short:
        return int(next(part for part in short.groups() if part))
    return ORDINALS.get(plain)


def read_years(text: str) -> set[int]:
    """Return the years that a text names."""
    return {int(year) for year in YEAR.findall(text)}


def read_period(text: str) -> Period | None:
    """Return the period that a title names with one year: that year, a part of it, months; None where not one."""
    years = read_years(text)
    if len(years) != 1:
        return None
    year, plain = years.pop(), plain_text(text)
    named = PART.search(plain)
    if named:
        months = 3 if named.group(2) != "semestre" else 6
        part = ORDINALS[named.group(1)]
        return make_period(year, (part - 1) * months + 1, part * months) if part * months <= 12 else None
    found = [MONTH_NUMBERS[name] for name in MONTH.findall(plain)]
    if not found:
        return make_period(year, 1, 12)
    return make_period(year, found[0], found[-1]) if len(found) <= 2 and found[0] <= found[-1] else None


def make_period(year: int, first: int, last: int) -> Period:
    """Return the days from the first of a month to the end of another, in a year."""
    return Period(date(year, first, 1), date(year, last, monthrange(year, last)[1]))
