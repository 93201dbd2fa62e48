"""Tables inside files: where the header stands, which columns are taken, which lines carry no data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from operator import itemgetter
from pathlib import Path
from typing import Final

from geo_observatorio.errors import phrase
from geo_observatorio.names import plain_text
from geo_observatorio.sources.files import open_sheets
from geo_observatorio.sources.mending import mend_letters
from geo_observatorio.sources.sheets import LOOKED_AT, MAX_COLUMNS, Cells, Lines, Repair, Sheet, refuse
from geo_observatorio.sources.templates import REQUIRED, Template
from geo_observatorio.sources.values import FORMULA_WITHOUT_VALUE

TOTALS: Final = ("total", "subtotal", "gran total")
NOTES: Final = ("fuente", "nota", "notas", "elaborado por", "preparado por", "observacion", "observaciones")
RAGGED: Final = "ragged_row"
REFUSED_AS: Final = "refused_as"
REFUSED_AS_HEADER: Final = "id de cuarentena"  # the column by which a corrected file names the row in quarantine
FORMULA_STARTS: Final = tuple("=+-@\t\r")
HEADER, BLANK, FOOTER, OUTSIDE = "header", "blank", "footer", "outside"


@dataclass(slots=True)
class Row:
    """A line of data: the columns that are taken, by field; None where its cells do not fit the header.

    Attributes
    ----------
    notes
        What the file itself said is meant instead of its cells, as repairs.
    """

    sheet: str
    line: int
    values: dict[str, object] | None
    notes: list[Repair] = field(default_factory=list)


@dataclass(slots=True)
class Blank:
    """A line that carries no data.

    Attributes
    ----------
    kind
        ``header``: the header, again too, and titles above it; ``footer``: totals and notes; ``blank``: nothing;
        ``outside``: of a sheet without table.
    """

    sheet: str
    line: int
    kind: str = BLANK


@dataclass(slots=True)
class Opened:
    """A sheet, before its lines: how it is read.

    Attributes
    ----------
    absent
        Fields of the template that the header does not have; None where the sheet has no header at all.
    """

    sheet: str
    absent: list[str] | None
    encoding: str
    hidden: bool
    hidden_rows: int


@dataclass(frozen=True, kw_only=True)
class Header:
    """A header line: its width and the place of each field that is taken."""

    position: int
    width: int
    places: dict[str, int]
    texts: tuple[str, ...]
    day: object  # the cell above the days as it stands, to know the header when it comes again


def read_table(path: Path, template: Template) -> Iterator[Row | Blank | Opened]:
    """Yield each sheet of a file, followed by all its lines in their order.

    Raises
    ------
    FileRefusedError
        No sheet has the columns that the template needs, or one stands there twice, or there are too many.
    """
    found = False
    for sheet in open_sheets(path, lambda first: _count_columns(first, template)):
        first = list(islice(sheet.lines, LOOKED_AT))
        header = find_header([cells for _, cells in first], template)
        yield _open(sheet, header, template)
        if header is None:
            yield from (Blank(sheet.name, line, OUTSIDE) for line, _ in chain(first, sheet.lines))
            continue
        found = True
        _refuse_strange(path, header)
        yield from (Blank(sheet.name, line, HEADER) for line, _ in first[: header.position + 1])
        yield from _read_rows(sheet, chain(first[header.position + 1 :], sheet.lines), header)
    if not found:
        names = ", ".join(f"«{template.columns[name][0]}»" for name in REQUIRED)
        raise refuse(path, phrase("las columnas {names}", names=names), phrase("un archivo sin ellas"))


def has_rows(path: Path, template: Template) -> bool:
    """Tell whether a sheet of a file has the columns that a template needs."""
    sheets = open_sheets(path, lambda first: _count_columns(first, template))
    return any(find_header([cells for _, cells in islice(item.lines, LOOKED_AT)], template) for item in sheets)


def _open(sheet: Sheet, header: Header | None, template: Template) -> Opened:
    absent = None if header is None else [name for name in template.spellings if name not in header.places]
    return Opened(sheet.name, absent, sheet.encoding, sheet.hidden, sheet.hidden_rows)


def find_header(first: list[Cells], template: Template) -> Header | None:
    """Return the first line that names all columns a source must have, or None."""
    for position, cells in enumerate(first):
        texts = tuple(plain_text(mend_letters(str(cell))) if cell is not None else "" for cell in cells)
        places = {name: place for name, place in _find_places(texts, template).items() if place is not None}
        if all(name in places for name in REQUIRED):
            width = max((number for number, text in enumerate(texts, start=1) if text), default=0)
            return Header(position=position, width=width, places=places, texts=texts, day=cells[places["day"]])
    return None


def _find_places(texts: tuple[str, ...], template: Template) -> dict[str, int | None]:
    return {
        name: next((texts.index(spelling) for spelling in spellings if spelling in texts), None)
        for name, spellings in (template.spellings | {REFUSED_AS: (REFUSED_AS_HEADER,)}).items()
    }


def _count_columns(first: list[Cells], template: Template) -> int:
    header = find_header(first, template)
    return len(header.places) if header else 0


def _refuse_strange(path: Path, header: Header) -> None:
    if header.width > MAX_COLUMNS:
        raise refuse(path, phrase("a lo sumo {n} columnas", n=MAX_COLUMNS), phrase("{n}", n=header.width))
    for place in header.places.values():
        if header.texts.count(header.texts[place]) > 1:
            needed = phrase("una sola columna «{name}»", name=header.texts[place])
            raise refuse(path, needed, phrase("{n}", n=header.texts.count(header.texts[place])))


def _read_rows(sheet: Sheet, lines: Lines, header: Header) -> Iterator[Row | Blank]:
    fields = tuple(header.places)
    pick = itemgetter(*header.places.values())  # two columns at least: a template needs a day and a category
    is_correction = REFUSED_AS in header.places
    for line, cells in lines:
        if len(cells) != header.width:
            padded = _fit(cells, header.width, is_text=sheet.name == "")
            if padded is None:
                kind = _kind_of(cells)
                yield Blank(sheet.name, line, kind) if kind else Row(sheet.name, line, None)
                continue
            cells = padded  # noqa: PLW2901  # the same line, its empty end added or taken
        values = dict(zip(fields, pick(cells), strict=True))
        if kind := _kind_without_data(values, cells, header):
            yield Blank(sheet.name, line, kind)
            continue
        row = Row(sheet.name, line, values)
        if sheet.mend is not None:
            row.notes = sheet.mend(line, header.places, values)
        if is_correction:
            _arm(values)
        yield row


def _fit(cells: Cells, width: int, *, is_text: bool) -> Cells | None:
    """Bring a line to the width of the header where only empty cells are at stake; None where data would be."""
    if any(cell not in (None, "") for cell in cells[width:]):
        return None
    is_short_text = is_text and 1 < len(cells) < width
    return None if is_short_text else [*cells[:width], *[None] * (width - len(cells))]


def _kind_without_data(values: dict[str, object], cells: Cells, header: Header) -> str:
    if values["day"] not in (None, "") and values["category"] not in (None, ""):
        return HEADER if values["day"] == header.day else ""
    if FORMULA_WITHOUT_VALUE in values.values():
        return ""  # something stands there, although nobody knows what
    if kind := _kind_of(cells):
        return kind
    is_alone = sum(cell not in (None, "") for cell in cells) == 1
    return FOOTER if is_alone and _first_text(cells).startswith(NOTES) else ""


def _kind_of(cells: Cells) -> str:
    """Tell whether the first cell that says anything is a total, or nothing says anything; '' where it is data."""
    first = _first_text(cells)
    return BLANK if not first else FOOTER if first.startswith(TOTALS) else ""


def _first_text(cells: Cells) -> str:
    told = (str(cell) for cell in cells if cell is not None and cell != FORMULA_WITHOUT_VALUE)
    return next((plain_text(text) for text in told if text.strip()), "")


def _arm(values: dict[str, object]) -> None:
    """Take the quotes away that a corrected file carries before what a spreadsheet would run as a formula."""
    for name, value in values.items():
        if isinstance(value, str) and value.startswith("'") and value[1:].startswith(FORMULA_STARTS):
            values[name] = value[1:]
