"""Aggregates as files: the tables that the page shows, one count a line; what is hidden there is hidden here."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from geo_observatorio.reports.tables import disarm
from geo_observatorio.services.aggregate_tables import Cell, CountedSource, Line, Period, Place, Table

HIDDEN = "<5"
COLUMNS = ("source", "measure", "unit", "level", "place", "what", "article", "period_from", "period_to", "n", "status")


def table_csv(source: CountedSource, measure: str, place: Place, table: Table) -> str:
    """Return what a source counts in one place."""
    level, name = place
    lines = (
        (level, name, line.name, line.article, period, cell)
        for line in table.lines
        for period, cell in _pair(table, line)
    )
    return _write(source, measure, lines)


def areas_csv(source: CountedSource, measure: str, thing: Line | None, table: Table) -> str:
    """Return one thing that a source counts, by area."""
    what, article = (thing.name, thing.article) if thing else ("", "")
    lines = (
        ("area", f"{line.key} {line.name}", what, article, period, cell)
        for line in table.lines
        for period, cell in _pair(table, line)
    )
    return _write(source, measure, lines)


def _pair(table: Table, line: Line) -> Iterable[tuple[Period, Cell]]:
    return ((period, cell) for period, cell in zip(table.periods, line.cells, strict=True) if cell.given)


def _write(source: CountedSource, measure: str, lines: Iterable[tuple[str, str, str, str, Period, Cell]]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    for level, place, what, article, period, cell in lines:
        texts = [source.code, measure, source.measures[measure], level, place, what, article]
        n = HIDDEN if cell.n is None else cell.n
        writer.writerow([*map(disarm, texts), period[0].isoformat(), period[1].isoformat(), n, cell.status])
    return buffer.getvalue()
