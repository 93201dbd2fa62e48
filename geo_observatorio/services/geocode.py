"""The geocoder of a municipality: its gazetteer and its limits in force, made once for each state of them."""

from __future__ import annotations

from threading import Lock
from typing import Final

from sqlalchemy import Connection

from geo_observatorio.db.areas import find_boundaries, load_areas
from geo_observatorio.db.municipalities import Municipality
from geo_observatorio.db.place_names import find_names_edition, list_entries
from geo_observatorio.geocoding.geocoder import Geocoder
from geo_observatorio.services.naming import read_aliases

MOST_KEPT: Final = 4
_KEPT: dict[tuple[str, ...], Geocoder] = {}  # the oldest leaves first
_MAKING = Lock()


def find_geocoder(conn: Connection, municipality: Municipality, level: str, aliases: str = "") -> Geocoder:
    """Return the geocoder of a municipality on the limits of a level; one that is made is kept.

    Parameters
    ----------
    aliases
        File of layers with other spellings of areas; '' names none.
    """
    boundaries = find_boundaries(conn, municipality.code, level)
    edition = f"{boundaries.id} {find_names_edition(conn, municipality.code)}"
    key = (conn.engine.url.render_as_string(), municipality.code, edition, aliases)
    with _MAKING:
        if key not in _KEPT:
            areas = load_areas(conn, boundaries, municipality.metric_srid)
            entries = list_entries(conn, municipality.code)
            _KEPT[key] = Geocoder(entries, areas, aliases=read_aliases(aliases))
            while len(_KEPT) > MOST_KEPT:
                del _KEPT[next(iter(_KEPT))]
        return _KEPT[key]
