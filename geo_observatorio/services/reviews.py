"""Reviews of addresses: a person says what a text means, the incidents that have it follow, and it can be undone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import isfinite
from typing import Any, Final

import psycopg2.errors
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from geo_observatorio.db import reviews
from geo_observatorio.db.deliveries import find_moment
from geo_observatorio.db.municipalities import Municipality
from geo_observatorio.db.places import find_place
from geo_observatorio.db.queries import query
from geo_observatorio.db.reviews import Review, Waiting
from geo_observatorio.errors import NotFoundError, ReviewConflictError, SelectionError, phrase
from geo_observatorio.geocoding.gazetteer import BARRIO_KINDS, REVIEWED, STREET_KINDS
from geo_observatorio.names import plain_text
from geo_observatorio.sources.values import hide_personal

SURE: Final = 0.95  # a person looked at it: a judgement, as no one looks twice
MADE_SOURCE: Final = "Revisión de direcciones"
LONGEST_ALIAS: Final = 200  # characters
LONGEST_NOTE: Final = 300
RADII: Final = (10, 5000)  # metres, of a point that a person sets
MOST_REACH: Final = 1500  # metres: what is longer is no point
PATIENCE: Final = "5s"  # while a file comes in
POINTS: Final = ("crossing", "landmark", "street")


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What a person says that a text means.

    Attributes
    ----------
    key, stated_area
        Which text, in rows that state which area ('' for none); None: whatever they state.
    meaning
        `place` (of the gazetteer), `point` (set on the map), `area`, or `nowhere`.
    method
        Of a point: crossing, landmark or street.
    """

    key: str
    stated_area: str | None
    meaning: str
    place: int | None = None
    longitude: float | None = None
    latitude: float | None = None
    radius: float = 100.0
    method: str = "landmark"
    area: str = ""
    note: str = ""


def decide(conn: Connection, municipality: Municipality, level: str, decision: Decision, who: str) -> Review:
    """Keep a decision, name the place by the text, and place all incidents that have it anew; the caller commits.

    Raises
    ------
    ReviewConflictError
        No incident that may be shown waits with that text, somebody decided it before, or a file is coming in.
    SelectionError
        There is no such place or area, the point lies outside all areas, or a number is out of range.
    """
    with _alone(conn, municipality.code):
        text = _find_text(conn, municipality.code, decision)
        values = _read_meaning(conn, municipality, level, decision)
        address = hide_personal(text.address)
        head = {"municipality": municipality.code, "key": decision.key, "stated_area": decision.stated_area}
        told = {"address": address, "note": hide_personal(decision.note)[:LONGEST_NOTE], "who": who}
        moment = find_moment(conn)
        number = reviews.save_review(conn, {**head, **told, **values, "moment": moment})
        if number is None:
            raise ReviewConflictError(found=phrase("otra persona acaba de decidirlo"))
        _teach(conn, number, values, {**told, "moment": moment})
        reviews.apply_review(conn, number, moment)
        _note_change(conn, municipality.code, moment, who)
    return _require(conn, municipality.code, number)


def undo(conn: Connection, municipality: Municipality, number: int, who: str) -> Review:
    """Take a decision back: its names end, and its incidents are again where their words alone put them.

    Raises
    ------
    NotFoundError
        There is no decision of that number.
    ReviewConflictError
        It was taken back before, or a file is coming in.
    """
    with _alone(conn, municipality.code):
        known = _require(conn, municipality.code, number)
        moment = find_moment(conn)
        if reviews.undo_review(conn, municipality.code, number, who, moment) is None:
            raise ReviewConflictError(found=phrase("{who} ya la deshizo", who=known.undone_by))
        _note_change(conn, municipality.code, moment, who)
    return _require(conn, municipality.code, number)


def find_area_at(conn: Connection, municipality: str, level: str, longitude: float, latitude: float) -> tuple[str, str]:
    """Return code and name of the area that holds a point, empty where none does."""
    values = {"municipality": municipality, "level": level, "longitude": longitude, "latitude": latitude}
    row = conn.execute(query("area_at"), values).one_or_none()
    return (row.code, row.name) if row else ("", "")


def method_of(kind: str) -> str:
    """Return how an incident is placed that is said to be at a place of some kind."""
    plain = plain_text(kind)
    if plain in BARRIO_KINDS:
        return "barrio"
    return {"cruce": "crossing"}.get(plain, "street" if plain in STREET_KINDS else "landmark")


@contextmanager
def _alone(conn: Connection, municipality: str) -> Iterator[None]:
    """Decide alone, and wait only so long for a file that comes in."""
    conn.exec_driver_sql(f"SET LOCAL lock_timeout = '{PATIENCE}'")
    try:
        reviews.lock_reviews(conn, municipality, alone=True)
        yield
    except OperationalError as error:
        if isinstance(error.orig, psycopg2.errors.LockNotAvailable):
            raise ReviewConflictError(found=phrase("se está recibiendo un archivo; espere un momento")) from error
        raise


def _find_text(conn: Connection, municipality: str, decision: Decision) -> Waiting:
    """Return what the decision is about, as most of its rows write it."""
    found = reviews.find_waiting(conn, municipality, decision.key)
    meant = [item for item in found if decision.stated_area in {None, item.stated_area}]
    if meant:
        return meant[0]
    for known in reviews.list_reviews_of(conn, municipality, decision.key):
        if known.undone_at is None and known.stated_area in {None, decision.stated_area}:
            raise ReviewConflictError(found=phrase("{who} ya lo decidió", who=known.decided_by))
    raise ReviewConflictError(found=phrase("esa dirección ya no espera una decisión"))


def _read_meaning(conn: Connection, municipality: Municipality, level: str, decision: Decision) -> dict[str, Any]:
    """Return the columns of a review that say where the text is."""
    nothing: dict[str, Any] = {"place": None, "area": "", "longitude": None, "latitude": None, "radius": 0.0}
    nothing |= {"decision": decision.meaning, "method": "none", "score": 0.0}
    match decision.meaning:
        case "place":
            return nothing | _read_place(conn, municipality.code, level, decision)
        case "point":
            return nothing | _read_point(conn, municipality, level, decision)
        case "area":
            return nothing | _read_area(conn, municipality.code, level, decision.area)
        case "nowhere":
            return nothing
    raise SelectionError(name=phrase("decisión"), needed="place | point | area | nowhere", found=decision.meaning[:20])


def _read_place(conn: Connection, municipality: str, level: str, decision: Decision) -> dict[str, Any]:
    place = find_place(conn, municipality, decision.place) if decision.place is not None else None
    if place is None or place.coarse:
        raise SelectionError(name=phrase("lugar"), needed=phrase("uno de la lista"), found=str(decision.place))
    method = method_of(place.kind)
    radius = max(place.radius, place.reach)
    found = {"place": place.id, "method": method, "score": SURE, "radius": radius}
    if method == "barrio":
        return found | {"area": find_area_at(conn, municipality, level, place.longitude, place.latitude)[0]}
    if radius > MOST_REACH:
        needed = phrase("un lugar de a lo sumo {n} m, o un punto suyo en el mapa", n=MOST_REACH)
        raise SelectionError(name=phrase("lugar"), needed=needed, found=f"{place.name}, {radius:.0f} m")
    return found | {"longitude": place.longitude, "latitude": place.latitude}


def _read_point(conn: Connection, municipality: Municipality, level: str, decision: Decision) -> dict[str, Any]:
    longitude, latitude = decision.longitude, decision.latitude
    code = ""
    if longitude is not None and latitude is not None and isfinite(longitude) and isfinite(latitude):
        code, _ = find_area_at(conn, municipality.code, level, longitude, latitude)
    if not code:
        needed = phrase("un punto dentro de {name}", name=municipality.name)
        raise SelectionError(name=phrase("punto"), needed=needed, found=f"{latitude}, {longitude}")
    if not RADII[0] <= decision.radius <= RADII[1] or decision.method not in POINTS:
        needed = phrase("de {low} a {high} metros", low=RADII[0], high=RADII[1])
        raise SelectionError(name=phrase("radio"), needed=needed, found=f"{decision.radius:g}")
    point = {"longitude": longitude, "latitude": latitude}
    return {**point, "method": decision.method, "score": SURE, "radius": decision.radius}


def _read_area(conn: Connection, municipality: str, level: str, code: str) -> dict[str, Any]:
    values = {"municipality": municipality, "level": level, "code": code}
    radius = conn.execute(query("area_radius"), values).scalar_one_or_none()
    if radius is None:
        raise SelectionError(name=phrase("corregimiento"), needed=phrase("uno de la lista"), found=code[:40] or "–")
    return {"area": code, "method": "corregimiento", "score": SURE, "radius": radius}


def _teach(conn: Connection, number: int, values: dict[str, Any], told: dict[str, Any]) -> None:
    """Let the gazetteer know the text as a name: of the place, or of a new one where the point was set."""
    alias = told["address"][:LONGEST_ALIAS]
    if values["place"] is not None:
        reviews.name_place(conn, number, values["place"], alias, told)
    elif values["decision"] == "point":
        reviews.make_place(conn, number, alias, REVIEWED, MADE_SOURCE)


def _note_change(conn: Connection, municipality: str, moment: Any, who: str) -> None:
    """Note that what is known changed at that moment: questions are answered up to it."""
    values = {"municipality": municipality, "moment": moment, "kind": "review", "actor": who}
    conn.execute(query("knowledge_save"), values)


def _require(conn: Connection, municipality: str, number: int) -> Review:
    found = reviews.find_review(conn, municipality, number)
    if found is None:
        raise NotFoundError(noun=phrase("revisión"), found=str(number), needed="/datos/direcciones/decisiones")
    return found
