"""Snapshots: named moments, each with the study mask built from what was known then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from analysis.scene import Region
from geo_observatorio.db.areas import BoundarySet, find_boundaries, list_boundaries, load_areas
from geo_observatorio.db.queries import query
from geo_observatorio.errors import NotFoundError, phrase

MASK_LEVEL = "mask"


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """A named moment; ``mask`` is the id of the edition of its study mask."""

    municipality: str
    name: str
    known_at: datetime
    mask: int
    note: str
    created_at: datetime


def list_snapshots(conn: Connection, municipality: str) -> list[Snapshot]:
    """Return the snapshots of a municipality, the newest first."""
    rows = conn.execute(query("snapshot_list"), {"municipality": municipality}).mappings()
    return [Snapshot(**row) for row in rows]


def find_snapshot(conn: Connection, municipality: str, name: str) -> Snapshot:
    """Return the snapshot of that name; raise NotFoundError with the names there are."""
    known = list_snapshots(conn, municipality)
    for item in known:
        if item.name == name:
            return item
    raise NotFoundError(noun=phrase("corte"), found=name, needed=", ".join(item.name for item in known) or "-")


def save_snapshot(conn: Connection, mask: BoundarySet, name: str, note: str = "") -> Snapshot:
    """Keep a snapshot of what is known now, with a mask that is already kept."""
    values = {"municipality": mask.municipality, "name": name, "mask": mask.id, "note": note}
    conn.execute(query("snapshot_save"), values)
    return find_snapshot(conn, mask.municipality, name)


def load_mask(conn: Connection, municipality: str, srid: int, snapshot: str = "") -> tuple[BoundarySet, Region]:
    """Return the study mask of a snapshot, or the one in force, with its edition, in a projection.

    Raises
    ------
    NotFoundError
        There is no such snapshot, or no study mask yet.
    """
    kept = find_mask(conn, municipality, snapshot)
    mask: Region = load_areas(conn, kept, srid).geometry.union_all()
    return kept, mask


def find_mask(conn: Connection, municipality: str, snapshot: str = "") -> BoundarySet:
    """Return the edition of the study mask of a snapshot, or the one in force."""
    if not snapshot:
        return find_boundaries(conn, municipality, MASK_LEVEL)
    number = find_snapshot(conn, municipality, snapshot).mask
    return next(item for item in list_boundaries(conn, municipality) if item.id == number)
