"""The geocoder of a municipality: its gazetteer and its limits in force."""

from __future__ import annotations

from sqlalchemy import Connection

from geo_observatorio.db.areas import find_boundaries, load_areas
from geo_observatorio.db.municipalities import Municipality
from geo_observatorio.db.place_names import list_entries
from geo_observatorio.geocoding.geocoder import Geocoder
from geo_observatorio.services.naming import read_aliases


def make_geocoder(conn: Connection, municipality: Municipality, level: str, aliases: str = "") -> Geocoder:
    """Return the geocoder of a municipality on the limits of a level.

    Parameters
    ----------
    aliases
        File of layers with other spellings of areas; '' names none.
    """
    areas = load_areas(conn, find_boundaries(conn, municipality.code, level), municipality.metric_srid)
    return Geocoder(list_entries(conn, municipality.code), areas, aliases=read_aliases(aliases))
