"""The data: deliveries with their accounts, what was refused and why, how incidents were placed."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from geo_observatorio.reports.accounts import deliveries_csv, quarantine_csv
from geo_observatorio.rules import RULES
from geo_observatorio.services import overview
from web import labels
from web.site import get_conn, get_municipality

SHOWN = 100  # deliveries of the page; its CSV has all
bp = Blueprint("data", __name__, url_prefix="/datos")


@bp.get("")
def show() -> str:
    """Show what was delivered, what was refused and how incidents were placed."""
    municipality = get_municipality()
    deliveries = overview.list_deliveries(get_conn(), municipality.code, SHOWN) if municipality else []
    if municipality is None or not deliveries:
        return render_template("empty.html", municipality=municipality)
    return render_template(
        "data.html",
        municipality=municipality,
        deliveries=deliveries,
        shown=SHOWN,
        quarantine=overview.count_quarantine(get_conn(), municipality.code),
        placing=overview.count_placing(get_conn(), municipality.code),
        methods=labels.METHODS,
        rules=RULES,
        fields=labels.FIELDS,
    )


@bp.get("/entregas.csv")
def deliveries() -> Response:
    """Send the deliveries and their accounts as CSV."""
    municipality = get_municipality()
    known = overview.list_deliveries(get_conn(), municipality.code) if municipality else []
    return _send(deliveries_csv(known), "entregas.csv")


@bp.get("/cuarentena.csv")
def quarantine() -> Response:
    """Send how many rows each rule refused as CSV; no text of a row."""
    municipality = get_municipality()
    known = overview.count_quarantine(get_conn(), municipality.code) if municipality else []
    return _send(quarantine_csv(known), "cuarentena.csv")


def _send(text: str, name: str) -> Response:
    response = Response(text, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
