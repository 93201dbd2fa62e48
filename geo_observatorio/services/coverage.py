"""What each source told month by month: months that are missing, and breaks in its series, declared or found."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from statistics import median
from typing import Final

from sqlalchemy import Connection

from geo_observatorio.db.grounds import keep
from geo_observatorio.db.queries import query
from geo_observatorio.resources import data_dir
from geo_observatorio.services.overview import last_complete_month, list_months

LEAST_PART: Final = 0.1  # of a source's median month: a month with less was not delivered, or only in part
FEWEST_MONTHLY: Final = 10  # median below which only an empty month is missing
NEAR: Final = 31  # days between a break that was found and one that was declared: the same one


@dataclass(frozen=True, kw_only=True)
class Series:
    """Incidents of one source by month, from its first month to its last."""

    source: str
    months: Sequence[date]
    counts: Sequence[int]

    @property
    def missing(self) -> list[date]:
        """Return the months that were not delivered, or hardly."""
        usual = median(self.counts)
        least = LEAST_PART * usual if usual >= FEWEST_MONTHLY else 1
        return [month for month, n in zip(self.months, self.counts, strict=True) if n < least]


@dataclass(frozen=True, kw_only=True)
class DeclaredBreak:
    """A day from which a series is another one, as layers/series_breaks.toml tells; no sources: all of them."""

    day: date
    municipalities: tuple[str, ...]
    sources: tuple[str, ...]
    name: str
    name_en: str
    note: str
    source: str

    def concerns(self, municipality: str, sources: Sequence[str]) -> bool:
        """Tell whether it breaks the series of one of these sources."""
        return municipality in self.municipalities and (not self.sources or not set(self.sources).isdisjoint(sources))


@dataclass(frozen=True, kw_only=True)
class FoundBreak:
    """A month from which the counts of a source have another level; ``declared`` where a declared break explains it."""

    source: str
    month: date
    ratio: float
    p: float
    declared: bool


@cache
def read_declared() -> tuple[DeclaredBreak, ...]:
    """Return the declared breaks, the oldest first."""
    values = tomllib.loads((data_dir("layers") / "series_breaks.toml").read_text(encoding="utf-8"))["break"]
    declared = [
        DeclaredBreak(**{**value, "municipalities": tuple(value["municipalities"]), "sources": tuple(value["sources"])})
        for value in values
    ]
    return tuple(sorted(declared, key=lambda one: one.day))


def list_series(conn: Connection, municipality: str, as_of: datetime) -> list[Series]:
    """Return the series of all sources of a municipality, as known at a moment."""
    return keep(conn, ("series", municipality, as_of), lambda: _load_series(conn, municipality, as_of))


def find_level_breaks(conn: Connection, municipality: str, as_of: datetime) -> list[FoundBreak]:
    """Return the months at which the level of a source's series changes; missing months are left out of it."""
    return keep(conn, ("breaks", municipality, as_of), lambda: _find_breaks(conn, municipality, as_of))


def months_between(since: date, until: date) -> list[date]:
    """Return the first days of the months that a period touches."""
    return list_months(since.replace(day=1), until.replace(day=1))


def _load_series(conn: Connection, municipality: str, as_of: datetime) -> list[Series]:
    rows = conn.execute(query("quality_coverage"), {"municipality": municipality, "as_of": as_of})
    counts: dict[str, dict[date, int]] = {}
    for row in rows:
        counts.setdefault(row.source, {})[row.month] = row.n
    return [_fill(source, by_month) for source, by_month in counts.items()]


def _fill(source: str, by_month: dict[date, int]) -> Series:
    months = list_months(min(by_month), max(by_month))
    return Series(source=source, months=months, counts=[by_month.get(month, 0) for month in months])


def _find_breaks(conn: Connection, municipality: str, as_of: datetime) -> list[FoundBreak]:
    last = conn.execute(query("selection_period"), {"municipality": municipality}).one().last_day
    found: list[FoundBreak] = []
    for series in list_series(conn, municipality, as_of):
        whole = last_complete_month(last) if last else series.months[-1]
        found += _breaks_of(series, municipality, whole)
    return found


def _breaks_of(series: Series, municipality: str, whole: date) -> list[FoundBreak]:
    """Find the breaks in the delivered months of a series up to the last whole one."""
    from analysis.level_breaks import find_breaks  # noqa: PLC0415  # numpy's tables are made where they are needed

    missing = set(series.missing)
    pairs = [(m, n) for m, n in zip(series.months, series.counts, strict=True) if m not in missing and m <= whole]
    known = [item for item in read_declared() if item.concerns(municipality, [series.source])]
    return [
        FoundBreak(
            source=series.source,
            month=pairs[found.at][0],
            ratio=found.ratio,
            p=found.p,
            declared=any(abs((pairs[found.at][0] - item.day).days) <= NEAR for item in known),
        )
        for found in find_breaks([n for _, n in pairs])
    ]
