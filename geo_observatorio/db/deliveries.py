"""Deliveries: each file received, with its account; one at a time of each source."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from geo_observatorio.db.queries import query
from geo_observatorio.sources.templates import SourceTemplate


def save_source(conn: Connection, template: SourceTemplate) -> None:
    """Keep a source and its institution."""
    values = {
        "code": template.code,
        "name": template.name,
        "institution": template.institution_code,
        "institution_name": template.institution_name,
        "licence": template.licence,
        "synthetic": template.synthetic,
        "kind": template.kind,
    }
    conn.execute(query("source_save"), values)


def lock_source(conn: Connection, source: str) -> None:
    """Wait until no other file of the source is being received, and keep others waiting until the transaction ends."""
    conn.execute(query("delivery_lock"), {"source": source})


def find_report(conn: Connection, source: str, municipality: str, sha256: str) -> dict[str, Any] | None:
    """Return the report of a file that was received before, or None."""
    values = {"source": source, "municipality": municipality, "sha256": sha256}
    report: dict[str, Any] | None = conn.execute(query("delivery_report"), values).scalar_one_or_none()
    return report


def find_delivery(conn: Connection, source: str, municipality: str, sha256: str) -> Row[Any] | None:
    """Return id and moment (received_at) of the delivery of these bytes, or None."""
    values = {"source": source, "municipality": municipality, "sha256": sha256}
    return conn.execute(query("delivery_of_bytes"), values).one_or_none()


def find_moment(conn: Connection) -> datetime:
    """Return the moment from which a new delivery is known: later than any other's, whatever the clock says."""
    moment: datetime = conn.execute(query("delivery_moment")).scalar_one()
    return moment


def save_delivery(conn: Connection, values: Mapping[str, Any]) -> str:
    """Keep a delivery and return its id; the database refuses one whose rows do not add up."""
    return str(conn.execute(query("delivery_save"), {"sent_by": "", **values, "report": "{}"}).scalar_one())


def save_report(conn: Connection, delivery: str, report: Mapping[str, Any]) -> None:
    """Keep the finished report of a delivery."""
    text = json.dumps(report, ensure_ascii=False)
    conn.execute(query("delivery_report_save"), {"id": delivery, "report": text})


def find_source_of(conn: Connection, delivery: str) -> str | None:
    """Return the source of a delivery; None where there is no such delivery, or its id is none."""
    try:
        UUID(delivery)
    except ValueError:
        return None
    source: str | None = conn.execute(query("delivery_source"), {"delivery": delivery}).scalar_one_or_none()
    return source


def count_again(conn: Connection) -> list[Row[Any]]:
    """Return each delivery with its account, and what is kept of it counted again."""
    return list(conn.execute(query("delivery_accounts")))
