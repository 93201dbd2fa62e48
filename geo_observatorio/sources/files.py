"""Files of rows, streamed: separated text, workbooks and Parquet, told apart by their bytes, not by their name."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from geo_observatorio.errors import FileRefusedError, phrase
from geo_observatorio.sources.sheets import LOOKED_AT, TABLE, Cells, Lines, Sheet, refuse
from geo_observatorio.sources.texts import read_text_file
from geo_observatorio.sources.workbooks import MAIN_PART, read_workbook
from geo_observatorio.sources.zips import UNREADABLE, ZipRefusedError, check_zip

__all__ = ["LOOKED_AT", "Cells", "Lines", "Sheet", "open_sheets", "refuse"]

ZIP: Final = b"PK"
BATCH: Final = 20_000
CHUNK: Final = 1 << 20
OTHERS: Final = {  # first bytes of what comes under the name of a table: what it is
    b"\xd0\xcf\x11\xe0": phrase("un libro de Excel antiguo (.xls) o con contraseña"),
    b"%PDF": phrase("un PDF"),
    b"{\\rtf": phrase("un documento de texto (RTF)"),
    b"\x1f\x8b": phrase("un archivo comprimido con gzip"),
    b"7z\xbc\xaf": phrase("un archivo comprimido con 7-Zip"),
    b"Rar!": phrase("un archivo comprimido con RAR"),
    b"SQLite format 3": phrase("una base de datos SQLite"),
}
WEB_PAGE: Final = phrase("una página web o un XML con nombre de tabla: ábralo y guárdelo como XLSX")
MARKUP: Final = (b"<!doctype", b"<html", b"<table", b"<?xml", b"<head", b"<body", b"<meta", b"<style", b"<div")


def open_sheets(path: Path, judge: Callable[[list[Cells]], int]) -> Iterator[Sheet]:
    """Yield the sheets of a file, or of the only file in a zip.

    Parameters
    ----------
    judge
        Tells how many wanted columns it finds in the first lines: chooses the separator of a text.

    Raises
    ------
    FileRefusedError
        The file is no table that can be read, or would unpack to something enormous.
    """
    if not _is_plain_zip(path):
        yield from _open_one(path, judge)
        return
    with _unpack(path) as table:
        yield from _open_one(table, judge)


def _open_one(path: Path, judge: Callable[[list[Cells]], int]) -> Iterator[Sheet]:
    with path.open("rb") as file:
        start = file.read(512)
    if start.startswith(b"PAR1"):
        yield Sheet("", _read_parquet(path))
    elif start.startswith(ZIP):
        yield from read_workbook(path)
    else:
        _refuse_other(path, start)
        yield read_text_file(path, judge)


def _refuse_other(path: Path, start: bytes) -> None:
    for mark, found in OTHERS.items():
        if start.startswith(mark):
            raise refuse(path, TABLE, found)
    plain = start.replace(b"\0", b"").removeprefix(b"\xef\xbb\xbf").lstrip(b"\xff\xfe").lstrip().lower()
    if plain.startswith(MARKUP):
        raise refuse(path, TABLE, WEB_PAGE)


def _is_plain_zip(path: Path) -> bool:
    """Tell a zip that carries a table from a workbook, which is a zip too."""
    with path.open("rb") as file:
        if not file.read(4).startswith(ZIP):
            return False
    try:
        with zipfile.ZipFile(path) as archive:
            names = {entry.filename for entry in archive.infolist()}
    except UNREADABLE as error:
        raise refuse(path, TABLE, phrase("un archivo comprimido dañado o con contraseña")) from error
    return MAIN_PART not in names and "[Content_Types].xml" not in names


@contextmanager
def _unpack(path: Path) -> Iterator[Path]:
    """Yield the only table of a zip, unpacked into a folder of our own under its own plain name."""
    with TemporaryDirectory(prefix="observatorio-") as folder:
        try:
            with zipfile.ZipFile(path) as archive:
                entry = _find_only(path, check_zip(archive))
                target = Path(folder) / (PurePosixPath(entry.filename).name[-100:] or "tabla")
                _copy(archive, entry, target)
        except ZipRefusedError as problem:
            raise refuse(path, problem.needed, problem.found) from problem
        except UNREADABLE as error:
            raise refuse(path, TABLE, phrase("un archivo comprimido dañado o con contraseña")) from error
        if _starts_as_zip(target) and _is_plain_zip(target):
            raise refuse(path, TABLE, phrase("un zip dentro de otro"))
        try:
            yield target
        except FileRefusedError as error:  # told of the file that was sent, whose name the reader knows
            raise FileRefusedError(**(error.values | {"file": path.name})) from error


def _find_only(path: Path, entries: list[zipfile.ZipInfo]) -> zipfile.ZipInfo:
    tables = [entry for entry in entries if not entry.is_dir() and not entry.filename.startswith("__MACOSX/")]
    tables = [entry for entry in tables if not PurePosixPath(entry.filename).name.startswith(".")]
    if len(tables) != 1:
        raise refuse(path, phrase("un zip con un solo archivo"), phrase("{n} archivos", n=len(tables)))
    return tables[0]


def _copy(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> None:
    left = entry.file_size
    with archive.open(entry) as source, target.open("wb") as copy:
        while chunk := source.read(CHUNK):
            left -= len(chunk)
            if left < 0:
                raise zipfile.BadZipFile("more than declared")
            copy.write(chunk)


def _starts_as_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4).startswith(ZIP)


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
