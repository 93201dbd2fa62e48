"""Populations: persons per area, by vintage and kind."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from sqlalchemy import Connection

from analysis.scene import Population
from geo_observatorio.db.areas import BoundarySet, load_codes
from geo_observatorio.db.queries import query


def load_population(
    conn: Connection, boundaries: BoundarySet, vintage: str | None = None, *, kind: str = "residential"
) -> Population | None:
    """Return the persons of each area in the order of `load_areas`, NaN where unknown; the newest vintage by default.

    None where the edition has no population of that vintage and kind.
    """
    values = {"boundary_set": boundaries.id, "vintage": vintage, "kind": kind}
    rows = conn.execute(query("population_list"), values).all()
    if not rows:
        return None
    newest = [row for row in rows if row.vintage == rows[0].vintage]
    persons = {row.area: float(row.persons) for row in newest}
    return Population(
        persons=np.array([persons.get(code, np.nan) for code in load_codes(conn, boundaries)]),
        vintage=newest[0].vintage,
        kind=kind,
        source=newest[0].source,
    )


def list_persons(conn: Connection, boundaries: BoundarySet, *, vintage: str, kind: str) -> dict[str, int]:
    """Return the persons by code of area of one vintage and kind."""
    values = {"boundary_set": boundaries.id, "vintage": vintage, "kind": kind}
    return {row.area: row.persons for row in conn.execute(query("population_list"), values)}


def save_population(
    conn: Connection, boundaries: BoundarySet, persons: Mapping[str, int], *, vintage: str, kind: str, source: str
) -> None:
    """Keep persons by code of area; newer figures of the same vintage and kind replace the older ones."""
    head = {"boundary_set": boundaries.id, "vintage": vintage, "kind": kind, "source": source}
    rows = [{**head, "area": code, "persons": number} for code, number in persons.items()]
    conn.execute(query("population_save"), rows)
