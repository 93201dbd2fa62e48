"""Incidents: the rows of a file are staged, decided upon as a whole, and kept; an amended row ends the old version."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row

from geo_observatorio.db.copying import Column, write_columns
from geo_observatorio.db.queries import query
from geo_observatorio.names import plain_text
from geo_observatorio.sources.templates import Template

SHARE_OF_NEW: Final = 0.05  # of all incidents: of so many more the database does not know yet
STAGES: Final = ("incident_stage", "incident_refused", "incident_replaced", "incident_decided")
BATCH: Final = 20_000
PILE_RULE: Final = {
    "least": 10,  # rows on one exact point before it is looked at
    "least_areas": 4,  # no real place is said to lie in four areas ...
    "most_in_one_area": 0.5,  # ... none of which more than half of its rows name
    "least_addresses": 20,
    "most_share": 0.02,  # of all points of the file, under as many addresses and on as many days
    "least_blind": 80,
    "most_share_blind": 0.05,  # the same without addresses that could tell a crowded place from a default
}
ADDRESSES: Final = 500  # looked at, to find what they have in common
PLACELESS_WORDS: Final = frozenset(
    [
        *("apartamento", "avenida", "barriada", "calle", "carretera", "cerca", "ciudad", "corregimiento", "detras"),
        *("diagonal", "edificio", "entrada", "entre", "esquina", "frente", "lado", "local", "numero", "panama"),
        *("piso", "residencial", "sector", "urbanizacion"),
    ]
)


@dataclass(frozen=True, kw_only=True)
class Pile:
    """An exact point that holds too many rows to be where things happened."""

    longitude: float
    latitude: float
    n: int


def open_stage(conn: Connection) -> None:
    """Make the tables in which the rows of one file wait; they are gone with the transaction."""
    close_stage(conn)
    for name in ("incident_stage_create", "incident_refused_create", "incident_replaced_create"):
        conn.execute(query(name))


def close_stage(conn: Connection) -> None:
    """Remove the waiting rows."""
    for name in STAGES:
        conn.exec_driver_sql(f"DROP TABLE IF EXISTS pg_temp.{name}")


def stage_rows(conn: Connection, columns: Mapping[str, Column]) -> None:
    """Let rows wait, by column; see incident_stage_create.sql."""
    write_columns(conn, "incident_stage", columns)


def stage_refused(conn: Connection, columns: Mapping[str, Column]) -> None:
    """Let refused rows wait: sheet, line, rule, field and the taken columns as JSON text."""
    write_columns(conn, "incident_refused", columns)


def find_piles(conn: Connection) -> list[Pile]:
    """Return the exact points among the waiting rows that are defaults, not places.

    A point is a pile where its rows name several areas and mostly not the same, or where it holds an improbable share
    of the file although its addresses and days differ. A mall or a station keeps its rows: they name one area, have a
    word of their addresses in common, or are few against the whole.
    """
    conn.exec_driver_sql("ANALYZE incident_stage")
    piles = []
    for row in conn.execute(query("incident_stage_piles"), PILE_RULE).all():
        point = {"longitude": row.longitude, "latitude": row.latitude}
        if row.has_addresses and not row.names_many_areas:
            addresses = conn.execute(query("incident_stage_addresses"), {**point, "limit": ADDRESSES}).scalars().all()
            if share_a_word(addresses):
                continue
        piles.append(Pile(**point, n=row.n))
    return piles


def share_a_word(addresses: Sequence[str]) -> bool:
    """Return whether half of some addresses have a word in common that is no word of addresses as such."""
    words: Counter[str] = Counter()
    for address in addresses:
        words.update({word for word in plain_text(address).split() if len(word) >= 4 and word.isalpha()})
    most = max((n for word, n in words.items() if word not in PLACELESS_WORDS), default=0)
    return most >= len(addresses) / 2


def read_pile(conn: Connection, pile: Pile) -> Iterator[list[Row[Any]]]:
    """Yield the waiting rows on a pile, some at a time."""
    values = {"longitude": pile.longitude, "latitude": pile.latitude, "limit": BATCH, "after": -1}
    while rows := list(conn.execute(query("incident_stage_pile_rows"), values)):
        yield rows
        values["after"] = rows[-1].row_number


def replace_places(conn: Connection, columns: Mapping[str, Column]) -> None:
    """Say where some waiting rows lie instead; takes effect with `apply_places`."""
    write_columns(conn, "incident_replaced", columns)


def apply_places(conn: Connection) -> None:
    """Give the waiting rows the places that were said to replace theirs."""
    conn.execute(query("incident_stage_replace"))


def decide(conn: Connection, template: Template, municipality: str) -> list[Row[Any]]:
    """Decide what becomes of each waiting row; return counts by outcome and method, with first and last day."""
    head = {"source": template.code, "municipality": municipality}
    if template.several_offences:
        conn.execute(query("incident_stage_match_offences"), head)
    conn.execute(query("incident_decided_create"), {**head, "has_identifier": bool(template.identifier)})
    conn.exec_driver_sql("ANALYZE incident_decided")
    return list(conn.execute(query("incident_decided_counts")))


def list_outcomes(conn: Connection) -> list[str]:
    """Return what was decided of each waiting row, in the order of the rows."""
    return list(conn.execute(query("incident_decided_outcomes")).scalars())


def count_repairs(conn: Connection) -> dict[str, int]:
    """Count the rows to be kept by kind of repair."""
    return {row.rule: row.n for row in conn.execute(query("incident_repair_counts"))}


def list_contradictions(conn: Connection, limit: int) -> list[dict[str, Any]]:
    """Return the first rows whose number contradicts another row of the file."""
    return [dict(row) for row in conn.execute(query("incident_examples"), {"limit": limit}).mappings()]


def find_contradictory_lines(conn: Connection) -> dict[str, set[int]]:
    """Return where the rows stand that contradict another by their number: sheet to lines."""
    return {row.sheet: set(row.lines) for row in conn.execute(query("incident_contradictory_lines"))}


def keep(conn: Connection, template: Template, municipality: str, delivery: str, moment: datetime) -> None:
    """Keep what was decided: end amended versions, insert new ones, set the refused rows aside."""
    head = {"source": template.code, "municipality": municipality, "moment": moment}
    conn.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")  # the delivery is there: no queue of a million checks
    conn.execute(query("incident_close"), head)
    inserted = conn.execute(query("incident_insert"), {**head, "delivery": delivery}).rowcount
    conn.execute(query("quarantine_insert"), {"delivery": delivery})
    _take_stock(conn, inserted)


def _take_stock(conn: Connection, inserted: int) -> None:
    """Let whoever asks next, in this transaction or after it, plan by what is there, where that became much more.

    Looking at a table of a million takes longer than to keep a small file, and ten thousand of those may come.
    """
    known = conn.exec_driver_sql("SELECT reltuples FROM pg_class WHERE oid = 'incident'::regclass").scalar_one()
    if inserted > SHARE_OF_NEW * known:
        conn.exec_driver_sql("ANALYZE incident")
