"""The sources: who publishes, what is taken of their files, when they last sent; each template as a file."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from geo_observatorio.services import source_list
from web.site import get_conn, get_municipality

bp = Blueprint("sources", __name__, url_prefix="/datos/fuentes")


@bp.get("")
def show() -> str:
    """Show all sources."""
    municipality = get_municipality()
    code = municipality.code if municipality else ""
    return render_template(
        "sources.html", municipality=municipality, sources=source_list.list_sources(get_conn(), code)
    )


@bp.get("/<name>.toml")
def template(name: str) -> Response:
    """Send the template of a source as a file."""
    response = Response(source_list.source_text(get_conn(), name), mimetype="text/plain")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.toml"'
    return response
