"""Reviews of addresses as files: what waits and what was decided, as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from geo_observatorio.db.reviews import Review, Waiting
from geo_observatorio.reports.tables import disarm

WAITING = ("key", "stated_area", "address", "n", "sources", "method", "score", "radius", "first_day", "last_day")
REVIEWS = (
    *("id", "key", "stated_area", "address", "decision", "place", "area", "method", "score", "radius"),
    *("longitude", "latitude", "note", "decided_by", "decided_at", "replaced", "undone_by", "undone_at"),
)


def waiting_csv(items: Sequence[Waiting]) -> str:
    """Return texts that wait as CSV."""
    return _write(WAITING, items)


def reviews_csv(reviews: Sequence[Review]) -> str:
    """Return decisions as CSV; an empty stated area is told from any by a star."""
    return _write(REVIEWS, reviews)


def _write(names: Sequence[str], rows: Sequence[Waiting] | Sequence[Review]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([_tell(name, getattr(row, name)) for name in names])
    return buffer.getvalue()


def _tell(name: str, value: object) -> object:
    if value is None:
        return "*" if name == "stated_area" else ""
    if isinstance(value, float):
        return round(value, 6)
    return disarm(" ".join(value) if isinstance(value, list) else value)
