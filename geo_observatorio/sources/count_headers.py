"""Headers of tables of counts: which columns say what is counted, which hold counts, and of what period."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from geo_observatorio.names import plain_text
from geo_observatorio.sources.counts import Period, read_header_period, read_period, read_years, take_marks
from geo_observatorio.sources.sheets import Cells
from geo_observatorio.sources.templates import CountTemplate

LEAST_PERIODS: Final = 3  # so many months in a line make it a header, whatever else it says
MOST_COLUMNS: Final = 200
CUT_OFF: Final = re.compile(  # a title that tells when a table was made, not what it is about
    r"\b(?:corte|publica\w*|actualiza\w*|elabora\w*|impres\w*|fuente|generado|fecha)\b|\b\d{1,2} de [a-z]+ (?:de|del) "
)
PLACE: Final = re.compile(r"\b(?P<level>provincia|distrito) de (?P<name>[^,;:.()\d]{3,60})", re.IGNORECASE)
LEVEL_NAMES: Final = {"provincia": "province", "distrito": "district"}


@dataclass(frozen=True, kw_only=True)
class CountColumn:
    """A column of counts; ``period`` is ('month', 1), ('quarter', 1), ('year', 2020), or None where rows tell it."""

    place: int
    text: str
    measure: str
    period: tuple[str, int] | None
    status: str
    notes: str


@dataclass(frozen=True, kw_only=True)
class CountHeader:
    """A header of a table of counts.

    Attributes
    ----------
    places
        Field to the position of its column.
    by_position
        The column of what is counted has no known name: it is the only one left of the counts.
    titles
        The lines above, each as one text.
    """

    position: int
    places: dict[str, int]
    columns: tuple[CountColumn, ...]
    by_position: bool
    titles: tuple[str, ...]
    repeated: str

    @property
    def status(self) -> str:
        """Return what the titles say of all figures: P, R, E or nothing."""
        return next((status for title in self.titles if (status := take_marks(title).status)), "")


def find_count_header(first: Sequence[Cells], template: CountTemplate) -> CountHeader | None:
    """Return the first line that names what is counted and has columns of counts; None where there is none."""
    for position, cells in enumerate(first):
        header = _read_header(position, cells[:MOST_COLUMNS], first, template)
        if header is not None:
            return header
    return None


def _read_header(position: int, cells: Cells, first: Sequence[Cells], template: CountTemplate) -> CountHeader | None:
    places, columns, other = _sort_cells(cells, template)
    if not any(column.period for column in columns) and not columns and "total" in places:
        columns = [_make_column(places.pop("total"), cells, next(iter(template.measures)), None)]
    by_position = "label" not in places and sum(column.period is not None for column in columns) >= LEAST_PERIODS
    if by_position:
        left = [place for place in other if place < min(column.place for column in columns)]
        if len(left) != 1:
            return None
        places["label"] = left[0]
    if "label" not in places or not columns:
        return None
    return CountHeader(
        position=position,
        places=places,
        columns=tuple(columns),
        by_position=by_position,
        titles=tuple(_read_titles(first[:position])),
        repeated=_find_repeated(cells, places, columns),
    )


def _sort_cells(cells: Cells, template: CountTemplate) -> tuple[dict[str, int], list[CountColumn], list[int]]:
    """Tell the fields, the columns of counts and the rest; where periods stand in the header, they are the counts."""
    fields = {spelling: name for name, spellings in template.columns.items() for spelling in spellings}
    measures = {spelling: name for name, spellings in template.measures.items() for spelling in spellings}
    usual = next(iter(template.measures))
    places: dict[str, int] = {}
    by_period, by_name, other = [], [], []
    for place, cell in enumerate(cells):
        text = take_marks(cell).text
        plain = plain_text(text)
        period = read_header_period(text)
        if plain in fields:
            places.setdefault(fields[plain], place)
        elif period is not None:
            by_period.append(_make_column(place, cells, usual, period))
        elif plain in measures:
            by_name.append(_make_column(place, cells, measures[plain], None))
        else:
            other.append(place)
    return places, by_period or by_name, other


def _make_column(place: int, cells: Cells, measure: str, period: tuple[str, int] | None) -> CountColumn:
    marked = take_marks(cells[place])
    return CountColumn(
        place=place, text=marked.text, measure=measure, period=period, status=marked.status, notes=marked.notes
    )


def _find_repeated(cells: Cells, places: dict[str, int], columns: Sequence[CountColumn]) -> str:
    """Return the name of a column that stands there twice, '' where none does."""
    known = {*(plain_text(take_marks(cells[place]).text) for place in places.values())} - {""}
    texts = Counter(plain_text(take_marks(cell).text) for cell in cells)
    kinds = Counter((column.measure, column.period) for column in columns)
    twice = [column.text for column in columns if kinds[column.measure, column.period] > 1]
    return next(iter([*twice, *(text for text in known if texts[text] > 1)]), "")


def _read_titles(lines: Sequence[Cells]) -> Iterator[str]:
    for cells in lines:
        text = " ".join(str(cell) for cell in cells[:MOST_COLUMNS] if cell not in (None, ""))
        if text.strip():
            yield " ".join(text.split())[:300]


def find_year(header: CountHeader, sheet: str, file_stem: str) -> tuple[int | None, str, set[int]]:
    """Return the one year that the titles, else the sheet, else the file name tell; by which rule; all that were found.

    The name of the file tells it last, and is noted: anybody may have changed it.
    """
    titles = " ".join(title for title in header.titles if not CUT_OFF.search(plain_text(title)))
    found: set[int] = set()
    for text, rule in ((titles, ""), (sheet, ""), (re.sub("[_-]", " ", file_stem), "year_from_file_name")):
        years = read_years(text)
        if len(years) == 1:
            return years.pop(), rule, set()
        found |= years
    return None, "", found


def find_period(header: CountHeader, sheet: str) -> Period | None:
    """Return the one period that the titles tell, else the sheet; None where none or several."""
    told = [title for title in header.titles if not CUT_OFF.search(plain_text(title))]
    for texts in (told, [sheet]):
        found = {period for text in texts if (period := read_period(text))}
        if len(found) == 1:
            return found.pop()
        if found:
            return None
    return None


def find_scope(header: CountHeader, template: CountTemplate) -> tuple[str, str]:
    """Return level and name of what a table is about as a whole: as its titles say, else as its source."""
    for title in header.titles:
        found = PLACE.search(title)
        if found:
            return LEVEL_NAMES[found["level"].lower()], " ".join(found["name"].split())
    return template.scope, template.place
