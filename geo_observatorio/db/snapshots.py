"""Snapshots: named moments, each with the study mask built from what was known then."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from analysis.scene import Region
from geo_observatorio.db.areas import BoundarySet, find_boundaries, list_boundaries, load_areas
from geo_observatorio.db.queries import query
from geo_observatorio.errors import NotFoundError, phrase

MASK_LEVEL = "mask"


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """A named moment.

    Attributes
    ----------
    mask
        Id of the edition of its study mask.
    stands_on
        Editions in force at its moment, by part; empty for snapshots older than this record.
    """

    municipality: str
    name: str
    known_at: datetime
    mask: int
    note: str
    created_at: datetime
    made_by: str = ""
    stands_on: dict[str, str] = field(default_factory=dict)


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


def save_snapshot(conn: Connection, mask: BoundarySet, name: str, note: str = "", made_by: str = "") -> Snapshot:
    """Keep a snapshot of what is known now, with a mask that is already kept and the editions now in force."""
    values = {"municipality": mask.municipality, "name": name, "mask": mask.id, "note": note, "made_by": made_by}
    parts = conn.execute(query("snapshot_stands_on"), {"municipality": mask.municipality})
    stands_on = json.dumps({row.part: row.edition for row in parts}, ensure_ascii=False)
    conn.execute(query("snapshot_save"), {**values, "stands_on": stands_on})
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
