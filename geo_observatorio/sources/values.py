"""Values as institutions write them: days, hours, numbers, free text. What cannot be read raises ValueError."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time
from functools import lru_cache
from typing import Final

from openpyxl.utils.datetime import from_excel

MONTHS: Final = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()  # noqa: SIM905
MONTH_NAME: Final = re.compile(
    r"\b(?:" + "|".join([*MONTHS, *(m[:3] for m in MONTHS), "setiembre", "sept", "set"]) + r")\b"
)
NOON: Final = re.compile(r"\s*\b([ap])\.?\s*m\b\.?")
INVISIBLE: Final = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
PERSONAL: Final = re.compile(
    r"\b(?:\d{1,2}|PE|E|N|PI|AV)-\d{1,4}-\d{1,6}\b"  # cédula
    r"|\b[2-9]\d{2,3}[- ]\d{4}\b"  # telephone
    r"|\b\d{7,}\b",
    re.IGNORECASE,
)
REMOVED: Final = "[retirado]"
NUMBER: Final = re.compile(r"[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|[-+]?\.\d+")
DECIMALS: Final = re.compile(r"\.(\d*)")
SERIAL_DAYS: Final = range(20_000, 80_000)  # 1954 to 2119 as a spreadsheet counts days


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
    """Replace what looks like a cédula or a telephone number."""
    return PERSONAL.sub(REMOVED, text) if any(letter.isdigit() for letter in text) else text


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
    if isinstance(value, (int, float)) and int(value) in SERIAL_DAYS:
        return from_excel(int(value)).date(), None, "spreadsheet_serial"
    return _read_moment_text(read_text(value), formats)


@lru_cache(maxsize=20_000)
def _read_moment_text(text: str, formats: tuple[str, ...]) -> tuple[date, time | None, str]:
    numbered = MONTH_NAME.sub(lambda name: str(_month(name.group())), text.lower())
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


def read_hour(value: object, formats: tuple[str, ...]) -> time:
    """Read an hour of the day."""
    if isinstance(value, datetime):
        return value.time()
    if isinstance(value, time):
        return value
    if isinstance(value, float) and 0 <= value < 1:
        minutes = round(value * 1440) % 1440
        return time(minutes // 60, minutes % 60)
    return _read_hour_text(read_text(value), formats)


@lru_cache(maxsize=20_000)
def _read_hour_text(text: str, formats: tuple[str, ...]) -> time:
    plain = NOON.sub(r" \1m", text.lower()).strip()
    for form in formats:
        try:
            return datetime.strptime(plain, form).time()
        except ValueError:
            continue
    raise ValueError(text)


def read_number(value: object, *, decimal_comma: bool) -> tuple[float, int, bool]:
    """Read a coordinate.

    Returns
    -------
    tuple
        The number, how many decimals it carries, and whether a comma stood for the point.
    """
    if isinstance(value, (int, float)):
        value = repr(value)
    text = read_text(value)
    has_comma = decimal_comma and text.count(",") == 1 and "." not in text
    plain = text.replace(",", ".") if has_comma else text
    if not NUMBER.fullmatch(plain):
        raise ValueError(text)
    decimals = DECIMALS.search(plain)
    return float(plain), len(decimals.group(1)) if decimals else 0, has_comma
