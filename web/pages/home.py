"""The first page: the latest figures of the municipality, and what is new."""

from __future__ import annotations

from flask import Blueprint, render_template

from geo_observatorio.names import MONTHS
from geo_observatorio.services import overview
from web import labels
from web.site import get_conn, get_municipality

bp = Blueprint("home", __name__)
NEWEST = 5  # deliveries


@bp.get("/")
def show() -> str:
    """Show the last complete month beside the same month of the year before, and the newest deliveries."""
    municipality = get_municipality()
    if municipality is None:
        return render_template("empty.html")
    figures = overview.find_figures(get_conn(), municipality.code)
    deliveries = overview.list_deliveries(get_conn(), municipality.code, NEWEST)
    if figures is None:
        return render_template("empty.html", municipality=municipality)
    return render_template(
        "home.html",
        municipality=municipality,
        figures=figures,
        deliveries=deliveries,
        months=labels.MONTHS,
        month_names=MONTHS,
        lines=labels.LINES,
    )
