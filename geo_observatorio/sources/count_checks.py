"""Sums inside tables of counts: a total that is not the sum of its parts is no total."""

from __future__ import annotations

from collections.abc import Sequence

from geo_observatorio.names import plain_text
from geo_observatorio.sources.count_rows import COUNTED, PLACES, CountRow


def check_sums(rows: Sequence[CountRow]) -> None:
    """Check the sums of a sheet, across and down; what is itself a sum of other rows keeps no counts.

    A row whose total is not the sum of its counts is refused as `total_differs`; a heading or a line of totals that is
    not the sum of its parts, as `subtotal_differs`. A heading without parts below it is counted itself.
    """
    parts = {i for i, row in enumerate(rows) if row.rank == COUNTED or (row.rank and not _below(rows, i))}
    for i, row in enumerate(rows):
        if i in parts:
            if row.total is not None and sum(n or 0 for n in row.numbers) != row.total:
                row.refuse("total_differs", "total")
            continue
        added = _below(rows, i) if row.rank else _above(rows, i)
        _check(row, [rows[j] for j in added if j in parts and _same_place(row, rows[j])])


def _below(rows: Sequence[CountRow], start: int) -> list[int]:
    """Return the positions of what stands below a heading, up to the next of its rank or above."""
    found = []
    for i in range(start + 1, len(rows)):
        if rows[i].rank <= rows[start].rank:
            break
        found.append(i)
    return found


def _above(rows: Sequence[CountRow], end: int) -> list[int]:
    """Return the positions of what a line of totals adds up: the whole sheet; of a subtotal, since the last."""
    if not plain_text(rows[end].label.text).startswith("sub"):
        return [i for i in range(len(rows)) if i != end]
    start = next((i for i in range(end - 1, -1, -1) if rows[i].rank < COUNTED), -1)
    return list(range(start + 1, end))


def _same_place(total: CountRow, row: CountRow) -> bool:
    """Tell whether a row lies in the place that a line of totals names; one that names none is about all."""
    named = [name for name in PLACES if getattr(total, name)]
    return all(plain_text(getattr(total, name)) == plain_text(getattr(row, name)) for name in named)


def _check(total: CountRow, parts: Sequence[CountRow]) -> None:
    """Compare a line of sums with its parts; it is refused for that alone, and has no counts of its own."""
    unreadable = total.rule == "bad_count" or any(part.rule == "bad_count" for part in parts)
    total.counts, total.rule, total.column = [], "", ""
    if not parts or unreadable:
        return  # nothing to compare with
    columns = zip(total.numbers, *(part.numbers for part in parts), strict=True)
    if any(written is not None and written != sum(n or 0 for n in numbers) for written, *numbers in columns):
        total.refuse("subtotal_differs", "total")
