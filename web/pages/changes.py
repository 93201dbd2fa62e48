"""The changes: what institutions amended, by delivery, and the history of a case."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from geo_observatorio.reports.accounts import amendments_csv
from geo_observatorio.services.amendments import FIELDS, count_amendments, read_history
from web import data_labels
from web.forms import name_areas
from web.site import get_conn, get_municipality

bp = Blueprint("changes", __name__, url_prefix="/datos/cambios")
LONGEST_CASE = 80


@bp.get("")
def show() -> str:
    """Show what each delivery amended and, of a case that is named, every version."""
    municipality = get_municipality()
    if municipality is None:
        return render_template("empty.html", municipality=None)
    conn, case_id = get_conn(), request.args.get("case", "").replace("\0", "").strip()[:LONGEST_CASE]
    amended = count_amendments(conn, municipality.code)
    return render_template(
        "changes.html",
        municipality=municipality,
        amended=amended,
        case_id=case_id,
        history=read_history(conn, municipality.code, case_id) if case_id else None,
        areas=name_areas(municipality.code),
        fields=[name for name in FIELDS if any(item.fields[name] for item in amended)],
        data_labels=data_labels,
    )


@bp.get("/cambios.csv")
def table() -> Response:
    """Send what each delivery amended as CSV."""
    municipality = get_municipality()
    amended = count_amendments(get_conn(), municipality.code) if municipality else []
    response = Response(amendments_csv(amended), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="cambios.csv"'
    return response
