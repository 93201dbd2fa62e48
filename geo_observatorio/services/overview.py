"""Overview: the latest figures of a municipality, its deliveries, what was refused, and what can be asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from geo_observatorio.db.matches import find_repeats
from geo_observatorio.db.once_reserved import find_once_reserved
from geo_observatorio.db.queries import query
from geo_observatorio.db.selections import bind_selection, find_cut_off, find_period, find_selected_categories
from geo_observatorio.models import Selection
from geo_observatorio.services.trends import Change, compare_months

YEAR = 12  # months


@dataclass(frozen=True, kw_only=True)
class Category:
    """A category that a filter offers."""

    code: str
    name_es: str
    name_en: str
    line: str
    group_name: str
    sensitive: bool

    def name(self, language: str) -> str:
        """Return its name in the reader's language."""
        return self.name_en if language == "en" else self.name_es


@dataclass(frozen=True, kw_only=True)
class Source:
    """A source that a filter offers."""

    code: str
    name: str
    synthetic: bool


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """A file that was received, and its account: read = inserted + updated + duplicate + quarantined."""

    id: str
    source: str
    institution: str
    synthetic: bool
    file_name: str
    received_at: datetime
    rows_read: int
    inserted: int
    updated: int
    duplicate: int
    quarantined: int
    blank: int
    placed: int
    first_day: date | None
    last_day: date | None
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Refused:
    """Rows in quarantine by one rule and field."""

    rule: str
    field: str
    n: int
    deliveries: int
    solved: int


@dataclass(frozen=True, kw_only=True)
class Placed:
    """Incidents placed in one way; median radius of uncertainty in metres, None without a point."""

    method: str
    n: int
    radius: float | None


@dataclass(frozen=True, kw_only=True)
class Group:
    """A group of categories: its last complete month beside the same month of the year before."""

    line: str
    name: str
    change: Change
    months: Sequence[int]


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What the first page tells.

    Attributes
    ----------
    month
        First day of the last complete month.
    months
        First days of the months counted, up to that one.
    totals
        Incidents of each of these months, reserved categories left out.
    """

    month: date
    months: Sequence[date]
    totals: Sequence[int]
    change: Change
    groups: Sequence[Group]


def find_figures(conn: Connection, municipality: str) -> Figures | None:
    """Count the last complete month of a municipality beside its past; None where nothing was delivered."""
    period = find_period(conn, municipality)
    if period is None:
        return None
    last = last_complete_month(period[1])
    months = list_months(max(period[0].replace(day=1), _back(last, 2 * YEAR - 1)), last)
    repeats = _find_repeats(conn, Selection(municipality=municipality, since=months[0], until=_end(last)))
    left_out = [*repeats, *find_once_reserved(conn, municipality)]
    binds = {"municipality": municipality, "since": months[0], "until": _end(last), "left_out": left_out}
    rows = conn.execute(query("overview_months"), binds).all()
    counts: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        counts.setdefault((row.line, row.group_name), [0] * len(months))[months.index(row.month)] = row.n
    totals = [sum(series[i] for series in counts.values()) for i in range(len(months))]
    groups = [
        Group(line=line, name=name, change=compare_months(series), months=series)
        for (line, name), series in counts.items()
    ]
    ranked = sorted(groups, key=lambda group: (-sum(group.months[-YEAR:]), group.name))
    return Figures(month=last, months=months, totals=totals, change=compare_months(totals), groups=ranked)


def _find_repeats(conn: Connection, selection: Selection) -> list[str]:
    """Return the incidents that another institution's report stands for."""
    whole = replace(selection, as_of=find_cut_off(conn, selection.municipality))
    categories = find_selected_categories(conn, whole)
    return find_repeats(conn, bind_selection(whole, categories) | {"boundaries": 0}).ids


def last_complete_month(last_day: date) -> date:
    """Return the first day of the last month that is over on that day."""
    first = last_day.replace(day=1)
    return first if _end(first) == last_day else _back(first, 1)


def list_months(first: date, last: date) -> list[date]:
    """Return the first days of the months from one to another."""
    count = (last.year - first.year) * YEAR + last.month - first.month
    return [_back(last, steps) for steps in range(max(count, 0), -1, -1)]


def default_period(conn: Connection, municipality: str) -> tuple[date, date] | None:
    """Return the last twelve complete months of a municipality, or None where nothing was delivered."""
    period = find_period(conn, municipality)
    if period is None:
        return None
    last = last_complete_month(period[1])
    since = max(_back(last, YEAR - 1), period[0])
    return (since, _end(last)) if since <= _end(last) else period


def list_categories(conn: Connection, municipality: str) -> list[Category]:
    """Return the categories that a filter offers, by line, group and name."""
    rows = conn.execute(query("overview_categories"), {"municipality": municipality}).mappings()
    return [Category(**row) for row in rows]


def list_sources(conn: Connection, municipality: str) -> list[Source]:
    """Return the sources that a filter offers, by name."""
    rows = conn.execute(query("overview_sources"), {"municipality": municipality}).mappings()
    return [Source(**row) for row in rows]


def list_area_names(conn: Connection, municipality: str, level: str) -> list[tuple[str, str]]:
    """Return code and name of the areas that a filter offers, by name."""
    rows = conn.execute(query("overview_areas"), {"municipality": municipality, "level": level})
    return [(row.code, row.name) for row in rows]


def list_deliveries(conn: Connection, municipality: str, limit: int | None = None) -> list[Delivery]:
    """Return the files received, the latest first; at most ``limit`` of them."""
    rows = conn.execute(query("overview_deliveries"), {"municipality": municipality, "limit": limit}).mappings()
    return [Delivery(**row) for row in rows]


def count_quarantine(conn: Connection, municipality: str) -> list[Refused]:
    """Return how many rows each rule refused, the most first."""
    rows = conn.execute(query("overview_quarantine"), {"municipality": municipality}).mappings()
    return [Refused(**row) for row in rows]


def count_placing(conn: Connection, municipality: str) -> list[Placed]:
    """Return how incidents were placed, the commonest way first."""
    rows = conn.execute(query("overview_placing"), {"municipality": municipality}).mappings()
    return [Placed(**row) for row in rows]


def _back(month: date, steps: int) -> date:
    number = month.year * YEAR + month.month - 1 - steps
    return date(number // YEAR, number % YEAR + 1, 1)


def _end(month: date) -> date:
    return _back(month, -1) - timedelta(days=1)
