"""Hours of the day as people write them: 2:30 p. m., 24:00, entre 8 y 10 pm. What is not certain raises ValueError."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Final

from geo_observatorio.sources.values import read_text

DAY: Final = timedelta(days=1)
NOON: Final = re.compile(r"\s*\b([ap])\.?\s*m\b\.?")
GLUED_NOON: Final = re.compile(r"(?<=\d)\s*([ap])\.?\s*m\b\.?")
CLOCK_WORD: Final = re.compile(r"(?<=\d)\s*(?:hrs?|hs|horas?|h)\b\.?$")
END_OF_DAY: Final = re.compile(r"24:00(?::00)?")
FOUR_DIGITS: Final = re.compile(r"([01]\d|2[0-3])([0-5]\d)")
RANGE: Final = re.compile(
    r"(?:entre|de|desde)?\s*(?:las?)?\s*(?P<first>[\d:]+(?: [ap]m)?)"
    r"\s*(?:-|–|—|\by\b|\ba\b|\bhasta\b|\bal\b)\s*(?:las?)?\s*(?P<last>[\d:]+(?: [ap]m)?)"
)
BARE: Final = re.compile(r"(\d{1,2})(?::(\d{2}))?(?: ([ap])m)?")


@dataclass(frozen=True, slots=True)
class Span:
    """Hours counted from the midnight with which a day begins: an instant, or a stretch with an end."""

    first: timedelta
    last: timedelta | None
    rule: str


def read_hour(value: object, formats: tuple[str, ...]) -> time:
    """Read an hour of the day that is written in one of some formats."""
    if isinstance(value, datetime):
        return value.time()
    if isinstance(value, time):
        return value
    if isinstance(value, timedelta) and timedelta() <= value < DAY:
        return (datetime.min + value).time()
    if isinstance(value, float) and 0 <= value < 1:
        minutes = round(value * 1440) % 1440
        return time(minutes // 60, minutes % 60)
    return _read_text_hour(read_text(value), formats)


@lru_cache(maxsize=20_000)
def _read_text_hour(text: str, formats: tuple[str, ...]) -> time:
    plain = _plain(text)
    clock = CLOCK_WORD.sub("", plain)
    if clock != plain and (digits := FOUR_DIGITS.fullmatch(clock)):  # 1430 hrs
        return time(int(digits[1]), int(digits[2]))
    for form in formats:
        try:
            return datetime.strptime(clock, form).time()
        except ValueError:
            continue
    raise ValueError(text)


def _plain(text: str) -> str:
    return NOON.sub(r" \1m", GLUED_NOON.sub(r" \1m", text.lower())).strip()


def read_span(value: object, formats: tuple[str, ...]) -> Span:
    """Read the end of a day (24:00) or a stretch of hours, where one reading alone is possible."""
    if value == DAY:
        return Span(DAY, None, "end_of_day")
    plain = CLOCK_WORD.sub("", _plain(read_text(value)))
    if END_OF_DAY.fullmatch(plain):
        return Span(DAY, None, "end_of_day")
    found = RANGE.fullmatch(plain)
    if not found:
        raise ValueError(plain)
    first, last = _read_ends(found["first"].strip(), found["last"].strip(), formats)
    if first == last:
        raise ValueError(plain)
    return Span(first, last if last > first else last + DAY, "hour_range")


def _read_ends(first: str, last: str, formats: tuple[str, ...]) -> tuple[timedelta, timedelta]:
    """Read both ends; the half of the day that only the second names holds for both where they then come in order."""
    half = _half(last)
    if _half(first) or not half:
        return _read_end(first, formats), _read_end(last, formats)
    start, end = _read_end(f"{first} {half}", formats), _read_end(last, formats)
    if start >= end:
        raise ValueError(first)  # 11 to 1 pm, 10 to 2 am: two readings
    return start, end


def _half(text: str) -> str:
    return text[-2:] if text.endswith("m") else ""


def _read_end(text: str, formats: tuple[str, ...]) -> timedelta:
    bare = BARE.fullmatch(text)
    if not bare:
        raise ValueError(text)
    hour, minute, half = int(bare[1]), int(bare[2] or 0), bare[3]
    if half:
        if not 1 <= hour <= 12 or minute > 59:
            raise ValueError(text)
        return timedelta(hours=hour % 12 + (12 if half == "p" else 0), minutes=minute)
    if bare[2]:  # a whole clock time, as the source writes those
        at = _read_text_hour(text, formats)
        return timedelta(hours=at.hour, minutes=at.minute)
    if not 13 <= hour <= 23:
        raise ValueError(text)  # 8: in the morning or in the evening?
    return timedelta(hours=hour)
