"""What the XML of a sheet says beside its values: merged ranges, hidden rows, formulas that were never calculated."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Final

from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries

CHUNK: Final = 1 << 20
LONGEST_PIECE: Final = 8 * CHUNK  # of one row
MOST: Final = 100_000  # formulas without value, or merged ranges: more are no table
# No pattern looks beyond the next tag, and none gives back what it took: a hostile sheet costs no more than its length.
HIDDEN: Final = re.compile(rb"<(?:\w++:)?row\b[^<>]*\bhidden=[\"'](?:1|true)[\"']")
ROW: Final = re.compile(rb"<(?:\w++:)?row[\s/>]")
NUMBERED: Final = re.compile(rb"<(?:\w++:)?row\b[^<>]*?\sr=[\"'](\d{1,12})[\"']")
MERGED: Final = re.compile(rb"<(?:\w++:)?mergeCell\b[^<>]*?\bref=[\"']([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})[\"']")
UNCALCULATED: Final = re.compile(
    rb"<(?:\w++:)?f\b(?:[^<>]*+(?<=/)>|[^<>]*+>[^<]*+</(?:\w++:)?f>)\s*+"
    rb"(?:<(?:\w++:)?v\s*+/>\s*+|<(?:\w++:)?v>\s*+</(?:\w++:)?v>\s*+)?</(?:\w++:)?c>"
)
CELL: Final = re.compile(rb"<(?:\w++:)?c\b[^<>]*+>")
REFERENCE: Final = re.compile(rb"\sr=[\"']([A-Z]{1,3}\d{1,7})[\"']")
END_OF_ROWS: Final = re.compile(rb"</(?:\w++:)?sheetData>")
LONGEST_TAG: Final = 512  # bytes between the beginning of a cell and its formula


class TooManyMarksError(Exception):
    """More formulas without value, or more merged ranges, than a table has."""

    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__(str(most))


@dataclass(kw_only=True)
class Marks:
    """What a sheet says beside its values.

    Attributes
    ----------
    without_value
        Line to the columns whose formulas hold no value.
    merged
        Column to its ranges of several lines: first and last, in order.
    """

    hidden_rows: int = 0
    last_row: int = 0
    without_value: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    merged: dict[int, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))

    def find_merged(self, line: int, column: int) -> int:
        """Return the first line of the merged range that holds a cell, 0 where there is none."""
        ranges = self.merged.get(column)
        if not ranges:
            return 0
        at = bisect_right(ranges, (line, LONGEST_PIECE)) - 1
        return ranges[at][0] if at >= 0 and ranges[at][1] >= line else 0


def find_marks(part: IO[bytes]) -> Marks:
    """Look through the XML of a sheet, some of it at a time.

    Raises
    ------
    TooManyMarksError
        More than a hundred thousand formulas without value or merged ranges.
    """
    marks = Marks()
    found = 0
    for piece in _read_pieces(part):
        marks.last_row = _require_order(piece, marks.last_row)
        marks.hidden_rows += len(HIDDEN.findall(piece))
        for formula in UNCALCULATED.finditer(piece) if b"<f" in piece or b":f" in piece else ():
            line, column = _find_cell(piece, formula.start())
            marks.without_value[line].add(column)
            found += 1
        for merged in MERGED.finditer(piece):
            left, first, _, last = range_boundaries(merged.group(1).decode())
            if left and first and last and first < last:
                marks.merged[left].append((first, last))
            found += 1
        if found > MOST:
            raise TooManyMarksError(MOST)
    for ranges in marks.merged.values():
        ranges.sort()
    return marks


def count_rows(part: IO[bytes]) -> int:
    """Count the rows in the XML of a sheet, whatever stands in them."""
    return sum(len(ROW.findall(piece)) for piece in _read_pieces(part))


def _require_order(piece: bytes, last: int) -> int:
    """Return the last number of the rows of a piece; a row that comes twice or too late would be lost unseen."""
    for number in map(int, NUMBERED.findall(piece)):
        if number <= last:
            raise ValueError("rows out of order")
        last = number
    return last


def _read_pieces(part: IO[bytes]) -> Iterator[bytes]:
    """Yield pieces of a sheet that end before a row, or with a tag below the rows."""
    left, below = b"", False
    while chunk := part.read(CHUNK):
        left += chunk
        below = below or END_OF_ROWS.search(left) is not None
        if below:
            cut = left.rfind(b">") + 1
        else:
            cut = left.rfind(b"<row ") if b"<row " in left else left.rfind(b"<", 0, max(left.rfind(b":row "), 0))
        if cut > 0:
            yield left[:cut]
            left = left[cut:]
        if len(left) > LONGEST_PIECE:
            raise ValueError("a row that does not end")
    yield left


def _find_cell(piece: bytes, before: int) -> tuple[int, int]:
    """Return line and column of the cell that holds a formula."""
    cells = CELL.findall(piece, max(before - LONGEST_TAG, 0), before)
    reference = REFERENCE.search(cells[-1]) if cells else None
    if reference is None:
        raise ValueError("a cell without reference")
    return coordinate_to_tuple(reference.group(1).decode())
