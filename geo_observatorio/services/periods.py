"""Periods: the same days a year before, months on either side of a day."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

YEAR = 12  # months
Period = tuple[date, date]  # first and last day, both included


def shift(day: date, months: int) -> date:
    """Return the same day of another month; the last of the month where that has no such day."""
    number = day.year * YEAR + day.month - 1 + months
    year, month = number // YEAR, number % YEAR + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def year_before(since: date, until: date) -> Period:
    """Return the same days one year before, never overlapping the period itself."""
    first = shift(since, -YEAR)
    last = shift(until + timedelta(days=1), -YEAR) - timedelta(days=1)
    return first, min(last, since - timedelta(days=1)) if last >= since else last


def split_at(day: date, months: int) -> tuple[Period, Period]:
    """Return so many months before a day, and as many from that day on."""
    eve = day - timedelta(days=1)
    return (shift(day, -months), eve), (day, shift(day, months) - timedelta(days=1))


def whole_year(day: date) -> Period:
    """Return the calendar year of a day."""
    return date(day.year, 1, 1), date(day.year, 12, 31)
