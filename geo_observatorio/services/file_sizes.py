"""Sizes: about how many rows a file has, told from its start and its size without reading it."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

SAMPLE: Final = 2**20  # bytes looked at
SHEETS: Final = "xl/worksheets/"
UNREADABLE: Final = (zipfile.BadZipFile, zlib.error, pa.ArrowException, OSError, ValueError, RuntimeError)


def estimate_rows(path: Path) -> int | None:
    """Return about how many rows a file has; None where its start does not tell, or it cannot be read."""
    with path.open("rb") as file:
        start = file.read(SAMPLE)
    try:
        if start.startswith(b"PAR1"):
            return int(pq.read_metadata(path).num_rows)
        if start.startswith(b"PK"):
            return _estimate_zip(path)
    except UNREADABLE:
        return None
    return scale_up(start.count(b"\n"), len(start), path.stat().st_size)


def _estimate_zip(path: Path) -> int | None:
    """Count the rows of the sheets of a workbook, or the lines of the only text in a zip."""
    with zipfile.ZipFile(path) as archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
        sheets = [m for m in members if m.filename.startswith(SHEETS) and m.filename.endswith(".xml")]
        if sheets:
            return sum(_estimate_member(archive, sheet, b"<row ") for sheet in sheets) or None
        return _estimate_member(archive, members[0], b"\n") or None if len(members) == 1 else None


def _estimate_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, mark: bytes) -> int:
    with archive.open(member) as packed:
        start = packed.read(SAMPLE)
    return scale_up(start.count(mark), len(start), member.file_size) or 0


def scale_up(n: int, looked_at: int, size: int) -> int | None:
    """Return how many there are in all, when so many are in what was looked at; None where there were none."""
    return round(n * size / looked_at) if n else None
