"""Workbooks: what their sheets say beside values is looked at first; nothing in them is run or fetched."""

from __future__ import annotations

import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final, TypeVar
from xml.parsers import expat

import openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from geo_observatorio.errors import FileRefusedError, phrase
from geo_observatorio.sources.sheet_marks import Marks, TooManyMarksError, count_rows, find_marks
from geo_observatorio.sources.sheets import MAX_COLUMNS, TABLE, Cells, Lines, Mend, Repair, Sheet, refuse
from geo_observatorio.sources.values import DAYS, FORMULA_WITHOUT_VALUE, Serial1904, hide_personal, read_text
from geo_observatorio.sources.zips import UNREADABLE, ZipRefusedError, check_zip

Seen = TypeVar("Seen")

MAIN_PART: Final = "xl/workbook.xml"
MOST_ROWS: Final = 1_048_576  # of a sheet, as the format says
CHUNK: Final = 1_000
PROLOGUE: Final = 1 << 20  # bytes in which the first element of a part must begin
DAMAGED: Final = (  # what openpyxl raises over workbooks that are none
    *(KeyError, IndexError, ValueError, TypeError, AttributeError, AssertionError, OverflowError),
    *(OSError, EOFError, zipfile.BadZipFile, zlib.error, SyntaxError),
)


def read_workbook(path: Path) -> Iterator[Sheet]:
    """Yield the sheets of a workbook.

    Raises
    ------
    FileRefusedError
        Damaged, encrypted, enormous when unpacked, of another kind, or with a DTD, which could name files or explode.
    """
    _check_workbook(path)
    with path.open("rb") as file:  # opened here: by its name openpyxl would refuse a book under another ending
        try:
            with warnings.catch_warnings(action="ignore"):
                book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        except DAMAGED as error:
            raise refuse_damaged(path, error) from error
        try:
            for sheet in book.worksheets:
                yield _open_sheet(path, book, sheet)
        finally:
            book.close()


def _open_sheet(path: Path, book: Any, sheet: Any) -> Sheet:
    if sheet.sheet_state != "visible":
        return Sheet(sheet.title, iter(()), hidden=True, hidden_rows=_look(path, sheet, count_rows))
    marks = _look(path, sheet, find_marks)
    if marks.last_row > MOST_ROWS:
        raise refuse(path, phrase("a lo sumo {n} filas por hoja", n=MOST_ROWS), str(marks.last_row))
    sheet.reset_dimensions()  # the declared size of a sheet is often wrong
    lines = _read_lines(path, sheet.iter_rows(values_only=True), marks)
    mend = _make_mend(marks, is_1904=book.epoch == CALENDAR_MAC_1904)
    return Sheet(sheet.title, lines, mend, hidden_rows=marks.hidden_rows)


def _look(path: Path, sheet: Any, look: Callable[[IO[bytes]], Seen]) -> Seen:
    """Return what is seen in the XML of a sheet."""
    try:
        with zipfile.ZipFile(path) as packed, packed.open(sheet._worksheet_path) as part:  # no other way
            return look(part)
    except TooManyMarksError as error:
        needed = phrase("un libro con los valores de sus fórmulas (ábralo y guárdelo) y pocas celdas combinadas")
        raise refuse(path, needed, phrase("más de {n} sin valor o combinadas", n=error.most)) from error
    except DAMAGED as error:
        raise refuse_damaged(path, error) from error


def _read_lines(path: Path, rows: Iterator[tuple[object, ...]], marks: Marks) -> Lines:
    number = 0
    while chunk := _take(path, rows):
        for values in chunk:
            number += 1
            cells: Cells = list(values[: MAX_COLUMNS + 1])
            if number in marks.without_value:
                _put_marks(cells, marks.without_value[number])
            yield number, cells
        if number > MOST_ROWS:
            raise refuse(path, phrase("a lo sumo {n} filas por hoja", n=MOST_ROWS), phrase("más"))


def _take(path: Path, rows: Iterator[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """Return the next rows; a sheet is unpacked while it is read, and its reader may stumble or warn anywhere."""
    try:
        with warnings.catch_warnings(action="ignore"):
            return list(islice(rows, CHUNK))
    except DAMAGED as error:
        raise refuse_damaged(path, error) from error


def _put_marks(cells: Cells, columns: set[int]) -> None:
    for column in columns:
        cells.extend([None] * (column - len(cells)))
        cells[column - 1] = FORMULA_WITHOUT_VALUE


def _make_mend(marks: Marks, *, is_1904: bool) -> Mend | None:
    if not marks.merged and not is_1904:
        return None
    top: dict[tuple[int, int], object] = {}  # column and first line of a merged range: its value

    def mend(line: int, places: dict[str, int], values: dict[str, object]) -> list[Repair]:
        notes = []
        for name, place in places.items():
            first = marks.find_merged(line, place + 1)
            if first == line:
                top[place, line] = values[name]
            elif first and values[name] is None and top.get((place, first)) is not None:
                values[name] = top[place, first]
                text = hide_personal(read_text(values[name]))
                notes.append({"field": name, "from": "", "to": text, "rule": "merged_cell"})
        if is_1904:
            _count_from_1904(values)
        return notes

    return mend


def _count_from_1904(values: dict[str, object]) -> None:
    """Mark plain numbers among the days: this book counts them from 1904."""
    for name in DAYS & values.keys():
        value = values[name]
        if isinstance(value, int | float) and not isinstance(value, bool | datetime):
            values[name] = Serial1904(value)


def refuse_damaged(path: Path, error: Exception) -> FileRefusedError:
    """Make the refusal of a workbook that its reader stumbles over."""
    return refuse(path, TABLE, phrase("un libro dañado ({error})", error=type(error).__name__))


def _check_workbook(path: Path) -> None:
    """Look at what a workbook says of its size, and at the start of its parts, before anything is unpacked."""
    try:
        with zipfile.ZipFile(path) as packed:
            names = [entry.filename for entry in check_zip(packed)]
            declares = any(_declares_entities(packed, name) for name in names if name.endswith((".xml", ".rels")))
    except ZipRefusedError as problem:
        raise refuse(path, problem.needed, problem.found) from problem
    except UNREADABLE as error:
        raise refuse(path, TABLE, phrase("un archivo comprimido dañado o con contraseña")) from error
    if declares:
        raise refuse(path, TABLE, phrase("un libro que declara entidades (DTD)"))
    if MAIN_PART not in names:
        raise refuse(path, TABLE, phrase("un archivo comprimido que no es un libro XLSX"))


class _DtdFoundError(Exception):
    """A part begins with a DTD."""


class _ElementFoundError(Exception):
    """A part begins with an element, as it should."""


def _declares_entities(packed: zipfile.ZipFile, name: str) -> bool:
    """Tell whether a part declares a DTD, in whatever encoding and behind whatever comment."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _find_dtd
    parser.StartElementHandler = _find_element
    try:
        with packed.open(name) as part:
            for _ in range(PROLOGUE // 4096):
                chunk = part.read(4096)
                parser.Parse(chunk, not chunk)
                if not chunk:
                    return False
    except _DtdFoundError:
        return True
    except (_ElementFoundError, expat.ExpatError):  # whether it is well formed is asked later
        return False
    return True  # no element in all this: nobody writes such a part in good faith


def _find_dtd(*_: object) -> None:
    raise _DtdFoundError


def _find_element(*_: object) -> None:
    raise _ElementFoundError
