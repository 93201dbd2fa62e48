"""Snapshots: which there are, what changed between two of them, and a new one."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from geo_observatorio.db.municipalities import Municipality
from geo_observatorio.db.snapshots import Snapshot, list_snapshots
from geo_observatorio.services import overview
from geo_observatorio.services.snapshot_diff import SnapshotDiff, compare_snapshots
from geo_observatorio.services.snapshots import create_snapshot
from web import labels
from web.errors import Refusal, attempt
from web.forms import name_of
from web.site import get_conn, get_municipality
from web.writing import read_actor, write

bp = Blueprint("snapshots", __name__, url_prefix="/datos/instantaneas")


@bp.get("")
def show() -> Response:
    """Show the snapshots and, of two that are named, what changed between them."""
    municipality = get_municipality()
    if municipality is None:
        return make_response(render_template("empty.html", municipality=None))
    diff, refusal = attempt(lambda: _ask(municipality)) if _pair() else (None, None)
    return _render(municipality, diff=diff, refusal=refusal)


@bp.get("/cambios.json")
def changes() -> Response:
    """Send what changed between two snapshots as JSON."""
    municipality = get_municipality()
    if municipality is None:
        return jsonify({})
    return jsonify(_ask(municipality).as_dict())


@bp.post("")
def create() -> AnyResponse:
    """Keep what is known now under a name, with the mask built from it."""
    municipality = get_municipality()
    if municipality is None:
        return make_response(render_template("empty.html", municipality=None), 404)
    made, refusal = attempt(lambda: _create(municipality))
    if made is None:
        return _render(municipality, refused=refusal)
    return redirect(url_for("snapshots.show", municipality=municipality.code, made=made.name), 303)


def _create(municipality: Municipality) -> Snapshot:
    who = read_actor()
    name, note = (" ".join(request.form.get(field, "").split()) for field in ("name", "note"))
    with write() as conn:
        return create_snapshot(conn, municipality.code, name, note, made_by=who)


def _pair() -> bool:
    return bool(request.args.get("from") and request.args.get("to"))


def _ask(municipality: Municipality) -> SnapshotDiff:
    return compare_snapshots(get_conn(), municipality.code, request.args.get("from", ""), request.args.get("to", ""))


def _render(
    municipality: Municipality,
    *,
    diff: SnapshotDiff | None = None,
    refusal: Refusal | None = None,
    refused: Refusal | None = None,
) -> Response:
    """Render the page: ``refusal`` is of the comparison, ``refused`` of the form."""
    known = list_snapshots(get_conn(), municipality.code)
    categories = overview.list_categories(get_conn(), municipality.code)
    page = render_template(
        "snapshots.html",
        municipality=municipality,
        snapshots=known,
        diff=diff,
        comparison_refusal=refusal,
        form_refusal=refused,
        chosen=(request.args.get("from", ""), request.args.get("to", "")),
        categories={category.code: name_of(category) for category in categories},
        sources={source.code: source.name for source in overview.list_sources(get_conn(), municipality.code)},
        labels=labels,
    )
    shown = refusal or refused
    return make_response(page, shown.status if shown else 200)
