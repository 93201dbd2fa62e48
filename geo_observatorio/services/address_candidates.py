"""Candidates: what an address may mean, for a person to choose from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from math import isfinite
from typing import Any, Final

from rapidfuzz import fuzz
from sqlalchemy import Connection

from geo_observatorio.db.municipalities import Municipality
from geo_observatorio.db.places import FoundPlace, find_place, search_places
from geo_observatorio.geocoding.answers import Answer, Candidate
from geo_observatorio.names import plain_text
from geo_observatorio.services.reviews import MOST_REACH, find_area_at, method_of

AREA_ALIASES: Final = "corregimiento_aliases.csv"
MOST: Final = 8  # choices that a person can weigh
SEARCHED: Final = 8  # of each part of an address
TELLING: Final = ("landmark", "street", "barrio", "crossing", "words")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One thing that an address may mean, in degrees and metres; ``place`` is None where it is no single place.

    Attributes
    ----------
    score
        How likely the geocoder finds it; None where only its name is alike.
    coarse
        Only the surroundings are known: it may be looked at, not chosen.
    """

    place: int | None
    name: str
    kind: str
    method: str
    area: str
    longitude: float
    latitude: float
    radius: float
    score: float | None
    coarse: bool = False

    @property
    def may_be_chosen(self) -> bool:
        """Tell whether it is a place for incidents, rather than something to look at."""
        return not self.coarse and (self.method == "barrio" or self.radius <= MOST_REACH)


@dataclass(frozen=True, kw_only=True)
class Suggestions:
    """How an address was understood, and what it may mean, the likeliest first."""

    answer: Answer
    choices: list[Choice]


def suggest(
    conn: Connection, municipality: Municipality, level: str, address: str, stated: str, *, search: str = ""
) -> Suggestions:
    """Return how the geocoder reads an address, and the places of the gazetteer that it, or a search, may mean."""
    from geo_observatorio.services.geocode import find_geocoder  # noqa: PLC0415  # scipy: half a second of every start

    geocoder = find_geocoder(conn, municipality, level, AREA_ALIASES)
    answer = geocoder.find(address, stated=stated)
    name_area = partial(find_area_at, conn, municipality.code, level)
    choices: dict[tuple[Any, ...], Choice] = {}
    searched = [search] if search.strip() else [part.words for part in answer.parse.parts if part.role in TELLING]
    for text in searched:
        for number in search_places(conn, municipality.code, text, limit=MOST if search.strip() else SEARCHED):
            place = find_place(conn, municipality.code, number)
            if place is not None:
                found = _from_place(place, name_area)
                choices.setdefault(_key(found), found)
    for candidate in _candidates(answer):
        place = find_place(conn, municipality.code, candidate.place) if candidate.place is not None else None
        found = _from_candidate(candidate, place, name_area)
        others = {key: one for key, one in choices.items() if place is None or one.place != place.id}
        choices = others | {_key(found): found}
    asked = plain_text(search or address)
    ranked = sorted(
        choices.values(),
        key=lambda choice: (-(choice.score or 0.0), -fuzz.token_sort_ratio(asked, plain_text(choice.name))),
    )
    return Suggestions(answer=answer, choices=ranked[:MOST])


def _candidates(answer: Answer) -> Iterator[Candidate]:
    """Yield the candidates of an answer, the least likely first; without any what the answer itself stands on."""
    yield from (one for one in reversed(answer.candidates) if one.place is not None or isfinite(one.longitude))
    if answer.candidates:
        return
    told: dict[str, Any] = {"kind": answer.kind, "area": answer.area, "radius": answer.radius, "score": answer.score}
    if answer.is_point:
        name = " · ".join(part.words for part in answer.parse.parts if part.role in TELLING) or answer.parse.text
        place = answer.place_ids[0] if len(answer.place_ids) == 1 else None
        yield Candidate(name=name, place=place, longitude=answer.longitude, latitude=answer.latitude, **told)
    else:
        yield from (Candidate(name="", place=number, **told) for number in answer.place_ids)


def _key(choice: Choice) -> tuple[Any, ...]:
    """Return what two names of one place share: its method, and its point to ten metres."""
    return choice.method, round(choice.longitude, 4), round(choice.latitude, 4)


def _from_place(place: FoundPlace, name_area: Any) -> Choice:
    return Choice(
        place=place.id,
        name=place.name,
        kind=place.kind,
        method=method_of(place.kind),
        area=name_area(place.longitude, place.latitude)[1],
        longitude=place.longitude,
        latitude=place.latitude,
        radius=max(place.radius, place.reach),
        score=None,
        coarse=place.coarse,
    )


def _from_candidate(candidate: Candidate, place: FoundPlace | None, name_area: Any) -> Choice:
    if place is not None and not isfinite(candidate.longitude):
        return replace(_from_place(place, name_area), score=candidate.score)
    whole = place is not None and candidate.kind != "street"  # of a street a part may be meant
    return Choice(
        place=place.id if place is not None and whole else None,
        name=place.name if place else candidate.name,
        kind=place.kind if place else candidate.kind,
        method=candidate.kind,
        area=name_area(candidate.longitude, candidate.latitude)[1],
        longitude=candidate.longitude,
        latitude=candidate.latitude,
        radius=candidate.radius,
        score=candidate.score,
        coarse=place.coarse if place else False,
    )
