"""Findings kept: by their key, computed once."""

from __future__ import annotations

import json

from sqlalchemy import Connection

from geo_observatorio.db.queries import query
from geo_observatorio.packing import pack, unpack
from geo_observatorio.provenance import Finding


def find_finding(conn: Connection, key: str) -> Finding | None:
    """Return the finding of that key, or None where it was never computed."""
    payload = conn.execute(query("finding_payload"), {"key": key}).scalar_one_or_none()
    return unpack(bytes(payload)) if payload is not None else None


def save_finding(conn: Connection, finding: Finding) -> None:
    """Keep a finding; where another process kept the same one first, theirs stays."""
    question = finding.provenance.question
    values = {
        "key": question.key,
        "municipality": finding.context.municipality,
        "statistic": question.statistic,
        "question": json.dumps(question.as_dict(), ensure_ascii=False, default=str),
        "code_version": question.code,
        "payload": pack(finding),
    }
    conn.execute(query("finding_save"), values)
