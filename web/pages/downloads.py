"""Downloads: a finding as a file."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, request

from geo_observatorio.errors import NotFoundError
from geo_observatorio.provenance import Finding
from geo_observatorio.reports.tables import to_csv, to_geojson, to_geopackage, to_json
from geo_observatorio.services.studies import recall
from web.site import get_conn, get_language, speak_of

bp = Blueprint("downloads", __name__, url_prefix="/hallazgos")

Writer = Callable[[Finding, str], str | bytes]


def _csv(finding: Finding, _language: str) -> str:
    table = request.args.get("table", "")
    if table and table not in finding.result.tables:
        raise NotFoundError(noun="tabla", found=table, needed=", ".join(finding.result.tables) or "-")
    return to_csv(finding, table)


def _png(finding: Finding, language: str) -> bytes:
    from geo_observatorio.reports.picture import to_png  # noqa: PLC0415  # matplotlib: a second of every start

    return to_png(finding, language)


WRITERS: dict[str, tuple[str, Writer]] = {
    "png": ("image/png", _png),
    "gpkg": ("application/geopackage+sqlite3", lambda finding, _language: to_geopackage(finding)),
    "csv": ("text/csv", _csv),
    "geojson": ("application/geo+json", lambda finding, _language: to_geojson(finding)),
    "json": ("application/json", to_json),
}


@bp.get("/<key>.<form>")
def send(key: str, form: str) -> Response:
    """Send a finding as PNG, GeoPackage, CSV, GeoJSON or JSON."""
    if form not in WRITERS:
        raise NotFoundError(noun="formato", found=form, needed=", ".join(WRITERS))
    mimetype, write = WRITERS[form]
    finding = recall(get_conn(), key)
    speak_of(finding.provenance.question.selections[0].level)
    response = Response(write(finding, get_language()), mimetype=mimetype)
    name = f"{finding.provenance.statistic}-{finding.provenance.key}.{form}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
