"""Rows of a table of counts: what one line says, before anything is known of the other lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from geo_observatorio.sources.counts import Marked, Period

COUNTED: Final = 3  # the rank of what is counted: below totals, titles and chapters
PLACES: Final = ("province", "district", "area")


@dataclass(frozen=True, kw_only=True)
class Count:
    """One count of one measure and period."""

    measure: str
    period: Period
    n: int
    status: str
    notes: str


@dataclass(kw_only=True)
class CountRow:
    """A line of a table of counts.

    Attributes
    ----------
    rank
        0 a total, 1 a title, 2 a chapter, 3 what is counted.
    numbers
        What stands in the columns of counts, None where nothing does.
    rule, column
        Why the line is refused; '' where it is not.
    written
        The taken columns as text, without what looks like a person's number.
    """

    sheet: str
    line: int
    rank: int
    label: Marked
    scope: tuple[str, str]
    total: int | None = None
    title: str = ""
    chapter: str = ""
    article: str = ""
    province: str = ""
    district: str = ""
    area: str = ""
    numbers: list[int | None] = field(default_factory=list)
    statuses: list[str] = field(default_factory=list)
    counts: list[Count] = field(default_factory=list)
    repairs: list[str] = field(default_factory=list)
    rule: str = ""
    column: str = ""
    written: dict[str, str] = field(default_factory=dict)

    def refuse(self, rule: str, column: str) -> None:
        """Refuse the line by the first rule that it breaks."""
        if not self.rule:
            self.rule, self.column = rule, column
