"""Values as institutions write them: days, numbers, free text. What cannot be read raises ValueError."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from math import isfinite
from typing import Final

from geo_observatorio.names import MONTHS

MONTH_NAME: Final = re.compile(
    r"\b(?:" + "|".join([*MONTHS, *(m[:3] for m in MONTHS), "setiembre", "sept", "set"]) + r")\b"
)
NOON: Final = re.compile(r"\s*\b([ap])\.?\s*m\b\.?")
INVISIBLE: Final = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
HYPHEN: Final = r"\s?[-‐‑‒–—−]\s?"  # as people and word processors write it
DASH: Final = rf"(?:{HYPHEN}|[./])"
LETTERS: Final = r"(?:PE|E|N|PI|AV|NT)"
PERSONAL: Final = re.compile(
    r"\b\d{2}(?:[-. ]\d{2}){3}\b"  # telephone in pairs
    rf"|\b(?:(?:\d{{1,2}}{HYPHEN})?(?:\d{{1,2}})?{LETTERS}{HYPHEN}|\d{{1,2}}{DASH})"  # cédula: its province ...
    rf"\d{{1,4}}{DASH}\d{{1,6}}\b"  # ... its volume and entry
    r"|\b\d{1,2} \d{3,4} \d{3,6}\b"  # cédula with blanks
    rf"|(?:\+|\b)(?:507\W{{0,2}})?\b[2-9]\d{{2,3}}(?:{DASH}| )\d{{4}}\b"  # telephone
    r"|\b\d{7,}\b"
    r"|\b(?:[A-Z]\d{7,9}|[A-Z]{2,3}\d{6,9})\b"  # passport
    r"|\b(?:pasaporte|passport|c[eé]dula|cip)\b\W{0,3}(?:n[o°º.]{0,2}\W{0,2})?[A-Z]{0,3}[ -]?\d{3}[\d-]*"  # by its name
    r"|[\w.+-]+@[\w-]+\.[\w.-]+",
    re.IGNORECASE,
)
AFTER_STREET: Final = re.compile(  # the word of a street, and nothing between it and a number
    r"\b(?:calle|cl|ca|avenida|avda|ave|av|v[ií]a|carretera|transversal|vereda|callej[oó]n)\.?\s?$", re.IGNORECASE
)
LONGEST_STREET_WORD: Final = 16  # letters, with what stands around it
PLATE: Final = re.compile(rf"\d{{1,2}}{HYPHEN}\d{{1,3}}{HYPHEN}\d{{1,3}}")
HOUSES: Final = re.compile(rf"(?!6)(\d{{4}}){HYPHEN}(\d{{4}})")  # of a telephone so long, the first is a 6
MOST_HOUSES: Final = 200  # from the first number of a range to its last
PAIR: Final = re.compile(
    r"([-+]?\d{1,3}\.\d{2,}\s*[,;/]?\s*[-−]\s?\d{1,3}\.\d{2,})"
)  # of coordinates, one of them signed
DATE_LIKE: Final = re.compile(  # with a slash nobody writes a cédula: such a day may have any year, however wrong
    r"(?:\d{1,2}[-/.]\d{1,2}[-/.](?:\d{2}|(?:19|20)\d{2})|\d{1,2}/\d{1,2}/\d{4})(?!\d)[\sT:\dapm.]*", re.IGNORECASE
)
CASE_NUMBER: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ./_#-]{0,38}[A-Za-z0-9])?")
OF_A_PERSON: Final = re.compile(  # cédula with its three parts, mobile telephone
    rf"\b(?:\d{{1,2}}|{LETTERS})[-. /]\d{{1,4}}[-. /]\d{{1,6}}\b|\b(?:507[- ]?)?6\d{{3}}[- ]?\d{{4}}\b", re.IGNORECASE
)
LARGEST_METRES: Final = 10_000_000  # no northing is larger: a longer number may be a telephone
REMOVED: Final = "[retirado]"
NUMBER: Final = re.compile(r"[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|[-+]?\.\d+")
SEXAGESIMAL: Final = re.compile(
    r"(?P<sign>[-+]?)(?P<degrees>\d{1,3})\s*[°ºd]\s*(?P<minutes>\d{1,2}(?:\.\d+)?)\s*['’′]"
    r"(?:\s*(?P<seconds>\d{1,2}(?:\.\d+)?)\s*(?:\"|”|″|''|’’|′′))?\s*(?P<side>[NSEWO]?)",
    re.IGNORECASE,
)
DECIMALS: Final = re.compile(r"\.(\d*)")
SHARE_OF_DAY: Final = re.compile(r"0?\.\d+")  # an hour as a spreadsheet counts it
SERIAL: Final = re.compile(r"\d{5}(?:\.\d+)?")
SERIAL_DAYS: Final = range(20_000, 80_000)  # 1954 to 2119 as a spreadsheet counts days
DAYS_TO_1904: Final = 1462  # from the first day of most spreadsheets to that of old Macintosh ones
DAYS: Final = frozenset(("day", "reported"))
FORMULA_WITHOUT_VALUE: Final = "#SIN_VALOR!"  # stands for a formula that its program never calculated
FORMULA_ERRORS: Final = frozenset(
    [
        *("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", FORMULA_WITHOUT_VALUE),
        *("#¡NULO!", "#¡DIV/0!", "#¡VALOR!", "#¡REF!", "#¿NOMBRE?", "#¡NUM!", "#N/D", "#GETTING_DATA", "#SPILL!"),
    ]
)
THOUSANDS: Final = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[-+]?\d{1,3}(?:\.\d{3})+(?:,\d+)?")
AGE_BANDS: Final = ((15, "0-14"), (30, "15-29"), (45, "30-44"), (60, "45-59"), (121, "60+"))  # upper limit, band


class Serial1904(float):
    """A number among the days of a workbook that counts them from 1904."""


def read_text(value: object) -> str:
    """Return a cell as one line of text: composed accents, single blanks, nothing invisible."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = value if isinstance(value, str) else str(value)
    if not text.isascii():
        text = INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    if not text.isprintable():
        text = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(text.split())


def hide_personal(text: str) -> str:
    """Replace what looks like a cédula, a telephone number or an electronic address."""
    if not any(letter.isdigit() or letter == "@" for letter in text):
        return text
    if not text.isascii():
        text = "".join(str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in text)
    pieces = PAIR.split(text)  # every second one is a pair of coordinates: a place, and no number of a person
    pieces[::2] = [PERSONAL.sub(_hide_number, piece) for piece in pieces[::2]]
    return "".join(pieces)


def _hide_number(found: re.Match[str]) -> str:
    """Return a mark, or the number as it is where it is of houses: a range of them, or right after «calle»."""
    text = found.group()
    houses = HOUSES.fullmatch(text)
    if houses and 0 < int(houses[2]) - int(houses[1]) <= MOST_HOUSES:
        return text
    before = found.string[max(found.start() - LONGEST_STREET_WORD, 0) : found.start()]
    return text if PLATE.fullmatch(text) and AFTER_STREET.search(before) else REMOVED


def hide_unless_value(text: str, *, day: bool = False, coordinate: bool = False, number: bool = False) -> str:
    """Hide what looks like a person's number, unless it is what its column is for: a day, a coordinate, a case."""
    if number and CASE_NUMBER.fullmatch(text) and not OF_A_PERSON.search(text):
        return text
    if day and any(form.fullmatch(text) for form in (DATE_LIKE, SERIAL, SHARE_OF_DAY)):
        return text
    if coordinate and NUMBER.fullmatch(text.replace(",", ".")):
        return text if abs(float(text.replace(",", "."))) <= LARGEST_METRES else REMOVED
    return hide_personal(text)


def read_moment(value: object, formats: tuple[str, ...]) -> tuple[date, time | None, str]:
    """Read a day, with its hour where the cell holds one.

    Returns
    -------
    tuple
        The day, the hour or None, and the name of the rule where something was understood rather than read.
    """
    if isinstance(value, datetime):
        return value.date(), value.time() if value.time() != time() else None, ""
    if isinstance(value, date):
        return value, None, ""
    if isinstance(value, (int, float)):
        return _read_serial(value if isinstance(value, Serial1904) else float(value))
    text = read_text(value)
    return _read_serial(float(text)) if SERIAL.fullmatch(text) else _read_moment_text(text, formats)


def _read_serial(value: float) -> tuple[date, time | None, str]:
    """Read days since 1900 as a spreadsheet counts them; the fraction is the hour, to the minute."""
    is_1904 = isinstance(value, Serial1904)
    days = value + DAYS_TO_1904 if is_1904 else value
    if not isfinite(days) or int(days) not in SERIAL_DAYS:
        raise ValueError(str(value))
    minutes = round(days % 1 * 1440)
    from openpyxl.utils.datetime import from_excel  # noqa: PLC0415  # the pages hide numbers and read no workbook

    moment = from_excel(int(days)) + timedelta(minutes=minutes)
    rule = "spreadsheet_serial_1904" if is_1904 else "spreadsheet_serial"
    return moment.date(), moment.time() if minutes else None, rule


@lru_cache(maxsize=20_000)
def _read_moment_text(text: str, formats: tuple[str, ...]) -> tuple[date, time | None, str]:
    numbered = MONTH_NAME.sub(lambda name: str(_month(name.group())), NOON.sub(r" \1m", text.lower()))
    for form in formats:
        try:
            moment = datetime.strptime(numbered, form.replace("%B", "%m").replace("%b", "%m"))
        except ValueError:
            continue
        hour = moment.time() if "%H" in form or "%I" in form else None
        return moment.date(), hour, "two_digit_year" if "%y" in form else ""
    raise ValueError(text)


def _month(name: str) -> int:
    return 9 if name.startswith("set") else next(n for n, month in enumerate(MONTHS, 1) if month.startswith(name[:3]))


def read_number(value: object, *, decimal_comma: bool, metric: bool = False) -> tuple[float, int, str]:
    """Read a coordinate.

    Parameters
    ----------
    metric
        In metres: 662,708 and 662.708 are then whole thousands, since nothing lies within a kilometre of zero.

    Returns
    -------
    tuple
        The number, how many decimals it carries, and the rule by which it was understood, '' where it is plain.
    """
    if isinstance(value, (int, float)):
        value = repr(value)
    text = read_text(value)
    plain, rule = _read_marks(text, decimal_comma=decimal_comma, metric=metric)
    if not NUMBER.fullmatch(plain):
        raise ValueError(text)
    decimals = DECIMALS.search(plain)
    return float(plain), len(decimals.group(1)) if decimals else 0, rule


def _read_marks(text: str, *, decimal_comma: bool, metric: bool) -> tuple[str, str]:
    """Return a number with a point for its decimals and no marks of thousands, and the rule that told them apart."""
    both = "," in text and "." in text
    if THOUSANDS.fullmatch(text) and (both or metric):
        decimal = max(",.", key=text.rfind) if both else ""
        return "".join(
            "." if mark == decimal else mark for mark in text if mark not in ",." or mark == decimal
        ), "thousands"
    if decimal_comma and text.count(",") == 1 and not both:
        return text.replace(",", "."), "decimal_comma"
    return text, ""


def read_sexagesimal(value: object, sides: str) -> tuple[float, int]:
    """Read degrees and minutes, such as 8°58'30"N, where every sign is there and nothing is left to guess.

    Parameters
    ----------
    sides
        Letters of this axis, the positive one first and all others negative: ``NS`` or ``EWO``.

    Returns
    -------
    tuple
        The degrees, and as many decimals as they are worth: a minute is 1,850 m, a second 31 m.
    """
    found = SEXAGESIMAL.fullmatch(read_text(value).replace(",", "."))
    if not found or (found["sign"] and found["side"]) or found["side"].upper() not in sides:
        raise ValueError(value)
    minutes, seconds = float(found["minutes"]), float(found["seconds"] or 0)
    if minutes >= 60 or seconds >= 60 or (found["seconds"] and "." in found["minutes"]):
        raise ValueError(value)
    size = int(found["degrees"]) + minutes / 60 + seconds / 3600
    negative = found["sign"] == "-" or (found["side"] != "" and found["side"].upper() in sides[1:])
    worth = 3 + _decimals(found["seconds"]) if found["seconds"] else 2 + _decimals(found["minutes"])
    return -size if negative else size, worth


def _decimals(text: str) -> int:
    return len(text.partition(".")[2])


def read_age(text: str) -> str:
    """Return the band of an age in years; a text that is no number stays as it is."""
    if not re.fullmatch(r"[-+]?\d+(?:[.,]\d+)?", text):
        return text
    years = float(text.replace(",", "."))
    if not 0 <= years < AGE_BANDS[-1][0]:
        raise ValueError(text)
    return next(band for limit, band in AGE_BANDS if years < limit)
