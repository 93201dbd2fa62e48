"""Limits and land as GeoJSON, kept by the browser for as long as their edition lives."""

from __future__ import annotations

from flask import Blueprint, Response

from geo_observatorio.services.outlines import read_limits
from web.site import get_conn

bp = Blueprint("limits", __name__, url_prefix="/limites")
FOREVER = "private, max-age=31536000, immutable"


@bp.get("/<municipality>/<level>/<version>.json")
def show(municipality: str, level: str, version: str) -> Response:
    """Send the limits of an edition, named by the beginning of its hash."""
    response = Response(read_limits(get_conn(), municipality, level, version), mimetype="application/json")
    response.headers["Cache-Control"] = FOREVER
    return response
