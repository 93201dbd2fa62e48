"""Separated text: its encoding is told from its bytes, its separator from its header."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from geo_observatorio.errors import phrase
from geo_observatorio.sources.records import Records
from geo_observatorio.sources.sheets import LOOKED_AT, TABLE, Cells, Lines, Repair, Sheet, refuse
from geo_observatorio.sources.values import hide_personal, read_text

DELIMITERS: Final = (",", ";", "\t", "|")
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
    records = Records(path, best)

    def mend(line: int, places: dict[str, int], values: dict[str, object]) -> list[Repair]:
        notes = mend_strange(values) if encoding is MIXED else []
        return notes + tell_quotes(records.take_wrong(line), places, values)

    return Sheet("", _split_text(path, encoding, records), mend, encoding.name)


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


def mend_strange(values: dict[str, object]) -> list[Repair]:
    """Read bytes that are no UTF-8 as Windows-1252, in a file that holds both, and tell where."""
    notes = []
    for name, value in values.items():
        if isinstance(value, str) and not value.isascii() and STRANGE_LETTER.search(value):
            values[name] = STRANGE_LETTER.sub(lambda letter: AS_WINDOWS[ord(letter.group())], value)
            notes.append(_tell(name, value, values[name], "other_encoding"))
    return notes


def tell_quotes(wrong: dict[int, str], places: dict[str, int], values: dict[str, object]) -> list[Repair]:
    """Tell the cells that a wrong quote begins: as they stand in the file, and as they are read."""
    read = ((name, wrong[place]) for name, place in places.items() if place in wrong)
    return [_tell(name, cell, values[name], "wrong_quote") for name, cell in read]


def _tell(name: str, before: str, after: object, rule: str) -> Repair:
    coded = STRANGE_LETTER.sub(lambda letter: f"\\x{ord(letter.group()) - STRANGE:02x}", before)
    return {
        "field": name,
        "from": hide_personal(read_text(coded)),
        "to": hide_personal(read_text(after)),
        "rule": rule,
    }


def _first_lines(path: Path, encoding: Encoding, delimiter: str) -> list[Cells]:
    lines = _split_text(path, encoding, Records(path, delimiter))
    return [cells for _, cells in islice(lines, LOOKED_AT)]


def _split_text(path: Path, encoding: Encoding, records: Records) -> Lines:
    try:
        with path.open(encoding=encoding.codec, errors=encoding.errors, newline="") as text:
            yield from records.split(text)
    except UnicodeError as error:
        raise refuse(path, TABLE, phrase("letras que no son {encoding}", encoding=encoding.name)) from error
