"""Exact permutation distributions of a sum of values drawn without replacement.

If values are dealt to the cells at random, the sum over a neighbourhood of m cells is the sum of m draws without
replacement. Its distribution follows from one dynamic programme over the distinct values. Row j of the table is the
distribution of the sum of j draws from the values taken up so far; to take up a value that occurs f times is to mix
the rows with hypergeometric weights. All terms are probabilities, added and never subtracted, so nothing overflows and
far tails keep their digits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, log2

import numba
import numpy as np

from analysis.errors import ParameterError
from analysis.grids import Floats, Ints

WITH_SELF = "with_self"
CONDITIONAL = "conditional"
MOST_ENTRIES = 20_000_000  # of the tables of p: 320 MB
MOST_STEPS = 5e10  # additions of one answer, at most: some seconds
SMALLEST = np.finfo(np.float64).tiny  # an attainable sum has some probability


@dataclass(frozen=True, kw_only=True, eq=False)
class Null:
    """Both tails of every attainable sum.

    Attributes
    ----------
    classes
        Which distribution applies to each cell (n,): the rank of its own value where that is left out, else 0.
    starts
        Where the tails of (class, number of draws) begin in ``upper`` and ``lower``; -1 where not asked for.
    upper, lower
        P(T >= t) and P(T <= t), for t from the smallest attainable value of that number of draws.
    floor
        The smallest value: what each draw adds at least.
    with_self
        Whether a cell's own value is part of its sum.
    """

    classes: Ints
    starts: Ints
    upper: Floats
    lower: Floats
    floor: int
    with_self: bool

    def entries(self, sums: Ints, sizes: Ints) -> Ints:
        """Return where each cell's sum of ``sizes`` draws stands in ``upper`` and ``lower`` (n,)."""
        return self.starts[self.classes, sizes] + sums - sizes * self.floor


def null_with_self(values: Ints, sizes: Ints, *, own: bool = True) -> Null:
    """Tabulate the sum of m draws from all values, for each m in ``sizes``.

    Parameters
    ----------
    values
        Whole numbers, one per cell (n,).
    sizes
        Number of draws asked for: the cells of each neighbourhood, the cell itself among them or (Gi) not.
    own
        Whether the cell itself is among them; its value is dealt like all others in either case.

    Raises
    ------
    ParameterError
        The values are so large that the table would not fit in memory.
    """
    shifted, copies, floor = _distinct(values)
    most = int(np.max(sizes))
    table = _empty_table(values, floor=floor, most=most)
    _take_up(table, _reach(most), 0, shifted, copies)
    starts, upper, lower = _tabulate(sizes, iter([(0, table)]), n_classes=1)
    everyone = np.zeros(len(values), dtype=np.int64)
    return Null(classes=everyone, starts=starts, upper=upper, lower=lower, floor=floor, with_self=own)


def null_conditional(values: Ints, sizes: Ints) -> Null:
    """Tabulate the sum of k draws from the values of the other cells, for each k in ``sizes`` and each own value.

    Raises
    ------
    ParameterError
        So many different values that the tables would not fit in memory.
    """
    shifted, copies, floor = _distinct(values)
    most = int(np.max(sizes))
    table = _empty_table(values, floor=floor, most=most)
    needed = len(shifted) * len(np.unique(sizes)) * table.shape[1]
    if needed > MOST_ENTRIES:
        raise ParameterError(name="draws", needed=WITH_SELF, found=CONDITIONAL)
    classes = np.searchsorted(shifted, values - floor)
    tables = _leave_one_out(table, _reach(most), 0, shifted, copies, 0)
    starts, upper, lower = _tabulate(sizes, tables, n_classes=len(shifted))
    return Null(classes=classes, starts=starts, upper=upper, lower=lower, floor=floor, with_self=False)


def exact_p(values: Ints, sums: Ints, sizes: Ints, *, draws: str = WITH_SELF) -> tuple[Floats, Floats]:
    """Return P(T >= sum) and P(T <= sum) of each cell under random dealing of the values.

    Parameters
    ----------
    sums, sizes
        Sum and number of cells of each neighbourhood: the cell included for ``with_self``, left out for
        ``conditional`` (a cell without neighbours then has p = 1).
    """
    if draws == CONDITIONAL:
        return _conditional_p(values, sums, sizes)
    null = null_with_self(values, sizes)
    entries = null.entries(sums, sizes)
    return null.upper[entries], null.lower[entries]


def exact_gap_p(values: Ints, gaps: Ints, sizes: Ints) -> tuple[Floats, Floats]:
    """Return P(T >= gap) and P(T <= gap) for sums of squared differences between a cell and its neighbours.

    Each cell keeps its value and the others are dealt: T is a sum of ``sizes`` of the (x_j - x_i)^2.

    Parameters
    ----------
    gaps, sizes
        Sum of the squared differences to the neighbours, and how many there are; without any, p = 1.

    Raises
    ------
    ParameterError
        Values so large or so many that the tables would take too long.
    """
    shifted, copies, floor = _distinct(values)
    tables = _gap_tables(shifted, copies, int(np.max(sizes)))
    return _look_up(tables, np.searchsorted(shifted, values - floor), gaps, sizes)


def _conditional_p(values: Ints, sums: Ints, sizes: Ints) -> tuple[Floats, Floats]:
    """Return both tails of sums of the other cells' values, from one table after the other: few are in memory."""
    shifted, copies, floor = _distinct(values)
    most = int(np.max(sizes))
    table = _empty_table(values, floor=floor, most=most)
    _require_steps(len(shifted) * ceil(log2(len(shifted) + 1)) * table.shape[1], most, table.shape[1])
    tables = _leave_one_out(table, _reach(most), 0, shifted, copies, 0)
    return _look_up(tables, np.searchsorted(shifted, values - floor), sums - sizes * floor, sizes)


def _gap_tables(values: Ints, copies: Ints, most: int) -> Iterator[tuple[int, Floats]]:
    """Yield, for each distinct value, the table of the squared differences between it and everything else."""
    lists = [_list_gaps(values, copies, own) for own in range(len(values))]
    columns = [int(np.repeat(gaps[::-1], np.minimum(times[::-1], most))[:most].sum()) + 1 for gaps, times in lists]
    _require_steps(len(values) * sum(columns), most, max(columns))
    for which, (gaps, times) in enumerate(lists):
        table = np.zeros((most + 1, columns[which]))
        table[0, 0] = 1.0
        _take_up(table, _reach(most), 0, gaps, times)
        yield which, table


def _list_gaps(values: Ints, copies: Ints, own: int) -> tuple[Ints, Ints]:
    """Return the squared differences from one of the values, ascending, and how often each occurs among the others."""
    gaps, merged = np.unique((values - values[own]) ** 2, return_inverse=True)
    others = copies - (np.arange(len(values)) == own)
    return gaps, np.bincount(merged, weights=others).astype(np.int64)


def _require_steps(columns: int, most: int, widest: int) -> None:
    """Raise ParameterError where the tables would take too long (``columns`` taken up in all) or too much memory."""
    if columns * most * (most + 1) / 2 > MOST_STEPS or (most + 1) * widest > MOST_ENTRIES:
        raise ParameterError(name="values", needed="stabilised", found="counts")


def _look_up(tables: Iterator[tuple[int, Floats]], classes: Ints, sums: Ints, sizes: Ints) -> tuple[Floats, Floats]:
    """Return both tails of each cell's sum, from the table of its class."""
    upper, lower = np.empty(len(sums)), np.empty(len(sums))
    members = np.split(np.argsort(classes, kind="stable"), np.cumsum(np.bincount(classes))[:-1])
    for which, table in tables:
        mine = members[which]
        for size in np.unique(sizes[mine]):
            at = mine[sizes[mine] == size]
            upper[at] = np.cumsum(table[size, ::-1])[::-1][sums[at]]
            lower[at] = np.cumsum(table[size])[sums[at]]
    return np.clip(upper, SMALLEST, 1.0), np.clip(lower, SMALLEST, 1.0)


def _distinct(values: Ints) -> tuple[Ints, Ints, int]:
    """Return the distinct values above the smallest, ascending, how often each occurs, and the smallest."""
    distinct, copies = np.unique(values, return_counts=True)
    return distinct - distinct[0], copies.astype(np.int64), int(distinct[0])


def _empty_table(values: Ints, *, floor: int, most: int) -> Floats:
    """Make room for every sum that ``most`` draws can reach; row 0 is certain: no draw, no sum."""
    largest = np.partition(values, -most)[-most:] if 0 < most < len(values) else values[:most]
    columns = int(np.sum(largest - floor)) + 1
    if (most + 1) * columns > MOST_ENTRIES:
        raise ParameterError(name="values", needed="stabilised", found="counts")
    table = np.zeros((most + 1, columns))
    table[0, 0] = 1.0
    return table


def _reach(most: int) -> Ints:
    """Return the largest sum reached in each row so far, -1 where that many cannot yet be drawn."""
    reach = np.full(most + 1, -1, dtype=np.int64)
    reach[0] = 0
    return reach


def _leave_one_out(
    table: Floats, reach: Ints, held: int, values: Ints, copies: Ints, first: int
) -> Iterator[tuple[int, Floats]]:
    """Yield, for each distinct value, the table of everything but one copy of it.

    Halving keeps it at a few additions per value and needs no subtraction, which would spoil the tails.
    """
    if len(values) == 1:
        _take_up(table, reach, held, values, copies - 1)
        yield first, table
        return
    half = len(values) // 2
    for mine, others, start in ((slice(0, half), slice(half, None), 0), (slice(half, None), slice(0, half), half)):
        branch, far = table.copy(), reach.copy()
        _take_up(branch, far, held, values[others], copies[others])
        yield from _leave_one_out(
            branch, far, held + int(copies[others].sum()), values[mine], copies[mine], first + start
        )


def _tabulate(sizes: Ints, tables: Iterator[tuple[int, Floats]], *, n_classes: int) -> tuple[Ints, Floats, Floats]:
    """Sum the tails of the rows asked for, each from its far end, and lay them end to end."""
    starts = np.full((n_classes, int(np.max(sizes)) + 1), -1, dtype=np.int64)
    upper, lower, at = [], [], 0
    for which, table in tables:
        for size in np.unique(sizes):
            starts[which, size] = at
            upper.append(np.cumsum(table[size, ::-1])[::-1])
            lower.append(np.cumsum(table[size]))
            at += table.shape[1]
    return starts, _probability(upper), _probability(lower)


def _probability(tails: list[Floats]) -> Floats:
    return np.clip(np.concatenate(tails), SMALLEST, 1.0)


@numba.njit(cache=True, nogil=True)
def _take_up(table: Floats, reach: Ints, held: int, values: Ints, copies: Ints) -> None:
    """Add values to the table, in place: value v with its copies, to the ``held`` items already there."""
    for v in range(len(values)):
        if copies[v] > 0:
            _take_up_one(table, reach, held, values[v], copies[v])
            held += copies[v]


@numba.njit(cache=True, nogil=True)
def _take_up_one(table: Floats, reach: Ints, held: int, value: int, copies: int) -> None:
    for j in range(min(table.shape[0] - 1, held + copies), 0, -1):  # downwards: row j needs the old rows below it
        stay = _hypergeometric(0, j, held, copies)
        for s in range(reach[j] + 1):
            table[j, s] *= stay
        for i in range(1, min(copies, j) + 1):
            if reach[j - i] < 0:
                continue
            weight = _hypergeometric(i, j, held, copies)
            for s in range(reach[j - i] + 1):
                table[j, s + value * i] += weight * table[j - i, s]
            reach[j] = max(reach[j], reach[j - i] + value * i)


@numba.njit(cache=True, nogil=True)
def _hypergeometric(i: int, j: int, held: int, copies: int) -> float:
    """Return the probability that i of j draws come from the new copies, by products of ratios."""
    if j - i > held:
        return 0.0
    total = float(held + copies)
    weight = 1.0
    for a in range(i):
        weight *= (copies - a) / (total - a) * ((j - a) / (a + 1.0))
    for b in range(j - i):
        weight *= (held - b) / (total - i - b)
    return weight
