"""A sheet: numbered lines of cells, whatever kind of file they come from, and how such a file is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from geo_observatorio.errors import FileRefusedError, Phrase, phrase

Cells = list[object]
Lines = Iterator[tuple[int, Cells]]
Repair = dict[str, str]
Mend = Callable[[int, dict[str, int], dict[str, object]], list[Repair]]

LOOKED_AT: Final = 30  # lines in which a header may stand
MAX_COLUMNS: Final = 200
TABLE: Final = phrase("una tabla CSV, XLSX o Parquet")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a file.

    Attributes
    ----------
    name
        '' where the file has none.
    mend
        Given a line, the place of each field and the values by field, puts right what the file itself says is meant,
        and returns what it changed; None where there is nothing to mend.
    encoding
        Of a text, as it was read.
    hidden
        A hidden sheet: told, not read.
    hidden_rows
        How many of its rows a filter or a person hid: they are read; all rows of a hidden sheet: none is.
    """

    name: str
    lines: Lines
    mend: Mend | None = None
    encoding: str = ""
    hidden: bool = False
    hidden_rows: int = 0


def refuse(path: Path, needed: Phrase | str, found: Phrase | str) -> FileRefusedError:
    """Make the refusal of a file: what was needed, what was found."""
    return FileRefusedError(file=path.name, needed=needed, found=found)
