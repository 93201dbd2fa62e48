"""Municipalities: code, name, the projection in which they are measured, their clock and their language."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import Connection

from geo_observatorio.db.queries import query
from geo_observatorio.errors import NotFoundError, phrase


@dataclass(frozen=True, kw_only=True)
class Municipality:
    """One municipality; ``metric_srid`` is the EPSG code of its projection in metres."""

    code: str
    name: str
    metric_srid: int
    time_zone: str
    language: str = "es"
    synthetic: bool = False


def list_municipalities(conn: Connection) -> list[Municipality]:
    """Return all municipalities, by code."""
    return [Municipality(**row) for row in conn.execute(query("municipality_list")).mappings()]


def find_municipality(conn: Connection, code: str) -> Municipality:
    """Return the municipality of that code; raise NotFoundError with the codes there are."""
    known = {item.code: item for item in list_municipalities(conn)}
    if code not in known:
        raise NotFoundError(noun=phrase("municipio"), found=code, needed=", ".join(known) or "-")
    return known[code]


def choose_municipality(conn: Connection, code: str) -> Municipality:
    """Return the municipality of that code, or the only one where none is named; raise NotFoundError."""
    known = list_municipalities(conn)
    return known[0] if not code and len(known) == 1 else find_municipality(conn, code)


def save_municipality(conn: Connection, municipality: Municipality) -> None:
    """Keep a municipality; one of the same code is amended."""
    conn.execute(query("municipality_save"), asdict(municipality))


def is_in_use(conn: Connection, code: str) -> bool:
    """Return whether incidents or areas of the municipality were already measured."""
    return bool(conn.execute(query("municipality_in_use"), {"code": code}).scalar_one())


def holds_synthetic(conn: Connection, code: str) -> bool:
    """Return whether the municipality holds deliveries of a synthetic source."""
    return bool(conn.execute(query("municipality_holds_synthetic"), {"code": code}).scalar_one())


def lock_municipality(conn: Connection, code: str) -> None:
    """Make others who change the layers of a municipality wait until this transaction ends."""
    conn.execute(query("municipality_lock"), {"code": code})
