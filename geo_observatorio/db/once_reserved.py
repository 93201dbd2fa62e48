"""Incidents that were reserved once: at no moment does a question of open categories hold them."""

from __future__ import annotations

from sqlalchemy import Connection

from geo_observatorio.db.queries import query


def find_once_reserved(conn: Connection, municipality: str) -> list[str]:
    """Return the incidents that some version calls reserved and another open.

    Shown as open on the day before their correction and gone on the day after, they would be told by subtraction.
    """
    return list(conn.execute(query("once_reserved"), {"municipality": municipality}).scalars())
