"""Samples: the header and the first rows of a file of which no template is known yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Final

from rapidfuzz import fuzz, process

from geo_observatorio.errors import phrase
from geo_observatorio.names import plain_text
from geo_observatorio.sources import SOURCES, find_source
from geo_observatorio.sources.files import open_sheets
from geo_observatorio.sources.personal import refuse_cells, refuse_header
from geo_observatorio.sources.sheets import LOOKED_AT, TABLE, Cells, refuse
from geo_observatorio.sources.templates import Template
from geo_observatorio.sources.values import NUMBER, hide_unless_value, read_text

ROWS: Final = 200  # looked at
EXAMPLES: Final = 3
MOST_COLUMNS: Final = 200
LONGEST_HEADER: Final = 120
LONGEST_EXAMPLE: Final = 80
KNOWN: Final = 10  # a known header is worth as much as ten unknown ones
ALIKE: Final = 88  # of 100: spellings that are proposed for the same field


@dataclass(frozen=True, kw_only=True)
class SampleColumn:
    """A column of a sample.

    Attributes
    ----------
    header
        As it stands, on one line.
    examples
        A few of its cells, without what looks like a person's number.
    refused
        Why it is never taken: `person`, `number`, `narrative`, `repeated`; '' where it may be.
    """

    header: str
    examples: tuple[str, ...] = ()
    refused: str = ""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A sample: its columns, and the texts of its first rows, column by column."""

    columns: tuple[SampleColumn, ...]
    cells: tuple[tuple[str, ...], ...]


def read_sample(path: Path) -> Sample:
    """Read the header and first rows of the first sheet that looks like a table.

    Raises
    ------
    FileRefusedError
        No sheet has a header of two columns or more, or it has too many columns.
    """
    for sheet in open_sheets(path, _judge):
        first = [] if sheet.hidden else list(islice(sheet.lines, LOOKED_AT + ROWS))
        position = find_header_line([cells for _, cells in first[:LOOKED_AT]])
        if position is not None:
            return _make_sample(path, [cells for _, cells in first[position:]])
    raise refuse(path, phrase("una tabla con un encabezado de dos columnas o más"), phrase("un archivo sin ella"))


def find_header_line(lines: Sequence[Cells]) -> int | None:
    """Return the position of the line that looks most like a header: known words first, then many words."""
    scores = [_score(cells) for cells in lines]
    best = max(scores, default=0)
    return scores.index(best) if best >= 2 else None


def _score(cells: Cells) -> int:
    texts = [plain_text(cell) for cell in cells if isinstance(cell, str)]
    words = [text for text in texts if text and not text.replace(" ", "").isdecimal()]
    return len(words) + KNOWN * sum(text in known_spellings() for text in words) if len(words) > 1 else 0


def _judge(first: list[Cells]) -> int:
    return max((_score(cells) for cells in first), default=0)


def _make_sample(path: Path, lines: Sequence[Cells]) -> Sample:
    header = [read_text(cell)[:LONGEST_HEADER] for cell in lines[0]]
    width = max(place for place, text in enumerate(header, 1) if text)
    if width > MOST_COLUMNS:
        raise refuse(path, phrase("{n} columnas o menos", n=MOST_COLUMNS), phrase("{n}", n=width))
    if "\0" in "".join(header):
        raise refuse(path, TABLE, phrase("otra cosa"))
    texts = [[read_text(cell) for cell in cells[:width]] + [""] * (width - len(cells)) for cells in lines[1:]]
    cells = tuple(tuple(column) for column in zip(*texts, strict=True)) if texts else ((),) * width
    times = Counter(map(plain_text, header[:width]))
    columns = tuple(
        _describe(text, column, is_repeated=times[plain_text(text)] > 1)
        for text, column in zip(header[:width], cells, strict=True)
    )
    return Sample(columns=columns, cells=cells)


def _describe(header: str, cells: Sequence[str], *, is_repeated: bool) -> SampleColumn:
    refused = refuse_header(header) or refuse_cells(cells) or ("repeated" if is_repeated or not header else "")
    shown = () if refused in {"person", "number", "narrative"} else dict.fromkeys(cell for cell in cells if cell)
    examples = tuple(_redact(cell) for cell in islice(shown, EXAMPLES))
    return SampleColumn(header=hide_unless_value(header), examples=examples, refused=refused)


def _redact(cell: str) -> str:
    is_number = "." in cell and bool(NUMBER.fullmatch(cell))
    text = hide_unless_value(cell, day=True, coordinate=is_number)
    return text if len(text) <= LONGEST_EXAMPLE else text[: LONGEST_EXAMPLE - 1] + "…"


@cache
def known_spellings() -> dict[str, str]:
    """Return the spellings of headers that the sources of incidents know: plain text to field or tag."""
    known: dict[str, str] = {}
    for name in SOURCES:
        template = find_source(name)
        if isinstance(template, Template):
            for field, spellings in template.columns.items():
                known |= {spelling: field for spelling in spellings if spelling not in known}
            for tag, spellings in template.tags.items():
                known |= {spelling: f"tag:{tag}" for spelling in spellings if spelling not in known}
    return known


def propose_fields(columns: Sequence[SampleColumn]) -> list[str]:
    """Propose what each column is, by its spelling: the same as a known one, or nearly; each field once."""
    known = known_spellings()
    proposed, used = [""] * len(columns), set[str]()
    for alike in (False, True):
        for place, column in enumerate(columns):
            plain = plain_text(column.header)
            if column.refused or proposed[place] or not plain:
                continue
            spelling: str | None = plain if plain in known else None
            if alike and spelling is None:
                found = process.extractOne(plain, list(known), scorer=fuzz.token_sort_ratio, score_cutoff=ALIKE)
                spelling = found[0] if found else None
            if spelling is not None and known[spelling] not in used:
                proposed[place] = known[spelling]
                used.add(known[spelling])
    return proposed
