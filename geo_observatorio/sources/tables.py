"""Tables inside files: where the header stands, which columns are taken, which lines carry no data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from operator import itemgetter
from pathlib import Path
from typing import Final

from geo_observatorio.errors import phrase
from geo_observatorio.names import plain_text
from geo_observatorio.sources.files import LOOKED_AT, Cells, Lines, open_sheets, refuse
from geo_observatorio.sources.templates import REQUIRED, Template

TOTALS: Final = ("total", "subtotal", "gran total")
RAGGED: Final = "ragged_row"


@dataclass(slots=True)
class Row:
    """A line of data: the columns that are taken, by field; None where its cells do not fit the header."""

    sheet: str
    line: int
    values: dict[str, object] | None


@dataclass(slots=True)
class Blank:
    """A line below the header that carries no data: empty, a total, or the header again."""

    sheet: str
    line: int


@dataclass(frozen=True, kw_only=True)
class Header:
    """A header line: its width and the place of each field that is taken."""

    position: int
    width: int
    places: dict[str, int]
    texts: tuple[str, ...]
    day: object  # the cell above the days as it stands, to know the header when it comes again


def read_table(path: Path, template: Template) -> Iterator[Row | Blank]:
    """Yield the lines of a file that stand below a header of the template, in their order.

    Raises
    ------
    FileRefusedError
        No sheet has the columns that the template needs, or one stands there twice.
    """
    found = False
    for sheet, lines in open_sheets(path, lambda first: _count_columns(first, template)):
        first = list(islice(lines, LOOKED_AT))
        header = find_header([cells for _, cells in first], template)
        if header is None:
            continue
        found = True
        _refuse_repeated(path, header, template)
        yield from _read_rows(sheet, chain(first[header.position + 1 :], lines), header)
    if not found:
        names = ", ".join(f"«{template.columns[name][0]}»" for name in REQUIRED)
        raise refuse(path, phrase("las columnas {names}", names=names), phrase("un archivo sin ellas"))


def has_rows(path: Path, template: Template) -> bool:
    """Tell whether a sheet of a file has the columns that a template needs."""
    sheets = open_sheets(path, lambda first: _count_columns(first, template))
    return any(find_header([cells for _, cells in islice(lines, LOOKED_AT)], template) for _, lines in sheets)


def find_header(first: list[Cells], template: Template) -> Header | None:
    """Return the first line that names all columns a source must have, or None."""
    for position, cells in enumerate(first):
        texts = tuple(plain_text(str(cell)) if cell is not None else "" for cell in cells)
        places = {name: place for name, place in _find_places(texts, template).items() if place is not None}
        if all(name in places for name in REQUIRED):
            width = max((number for number, text in enumerate(texts, start=1) if text), default=0)
            return Header(position=position, width=width, places=places, texts=texts, day=cells[places["day"]])
    return None


def _find_places(texts: tuple[str, ...], template: Template) -> dict[str, int | None]:
    return {
        name: next((texts.index(spelling) for spelling in spellings if spelling in texts), None)
        for name, spellings in template.spellings.items()
    }


def _count_columns(first: list[Cells], template: Template) -> int:
    header = find_header(first, template)
    return len(header.places) if header else 0


def _refuse_repeated(path: Path, header: Header, template: Template) -> None:
    for place in header.places.values():
        if header.texts.count(header.texts[place]) > 1:
            needed = phrase("una sola columna «{name}»", name=header.texts[place])
            raise refuse(path, needed, phrase("{n}", n=header.texts.count(header.texts[place])))


def _read_rows(sheet: str, lines: Lines, header: Header) -> Iterator[Row | Blank]:
    fields = tuple(header.places)
    positions = tuple(header.places.values())
    pick = itemgetter(*positions)  # two columns at least: a template needs a day and a category
    for line, cells in lines:
        if len(cells) != header.width:
            padded = _fit(cells, header.width, is_text=sheet == "")
            if padded is None:
                yield Blank(sheet, line) if _is_total(cells) else Row(sheet, line, None)
                continue
            cells = padded  # noqa: PLW2901  # the same line, its empty end added or taken
        values = dict(zip(fields, pick(cells), strict=True))
        if _is_blank(values, cells, header):
            yield Blank(sheet, line)
        else:
            yield Row(sheet, line, values)


def _fit(cells: Cells, width: int, *, is_text: bool) -> Cells | None:
    """Bring a line to the width of the header where only empty cells are at stake; None where data would be."""
    if any(cell not in (None, "") for cell in cells[width:]):
        return None
    is_short_text = is_text and 1 < len(cells) < width
    return None if is_short_text else [*cells[:width], *[None] * (width - len(cells))]


def _is_blank(values: dict[str, object], cells: Cells, header: Header) -> bool:
    if values["day"] not in (None, "") and values["category"] not in (None, ""):
        return values["day"] == header.day
    return _is_total(cells)


def _is_total(cells: Cells) -> bool:
    """Tell whether the first cell that says anything is a total; a line that says nothing counts as one."""
    first = next((plain_text(str(cell)) for cell in cells if cell is not None and str(cell).strip()), "")
    return not first or first.startswith(TOTALS)
