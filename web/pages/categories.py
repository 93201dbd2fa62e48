"""The categories: texts that no rule knows, what persons said they are, and the scheme itself."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from geo_observatorio.db import assignments
from geo_observatorio.db.municipalities import Municipality
from geo_observatorio.errors import SelectionError, phrase
from geo_observatorio.reports.classification import categories_csv
from geo_observatorio.services.category_table import Entry, list_entries
from geo_observatorio.services.unknown_offences import list_unknown, undo
from web import data_labels, labels
from web.params import read_number
from web.site import get_conn, get_municipality, require_municipality
from web.writing import read_actor, write

MOST_ROWS = 50_000  # of a text that a page lets follow: some seconds
bp = Blueprint("categories", __name__, url_prefix="/datos/categorias")
PER_PAGE = 10  # unknown texts: each is read with care
MOST_PAGES = 1000
LONGEST_SEARCH = 80


@bp.get("")
def show() -> str:
    """Show the texts that wait, the latest assignments, and the scheme."""
    municipality = get_municipality()
    if municipality is None:
        return render_template("empty.html", municipality=None)
    conn, asked = get_conn(), request.args.get("q", "")[:LONGEST_SEARCH]
    unknown = list_unknown(conn, municipality.code)
    page = read_number(request.args, "page", 1, low=1, high=MOST_PAGES)
    entries = _list_entries(municipality)
    return render_template(
        "categories.html",
        municipality=municipality,
        unknown=unknown[(page - 1) * PER_PAGE : page * PER_PAGE],
        n_unknown=len(unknown),
        page=page,
        pages=-(-len(unknown) // PER_PAGE),
        account=assignments.count_unknown(conn, municipality.code),
        latest=assignments.list_assignments(conn, municipality.code),
        names={entry.code: entry for entry in entries},
        entries=[entry for entry in entries if entry.says(asked)],
        n_entries=len(entries),
        asked=asked,
        labels=labels,
        data_labels=data_labels,
    )


@bp.get("/categorias.csv")
def table() -> Response:
    """Send the scheme as CSV."""
    municipality = get_municipality()
    entries = _list_entries(municipality) if municipality else []
    response = Response(categories_csv(entries), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="categorias.csv"'
    return response


@bp.post("/asignar")
def save() -> AnyResponse:
    """Say what an unknown text is; the rows that wait for it follow."""
    from geo_observatorio.services.assigning import assign  # noqa: PLC0415  # the placer: seconds of every start

    municipality, actor = require_municipality(), read_actor()
    with write() as conn:
        assign(conn, municipality.code, request.form.get("alias", ""), _read_choice(), actor, most_rows=MOST_ROWS)
    return redirect(url_for("categories.show", municipality=municipality.code) + "#asignaciones", 303)


@bp.post("/deshacer")
def take_back() -> AnyResponse:
    """Take an assignment back; its rows wait again."""
    municipality, actor = require_municipality(), read_actor()
    with write() as conn:
        undo(conn, municipality.code, read_number(request.form, "assignment", 0, low=1, high=999_999), actor)
    return redirect(url_for("categories.show", municipality=municipality.code) + "#asignaciones", 303)


def _read_choice() -> str:
    """Return the one category that a form names, among the proposals or in the list."""
    named = [text for text in (request.form.get("category", ""), request.form.get("other", "")) if text]
    if len(named) != 1:
        raise SelectionError(name=phrase("categoría"), needed=phrase("una sola"), found=", ".join(named)[:80] or "-")
    return named[0]


def _list_entries(municipality: Municipality) -> list[Entry]:
    return list_entries(get_conn(), municipality.code)
