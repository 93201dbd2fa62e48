"""Blocks of record linkage: only reports of neighbouring days and places are compared, never all with all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

DAYS: Final = 3  # apart at most
REACH: Final = 1000.0  # metres apart at most, where both have a point
CHUNK: Final = 5_000  # reports of the left side compared at a time: bounds the memory


class Located(Protocol):
    """What blocks are made of: day, point or NaN, number of the area or -1."""

    @property
    def day(self) -> Ints:
        """Local days (n,)."""

    @property
    def x(self) -> Floats:
        """Metres east, NaN without a point (n,)."""

    @property
    def y(self) -> Floats:
        """Metres north, NaN without a point (n,)."""

    @property
    def area(self) -> Ints:
        """Positions of areas, -1 where unknown (n,)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Block:
    """Pairs to be compared, by position: near each other, or, where a point is missing, of one area."""

    left: Ints
    right: Ints
    by_area: bool


def find_blocks(left: Located, right: Located, *, days: int, reach: float) -> Iterator[Block]:
    """Yield every pair of reports at most ``days`` and ``reach`` metres apart, or of one area without a point."""
    order = np.argsort(left.day, kind="stable")
    by_day = np.argsort(right.day, kind="stable")
    sorted_days = right.day[by_day]
    for start in range(0, len(order), CHUNK):
        rows = order[start : start + CHUNK]
        first = np.searchsorted(sorted_days, left.day[rows[0]] - days, side="left")
        last = np.searchsorted(sorted_days, left.day[rows[-1]] + days, side="right")
        others = by_day[first:last]
        if len(others):
            yield _near(left, right, rows, others, (days, reach))
            yield _of_one_area(left, right, rows, others, days)


def _near(left: Located, right: Located, rows: Ints, others: Ints, limits: tuple[int, float]) -> Block:
    """Pair reports with points by a tree over place and day."""
    from scipy.spatial import cKDTree  # noqa: PLC0415  # the pages start without it

    days, reach = limits
    rows, others = rows[~np.isnan(left.x[rows])], others[~np.isnan(right.x[others])]
    if not len(rows) or not len(others):
        return Block(left=rows[:0], right=others[:0], by_area=False)
    a = np.column_stack([left.x[rows] / reach, left.y[rows] / reach, left.day[rows] / days])
    b = np.column_stack([right.x[others] / reach, right.y[others] / reach, right.day[others] / days])
    found = cKDTree(a).sparse_distance_matrix(cKDTree(b), 1.0 + 1e-9, p=np.inf, output_type="ndarray")
    i, j = rows[found["i"]], others[found["j"]]
    near = np.hypot(left.x[i] - right.x[j], left.y[i] - right.y[j]) <= reach
    return Block(left=i[near], right=j[near], by_area=False)


def _of_one_area(left: Located, right: Located, rows: Ints, others: Ints, days: int) -> Block:
    """Pair reports of one area of which at least one has no point."""
    rows, others = rows[left.area[rows] >= 0], others[right.area[others] >= 0]
    bare, placed = rows[np.isnan(left.x[rows])], rows[~np.isnan(left.x[rows])]
    parts = [
        _pair_by_key(left, right, bare, others, days),
        _pair_by_key(left, right, placed, others[np.isnan(right.x[others])], days),
    ]
    return Block(
        left=np.concatenate([part[0] for part in parts]),
        right=np.concatenate([part[1] for part in parts]),
        by_area=True,
    )


def _pair_by_key(left: Located, right: Located, rows: Ints, others: Ints, days: int) -> tuple[Ints, Ints]:
    """Pair all rows with all others of their area and of the days around theirs."""
    if not len(rows) or not len(others):
        return rows[:0], others[:0]
    origin = min(left.day[rows].min(), right.day[others].min()) - days
    span = max(left.day[rows].max(), right.day[others].max()) + days - origin + 1
    keys = right.area[others] * span + right.day[others] - origin
    order = np.argsort(keys, kind="stable")
    middle = left.area[rows] * span + left.day[rows] - origin
    first = np.searchsorted(keys[order], middle - days, side="left")
    last = np.searchsorted(keys[order], middle + days, side="right")
    n = last - first
    steps = np.arange(int(n.sum())) - np.repeat(np.cumsum(n) - n, n)
    return np.repeat(rows, n), others[order[np.repeat(first, n) + steps]]
