"""Addresses that wait for a person: a queue, candidates on a map, decisions that teach and can be undone."""

from __future__ import annotations

from dataclasses import asdict, replace

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from geo_observatorio.db import reviews
from geo_observatorio.db.municipalities import Municipality
from geo_observatorio.db.selections import find_level
from geo_observatorio.errors import NotFoundError, SelectionError, phrase
from geo_observatorio.geocoding.answers import FLAGS, REASONS
from geo_observatorio.reports.reviews import reviews_csv, waiting_csv
from geo_observatorio.services import overview
from geo_observatorio.services.address_queue import PAGE, list_queue, open_text
from geo_observatorio.services.reviews import Decision, decide, undo
from web import labels
from web.canvas import make_map
from web.params import read_number
from web.site import get_conn, get_municipality
from web.writing import read_actor, write

bp = Blueprint("addresses", __name__, url_prefix="/datos/direcciones")
MAP = "direcciones"
LONGEST_SEARCH = 100  # characters
LAST_PAGE = 999_999


@bp.get("")
def show() -> str:
    """Show the queue and one text of it, the first where the address names none."""
    municipality = get_municipality()
    if municipality is None:
        return render_template("empty.html", municipality=None)
    conn, level = get_conn(), find_level(get_conn(), municipality.code)
    page = read_number(request.args, "page", 1, low=1, high=LAST_PAGE)
    queue = list_queue(conn, municipality.code, page=page)
    asked = _one_line(request.args.get("text", "")), _one_line(request.args.get("area", ""))
    first = (queue.items[0].key, queue.items[0].stated_area) if queue.items else ("", "")
    search = _one_line(request.args.get("search", ""))[:LONGEST_SEARCH]
    opened = open_text(conn, municipality, level, *(asked if asked[0] else first), search=search)
    return render_template(
        "addresses.html",
        municipality=municipality,
        queue=queue,
        opened=opened,
        asked=asked,
        search=search,
        page=queue.page,
        pages=queue.pages,
        done=_find_done(municipality),
        areas=overview.list_area_names(conn, municipality.code, level),
        map=make_map(MAP, municipality, level) if opened else None,
        points=[asdict(choice) for choice in opened.suggestions.choices] if opened else [],
        reasons=REASONS,
        flags=FLAGS,
        labels=labels,
    )


@bp.get("/decisiones")
def decisions() -> str:
    """Show what was decided, by whom, and let it be undone."""
    municipality = get_municipality()
    if municipality is None:
        return render_template("empty.html", municipality=None)
    conn, level = get_conn(), find_level(get_conn(), municipality.code)
    page = read_number(request.args, "page", 1, low=1, high=LAST_PAGE)
    known = reviews.list_reviews(conn, municipality.code, limit=PAGE, offset=(page - 1) * PAGE)
    return render_template(
        "address_decisions.html",
        municipality=municipality,
        decisions=known,
        page=page,
        pages=-(-known[0].total // PAGE) if known else 0,
        areas=dict(overview.list_area_names(conn, municipality.code, level)),
        done=_find_done(municipality),
        labels=labels,
    )


@bp.post("/decidir")
def save() -> Answer:
    """Keep a decision and go on to the next text."""
    municipality = _require_municipality()
    who, decision = read_actor(), _read_decision()
    with write() as conn:
        done = decide(conn, municipality, find_level(conn, municipality.code), decision, who)
    return redirect(url_for("addresses.show", page=request.form.get("page") or None, done=done.id), 303)


@bp.post("/<int:number>/deshacer")
def take_back(number: int) -> Answer:
    """Undo a decision."""
    municipality = _require_municipality()
    who = read_actor()
    with write() as conn:
        done = undo(conn, municipality, number, who)
    return redirect(url_for("addresses.decisions", done=done.id), 303)


@bp.get("/cola.csv")
def queue_file() -> Response:
    """Send the queue as CSV."""
    municipality = get_municipality()
    return _send(
        waiting_csv(list_queue(get_conn(), municipality.code, limit=None).items if municipality else []), "cola"
    )


@bp.get("/decisiones.csv")
def decisions_file() -> Response:
    """Send the decisions as CSV."""
    municipality = get_municipality()
    known = reviews.list_reviews(get_conn(), municipality.code, limit=None) if municipality else []
    return _send(reviews_csv(known), "decisiones")


def _require_municipality() -> Municipality:
    municipality = get_municipality()
    if municipality is None:
        raise NotFoundError(noun=phrase("municipio"), found="-", needed="observatorio municipality add")
    return municipality


def _find_done(municipality: Municipality) -> reviews.Review | None:
    """Return the decision that was just made or undone."""
    text = request.args.get("done", "")
    known = text.isascii() and text.isdecimal() and len(text) <= 9
    return reviews.find_review(get_conn(), municipality.code, int(text)) if known else None


def _read_decision() -> Decision:
    """Read the form: `place:12`, `point:-79.5 9.0 100 crossing`, `map`, `area` or `nowhere`."""
    form = request.form
    meaning, _, value = form.get("choice", "").partition(":")
    texts = {name: _one_line(form.get(name, "")) for name in ("text", "area", "note", "decided_area")}
    stated = None if form.get("everywhere") else texts["area"]
    head = Decision(key=texts["text"], stated_area=stated, meaning=meaning, note=texts["note"])
    match meaning:
        case "place":
            return replace(head, place=int(_read_float("choice", value)))
        case "point":
            return _read_candidate(head, value)
        case "map":
            longitude, latitude = _read_float("longitude"), _read_float("latitude")
            return replace(head, meaning="point", longitude=longitude, latitude=latitude, radius=_read_float("radius"))
        case "area":
            return replace(head, area=texts["decided_area"])
    return head


def _read_candidate(head: Decision, value: str) -> Decision:
    """Read a candidate that is no single place: longitude, latitude, radius and method."""
    longitude, latitude, radius, method = (*value.split(" "), "", "", "", "")[:4]
    return replace(
        head,
        longitude=_read_float("choice", longitude),
        latitude=_read_float("choice", latitude),
        radius=_read_float("choice", radius),
        method=method,
    )


def _read_float(name: str, text: str | None = None) -> float:
    written = (request.form.get(name, "") if text is None else text).strip().replace(",", ".")
    try:
        number = float(written)
    except ValueError:
        number = float("nan")
    if not abs(number) < 1e9:  # also what is no number
        raise SelectionError(name=name, needed=phrase("un número"), found=written[:20])
    return number


def _one_line(text: str) -> str:
    """Return a text without what no keyboard writes: the database takes no zero byte."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _send(text: str, name: str) -> Response:
    response = Response(text, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
