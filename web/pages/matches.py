"""The matches: reports of two institutions that may tell one event; a person decides, and can take it back."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from geo_observatorio.db import matches
from geo_observatorio.errors import SelectionError
from geo_observatorio.services.match_table import read_matches
from web import data_labels, labels
from web.forms import name_areas
from web.params import read_number
from web.site import get_conn, get_municipality, require_municipality
from web.writing import read_actor, write

bp = Blueprint("matches", __name__, url_prefix="/datos/coincidencias")
PER_PAGE = 10
MOST_PAGES = 100_000
UNDO = "undo"


@bp.get("")
def show() -> str:
    """Show the matches in one state, the most probable first."""
    municipality = get_municipality()
    if municipality is None:
        return render_template("empty.html", municipality=None)
    conn, state = get_conn(), read_state(request.args.get("state", ""))
    counts = matches.count_states(conn, municipality.code)
    page = read_number(request.args, "page", 1, low=1, high=MOST_PAGES)
    return render_template(
        "matches.html",
        municipality=municipality,
        state=state,
        counts=counts,
        page=page,
        pages=-(-counts[state] // PER_PAGE),
        matches=read_matches(conn, municipality.code, state, limit=PER_PAGE, offset=(page - 1) * PER_PAGE),
        areas=name_areas(municipality.code),
        institutions=matches.list_institutions(conn, municipality.code),
        labels=labels,
        data_labels=data_labels,
    )


@bp.post("/<int:number>")
def decide(number: int) -> AnyResponse:
    """Keep a verdict, or take one back."""
    municipality, actor = require_municipality(), read_actor()
    verdict, state = request.form.get("verdict", ""), read_state(request.form.get("state", ""))
    with write() as conn:
        if verdict == UNDO:
            matches.undo(conn, municipality.code, number, actor)
        elif verdict in matches.STATES[1:]:
            matches.decide(conn, municipality.code, number, verdict, actor)
        else:
            raise SelectionError(name="verdict", needed=" | ".join([*matches.STATES[1:], UNDO]), found=verdict[:20])
    return redirect(url_for("matches.show", municipality=municipality.code, state=state), 303)


def read_state(text: str) -> str:
    """Read which matches are asked for: those proposed, unless the address says otherwise."""
    if text and text not in matches.STATES:
        raise SelectionError(name="state", needed=" | ".join(matches.STATES), found=text[:20])
    return text or matches.STATES[0]
