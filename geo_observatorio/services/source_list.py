"""The list of sources: what each gives, what is taken of its files, when it last sent, and who described it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from geo_observatorio.db.queries import query
from geo_observatorio.db.source_templates import StoredTemplate, find_stored, list_stored
from geo_observatorio.errors import NotFoundError, phrase
from geo_observatorio.resources import data_dir
from geo_observatorio.services.templates import list_templates
from geo_observatorio.sources import SOURCES
from geo_observatorio.sources.template_text import write_toml
from geo_observatorio.sources.templates import AnyTemplate, CountTemplate


@dataclass(frozen=True, kw_only=True)
class LastDelivery:
    """The last file of a source."""

    received_at: datetime
    file_name: str
    rows_read: int
    first_day: date | None
    last_day: date | None


@dataclass(frozen=True, kw_only=True)
class ListedSource:
    """A source as the list shows it; ``stored`` where it was described on a page."""

    template: AnyTemplate
    taken: Mapping[str, tuple[str, ...]]
    coded: Mapping[str, tuple[str, ...]]
    unit: str
    last: LastDelivery | None
    stored: StoredTemplate | None


def list_sources(conn: Connection, municipality: str) -> list[ListedSource]:
    """Return all sources with what each sent last to a municipality."""
    rows = conn.execute(query("source_last_deliveries"), {"municipality": municipality}).mappings()
    last = {row["source"]: LastDelivery(**{k: v for k, v in row.items() if k != "source"}) for row in rows}
    stored = {item.name: item for item in list_stored(conn)}
    return [
        ListedSource(
            template=template,
            taken=template.columns,
            coded=template.measures if isinstance(template, CountTemplate) else template.tags,
            unit=template.unit if isinstance(template, CountTemplate) else "",
            last=last.get(template.code),
            stored=None if template.code in SOURCES else stored.get(template.code),
        )
        for template in list_templates(conn)
    ]


def source_text(conn: Connection, name: str) -> str:
    """Return the template of a source as the text of a file; raise NotFoundError."""
    if name in SOURCES:
        return (data_dir("layers") / "sources" / f"{name}.toml").read_text(encoding="utf-8")
    stored = require_stored(conn, name)
    comment = f"{stored.name}, versión {stored.version}, {stored.saved_at:%Y-%m-%d}"
    return write_toml(stored.values, comment)


def require_stored(conn: Connection, name: str) -> StoredTemplate:
    """Return the template of that name that was described on a page; raise NotFoundError with those there are."""
    stored = find_stored(conn, name)
    if stored is None:
        names: list[Any] = [item.name for item in list_stored(conn)]
        raise NotFoundError(noun=phrase("fuente descrita en una página"), found=name, needed=", ".join(names) or "-")
    return stored
