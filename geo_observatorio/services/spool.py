"""The spool: files that were sent wait here under random names until they are received, cancelled or too old."""

from __future__ import annotations

import errno
import os
import re
import shutil
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final
from uuid import UUID, uuid4

from geo_observatorio.errors import SpoolFullError, UploadGoneError, phrase

RESERVE: Final = 64 * 2**20  # bytes that stay free: the database writes on the same disk, as a rule
NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT)
LONGEST_NAME: Final = 150  # characters
OLD: Final = 24 * 3600.0  # seconds after which a file that nobody waits for is removed
MB: Final = 2**20
LETTERS: Final = str.maketrans("0123456789", "ghijklmnop")
YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")


class SpoolFile:
    """A file that is being sent, as the form's parser wants it: it can be written, read again and told where it is.

    Raises
    ------
    SpoolFullError
        Where the disk has no room for what is written.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.id = uuid4()
        self.path = spool_path(folder, self.id)
        self._file: BinaryIO = os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b")

    def write(self, data: bytes) -> int:
        """Append some bytes."""
        try:
            return self._file.write(data)
        except OSError as error:
            raise refuse_or(error, self._file.tell()) from error

    def read(self, size: int = -1) -> bytes:
        """Return bytes from where it stands."""
        return self._file.read(size)

    def readline(self, size: int = -1) -> bytes:
        """Return the rest of a line."""
        return self._file.readline(size)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place, with all that was written on the disk."""
        try:
            return self._file.seek(offset, whence)
        except OSError as error:  # the last bytes are written now
            raise refuse_or(error, offset) from error

    def close(self) -> None:
        """Let go of it; what could not be written any more was told before."""
        try:
            self._file.close()
        except OSError as error:
            if error.errno not in NO_ROOM:
                raise


def refuse_or(error: OSError, size: int) -> Exception:
    """Return the refusal of a full disk, or the error itself where it is another."""
    return SpoolFullError(needed=max(1, round(size / MB))) if error.errno in NO_ROOM else error


def require_room(folder: Path, size: int) -> None:
    """Raise SpoolFullError unless so many bytes fit on the disk, with a reserve for the database."""
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    if shutil.disk_usage(existing).free < size + RESERVE:
        raise SpoolFullError(needed=max(1, round(size / MB)))


def spool_path(folder: Path, upload: UUID) -> Path:
    """Return where the bytes of an upload lie; in letters alone, so that no part of the name is taken for a year."""
    return folder / upload.hex.translate(LETTERS)


@contextmanager
def telling_year(path: Path, file_name: str) -> Iterator[Path]:
    """Give a file a second name for a while, which tells the years that its sender's name for it has, and no more.

    Some tables of counts say their year nowhere else.
    """
    years = YEAR.findall(file_name)
    if not years:
        yield path
        return
    named = path.with_name(" ".join((path.name, uuid4().hex.translate(LETTERS), *years)))
    os.link(path, named)
    try:
        yield named
    finally:
        named.unlink()


def require_bytes(folder: Path, upload: UUID) -> Path:
    """Return where the bytes of an upload lie; raise UploadGoneError where they do not any more."""
    path = spool_path(folder, upload)
    if not path.exists():
        raise UploadGoneError(found=phrase("su copia ya no está"))
    return path


def discard(folder: Path, upload: UUID) -> None:
    """Remove the bytes of an upload, where they are still there."""
    spool_path(folder, upload).unlink(missing_ok=True)


def clean_spool(folder: Path, waiting: Collection[UUID]) -> int:
    """Remove files that nobody waits for and that are a day old; return how many."""
    if not folder.is_dir():
        return 0
    kept, limit, removed = {spool_path(folder, upload).name for upload in waiting}, time.time() - OLD, 0
    for path in folder.iterdir():
        if path.name not in kept and path.is_file() and path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def name_file(sent: str) -> str:
    """Return the name of a file as its sender wrote it, as text alone: no folders, nothing invisible, not endless."""
    from geo_observatorio.sources.values import read_text  # noqa: PLC0415  # reads dates of workbooks too: a slow import

    last = PurePosixPath(sent.replace("\\", "/")).name
    name = read_text(last)
    if len(name) <= LONGEST_NAME:
        return name or "-"
    ending = PurePosixPath(name).suffix[:10]
    return name[: LONGEST_NAME - len(ending) - 1] + "…" + ending
