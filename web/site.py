"""What a request needs of the site: its settings, a connection, the language of its reader."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass

from flask import Flask, current_app, g, request

from geo_observatorio.area_nouns import name_areas_by
from geo_observatorio.config import LANGUAGES, Settings
from geo_observatorio.db.engine import Connection, Engine, begin
from geo_observatorio.db.municipalities import Municipality, find_municipality, list_municipalities
from geo_observatorio.db.selections import list_levels
from geo_observatorio.errors import NotFoundError, phrase

EXTENSION = "observatorio"


@dataclass(frozen=True, kw_only=True)
class Site:
    """What the pages of one process share."""

    settings: Settings
    engine: Engine


def get_site() -> Site:
    """Return what the pages share."""
    site: Site = current_app.extensions[EXTENSION]
    return site


def get_conn() -> Connection:
    """Return the request's connection; it commits when the request ends well."""
    if "conn" not in g:
        g.stack = ExitStack()
        g.conn = g.stack.enter_context(begin(get_site().engine))
    conn: Connection = g.conn
    return conn


def get_language() -> str:
    """Return the language that the address asks for, else that of the settings."""
    asked = request.args.get("lang", "")
    return asked if asked in LANGUAGES else get_site().settings.language


def get_municipality() -> Municipality | None:
    """Return the municipality that the address or the settings name, else the first; None where there is none yet.

    From then on texts say its areas by their noun.
    """
    if "municipality" not in g:
        g.municipality = _find_municipality()
        if g.municipality is not None and "level" not in g:
            speak_of(next(iter(list_levels(get_conn(), g.municipality.code)), ""))
    found: Municipality | None = g.municipality
    return found


def speak_of(level: str) -> None:
    """Say the areas of this answer by the noun of their level, whatever municipality the reader came from."""
    g.level = level
    name_areas_by(level)


def _find_municipality() -> Municipality | None:
    code = request.args.get("municipality") or get_site().settings.municipality
    if code:
        return find_municipality(get_conn(), code)
    known = list_municipalities(get_conn())
    return known[0] if known else None


def require_municipality() -> Municipality:
    """Return the municipality of the request; raise NotFoundError where there is none yet."""
    found = get_municipality()
    if found is None:
        raise NotFoundError(noun=phrase("municipio"), found="-", needed="observatorio municipality add")
    return found


def attach_site(app: Flask, site: Site) -> None:
    """Give the site to the application, and close each request's connection."""
    app.extensions[EXTENSION] = site
    app.before_request(lambda: name_areas_by(""))  # a thread answers many requests, each in its own noun
    app.teardown_appcontext(_close)


def _close(error: BaseException | None) -> None:
    stack: ExitStack | None = g.pop("stack", None)
    g.pop("conn", None)
    if stack is not None:
        stack.__exit__(type(error) if error else None, error, error.__traceback__ if error else None)
