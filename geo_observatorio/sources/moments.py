"""When a row says that it happened and was reported: days, hours, stretches of hours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Final

from geo_observatorio.sources.cells import Repair, RowRejectedError, is_empty, make_trace
from geo_observatorio.sources.hours import read_hour, read_span
from geo_observatorio.sources.templates import Formats
from geo_observatorio.sources.values import hide_personal, read_moment, read_text

FIRST_DAY: Final = date(1990, 1, 1)
CLOCKS_DIFFER: Final = timedelta(hours=1)  # an incident may lie so far ahead of our clock
When = tuple[date, time | None, datetime | None]


def read_when(row: Mapping[str, object], formats: Formats, now: datetime, repairs: list[Repair]) -> When:
    """Return the local day, the hour where it is known, and the end of a stretch of hours.

    Raises
    ------
    RowRejectedError
        With the rule `missing_date`, `bad_date`, `too_old` or `future`.
    """
    written = row.get("day")
    if is_empty(written):
        raise RowRejectedError("missing_date", "day")
    try:
        day, hour, rule = read_moment(written, formats.day)
    except ValueError:
        raise RowRejectedError("bad_date", "day") from None
    if rule:
        repairs.append(make_trace("day", read_text(written), day.isoformat(), rule))
    if day < FIRST_DAY:
        raise RowRejectedError("too_old", "day")
    day, hour, until = _read_hour(day, row.get("hour"), hour, formats, repairs)
    if datetime.combine(day, hour or time()) > now + CLOCKS_DIFFER:
        raise RowRejectedError("future", "day")
    return day, hour, until


def read_reported(row: Mapping[str, object], formats: Formats, day: date, repairs: list[Repair]) -> date | None:
    """Return the day of the report, where it can be read.

    Raises
    ------
    RowRejectedError
        With the rule `reported_before_it_happened`.
    """
    written = row.get("reported")
    if is_empty(written):
        return None
    try:
        reported, _, _ = read_moment(written, formats.day)
    except ValueError:
        repairs.append(make_trace("reported", hide_personal(read_text(written)), "", "unreadable_date"))
        return None
    if reported < day:
        raise RowRejectedError("reported_before_it_happened", "reported")
    return reported


def _read_hour(day: date, written: object, beside_day: time | None, formats: Formats, repairs: list[Repair]) -> When:
    hour = beside_day
    if not is_empty(written):
        try:
            hour = read_hour(written, formats.hour)
        except ValueError:
            return _read_odd_hour(day, written, beside_day, formats, repairs)
    return day, None if hour == time() and formats.midnight_is_unknown else hour, None


def _read_odd_hour(
    day: date, written: object, beside_day: time | None, formats: Formats, repairs: list[Repair]
) -> When:
    """Read the end of a day or a stretch of hours; what is neither is unknown, and noted."""
    text = hide_personal(read_text(written))
    try:
        span = read_span(written, formats.hour)
    except ValueError:
        repairs.append(make_trace("hour", text, "", "unreadable_hour"))
        return day, beside_day, None
    midnight = datetime.combine(day, time())
    first = midnight + span.first
    until = midnight + span.last if span.last is not None else None
    told = first.isoformat(" ", "minutes") + (f" / {until.isoformat(' ', 'minutes')}" if until else "")
    repairs.append(make_trace("hour", text, told, span.rule))
    return first.date(), first.time(), until
