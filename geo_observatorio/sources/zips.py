"""Zips from outside: what one says of its content is looked at before anything is unpacked."""

from __future__ import annotations

import os
import stat
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import Final

from geo_observatorio.errors import Phrase, phrase

MOST_ENTRIES: Final = 2_000
BOMB_RATIO: Final = 50  # what unpacks to more than this, and to more than BOMB_BYTES, is refused unopened
BOMB_BYTES: Final = 64 * 2**20
MOST_UNPACKED: Final = 4 * 2**30
ENCRYPTED: Final = 0x1
LOCAL_HEADER: Final = 30  # bytes before the name of an entry
END: Final = b"PK\x05\x06"
END_BYTES: Final = 22
END_64_LOCATOR: Final = b"PK\x06\x07"
LOCATOR_BYTES: Final = 20
END_64_BYTES: Final = 56
LONGEST_COMMENT: Final = 0xFFFF
UNREADABLE: Final = (  # what zipfile raises over zips that are none
    *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError),
)


class ZipRefusedError(Exception):
    """A zip that is not opened: what was needed, what was found."""

    def __init__(self, needed: Phrase, found: Phrase | str) -> None:
        self.needed, self.found = needed, found
        super().__init__(f"{needed}: {found}")


def check_zip(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Return the entries of a zip that promises no harm.

    Raises
    ------
    ZipRefusedError
        Too many entries, one that points outside, is a link, is encrypted, comes twice or lies over another; bytes
        before or behind the zip or a second directory; or more than a reasonable size when unpacked.
    """
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        raise ZipRefusedError(phrase("a lo sumo {n} archivos en el zip", n=MOST_ENTRIES), str(len(entries)))
    for entry in entries:
        check_entry(entry)
    names = [entry.filename for entry in entries]
    if len(set(names)) < len(names):
        raise ZipRefusedError(phrase("nombres distintos en el zip"), phrase("uno repetido"))
    _check_sizes(archive, entries)
    _check_layout(archive, entries)
    return entries


def check_entry(entry: zipfile.ZipInfo) -> None:
    """Refuse an entry that points outside the zip, is a link or needs a password."""
    path = entry.orig_filename  # as written in the zip, before Python tidies it
    outside = path.startswith("/") or ".." in PurePosixPath(path).parts or "\\" in path or ":" in path or "\0" in path
    if outside:
        raise ZipRefusedError(phrase("nombres sin rutas hacia fuera del zip"), repr(path[:80]))
    if stat.S_ISLNK(entry.external_attr >> 16) or entry.flag_bits & ENCRYPTED:
        raise ZipRefusedError(phrase("archivos sin enlaces y sin clave"), repr(path[:80]))


def _check_sizes(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    ratio = unpacked / max(_file_size(archive), 1)
    if unpacked > MOST_UNPACKED or (unpacked > BOMB_BYTES and ratio > BOMB_RATIO):
        needed = phrase("un archivo que crezca hasta {n} veces al abrirse", n=BOMB_RATIO)
        raise ZipRefusedError(needed, phrase("uno que crece {n} veces", n=round(ratio)))


def _check_layout(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """Refuse entries that share bytes, and bytes that belong to no entry: readers differ in what they see there."""
    needed = phrase("un zip simple, sin partes encimadas ni sobrantes")
    ends = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < ends:
            raise ZipRefusedError(needed, phrase("partes encimadas"))
        ends = entry.header_offset + LOCAL_HEADER + entry.compress_size
    if ends > archive.start_dir or (entries and min(entry.header_offset for entry in entries) != 0):
        raise ZipRefusedError(needed, phrase("partes encimadas"))
    if not _ends_at_once(archive):
        raise ZipRefusedError(needed, phrase("datos sobrantes o un segundo índice"))


def _ends_at_once(archive: zipfile.ZipFile) -> bool:
    """Tell whether the directory is the only one and reaches exactly to the end of the file."""
    size = _file_size(archive)
    tail = _read_at(archive, max(0, size - END_BYTES - LONGEST_COMMENT), size)
    if tail.count(END) != 1:
        return False
    record = tail.index(END)
    end = size - len(tail) + record
    comment = int.from_bytes(tail[record + 20 : record + 22], "little")
    directory = int.from_bytes(tail[record + 12 : record + 16], "little")
    if end + END_BYTES + comment != size:
        return False
    if _read_at(archive, max(0, end - LOCATOR_BYTES), end).startswith(END_64_LOCATOR):
        end -= LOCATOR_BYTES + END_64_BYTES
        directory = int.from_bytes(_read_at(archive, end + 40, end + 48), "little")
    return archive.start_dir + directory == end


def _file_size(archive: zipfile.ZipFile) -> int:
    assert archive.fp is not None  # noqa: S101  # open, as its entries were read
    return archive.fp.seek(0, os.SEEK_END)


def _read_at(archive: zipfile.ZipFile, start: int, end: int) -> bytes:
    assert archive.fp is not None  # noqa: S101
    archive.fp.seek(start)
    return archive.fp.read(end - start)
