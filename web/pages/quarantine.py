"""Quarantine: the rows that rules refused, what to do about each, setting some aside, and undoing that."""

from __future__ import annotations

from math import ceil
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from geo_observatorio.account_names import ADVICE, FIELDS
from geo_observatorio.errors import NotFoundError, SelectionError, phrase
from geo_observatorio.rules import RULES
from geo_observatorio.services import quarantine
from geo_observatorio.services.quarantine import STATES, Filter
from web.params import Args, read_number
from web.site import get_conn, get_municipality
from web.writing import read_actor, write

bp = Blueprint("quarantine", __name__, url_prefix="/datos/cuarentena")
SHOWN = 50  # rows of a page
MOST_PAGES = 100_000


@bp.get("")
def show() -> str:
    """Show the refused rows that the address asks for."""
    municipality = get_municipality()
    if municipality is None:
        return render_template("empty.html", municipality=None)
    asked = _read_filter(request.args, municipality.code)
    groups = quarantine.list_groups(get_conn(), municipality.code)
    total = quarantine.count_rows(groups, asked)
    pages = max(1, ceil(total / SHOWN))
    page = min(read_number(request.args, "page", 1, low=1, high=MOST_PAGES), pages)
    return render_template(
        "quarantine.html",
        municipality=municipality,
        asked=asked,
        groups=groups,
        rows=quarantine.list_refused(get_conn(), asked, limit=SHOWN, offset=(page - 1) * SHOWN),
        total=total,
        page=page,
        pages=pages,
        rules=RULES,
        fields=FIELDS,
        advice=ADVICE,
        ends=quarantine.ENDS,
        correctable=_is_correctable(asked.delivery),
        deliveries=list({group.delivery: group for group in groups}.values()),
    )


def _is_correctable(delivery: str) -> bool:
    """Return whether what waits of a delivery leaves as a file to correct: not so with counts."""
    from geo_observatorio.services.fix_me import is_correctable  # noqa: PLC0415  # reads workbooks too: a slow import

    return bool(delivery) and is_correctable(get_conn(), delivery)


@bp.post("/descartar")
def discard() -> Response:
    """Set the marked rows aside, or all of one delivery and rule, with a reason."""
    actor, reason, municipality = read_actor(), request.form.get("reason", ""), get_municipality()
    with write() as conn:
        if municipality and request.form.get("scope") == "all":
            quarantine.discard_all(conn, _read_filter(request.form, municipality.code), reason, actor)
        else:
            quarantine.discard_rows(conn, _read_ids(), reason, actor)
    return _back()


@bp.post("/reabrir")
def reopen() -> Response:
    """Undo that the marked rows were set aside."""
    actor, ids = read_actor(), _read_ids()
    with write() as conn:
        quarantine.reopen_rows(conn, ids, actor)
    return _back()


def _back() -> Response:
    """Go back to the rows that were shown."""
    kept = {name: text for name in ("rule", "delivery", "state", "page") if (text := request.form.get(name, ""))}
    return redirect(url_for("quarantine.show", **kept), 303)  # type: ignore[arg-type]  # names of the query


def _read_filter(args: Args, municipality: str) -> Filter:
    state, delivery = args.get("state", "") or "open", args.get("delivery", "")
    if state not in STATES:
        raise SelectionError(name="state", needed=" | ".join(STATES), found=state[:20])
    try:
        delivery = str(UUID(delivery)) if delivery else ""
    except ValueError as error:
        raise NotFoundError(
            noun=phrase("entrega"), found=delivery[:40], needed=phrase("las de la página Datos")
        ) from error
    return Filter(municipality=municipality, rule=args.get("rule", "")[:60], delivery=delivery, state=state)


def _read_ids() -> list[int]:
    texts = request.form.getlist("row")
    if not all(text.isascii() and text.isdecimal() and len(text) < 19 for text in texts):
        raise SelectionError(name=phrase("filas"), needed=phrase("filas marcadas"), found="?")
    return sorted({int(text) for text in texts})
