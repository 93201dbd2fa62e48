"""The map of a page: Folium's shell, and the addresses of what is drawn on it."""

from __future__ import annotations

from flask import url_for

from geo_observatorio.db.municipalities import Municipality
from geo_observatorio.maps.shell import Shell, make_shell
from geo_observatorio.services.outlines import LAND, find_extent, find_land, find_version
from web import labels, study_labels
from web.language import say
from web.site import get_conn


def make_map(name: str, municipality: Municipality, level: str, edition: str | None = None) -> Shell:
    """Make the empty map of a municipality; its script asks for limits and layers."""
    conn = get_conn()
    version = find_version(conn, municipality.code, level, edition)
    land = find_land(conn, municipality.code, level, edition)
    bounds = find_extent(conn, municipality.code, level, edition)
    options = {
        "id": name,
        "bounds": [[bounds[1], bounds[0]], [bounds[3], bounds[2]]],
        "limits": _limits(municipality.code, level, version),
        "land": _limits(municipality.code, LAND, land),
        "titles": {key: say(title) for key, title in study_labels.LAYERS.items()},
        "texts": {key: say(text) for key, text in labels.MAP_TEXTS.items()},
    }
    return make_shell(name, bounds, options)


def _limits(municipality: str, level: str, version: str | None) -> str | None:
    return url_for("limits.show", municipality=municipality, level=level, version=version) if version else None
