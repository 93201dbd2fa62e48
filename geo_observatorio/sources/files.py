"""Files of rows, streamed: separated text, workbooks and Parquet, told apart by their bytes, not by their name."""

from __future__ import annotations

import csv
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final, TextIO

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from geo_observatorio.errors import FileRefusedError, Phrase, phrase

Cells = list[object]
Lines = Iterator[tuple[int, Cells]]

DELIMITERS: Final = (",", ";", "\t", "|")
MAX_COLUMNS: Final = 200
MAX_LINE: Final = 4_000_000  # letters; a longer line is no row, and its cells would fill the memory
MAX_CELL: Final = 1_000_000  # characters; more means a quote that never closes
LOOKED_AT: Final = 30  # lines in which a header may stand
BATCH: Final = 20_000
BOMB_RATIO: Final = 50  # a workbook that unpacks to more than this, and to more than BOMB_BYTES, is refused unopened
BOMB_BYTES: Final = 64 * 2**20
MOST_UNPACKED: Final = 4 * 2**30
DAMAGED: Final = (  # what openpyxl raises over workbooks that are none
    *(KeyError, IndexError, ValueError, TypeError, AttributeError, AssertionError, OverflowError),
    *(OSError, EOFError, zipfile.BadZipFile, zlib.error, SyntaxError),
)


def open_sheets(path: Path, judge: Callable[[list[Cells]], int]) -> Iterator[tuple[str, Lines]]:
    """Yield the sheets of a file, each with its name ('' where it has none) and its numbered lines.

    Parameters
    ----------
    judge
        Tells how many wanted columns it finds in the first lines: chooses the separator of a text.

    Raises
    ------
    FileRefusedError
        The file is no table that can be read, or would unpack to something enormous.
    """
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(b"PAR1"):
        yield "", _read_parquet(path)
    elif start.startswith(b"PK"):
        yield from _read_workbook(path)
    elif start.startswith(b"\xd0\xcf\x11\xe0"):
        raise refuse(path, TABLE, phrase("un libro de Excel antiguo (.xls) o con contraseña"))
    else:
        yield "", _read_text(path, judge)


TABLE: Final = phrase("una tabla CSV, XLSX o Parquet")


def refuse(path: Path, needed: Phrase | str, found: Phrase | str) -> FileRefusedError:
    """Make the refusal of a file: what was needed, what was found."""
    return FileRefusedError(file=path.name, needed=needed, found=found)


def detect_encoding(path: Path) -> str:
    """Return the encoding of a text: told by its mark, else UTF-8, else Windows-1252 where it is not valid UTF-8."""
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        with path.open(encoding="utf-8") as text:
            while text.read(2**20):
                pass
    except UnicodeDecodeError:
        return "cp1252" if _decodes(path, "cp1252") else "latin-1"
    return "utf-8-sig"


def _decodes(path: Path, encoding: str) -> bool:
    try:
        with path.open(encoding=encoding) as text:
            while text.read(2**20):
                pass
    except UnicodeDecodeError:
        return False
    return True


def _read_text(path: Path, judge: Callable[[list[Cells]], int]) -> Lines:
    encoding = detect_encoding(path)
    best = max(DELIMITERS, key=lambda delimiter: judge(_first_lines(path, encoding, delimiter)))
    return _split_text(path, encoding, best)


def _first_lines(path: Path, encoding: str, delimiter: str) -> list[Cells]:
    return [cells for _, cells in islice(_split_text(path, encoding, delimiter), LOOKED_AT)]


def _split_text(path: Path, encoding: str, delimiter: str) -> Lines:
    csv.field_size_limit(MAX_CELL)
    written: list[str] = []  # the lines of the record that is being read
    with path.open(encoding=encoding, newline="") as text:
        reader = csv.reader(_remember(text, written), delimiter=delimiter)
        line = 1
        try:
            for cells in reader:
                if len(written) > 1 and not _is_well_quoted(written, delimiter):
                    yield from _split_alone(written, delimiter, line)
                else:
                    yield line, list[object](cells)
                line = reader.line_num + 1
                written.clear()
        except csv.Error as error:
            needed = phrase("comillas que se cierran y celdas de hasta {n} letras", n=MAX_CELL)
            raise refuse(path, needed, phrase("la línea {line}: {error}", line=line, error=str(error))) from error
        except UnicodeError as error:
            raise refuse(path, TABLE, phrase("letras que no son {encoding}", encoding=encoding)) from error


def _remember(text: TextIO, written: list[str]) -> Iterator[str]:
    """Yield the lines of a text, each kept until its record is read; raise csv.Error where one does not end."""
    for line in iter(partial(text.readline, MAX_LINE), ""):
        if len(line) == MAX_LINE:
            raise csv.Error(f"line longer than {MAX_LINE}")
        written.append(line)
        yield line


def _is_well_quoted(written: list[str], delimiter: str) -> bool:
    """Tell a cell of several lines from a quote that never closes and swallows the lines below it."""
    try:
        list(csv.reader(written, delimiter=delimiter, strict=True))
    except csv.Error:
        return False
    return True


def _split_alone(written: list[str], delimiter: str, first: int) -> Lines:
    """Split each line for itself: only the one with the wrong quote does not fit the header."""
    for number, line in enumerate(written, first):
        yield number, [cell for cells in csv.reader([line], delimiter=delimiter) for cell in cells]


def _read_workbook(path: Path) -> Iterator[tuple[str, Lines]]:
    _refuse_bomb(path)
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except DAMAGED as error:
        raise refuse_damaged(path, error) from error
    try:
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                sheet.reset_dimensions()  # the declared size of a sheet is often wrong
                yield sheet.title, _read_sheet(path, sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS))
    finally:
        book.close()


def _read_sheet(path: Path, rows: Iterable[tuple[object, ...]]) -> Lines:
    try:
        for number, cells in enumerate(rows, start=1):
            yield number, list(cells)
    except DAMAGED as error:  # a sheet is unpacked while it is read
        raise refuse_damaged(path, error) from error


def refuse_damaged(path: Path, error: Exception) -> FileRefusedError:
    """Make the refusal of a workbook that its reader stumbles over."""
    return refuse(path, TABLE, phrase("un libro dañado ({error})", error=type(error).__name__))


def _refuse_bomb(path: Path) -> None:
    """Look at what a workbook says of its size, and at the start of its parts, before anything is unpacked."""
    try:
        with zipfile.ZipFile(path) as packed:
            unpacked = sum(member.file_size for member in packed.infolist())
            names = {member.filename for member in packed.infolist()}
            entities = any(b"<!DOCTYPE" in _start(packed, name) for name in names if name.endswith((".xml", ".rels")))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise refuse(path, TABLE, phrase("un archivo comprimido dañado o con contraseña")) from error
    ratio = unpacked / max(path.stat().st_size, 1)
    if unpacked > MOST_UNPACKED or (unpacked > BOMB_BYTES and ratio > BOMB_RATIO):
        needed = phrase("un libro que crezca hasta {n} veces al abrirse", n=BOMB_RATIO)
        raise refuse(path, needed, phrase("uno que crece {n} veces", n=round(ratio)))
    if "xl/workbook.xml" not in names or entities:
        raise refuse(path, TABLE, phrase("un archivo comprimido que no es un libro"))


def _start(packed: zipfile.ZipFile, name: str) -> bytes:
    with packed.open(name) as member:
        return member.read(1024)


def _read_parquet(path: Path) -> Lines:
    damaged = (pa.ArrowException, OSError, ValueError, OverflowError)
    try:
        with pq.ParquetFile(path) as file:
            yield 0, list(file.schema_arrow.names)
            line = 1
            for batch in file.iter_batches(batch_size=BATCH):
                for cells in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                    yield line, list(cells)
                    line += 1
    except damaged as error:
        raise refuse(path, TABLE, phrase("un Parquet dañado")) from error
