"""Values that travel between the services: what is asked, and what came out of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from geo_observatorio.errors import SelectionError

DAYS_PER_MONTH = 30.4375
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Days:
    """Local days from one to another, both included."""

    since: date
    until: date

    @property
    def months(self) -> float:
        """Length in months of 30.4375 days."""
        return ((self.until - self.since).days + 1) / DAYS_PER_MONTH

    def within(self, others: Days) -> Days | None:
        """Return the days that are among others too; None where there are none."""
        since, until = max(self.since, others.since), min(self.until, others.until)
        return Days(since=since, until=until) if since <= until else None

    def beyond(self, others: Days) -> list[Days]:
        """Return the days before the first and after the last of others that these touch."""
        earlier = [Days(since=self.since, until=others.since - ONE_DAY)] if self.since < others.since else []
        later = [Days(since=others.until + ONE_DAY, until=self.until)] if self.until > others.until else []
        return earlier + later


@dataclass(frozen=True, kw_only=True)
class Selection:
    """What is asked for: a municipality, a period of local days (both included), and filters; empty means all.

    Attributes
    ----------
    categories
        Codes of categories or names of their groups.
    weekdays
        1 (Monday) to 7 (Sunday), of the start of the incident.
    hours
        0 to 23; incidents whose hour is unknown are then left out and counted.
    areas
        Codes of areas of ``level``; the scene is cut to them.
    level
        Level of the limits; empty: the one that the municipality is read by.
    as_of
        Answer with what was known at that moment; None: with all that is known.
    """

    municipality: str
    since: date
    until: date
    line: str = ""
    categories: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    weekdays: tuple[int, ...] = ()
    hours: tuple[int, ...] = ()
    level: str = ""
    snapshot: str = ""
    as_of: datetime | None = None

    def __post_init__(self) -> None:
        if self.until < self.since:
            raise SelectionError(name="until", needed=f">= {self.since}", found=str(self.until))
        if any(day not in range(1, 8) for day in self.weekdays):
            raise SelectionError(name="weekdays", needed="1 .. 7", found=", ".join(map(str, self.weekdays)))
        if any(hour not in range(24) for hour in self.hours):
            raise SelectionError(name="hours", needed="0 .. 23", found=", ".join(map(str, self.hours)))

    @property
    def days(self) -> Days:
        """The days of the period, delivered or not."""
        return Days(since=self.since, until=self.until)

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values, dates as ISO text."""
        values = asdict(self)
        for name in ("since", "until", "as_of"):
            values[name] = values[name].isoformat() if values[name] else None
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def selection_from_dict(values: dict[str, Any]) -> Selection:
    """Make a selection again from `Selection.as_dict`."""
    plain: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    plain["since"], plain["until"] = date.fromisoformat(plain["since"]), date.fromisoformat(plain["until"])
    plain["as_of"] = datetime.fromisoformat(plain["as_of"]) if plain.get("as_of") else None
    return Selection(**plain)
