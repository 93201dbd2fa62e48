"""The application: pages, languages, errors and headers put together."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, request, url_for
from flask_compress import Compress
from werkzeug.exceptions import BadRequest, RequestURITooLarge

from geo_observatorio.config import Settings
from geo_observatorio.db.engine import Engine
from geo_observatorio.db.municipalities import list_municipalities
from web import labels
from web.errors import register_errors
from web.language import speak
from web.pages import PAGES
from web.security import get_nonce, protect
from web.site import Site, attach_site, get_conn, get_language, get_municipality
from web.spooling import spool_files
from web.writing import guard_forms, last_actor

STATIC = Path(__file__).resolve().parent / "static"
YEAR = 365 * 24 * 3600  # seconds
LONGEST_ADDRESS = 32_000  # bytes of a query: 35 corregimientos, 168 hours and a drawn zone fit several times


def make_app(settings: Settings, engine: Engine, key: str) -> Flask:
    """Make the application; the key signs what it leaves in a browser."""
    app = Flask("web", static_folder=str(STATIC), template_folder=str(STATIC.parent / "templates"))
    app.config.update(SEND_FILE_MAX_AGE_DEFAULT=YEAR, COMPRESS_ALGORITHM=["br", "gzip"], COMPRESS_STREAMS=False)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # Flask's own provider
    attach_site(app, Site(settings=settings, engine=engine))
    protect(app, settings)
    spool_files(app)
    guard_forms(app, key)
    app.before_request(_refuse_long_addresses)
    app.before_request(_refuse_control_characters)
    speak(app)
    register_errors(app)
    for page in PAGES:
        app.register_blueprint(page)
    app.context_processor(_common)
    Compress(app)
    app.after_request(_read_static)  # registered last, runs first
    return app


def _common() -> dict[str, object]:
    """Return what every template may use."""
    return {
        "nonce": get_nonce,
        "asset": _asset,
        "language": get_language(),
        "here": request.path,
        "labels": labels,
        "other_language": _other_language,
        "get_municipality": get_municipality,
        "last_actor": last_actor,
        "list_places": lambda: list_municipalities(get_conn()),
    }


def _asset(path: str) -> str:
    """Return the address of a static file, which changes with its content."""
    return url_for("static", filename=path, v=_hash(path, (STATIC / path).stat().st_mtime_ns))


@lru_cache(maxsize=256)
def _hash(path: str, _changed: int) -> str:
    return hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]


def _other_language() -> tuple[str, str]:
    """Return the language that the reader does not see, and the address of this page in it."""
    other = "en" if get_language() == "es" else "es"
    pairs = [(name, text) for name, text in request.args.items(multi=True) if name != "lang"]
    query: dict[str, list[str]] = {}
    for name, text in [*pairs, ("lang", other)]:
        query.setdefault(name, []).append(text)
    return other, url_for(request.endpoint or "home.show", **{**(request.view_args or {}), **query})


def _read_static(response: Response) -> Response:
    """Read a static file whole, so that it is compressed like a page and its file is closed."""
    if request.endpoint == "static" and response.status_code == 200:
        response.direct_passthrough = False
        response.make_sequence()
    return response


def _refuse_control_characters() -> None:
    """Refuse what no reader types and no database takes: a NUL in a path or in a query."""
    if "\0" in request.path or any("\0" in text for pair in request.args.items(multi=True) for text in pair):
        raise BadRequest


def _refuse_long_addresses() -> None:
    if len(request.query_string) > LONGEST_ADDRESS:
        raise RequestURITooLarge
