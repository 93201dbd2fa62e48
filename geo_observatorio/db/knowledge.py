"""Knowledge: the moments at which a decision, not a delivery, changed what is known of a municipality."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from geo_observatorio.db.deliveries import find_moment
from geo_observatorio.db.queries import query


def note_knowledge(conn: Connection, municipality: str, *, kind: str, actor: str) -> datetime:
    """Return the moment from which something decided now is known, and note it: questions are answered up to it.

    One decision of a municipality at a time; others wait for the end of the transaction.
    """
    conn.execute(query("knowledge_lock"), {"municipality": municipality})
    moment = find_moment(conn)
    conn.execute(
        query("knowledge_save"), {"municipality": municipality, "moment": moment, "kind": kind, "actor": actor}
    )
    return moment
