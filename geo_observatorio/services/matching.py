"""Matching: reports of different institutions compared, and proposed as one event where that is probable."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from sqlalchemy import Connection, Row

from analysis.linkage import FIELDS, MISSING, Decided, Linked, Reports, Similarity, link
from geo_observatorio.db.matches import list_institutions, list_known, read_families, read_reports, save_proposals
from geo_observatorio.db.municipalities import find_municipality, lock_municipality
from geo_observatorio.names import plain_text

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SAME_BITS = 0.5  # a proposal whose weight moved less stands: every delivery moves the prior of all a little


@dataclass(frozen=True, kw_only=True)
class MatchReport:
    """What a run found: pairs compared, matches that are new, kept, withdrawn, and decided before."""

    municipality: str
    institutions: int
    reports: int
    compared: int
    proposed: int
    new: int
    withdrawn: int
    decided: int
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True, eq=False)
class Side:
    """The reports of one institution: their columns, and what is needed to tell of them."""

    reports: Reports
    ids: list[str]
    addresses: NDArray[np.object_]


def propose_matches(conn: Connection, municipality: str) -> MatchReport:
    """Compare the institutions of a municipality two by two and keep what is probable; run again, nothing changes.

    What a person decided stays: accepted reports are not compared again, refused pairs are not proposed again.
    """
    began = time.perf_counter()
    place = find_municipality(conn, municipality)
    lock_municipality(conn, place.code)
    known = list_known(conn, place.code)
    institutions = list_institutions(conn, place.code)
    sides = _read_sides(conn, place.code) if len(institutions) > 1 else {}
    compared, found = 0, list[dict[str, Any]]()
    for left, right in combinations(sorted(sides), 2):
        pairs, n = _compare(sides[left], sides[right], known)
        compared += n
        found += pairs
    new, withdrawn, kept = _settle(known, found)
    save_proposals(conn, place.code, new, withdrawn)
    return MatchReport(
        municipality=place.code,
        institutions=len(institutions),
        reports=sum(len(side.ids) for side in sides.values()),
        compared=compared,
        proposed=len(new) + kept,
        new=len(new),
        withdrawn=len(withdrawn),
        decided=sum(row.verdict is not None for row in known),
        seconds=round(time.perf_counter() - began, 2),
    )


def compare_addresses(left: NDArray[np.object_], right: NDArray[np.object_]) -> Similarity:
    """Return how alike the words of addresses are, in whatever order: 1 where one says all that the other does."""

    def similarity(i: Ints, j: Ints) -> Floats:
        scores = process.cpdist(left[i].tolist(), right[j].tolist(), scorer=fuzz.token_sort_ratio, dtype=np.float32)
        return np.asarray(scores, dtype=np.float64) / 100

    return similarity


def make_parts(linked: Linked, at: int) -> list[dict[str, Any]]:
    """Return why a pair is probable: by field its level and what that says in bits, the prior first."""
    parts: list[dict[str, Any]] = [{"field": "prior", "level": "prior", "weight": round(float(linked.prior[at]), 2)}]
    for name, values in linked.levels.items():
        number = int(values[at])
        level = FIELDS[name][number] if number != MISSING else None
        bits = round(level.weight, 2) if level else 0.0
        parts.append({"field": name, "level": level.name if level else "missing", "weight": bits})
    return parts


def _read_sides(conn: Connection, municipality: str) -> dict[str, Side]:
    rows = read_reports(conn, municipality)
    families = read_families(conn)
    areas = _number([row.stated_area or None for row in rows])
    groups: dict[str, list[int]] = {}
    for position, row in enumerate(rows):
        groups.setdefault(row.institution, []).append(position)
    columns = make_columns(rows, areas, families)
    return {name: _take(rows, columns, np.array(positions)) for name, positions in groups.items()}


def make_columns(
    rows: Sequence[Row[Any]], areas: Ints, families: Mapping[str, tuple[str, str | None]]
) -> dict[str, NDArray[Any]]:
    """Return the columns of `Reports` for rows of the database."""
    nothing = (None, None)
    return {
        "day": np.array([row.local_day for row in rows], dtype="M8[D]").astype(np.int64),
        "hour": np.array([row.local_hour for row in rows], dtype=np.int64),
        "x": np.array([row.x for row in rows], dtype=np.float64),
        "y": np.array([row.y for row in rows], dtype=np.float64),
        "area": areas,
        "category": _number([row.category for row in rows]),
        "family": _number([families.get(row.category, nothing)[0] for row in rows]),
        "section": _number([families.get(row.category, nothing)[1] for row in rows]),
        "has_address": np.array([row.address != "" for row in rows], dtype=bool),
        "by_words": np.array([row.x is not None and row.method != "coordinate" for row in rows], dtype=bool),
    }


def _number(values: Sequence[str | None]) -> Ints:
    """Number texts in the order of their alphabet; -1 for none."""
    order = {text: number for number, text in enumerate(sorted({text for text in values if text is not None}))}
    return np.array([-1 if text is None else order[text] for text in values], dtype=np.int64)


def _take(rows: Sequence[Row[Any]], columns: Mapping[str, NDArray[Any]], at: Ints) -> Side:
    return Side(
        reports=Reports(**{name: values[at] for name, values in columns.items()}),
        ids=[rows[position].id for position in at],
        addresses=np.array([plain_text(rows[position].address) for position in at], dtype=object),
    )


def _compare(left: Side, right: Side, known: Sequence[Row[Any]]) -> tuple[list[dict[str, Any]], int]:
    """Return the probable pairs of two institutions as they are kept, and how many pairs were compared."""
    similarity = compare_addresses(left.addresses, right.addresses)
    linked = link(left.reports, right.reports, similarity, decided=_find_decided(left, right, known))
    pairs = [
        {
            "a": left.ids[i],
            "b": right.ids[j],
            "probability": round(float(linked.probability[at]), 4),
            "weight": round(float(linked.weight[at]), 3),
            "parts": make_parts(linked, at),
        }
        for at, (i, j) in enumerate(zip(linked.left.tolist(), linked.right.tolist(), strict=True))
    ]
    return pairs, linked.candidates


def _find_decided(left: Side, right: Side, known: Sequence[Row[Any]]) -> Decided:
    """Return the pairs of two institutions that a person refused, and the reports that stand in accepted ones."""
    here, there = ({id_: at for at, id_ in enumerate(side.ids)} for side in (left, right))
    pairs: dict[str, set[tuple[int, int]]] = {"accepted": set(), "refused": set()}
    for row in known:
        for a, b in ((row.earlier, row.later), (row.later, row.earlier)):
            if row.verdict is not None and a in here and b in there:
                pairs[row.verdict].add((here[a], there[b]))
    accepted = pairs["accepted"]
    return Decided(
        refused=frozenset(pairs["refused"]),
        left=frozenset(i for i, _ in accepted),
        right=frozenset(j for _, j in accepted),
    )


def _settle(known: Sequence[Row[Any]], found: Sequence[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[int], int]:
    """Tell proposals that are new from those that stand, and name those that are no longer made."""
    coming = {frozenset((pair["a"], pair["b"])): pair for pair in found}
    withdrawn, kept = [], 0
    for row in known:
        if row.verdict is not None:
            continue
        pair = coming.get(frozenset((row.earlier, row.later)))
        if pair is not None and abs(pair["weight"] - row.weight) <= SAME_BITS:
            del coming[frozenset((row.earlier, row.later))]
            kept += 1
        else:
            withdrawn.append(row.id)
    return list(coming.values()), withdrawn, kept
