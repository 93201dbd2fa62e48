"""Separated text: its encoding is told from its bytes, its separator from its header, its records from its quotes."""

from __future__ import annotations

import codecs
import csv
import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final, TextIO

from geo_observatorio.errors import phrase
from geo_observatorio.sources.sheets import LOOKED_AT, TABLE, Cells, Lines, Repair, Sheet, refuse
from geo_observatorio.sources.values import hide_personal, read_text

DELIMITERS: Final = (",", ";", "\t", "|")
MAX_LINE: Final = 4_000_000  # letters; a longer line is no row, and its cells would fill the memory
MAX_CELL: Final = 1_000_000  # characters; more means a quote that never closes
CHUNK: Final = 1 << 20
SAMPLE: Final = 4096
STRANGE: Final = 0x10FF00  # a byte that is no UTF-8 stands as the letter of this number and its own
STRANGE_LETTER: Final = re.compile("[\U0010ff00-\U0010ffff]")
OTHER_LETTER: Final = re.compile("[^\x00-\x7f\U0010ff00-\U0010ffff]")
KEEP_STRANGE: Final = "observatorio.keep_strange"
UNDEFINED: Final = b"\x81\x8d\x8f\x90\x9d"  # bytes that Windows-1252 gives no letter


@dataclass(frozen=True, slots=True)
class Encoding:
    """How the bytes of a text become letters.

    Attributes
    ----------
    name
        As it is told: utf-8, utf-16, cp1252, latin-1 or mixed.
    """

    name: str
    codec: str
    errors: str = "strict"


MIXED: Final = Encoding("mixed", "utf-8-sig", KEEP_STRANGE)


def _keep_strange(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(chr(STRANGE + byte) for byte in error.object[error.start : error.end]), error.end


codecs.register_error(KEEP_STRANGE, _keep_strange)
AS_WINDOWS: Final = {
    STRANGE + byte: bytes([byte]).decode("latin-1" if byte in UNDEFINED else "cp1252") for byte in range(256)
}


def read_text_file(path: Path, judge: Callable[[list[Cells]], int]) -> Sheet:
    """Open a separated text; the separator is the one with which most columns are found."""
    encoding = detect_encoding(path)
    best = max(DELIMITERS, key=lambda delimiter: judge(_first_lines(path, encoding, delimiter)))
    mend = mend_strange if encoding is MIXED else None
    return Sheet("", _split_text(path, encoding, best), mend, encoding.name)


def detect_encoding(path: Path) -> Encoding:
    """Tell the encoding of a text: by its mark or its zeros, else UTF-8, else Windows-1252, else both mixed."""
    with path.open("rb") as file:
        start = file.read(SAMPLE)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Encoding("utf-16", "utf-16")
    if unmarked := _find_utf16(start):
        return Encoding("utf-16", unmarked)
    strange, other = _look_at_bytes(path)
    if not strange:
        return Encoding("utf-8", "utf-8-sig")
    if other:
        return MIXED
    return Encoding("latin-1", "latin-1") if strange & set(UNDEFINED) else Encoding("cp1252", "cp1252")


def _find_utf16(start: bytes) -> str:
    """Tell UTF-16 without a mark by the zeros in every second byte of what is mostly Latin text."""
    even, odd = start[::2].count(0), start[1::2].count(0)
    half = len(start) // 2
    if half < 2:
        return ""
    if odd > 0.7 * half and even < 0.1 * half:
        return "utf-16-le"
    return "utf-16-be" if even > 0.7 * half and odd < 0.1 * half else ""


def _look_at_bytes(path: Path) -> tuple[set[int], bool]:
    """Return the bytes that are no UTF-8, and whether there are letters beyond ASCII that are."""
    strange: set[int] = set()
    other = False
    with path.open(encoding="utf-8-sig", errors=KEEP_STRANGE, newline="") as text:
        while chunk := text.read(CHUNK):
            if chunk.isascii():
                continue
            strange.update(ord(letter) - STRANGE for letter in set(STRANGE_LETTER.findall(chunk)))
            other = other or OTHER_LETTER.search(chunk) is not None
    return strange, other


def mend_strange(_line: int, _places: dict[str, int], values: dict[str, object]) -> list[Repair]:
    """Read bytes that are no UTF-8 as Windows-1252, in a file that holds both, and tell where."""
    notes = []
    for name, value in values.items():
        if isinstance(value, str) and not value.isascii() and STRANGE_LETTER.search(value):
            values[name] = STRANGE_LETTER.sub(lambda letter: AS_WINDOWS[ord(letter.group())], value)
            coded = STRANGE_LETTER.sub(lambda letter: f"\\x{ord(letter.group()) - STRANGE:02x}", value)
            before, after = hide_personal(coded), hide_personal(read_text(values[name]))
            notes.append({"field": name, "from": before, "to": after, "rule": "other_encoding"})
    return notes


def _first_lines(path: Path, encoding: Encoding, delimiter: str) -> list[Cells]:
    return [cells for _, cells in islice(_split_text(path, encoding, delimiter), LOOKED_AT)]


class _LineTooLongError(Exception):
    """A line that does not end."""


def _split_text(path: Path, encoding: Encoding, delimiter: str) -> Lines:
    try:
        with path.open(encoding=encoding.codec, errors=encoding.errors, newline="") as text:
            yield from _split_records(path, text, delimiter)
    except UnicodeError as error:
        raise refuse(path, TABLE, phrase("letras que no son {encoding}", encoding=encoding.name)) from error


def _split_records(path: Path, text: TextIO, delimiter: str) -> Lines:
    """Yield the records of a text; a quote that never closes costs its own line, and the next ones are read again."""
    csv.field_size_limit(MAX_CELL)
    written: list[str] = []  # the lines of the record that is being read
    again: deque[str] = deque()  # lines that a wrong quote had swallowed
    source = _remember(text, written, again)
    reader, line = csv.reader(source, delimiter=delimiter), 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, _LineTooLongError) as error:
            if len(written) < 2:
                needed = phrase("comillas que se cierran y celdas de hasta {n} letras", n=MAX_CELL)
                raise refuse(path, needed, phrase("la línea {line}: {error}", line=line, error=str(error))) from error
            again.extendleft(reversed(written[1:]))
            del written[1:]
            reader = csv.reader(source, delimiter=delimiter)
            yield line, _split_alone(written[0], delimiter)
        else:
            if len(written) > 1 and not _is_well_quoted(written, delimiter):
                yield from ((n, _split_alone(alone, delimiter)) for n, alone in enumerate(written, line))
            else:
                yield line, list[object](cells)
        line += len(written)
        written.clear()


def _remember(text: TextIO, written: list[str], again: deque[str]) -> Iterator[str]:
    """Yield the lines of a text, each kept until its record is read."""
    while line := again.popleft() if again else text.readline(MAX_LINE):
        written.append(line)
        if len(line) == MAX_LINE:
            del written[:-1]
            raise _LineTooLongError(f"line longer than {MAX_LINE}")
        yield line


def _is_well_quoted(written: list[str], delimiter: str) -> bool:
    """Tell a cell of several lines from a quote that never closes and swallows the lines below it."""
    try:
        list(csv.reader(written, delimiter=delimiter, strict=True))
    except csv.Error:
        return False
    return True


def _split_alone(line: str, delimiter: str) -> Cells:
    """Split a line for itself: only the one with the wrong quote does not fit the header."""
    return [cell for cells in csv.reader([line], delimiter=delimiter) for cell in cells]
