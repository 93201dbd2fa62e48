"""Tables of counts: each line is a row of counts with its periods, refused by a named rule, or without data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, islice
from pathlib import Path
from typing import Final

from geo_observatorio.errors import FileRefusedError, phrase
from geo_observatorio.names import plain_text
from geo_observatorio.sources.count_checks import check_sums
from geo_observatorio.sources.count_headers import (
    CountColumn,
    CountHeader,
    find_count_header,
    find_period,
    find_scope,
    find_year,
)
from geo_observatorio.sources.count_rows import COUNTED, PLACES, Count, CountRow
from geo_observatorio.sources.counts import (
    Period,
    find_rank,
    make_period,
    read_count,
    read_header_period,
    read_quarter,
    read_years,
    split_label,
    take_marks,
)
from geo_observatorio.sources.files import open_sheets
from geo_observatorio.sources.sheets import LOOKED_AT, Cells, Lines, refuse
from geo_observatorio.sources.tables import HEADER, OUTSIDE, Blank, Opened
from geo_observatorio.sources.templates import CountTemplate
from geo_observatorio.sources.values import hide_personal, read_text

MOST_LINES: Final = 50_000  # of a sheet: a table of counts is read whole, because its sums are checked
MOST_TOTALS: Final = 500  # each is compared with the whole sheet
LONGEST_LABEL: Final = 300
FIRST_YEAR: Final = 1990


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What the lines of one sheet have in common."""

    file: str
    name: str
    header: CountHeader
    scope: tuple[str, str]
    year: int | None
    year_rule: str
    period: Period | None
    today: date


def read_counts(path: Path, template: CountTemplate, today: date) -> Iterator[CountRow | Blank | Opened]:
    """Yield each sheet of a file, followed by its lines: rows of counts, some refused, and lines without data.

    Raises
    ------
    FileRefusedError
        No sheet is a table of such counts, one is too long, names a column twice, or nothing tells its year.
    """
    found = False
    for item in open_sheets(path, lambda first: _judge(first, template)):
        name, lines = item.name, item.lines
        first = list(islice(lines, LOOKED_AT))
        header = find_count_header([cells for _, cells in first], template)
        yield Opened(name, None if header is None else [], item.encoding, item.hidden, item.hidden_rows)
        if header is None:
            yield from (Blank(name, line, OUTSIDE) for line, _ in chain(first, lines))
            continue
        found = True
        if header.repeated:
            needed = phrase("una sola columna «{name}»", name=header.repeated)
            raise refuse(path, needed, phrase("la misma dos veces"))
        yield from (Blank(name, line, HEADER) for line, _ in first[: header.position + 1])
        below = [*first[header.position + 1 :], *islice(lines, MOST_LINES)]
        if len(below) > MOST_LINES:
            raise refuse(path, phrase("una tabla de hasta {n} líneas", n=MOST_LINES), phrase("una más larga"))
        yield from _read_lines(iter(below), _make_sheet(path, name, header, template, today))
    if not found:
        needed = phrase("una columna «{name}» y otras de conteos", name=template.columns["label"][0])
        raise refuse(path, needed, phrase("un archivo sin ellas"))


def has_counts(path: Path, template: CountTemplate) -> bool:
    """Tell whether a sheet of a file is a table of such counts."""
    sheets = open_sheets(path, lambda first: _judge(first, template))
    return any(_judge([cells for _, cells in islice(item.lines, LOOKED_AT)], template) for item in sheets)


def _judge(first: Sequence[Cells], template: CountTemplate) -> int:
    header = find_count_header(first, template)
    return len(header.places) + len(header.columns) if header else 0


def _make_sheet(path: Path, name: str, header: CountHeader, template: CountTemplate, today: date) -> Sheet:
    year, rule, years = find_year(header, name, path.stem)
    period = find_period(header, name)
    by_rows = "year" in header.places
    by_columns = all(column.period and column.period[0] == "year" for column in header.columns)
    needs_year = any(column.period for column in header.columns) or {"quarter", "month"} & set(header.places)
    if not by_rows and not by_columns and (year is None if needs_year else period is None):
        found = ", ".join(map(str, sorted(years)))
        needed = phrase("un solo año o período en el título, en el nombre de la hoja o del archivo")
        raise refuse(path, needed, found or phrase("ninguno"))
    scope = find_scope(header, template)
    return Sheet(
        file=path.name,
        name=name,
        header=header,
        scope=scope,
        year=year,
        year_rule=rule,
        period=period,
        today=today,
    )


def _read_lines(lines: Lines, sheet: Sheet) -> Iterator[CountRow | Blank]:
    """Read all lines, then check the sums, then tell them in their order."""
    rows: list[CountRow | Blank] = []
    last: CountRow | None = None
    title = chapter = ""
    totals = 0
    for line, cells in lines:
        row = _read_line(line, cells, sheet, last)
        if isinstance(row, CountRow):
            if row.rank == 1:
                title, chapter = row.label.text, ""
            elif row.rank == 2:
                chapter = row.label.text
            row.title, row.chapter = title, chapter
            last = row
        rows.append(row)
        totals += isinstance(row, CountRow) and row.rank == 0
        if totals > MOST_TOTALS:
            needed = phrase("una tabla de hasta {n} líneas de totales", n=MOST_TOTALS)
            raise FileRefusedError(file=sheet.file, needed=needed, found=phrase("una con más"))
    check_sums([row for row in rows if isinstance(row, CountRow)])
    for row in rows:
        yield Blank(sheet.name, row.line) if isinstance(row, CountRow) and not (row.counts or row.rule) else row


def _read_line(line: int, cells: Cells, sheet: Sheet, last: CountRow | None) -> CountRow | Blank:
    texts = {name: _cell(cells, place) for name, place in sheet.header.places.items()}
    label = take_marks(texts["label"])
    columns = sheet.header.columns
    filled = [column for column in columns if read_text(_cell(cells, column.place))] or read_text(texts.get("total"))
    rank = find_rank(label.text)
    if not filled and rank in {0, COUNTED}:
        return Blank(sheet.name, line)
    if plain_text(label.text) and filled and _is_header_again(cells, columns):
        return Blank(sheet.name, line)
    row = CountRow(sheet=sheet.name, line=line, rank=rank, label=label, scope=sheet.scope)
    row.written = _quote(texts, cells, columns)
    for name in PLACES:
        setattr(row, name, take_marks(texts.get(name)).text)
    if not label.text and last is not None and last.label.text and (row.area or row.district or row.province):
        row.label, row.rank = last.label, last.rank
        row.repairs.append("label_filled_down")
    _read_label(row, sheet)
    _read_numbers(row, cells, texts, columns)
    _read_periods(row, texts, sheet)
    return row


def _is_header_again(cells: Cells, columns: Sequence[CountColumn]) -> bool:
    return all(plain_text(take_marks(_cell(cells, c.place)).text) == plain_text(c.text) for c in columns)


def _read_label(row: CountRow, sheet: Sheet) -> None:
    if not row.label.text:
        row.refuse("missing_label", "label")
    elif len(row.label.text) > LONGEST_LABEL:
        row.refuse("bad_label", "label")
    row.article, text = split_label(hide_personal(row.label.text[:LONGEST_LABEL]))
    row.label = replace(row.label, text=text)
    if sheet.header.by_position:
        row.repairs.append("label_by_position")
    if sheet.year_rule:
        row.repairs.append(sheet.year_rule)


def _read_numbers(row: CountRow, cells: Cells, texts: dict[str, object], columns: Sequence[CountColumn]) -> None:
    of_row = next((status for text in texts.values() if (status := take_marks(text).status)), "")
    for column in columns:
        number, status = _try_count(row, _cell(cells, column.place), column.text)
        row.numbers.append(number)
        row.statuses.append(status or of_row or column.status)
    row.total, _ = _try_count(row, texts.get("total"), "total")


def _try_count(row: CountRow, value: object, name: str) -> tuple[int | None, str]:
    try:
        return read_count(value)
    except ValueError:
        row.refuse("bad_count", hide_personal(name))
        return None, ""


def _read_periods(row: CountRow, texts: dict[str, object], sheet: Sheet) -> None:
    """Give each number that stands there its period; what is not known yet is left out, what cannot be is refused."""
    try:
        periods = [_find_period(column, texts, sheet) for column in sheet.header.columns]
    except ValueError as error:
        row.refuse("bad_date", str(error))
        return
    status = sheet.header.status
    for column, period, n, own in zip(sheet.header.columns, periods, row.numbers, row.statuses, strict=True):
        if n is None:
            continue
        if period.first.year < FIRST_YEAR:
            row.refuse("too_old", "year")
        elif period.first <= sheet.today:
            notes = ",".join(filter(None, (row.label.notes, column.notes)))
            row.counts.append(Count(measure=column.measure, period=period, n=n, status=own or status, notes=notes))
        elif n:
            row.refuse("future", column.text)


def _find_period(column: CountColumn, texts: dict[str, object], sheet: Sheet) -> Period:
    """Return the period of a count; raise ValueError, with the field, where nothing tells it."""
    kind, number = column.period or ("", 0)
    if kind == "year":
        return make_period(number, 1, 12)
    year = _read_year(texts, sheet)
    if not kind:
        kind, number = _read_part(texts)
    if kind == "month":
        return make_period(year, number, number)
    if kind == "quarter":
        return make_period(year, 3 * number - 2, 3 * number)
    if "year" in texts:
        return make_period(year, 1, 12)
    if sheet.period is None:
        raise ValueError("year")
    return sheet.period


def _read_year(texts: dict[str, object], sheet: Sheet) -> int:
    if "year" not in texts:
        return sheet.year or (sheet.period.first.year if sheet.period else 0)
    years = read_years(take_marks(texts["year"]).text)
    if len(years) != 1:
        raise ValueError("year")
    return years.pop()


def _read_part(texts: dict[str, object]) -> tuple[str, int]:
    """Return the month or quarter that a row tells, ('', 0) where it has neither column."""
    if "month" in texts:
        text = take_marks(texts["month"]).text
        number = int(text) if text.isdecimal() and len(text) <= 2 else (read_header_period(text) or ("", 0))[1]
        if not 1 <= number <= 12:
            raise ValueError("month")
        return "month", number
    if "quarter" in texts:
        quarter = read_quarter(take_marks(texts["quarter"]).text)
        if quarter is None:
            raise ValueError("quarter")
        return "quarter", quarter
    return "", 0


def _quote(texts: dict[str, object], cells: Cells, columns: Sequence[CountColumn]) -> dict[str, str]:
    written = {name: read_text(value) for name, value in texts.items()}
    written |= {column.text: read_text(_cell(cells, column.place)) for column in columns}
    return {hide_personal(name): hide_personal(text)[:LONGEST_LABEL] for name, text in written.items() if text}


def _cell(cells: Cells, place: int) -> object:
    return cells[place] if place < len(cells) else None
