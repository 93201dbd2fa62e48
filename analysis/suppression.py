"""Tables of counts that betray nobody: small counts are hidden, and what the totals beside them would give away."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.area_totals import LEAST_SHOWN, hide_small

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Place = tuple[int | slice, int | slice]  # of a row or a column


def hide_in_table(
    counts: Ints, *, given: Flags | None = None, row_totals: bool, column_totals: bool, least: int = LEAST_SHOWN
) -> Flags:
    """Mark the cells of a table to hide, so that none can be told from the totals that are shown.

    Every line with a total is treated as `hide_small` treats one; what is hidden in one direction is then closed in the
    other, until nothing changes: in each line with a total at least two cells are hidden, that add up to ``least``.

    Parameters
    ----------
    given
        Which cells hold a count at all; None: all of them.
    """
    given = np.ones(counts.shape, dtype=bool) if given is None else given
    hidden: Flags = given & (counts < least)
    lines: list[Place] = [(i, slice(None)) for i in range(len(counts))] if row_totals else []
    lines += [(slice(None), j) for j in range(counts.shape[1])] if column_totals else []
    changed = True
    while changed:
        before = hidden.copy()
        for line in lines:
            _close(counts, hidden, given, line, least)
        changed = bool((before != hidden).any())
    return hidden


def _close(counts: Ints, hidden: Flags, given: Flags, line: Place, least: int) -> None:
    """Hide more of one line where its total would tell what is hidden."""
    there = given[line]
    if not hidden[line].any():
        return
    values, marks = counts[line][there], hidden[line][there] | hide_small(counts[line][there], least=least)
    while (marks.sum() < 2 or values[marks].sum() < least) and not marks.all():
        marks[np.argmin(np.where(marks, np.iinfo(np.int64).max, values))] = True
    whole = hidden[line].copy()
    whole[there] = marks
    hidden[line] = whole
