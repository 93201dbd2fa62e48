"""Quality: how complete, how late, how well placed what each source sent is, month by month."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template, request

from geo_observatorio.db.municipalities import Municipality
from geo_observatorio.reports.accounts import quality_csv
from geo_observatorio.services.quality import LIMITS, Quality, find_quality
from web import labels
from web.params import read_number
from web.site import get_conn, get_municipality

bp = Blueprint("quality", __name__, url_prefix="/calidad")
MONTHS, MOST_MONTHS = 24, 240
COLUMNS = {
    "place": ("point", "barrio", "corregimiento", "nowhere", "radius", "elsewhere", "round_coordinate"),
    "time": ("no_hour", "midnight", "half_hours", "first_day"),
    "fields": ("no_address", "no_area"),
    "delay": ("report_median", "receipt_median"),
}


@bp.get("")
def show() -> str:
    """Show the quality of what was delivered, a table for each source."""
    municipality = get_municipality()
    quality = _find(municipality)
    if municipality is None or quality is None or not quality.senders:
        return render_template("empty.html", municipality=municipality)
    return render_template(
        "quality.html",
        municipality=municipality,
        quality=quality,
        months=read_number(request.args, "months", MONTHS, low=1, high=MOST_MONTHS),
        limits=LIMITS,
        columns=COLUMNS,
        labels=labels,
    )


@bp.get("/calidad.csv")
def table() -> Response:
    """Send a row a source and month as CSV."""
    quality = _find(get_municipality())
    response = Response(quality_csv(quality.months if quality else []), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="calidad.csv"'
    return response


@bp.get("/calidad.json")
def figures() -> Response:
    """Send all figures of the page as JSON."""
    quality = _find(get_municipality())
    return jsonify(quality.as_dict() if quality else {})


def _find(municipality: Municipality | None) -> Quality | None:
    return find_quality(get_conn(), municipality) if municipality else None
