"""Templates of sources that were described on a page: kept in versions, the latest in force."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from geo_observatorio.db.queries import query


@dataclass(frozen=True, kw_only=True)
class StoredTemplate:
    """One version of a template: the values that a file would hold, the header it was described on, who and when."""

    name: str
    version: int
    values: dict[str, Any]
    headers: list[str]
    saved_at: datetime
    saved_by: str


def list_stored(conn: Connection) -> list[StoredTemplate]:
    """Return the templates in force, by name."""
    return [StoredTemplate(**row) for row in conn.execute(query("source_template_list")).mappings()]


def find_stored(conn: Connection, name: str) -> StoredTemplate | None:
    """Return the version in force of a template, None where there is none of that name."""
    return next((item for item in list_stored(conn) if item.name == name), None)


def save_stored(conn: Connection, name: str, values: Mapping[str, Any], headers: Sequence[str], actor: str) -> int:
    """Keep a new version of a template and return its number; two at once get numbers of their own."""
    binds = {
        "name": name,
        "values": json.dumps(dict(values), ensure_ascii=False),
        "headers": json.dumps(list(headers), ensure_ascii=False),
        "actor": actor,
    }
    conn.execute(query("source_template_lock"), {"name": name})
    return int(conn.execute(query("source_template_save"), binds).scalar_one())
