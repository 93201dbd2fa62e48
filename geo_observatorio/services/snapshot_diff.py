"""What changed between two snapshots, and why: incidents by what became of them, editions, and the study mask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from sqlalchemy import Connection, Row

from geo_observatorio.db.municipalities import find_municipality
from geo_observatorio.db.queries import query
from geo_observatorio.db.snapshots import Snapshot, find_snapshot, load_mask
from geo_observatorio.plain import to_plain

KINDS = ("added", "added_later", "amended", "reviewed", "placed_again", "withdrawn")
LEAST_SHOWN = ROUNDED = 5  # of reserved categories, all together: no difference of two totals tells fewer
HAS_POINT = frozenset({"coordinate", "crossing", "landmark", "street"})


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a breakdown: how many incidents of a name had each fate."""

    name: str
    n: dict[str, int]

    @property
    def total(self) -> int:
        """Return how many incidents the line counts."""
        return sum(self.n.values())


@dataclass(frozen=True, kw_only=True)
class SnapshotDiff:
    """What changed from one snapshot to a later one; reserved categories are in ``reserved`` only.

    Attributes
    ----------
    totals
        Incidents of open categories by what became of them: ``added`` (by a delivery between the two), ``added_later``
        (of an older delivery: a refused row that was solved), ``amended`` (the institution sent it otherwise),
        ``reviewed`` (a person placed it), ``placed_again`` (same content, another place), ``withdrawn``.
    fields
        Fields that changed, by how many incidents.
    moves
        Way of placing before and after, by how many incidents.
    matches_joined, matches_parted
        Matches between institutions, of open categories, that count once since, and that no longer do.
    reserved
        At least so many of all reserved categories together, in steps of five; None where there are fewer, or none.
    editions
        Parts whose edition changed: name, before, after.
    mask
        Square kilometres of the study mask: before, after, gained, lost.
    """

    before: Snapshot
    after: Snapshot
    totals: dict[str, int]
    sources: Sequence[Line]
    categories: Sequence[Line]
    months: Sequence[Line]
    fields: dict[str, int]
    moves: Sequence[tuple[str, str, int]]
    points_gained: int
    points_lost: int
    matches_joined: int
    matches_parted: int
    reserved: int | None
    editions: Sequence[tuple[str, str, str]]
    mask: dict[str, float]

    @property
    def nothing(self) -> bool:
        """Tell whether no incident, match, edition or mask changed."""
        moved = self.mask["gained_km2"] > 0 or self.mask["lost_km2"] > 0
        matched = self.matches_joined or self.matches_parted
        return not (self.totals or matched or self.reserved or self.editions or moved)

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        values = to_plain(self)
        values["moves"] = [{"before": old, "after": new, "n": n} for old, new, n in self.moves]
        values["editions"] = [{"part": part, "before": old, "after": new} for part, old, new in self.editions]
        return values


def compare_snapshots(conn: Connection, municipality: str, before: str, after: str) -> SnapshotDiff:
    """Say what changed between two snapshots of a municipality; given the other way round they are turned.

    Raises
    ------
    NotFoundError
        There is no snapshot of that name.
    """
    pair = [find_snapshot(conn, municipality, name) for name in (before, after)]
    first, second = sorted(pair, key=lambda item: item.known_at)
    moments = {"municipality": municipality, "before": first.known_at, "after": second.known_at}
    rows = conn.execute(query("snapshot_changes"), moments).all()
    matches = conn.execute(query("snapshot_matches"), moments).one()
    shown = [row for row in rows if not row.sensitive]
    hidden = sum(row.n for row in rows if row.sensitive)
    moves = Counter[tuple[str, str]]()
    fields = Counter[str]()
    for row in shown:
        for name in row.fields:
            fields[name] += row.n
        if row.old_method and row.new_method and "place" in row.fields:
            moves[row.old_method, row.new_method] += row.n
    return SnapshotDiff(
        before=first,
        after=second,
        totals=_count(shown),
        sources=_break_down(shown, "source"),
        categories=_break_down(shown, "category"),
        months=sorted(_break_down(shown, "month"), key=lambda line: line.name, reverse=True),
        fields=dict(fields.most_common()),
        moves=[(old, new, n) for (old, new), n in moves.most_common()],
        points_gained=sum(n for (old, new), n in moves.items() if new in HAS_POINT and old not in HAS_POINT),
        points_lost=sum(n for (old, new), n in moves.items() if old in HAS_POINT and new not in HAS_POINT),
        matches_joined=matches.joined,
        matches_parted=matches.parted,
        reserved=hidden // ROUNDED * ROUNDED if hidden >= LEAST_SHOWN else None,
        editions=_compare_editions(first, second),
        mask=_compare_masks(conn, municipality, first, second),
    )


def _count(rows: Iterable[Row[Any]]) -> dict[str, int]:
    counts = Counter[str]()
    for row in rows:
        counts[row.kind] += row.n
    return {kind: counts[kind] for kind in KINDS if counts[kind]}


def _break_down(rows: Sequence[Row[Any]], name: str) -> list[Line]:
    """Count by the values of one column, the largest first."""
    values = dict.fromkeys(getattr(row, name) for row in rows)
    lines = [Line(name=str(value), n=_count(row for row in rows if getattr(row, name) == value)) for value in values]
    return sorted(lines, key=lambda line: (-line.total, line.name))


def _compare_editions(before: Snapshot, after: Snapshot) -> list[tuple[str, str, str]]:
    """Return the parts that stand on another edition; a snapshot older than the record tells nothing."""
    if not before.stands_on or not after.stands_on:
        return []
    parts = sorted(before.stands_on.keys() | after.stands_on.keys())
    pairs = [(part, before.stands_on.get(part, ""), after.stands_on.get(part, "")) for part in parts]
    return [(part, old, new) for part, old, new in pairs if old != new]


def _compare_masks(conn: Connection, municipality: str, before: Snapshot, after: Snapshot) -> dict[str, float]:
    srid = find_municipality(conn, municipality).metric_srid
    old, new = (load_mask(conn, municipality, srid, item.name)[1] for item in (before, after))
    gained, lost = (shapely.difference(a, b).area for a, b in ((new, old), (old, new)))
    areas = {"before_km2": old.area, "after_km2": new.area, "gained_km2": gained, "lost_km2": lost}
    return {name: round(area / 1e6, 4) for name, area in areas.items()}
