"""Reviews: what persons decided about addresses, and the addresses that wait for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from geo_observatorio.db.queries import query

WEAK = 0.6  # below this score a place is a guess, and a person should look at it


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A text that waits: how many incidents have it, in rows that state the same area ('' for none).

    Attributes
    ----------
    key
        Hash of the plain text, which holds nothing that may not be shown.
    texts, incidents
        How many texts wait in all, and how many incidents.
    """

    key: str
    stated_area: str
    address: str
    n: int
    sources: Sequence[str]
    method: str
    score: float
    radius: float
    first_day: date
    last_day: date
    texts: int
    incidents: int


@dataclass(frozen=True, kw_only=True)
class Review:
    """A decision: what the text means, who said so, and who took it back; ``total`` is how many there are in all.

    Attributes
    ----------
    stated_area
        The area that the rows state; None: whatever they state.
    replaced
        Incidents that may be shown and were placed anew.
    """

    id: int
    key: str
    stated_area: str | None
    address: str
    decision: str
    place: str | None
    area: str
    method: str
    score: float
    radius: float
    longitude: float | None
    latitude: float | None
    note: str
    decided_by: str
    decided_at: datetime
    replaced: int
    undone_by: str | None
    undone_at: datetime | None
    total: int


def list_waiting(
    conn: Connection, municipality: str, *, silent: Sequence[str] = (), limit: int | None, offset: int = 0
) -> list[Waiting]:
    """Return the texts that wait, the most frequent first, without those whose keys are named as silent."""
    page = {"limit": limit, "offset": offset}
    values = {"municipality": municipality, "key": "", "weak": WEAK, "silent": list(silent), **page}
    return [Waiting(**row) for row in conn.execute(query("review_queue"), values).mappings()]


def list_frequent(conn: Connection, municipality: str, *, limit: int) -> dict[str, str]:
    """Return the texts that wait most often, by their key."""
    values = {"municipality": municipality, "weak": WEAK, "limit": limit}
    return {row.key: row.address for row in conn.execute(query("review_frequent"), values)}


def find_waiting(conn: Connection, municipality: str, key: str) -> list[Waiting]:
    """Return what has that text and is not decided, by stated area; also where it is placed well enough not to wait."""
    if not key:  # the query would take it for all of them
        return []
    values = {"municipality": municipality, "key": key, "weak": WEAK, "silent": [], "limit": None, "offset": 0}
    return [Waiting(**row) for row in conn.execute(query("review_queue"), values).mappings()]


def count_reserved(conn: Connection, municipality: str) -> int:
    """Count the incidents of reserved categories that wait."""
    n: int = conn.execute(query("review_reserved"), {"municipality": municipality, "weak": WEAK}).scalar_one()
    return n


def list_reviews(conn: Connection, municipality: str, *, limit: int | None, offset: int = 0) -> list[Review]:
    """Return the decisions, the latest first."""
    values = {"municipality": municipality, "review": None, "key": "", "limit": limit, "offset": offset}
    return [Review(**row) for row in conn.execute(query("review_list"), values).mappings()]


def list_reviews_of(conn: Connection, municipality: str, key: str) -> list[Review]:
    """Return the decisions about one text, the latest first."""
    values = {"municipality": municipality, "review": None, "key": key, "limit": None, "offset": 0}
    return [Review(**row) for row in conn.execute(query("review_list"), values).mappings()]


def find_review(conn: Connection, municipality: str, number: int) -> Review | None:
    """Return one decision, None where there is none of that number."""
    values = {"municipality": municipality, "review": number, "key": "", "limit": 1, "offset": 0}
    row = conn.execute(query("review_list"), values).mappings().one_or_none()
    return Review(**row) if row else None


def lock_reviews(conn: Connection, municipality: str, *, alone: bool = False) -> None:
    """Keep decisions out until the transaction ends; ``alone``, other files too, waiting while one comes in."""
    conn.execute(query("review_lock_alone" if alone else "review_lock"), {"municipality": municipality})


def apply_to_stage(conn: Connection, municipality: str) -> None:
    """Put the waiting rows of a file where persons decided that their addresses are."""
    lock_reviews(conn, municipality)
    if conn.execute(query("review_exists"), {"municipality": municipality}).scalar_one():
        conn.execute(query("incident_stage_review"), {"municipality": municipality})


def save_review(conn: Connection, values: Mapping[str, Any]) -> int | None:
    """Keep a decision and return its number; None where one about the same text and stated area is in force."""
    number: int | None = conn.execute(query("review_save"), values).scalar_one_or_none()
    return number


def apply_review(conn: Connection, review: int, moment: datetime) -> int:
    """Place the incidents of a reviewed text anew, from a moment on; return how many of them may be shown."""
    replaced: int = conn.execute(query("review_apply"), {"review": review, "moment": moment}).scalar_one()
    conn.execute(query("review_replaced"), {"review": review, "replaced": replaced})
    return replaced


def name_place(conn: Connection, review: int, place: int, alias: str, values: Mapping[str, Any]) -> None:
    """Give a place another name; ``values``: moment, who, note."""
    names = {"place": place, "alias": alias, "why": values["note"], "who": values["who"], "moment": values["moment"]}
    conn.execute(query("review_name_save"), {**names, "review": review})


def make_place(conn: Connection, review: int, name: str, kind: str, source: str) -> None:
    """Make a place of the point of a decision."""
    conn.execute(query("review_place_save"), {"review": review, "name": name, "kind": kind, "source": source})


def undo_review(conn: Connection, municipality: str, review: int, who: str, moment: datetime) -> int | None:
    """Take a decision back; return how many incidents that may be shown went back, None where it is not in force."""
    values = {"municipality": municipality, "review": review, "who": who, "moment": moment}
    if conn.execute(query("review_undo"), values).scalar_one_or_none() is None:
        return None
    conn.execute(query("review_names_end"), {"review": review, "moment": moment})
    restored: int = conn.execute(query("review_take_back"), {"review": review, "moment": moment}).scalar_one()
    return restored
