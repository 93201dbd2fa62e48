"""Templates of sources, wherever they are kept: files first, then those described on a page."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

from geo_observatorio.db.source_templates import find_stored, list_stored
from geo_observatorio.errors import NotFoundError, phrase
from geo_observatorio.sources import SOURCES, find_source
from geo_observatorio.sources.templates import AnyTemplate, CountTemplate, make_template


def find_template(conn: Connection, name: str) -> AnyTemplate:
    """Return the template of that name; raise NotFoundError with the names there are."""
    if name in SOURCES:
        return find_source(name)
    stored = find_stored(conn, name)
    if stored is None:
        names = [*SOURCES, *(item.name for item in list_stored(conn))]
        raise NotFoundError(noun=phrase("fuente"), found=name, needed=", ".join(names))
    return make_template(stored.name, stored.values)


def list_templates(conn: Connection) -> list[AnyTemplate]:
    """Return all templates: those of files, then those described on a page, each by name."""
    described = [make_template(item.name, item.values) for item in list_stored(conn) if item.name not in SOURCES]
    return [*(find_source(name) for name in SOURCES), *described]


def tell_shape(conn: Connection, template: AnyTemplate, path: Path) -> AnyTemplate:
    """Return the template that fits a file: the one named, or another shape of the same institution's files."""
    if not template.shapes or _fits(template, path):
        return template
    others = [find_template(conn, name) for name in template.shapes]
    return next((other for other in others if _fits(other, path)), template)


def _fits(template: AnyTemplate, path: Path) -> bool:
    from geo_observatorio.sources.count_tables import has_counts  # noqa: PLC0415  # openpyxl: half a second of a start
    from geo_observatorio.sources.tables import has_rows  # noqa: PLC0415

    return has_counts(path, template) if isinstance(template, CountTemplate) else has_rows(path, template)
