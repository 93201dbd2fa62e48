"""Aggregates as tables: what a source counted, by period and place; what is reserved or small betrays nobody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import blake2b
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection, Row

from analysis.suppression import hide_in_table
from geo_observatorio.db.queries import query
from geo_observatorio.errors import NotFoundError, phrase
from geo_observatorio.names import plain_text
from geo_observatorio.services.templates import find_template
from geo_observatorio.sources.templates import CountTemplate

SUM: Final = "sum"  # the level of what is added up over the areas of a municipality
Period = tuple[date, date]
Place = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class CountedSource:
    """A source of counts: its measures, each with its unit and the years it is about."""

    code: str
    name: str
    institution: str
    synthetic: bool
    received_at: datetime
    measures: dict[str, str]
    years: range


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A count as it may be shown: ``n`` is None where it is hidden; ``given`` False where the source tells none."""

    n: int | None = None
    status: str = ""
    given: bool = True


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a table: what is counted, or where; its cells by period; ``total`` None where it may not be told."""

    key: str
    name: str
    article: str = ""
    title: str = ""
    category: str = ""
    reserved: bool = False
    cells: tuple[Cell, ...] = ()
    total: int | None = None


@dataclass(frozen=True, kw_only=True)
class Table:
    """Counts by period: of all that a source counts in one place, or of one thing by area."""

    periods: tuple[Period, ...] = ()
    lines: tuple[Line, ...] = ()


@dataclass(kw_only=True)
class Thing:
    """What is counted, with its counts by place and period."""

    key: str
    row: Row[Any]
    counts: dict[Place, dict[Period, tuple[int, str]]] = field(default_factory=dict)


def list_counted(conn: Connection, municipality: str) -> list[CountedSource]:
    """Return the sources of counts of a municipality, by name."""
    found: dict[str, list[Row[Any]]] = {}
    for row in conn.execute(query("aggregate_sources"), {"municipality": municipality}):
        found.setdefault(row.code, []).append(row)
    return [
        CountedSource(
            code=code,
            name=rows[0].name,
            institution=rows[0].institution,
            synthetic=rows[0].synthetic,
            received_at=rows[0].received_at,
            measures=_order_measures(conn, code, {row.measure: row.unit for row in rows}),
            years=range(min(row.first_year for row in rows), max(row.last_year for row in rows) + 1),
        )
        for code, rows in found.items()
    ]


def _order_measures(conn: Connection, source: str, found: dict[str, str]) -> dict[str, str]:
    """Return measures in the order of the template: the one that is meant first comes first."""
    template = find_template(conn, source)
    order = [name for name in template.measures if name in found] if isinstance(template, CountTemplate) else []
    return {name: found[name] for name in [*order, *(name for name in found if name not in order)]}


def choose_counted(known: Sequence[CountedSource], code: str) -> CountedSource:
    """Return the source of that code, the first where none is named; raise NotFoundError."""
    for item in known:
        if not code or item.code == code:
            return item
    names = ", ".join(item.code for item in known) or "-"
    raise NotFoundError(noun=phrase("fuente de conteos"), found=code[:60], needed=names)


def load_things(conn: Connection, municipality: str, source: str, measure: str, year: int) -> list[Thing]:
    """Return what a source counted in a year, in the order of its table; areas are added up as a place of their own."""
    binds = {"municipality": municipality, "source": source, "measure": measure, "year": year}
    things: dict[str, Thing] = {}
    for row in conn.execute(query("aggregate_counts"), binds):
        key = make_key(row)
        thing = things.setdefault(key, Thing(key=key, row=row))
        period = (row.period_from, row.period_to)
        _add(thing, (row.level, row.area), period, row)
        if row.level == "area":
            _add(thing, (SUM, ""), period, row)
    return list(things.values())


def make_key(row: Row[Any]) -> str:
    """Return a short name for what is counted: the same for an article whatever its words."""
    what = row.article or "\x1f".join(map(plain_text, (row.title, row.chapter, row.label)))
    return blake2b(what.encode("utf-8", "replace"), digest_size=5).hexdigest()


def _add(thing: Thing, place: Place, period: Period, row: Row[Any]) -> None:
    counts = thing.counts.setdefault(place, {})
    before, status = counts.get(period, (0, ""))
    counts[period] = (before + row.n, status or row.status)


def list_places(things: Iterable[Thing]) -> list[Place]:
    """Return the places that counts are about as a whole: not the areas of the municipality, but their sum."""
    order = {"country": 0, "province": 1, "district": 2, SUM: 3}
    places = {place for thing in things for place in thing.counts if place[0] in order}
    return sorted(places, key=lambda place: (order[place[0]], place[1]))


def make_table(things: Sequence[Thing], place: Place, language: str) -> Table:
    """Return what is counted in one place, by period, with totals; the counts of what is reserved only from five on."""
    periods = _finest({period for thing in things for period in thing.counts.get(place, {})})
    lines = [_make_line(thing, place, periods, language) for thing in things if place in thing.counts]
    return Table(periods=tuple(periods), lines=tuple(lines))


def _make_line(thing: Thing, place: Place, periods: Sequence[Period], language: str) -> Line:
    """Hide by period and, where a wider unit may be shown as well, by the places beside this one."""
    beside = sorted(other for other in thing.counts if other[0] == place[0])
    counts, given = _matrix(thing, beside, periods)
    hidden = np.zeros(counts.shape, dtype=bool)
    if thing.row.reserved:
        hidden = hide_in_table(counts, given=given, row_totals=True, column_totals=len(beside) > 1)
    number = beside.index(place)
    total = int(counts[number].sum())
    return Line(
        key=thing.key,
        name=thing.row.label,
        article=thing.row.article,
        title=thing.row.title,
        category=(thing.row.name_en if language == "en" else thing.row.name_es) or "",
        reserved=thing.row.reserved,
        cells=_cells(thing, place, periods, hidden[number]),
        total=None if thing.row.reserved and total < 5 else total,
    )


def make_area_table(thing: Thing, names: dict[str, str]) -> Table:
    """Return one thing by area: from five on, and nothing that the total of all areas would tell.

    What is reserved is told by whole years alone, so that no two answers can be subtracted.
    """
    places = sorted((place for place in thing.counts if place[0] == "area"), key=lambda place: names.get(place[1], ""))
    told = {period for place in places for period in thing.counts[place]}
    periods = _whole_years(told) if thing.row.reserved else _finest(told)
    if not periods or not places:
        return Table()
    shown = _add_up(thing, places, told) if thing.row.reserved else thing
    counts, given = _matrix(shown, places, periods)
    hidden = hide_in_table(counts, given=given, row_totals=False, column_totals=True)
    lines = [
        Line(key=place[1], name=names.get(place[1], place[1]), cells=_cells(shown, place, periods, hidden[number]))
        for number, place in enumerate(places)
    ]
    return Table(periods=tuple(periods), lines=tuple(lines))


def _matrix(thing: Thing, places: Sequence[Place], periods: Sequence[Period]) -> tuple[Any, Any]:
    counts = np.array([[thing.counts[place].get(p, (0, ""))[0] for p in periods] for place in places], dtype=np.int64)
    given = np.array([[p in thing.counts[place] for p in periods] for place in places], dtype=bool)
    return counts.reshape(len(places), len(periods)), given.reshape(len(places), len(periods))


def _cells(thing: Thing, place: Place, periods: Sequence[Period], hidden: Sequence[bool]) -> tuple[Cell, ...]:
    counts = thing.counts[place]
    return tuple(
        Cell(n=None if is_hidden else counts[period][0], status=counts[period][1])
        if period in counts
        else Cell(given=False)
        for period, is_hidden in zip(periods, hidden, strict=True)
    )


def _finest(periods: set[Period]) -> list[Period]:
    """Return the periods that hold no other: a year beside its months would tell what is hidden in one of them."""
    return sorted(p for p in periods if not any(q != p and p[0] <= q[0] and q[1] <= p[1] for q in periods))


def _whole_years(periods: set[Period]) -> list[Period]:
    """Return the years that the periods cover without a gap."""
    finest = _finest(periods)
    found = []
    for year in sorted({period[0].year for period in finest}):
        days = sum((p[1] - p[0]).days + 1 for p in finest if p[0].year == year)
        if days == (date(year + 1, 1, 1) - date(year, 1, 1)).days:
            found.append((date(year, 1, 1), date(year, 12, 31)))
    return found


def _add_up(thing: Thing, places: Sequence[Place], told: set[Period]) -> Thing:
    """Return the same with the counts of each place added up by year."""
    finest = set(_finest(told))
    added = Thing(key=thing.key, row=thing.row)
    for place in places:
        for period, (n, status) in thing.counts[place].items():
            if period in finest:
                year = (date(period[0].year, 1, 1), date(period[0].year, 12, 31))
                counts = added.counts.setdefault(place, {})
                before, earlier = counts.get(year, (0, ""))
                counts[year] = (before + n, earlier or status)
        added.counts.setdefault(place, {})
    return added
