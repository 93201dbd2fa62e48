"""Records of a separated text, by their quotes: a wrong one costs its own line, or is read and told."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TextIO

from geo_observatorio.errors import phrase
from geo_observatorio.sources.sheets import LOOKED_AT, Cells, Lines, refuse

MAX_LINE: Final = 4_000_000  # letters; a longer line is no row, and its cells would fill the memory
MAX_CELL: Final = 1_000_000  # characters; more means a quote that never closes
WELL_QUOTED: Final = re.compile(r'"(?:[^"]|"")*+"')


class _LineTooLongError(Exception):
    """A line that does not end."""


class Records:
    """The records of a text, in their order, each with the number of its first line.

    A quote that never closes costs its own line: the ones that it had swallowed are read again.
    """

    def __init__(self, path: Path, delimiter: str) -> None:
        self._path, self._delimiter = path, delimiter
        self._written: list[str] = []  # the lines of the record that is being read
        self._again: deque[str] = deque()  # lines that a wrong quote had swallowed
        self._wrong: dict[int, dict[int, str]] = {}  # line to the cells that begin with a wrong quote, as written
        outside = rf"[^{re.escape(delimiter)}]*+"
        self._cell = re.compile(rf'(?:"(?:[^"]|"")*+(?:"{outside})?|{outside})({re.escape(delimiter)}|$)')

    def split(self, text: TextIO) -> Lines:
        """Yield the records of a text.

        Raises
        ------
        FileRefusedError
            A line or a cell that does not end.
        """
        csv.field_size_limit(MAX_CELL)
        source = self._remember(text)
        reader, line = csv.reader(source, delimiter=self._delimiter), 1
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except (csv.Error, _LineTooLongError) as error:
                self._let_go(line, error)
                reader = csv.reader(source, delimiter=self._delimiter)
                yield line, self._split_alone(self._written[0], line)
            else:
                if not any('"' in part for part in self._written) or self._is_well_quoted():
                    yield line, list[object](cells)
                else:
                    yield from ((n, self._split_alone(alone, n)) for n, alone in enumerate(self._written, line))
            line += len(self._written)
            self._written.clear()

    def take_wrong(self, line: int) -> dict[int, str]:
        """Return, once, the cells of a line that begin with a wrong quote: place to what stands in the file."""
        return self._wrong.pop(line, {})

    def _remember(self, text: TextIO) -> Iterator[str]:
        """Yield the lines of a text, each kept until its record is read."""
        while line := self._again.popleft() if self._again else text.readline(MAX_LINE):
            self._written.append(line)
            if len(line) == MAX_LINE:
                del self._written[:-1]
                raise _LineTooLongError(f"line longer than {MAX_LINE}")
            yield line

    def _let_go(self, line: int, error: Exception) -> None:
        """Give the lines back that a quote had swallowed until it was too much; refuse where there are none."""
        if len(self._written) < 2:
            needed = phrase("comillas que se cierran y celdas de hasta {n} letras", n=MAX_CELL)
            found = phrase("la línea {line}: {error}", line=line, error=str(error))
            raise refuse(self._path, needed, found) from error
        self._again.extendleft(reversed(self._written[1:]))
        del self._written[1:]

    def _is_well_quoted(self) -> bool:
        """Tell cells of several lines, and quotes as they should be, from a quote that swallows what follows it."""
        try:
            list(csv.reader(self._written, delimiter=self._delimiter, strict=True))
        except csv.Error:
            return False
        return True

    def _split_alone(self, line: str, number: int) -> Cells:
        """Split a line for itself, and keep which of its cells begin with a wrong quote."""
        line = line.rstrip("\r\n")  # no part of a cell that does not end
        cells: Cells = [cell for cells in csv.reader([line], delimiter=self._delimiter) for cell in cells]
        wrong = self._find_wrong(line)
        if wrong:
            self._wrong[number] = wrong
            while len(self._wrong) > LOOKED_AT:  # no more are read ahead of their telling
                del self._wrong[next(iter(self._wrong))]
        return [*cells, ""] if wrong and len(cells) == 1 else cells  # one cell that holds all others fits no header

    def _find_wrong(self, line: str) -> dict[int, str]:
        """Return the cells of a line that begin with a quote and do not end with one, by their place."""
        wrong, start = {}, 0
        for place in range(len(line) + 1):
            found = self._cell.match(line, start)
            if found is None:
                break
            cell = line[start : found.start(1)]
            if cell.startswith('"') and not WELL_QUOTED.fullmatch(cell):
                wrong[place] = cell
            start = found.end()
            if not found.group(1):
                break
        return wrong
