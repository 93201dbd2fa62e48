"""Days and months in numbers: 03/04 is two days of the year, and a file tells which by those that cannot be both."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final

from geo_observatorio.errors import phrase
from geo_observatorio.sources.sheets import refuse
from geo_observatorio.sources.tables import Row, read_table
from geo_observatorio.sources.templates import Template

NUMBERS: Final = re.compile(r"\s*(\d{1,2})[-/.](\d{1,2})[-/.](?:\d{4}|\d{2})\b")
DAY_FIRST: Final = re.compile(r"%d[-/.]%m")
MONTH_FIRST: Final = re.compile(r"%m[-/.]%d")
TELLING: Final = 10  # days that tell an order: fewer may be slips of the pen
ANSWER: Final = phrase("fechas en un solo orden, día/mes o mes/día")


@dataclass(kw_only=True)
class DayOrders:
    """What the days of a file say about the order of their numbers."""

    seen: Counter[str] = field(default_factory=Counter)

    def see(self, values: Mapping[str, object] | None) -> None:
        """Look at the day of a row."""
        day = values.get("day") if values else None
        if isinstance(day, str):
            self.seen[_order_of(day)] += 1
        elif isinstance(day, date):
            self.seen["cell, early" if day.day <= 12 else "cell, late"] += 1

    def require_one(self, path: Path, formats: tuple[str, ...]) -> None:
        """Refuse a file whose days come in another order than its source writes them, or half of them turned.

        A spreadsheet that expects the other order takes those days as dates that are possible so, turned, and leaves
        the others as text: dates up to the 12th only, beside texts beyond the 12th only.
        """
        usual, other = ("day", "month") if any(map(DAY_FIRST.match, formats)) else ("month", "day")
        if self.seen[other] >= TELLING and not self.seen[usual]:
            raise refuse(path, ANSWER, phrase("{n} fechas en el orden contrario al de la fuente", n=self.seen[other]))
        turned = self.seen["cell, early"] >= TELLING and not self.seen["cell, late"]
        if turned and max(self.seen["day"], self.seen["month"]) >= TELLING and not self.seen["both"]:
            n = self.seen["cell, early"]
            raise refuse(path, ANSWER, phrase("{n} fechas que una hoja de cálculo parece haber volteado", n=n))


def settle_day_order(path: Path, template: Template) -> Template:
    """Return a template with one order of day and month; where it allows both, the file must tell.

    Raises
    ------
    FileRefusedError
        No day of the file is beyond the 12th, or some are in each order.
    """
    formats = template.formats.day
    if not (any(map(DAY_FIRST.match, formats)) and any(map(MONTH_FIRST.match, formats))):
        return template
    orders = DayOrders()
    for item in read_table(path, template):
        if isinstance(item, Row):
            orders.see(item.values)
    day, month = orders.seen["day"], orders.seen["month"]
    if orders.seen["both"] and bool(day) == bool(month):
        raise refuse(path, ANSWER, phrase("fechas que se leen de dos maneras"))
    unwanted = DAY_FIRST if month and not day else MONTH_FIRST
    kept = tuple(form for form in formats if not unwanted.match(form))
    return replace(template, formats=replace(template.formats, day=kept))


@lru_cache(maxsize=20_000)
def _order_of(text: str) -> str:
    """Return which number is the day: ``day`` the first, ``month`` the second, ``both`` nobody knows, '' none."""
    found = NUMBERS.match(text)
    if not found:
        return ""
    first, second = int(found[1]), int(found[2])
    if first > 12 >= second:
        return "day"
    if second > 12 >= first:
        return "month"
    return "both" if max(first, second) <= 12 and first != second else ""
