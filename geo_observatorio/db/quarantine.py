"""The quarantine: rows that were set aside, and how they come in after all."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row

from geo_observatorio.db.queries import query

CORRECTED: Final = "Corregida en la entrega {delivery}"
REPEATED: Final = "Sigue en cuarentena con su primer número; enviada otra vez en la entrega {delivery}"


def solve_refused(  # whose rows, by which file, when and by whom
    conn: Connection, source: str, municipality: str, delivery: str, moment: datetime, solved_by: str
) -> int:
    """Close the rows in quarantine that the waiting rows of a corrected file stand for; return how many.

    A row that is refused again stays open under its first number, and the new one is closed beside it.
    """
    head = {"source": source, "municipality": municipality, "moment": moment, "solved_by": solved_by}
    repeated = head | {"delivery": delivery, "solution": REPEATED.format(delivery=delivery)}
    conn.execute(query("quarantine_solve_repeated"), repeated)
    corrected = head | {"solution": CORRECTED.format(delivery=delivery)}
    return conn.execute(query("quarantine_solve"), corrected).rowcount


def list_open(conn: Connection, delivery: str) -> list[Row[Any]]:
    """Return the rows of a delivery that are still in quarantine: id, sheet, line, rule, field, columns."""
    return list(conn.execute(query("quarantine_open"), {"delivery": delivery}))
