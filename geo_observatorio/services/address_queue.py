"""The queue of addresses: what waits, in which order, and one of them with all that helps to decide it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from geo_observatorio.db import reviews
from geo_observatorio.db.municipalities import Municipality
from geo_observatorio.db.reviews import Review, Waiting
from geo_observatorio.services.address_candidates import Suggestions, suggest
from geo_observatorio.sources.values import hide_personal

PAGE = 20  # texts on a page
FREQUENT = 500  # texts that are read to find those that say nothing: a hundredth of a second
RESERVED_LEAST = 5  # fewer reserved incidents are not told


@dataclass(frozen=True, kw_only=True)
class Queue:
    """A page of the texts that wait.

    Attributes
    ----------
    texts, incidents
        How many there are in all.
    reserved
        Incidents of reserved categories that wait beside them; None where they are too few to be told.
    """

    items: Sequence[Waiting]
    texts: int
    incidents: int
    reserved: int | None
    page: int = 1

    @property
    def pages(self) -> int:
        """Return how many pages there are."""
        return -(-self.texts // PAGE)


@dataclass(frozen=True, kw_only=True)
class Opened:
    """One text that waits, what it may mean, and how many incidents have the same text in rows of other areas."""

    item: Waiting
    suggestions: Suggestions
    elsewhere: int
    decided: Sequence[Review]


def list_queue(conn: Connection, municipality: str, *, page: int = 1, limit: int | None = PAGE) -> Queue:
    """Return a page of the queue, the texts of most incidents first; ``limit`` None: all of it.

    A text that says nothing ("Panamá", "S/D") leaves a person nothing to decide, so it does not wait.
    """
    silent = _list_silent(conn, municipality)
    found = reviews.list_waiting(conn, municipality, silent=silent, limit=limit, offset=(page - 1) * (limit or 0))
    items = [_hide(item) for item in found]
    first = items[0] if items else None
    if first is None and page > 1:  # the queue became shorter
        return list_queue(conn, municipality, limit=limit)
    waiting = reviews.count_reserved(conn, municipality)
    return Queue(
        items=items,
        texts=first.texts if first else 0,
        incidents=first.incidents if first else 0,
        reserved=waiting if waiting == 0 or waiting >= RESERVED_LEAST else None,
        page=page,
    )


def open_text(  # a text, and what its reader asks beside it
    conn: Connection, municipality: Municipality, level: str, key: str, stated: str, *, search: str = ""
) -> Opened | None:
    """Return one text with what it may mean; None where no incident that may be shown waits with it."""
    found = [_hide(item) for item in reviews.find_waiting(conn, municipality.code, key)]
    chosen = next((item for item in found if item.stated_area == stated), None)
    if chosen is None:
        return None
    return Opened(
        item=chosen,
        suggestions=suggest(conn, municipality, level, chosen.address, stated, search=search),
        elsewhere=sum(item.n for item in found) - chosen.n,
        decided=[one for one in reviews.list_reviews_of(conn, municipality.code, key) if one.undone_at is None],
    )


def _list_silent(conn: Connection, municipality: str) -> list[str]:
    """Return the keys of the texts that say nothing, among those that wait most often: the rare ones cost nobody."""
    from geo_observatorio.geocoding.reading import says_nothing  # noqa: PLC0415  # geopandas: part of every start
    from geo_observatorio.geocoding.vocabulary import read_vocabulary  # noqa: PLC0415
    from geo_observatorio.geocoding.words import split_words  # noqa: PLC0415

    vocabulary = read_vocabulary()
    frequent = reviews.list_frequent(conn, municipality, limit=FREQUENT)
    return [key for key, text in frequent.items() if says_nothing(split_words(text, vocabulary), vocabulary)]


def _hide(item: Waiting) -> Waiting:
    return replace(item, address=hide_personal(item.address))
