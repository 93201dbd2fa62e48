"""The gazetteer in memory: what has a name, and where it lies."""

from __future__ import annotations

from dataclasses import dataclass

import shapely


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Entry:
    """A place, street, crossing or barrio of the gazetteer, in degrees.

    Attributes
    ----------
    kind
        As in the gazetteer: `calle`, `cruce`, `barrio`, `escuela` ...; `revision` for a text that a person placed.
    radius
        How far from the point an incident said to be there may be (metres).
    shape
        The line of a street or the polygon of a barrio; None where only a point is known.
    coarse
        The position is rounded to whole minutes: it tells which of two is meant, it places nothing.
    """

    id: int
    name: str
    kind: str
    longitude: float
    latitude: float
    radius: float = 100.0
    aliases: tuple[str, ...] = ()
    source: str = ""
    shape: shapely.Geometry | None = None
    coarse: bool = False
