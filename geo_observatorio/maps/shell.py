"""The Folium map of a page: panes, groups and scale, without one address outside; data come later as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import folium
from branca.element import Element, MacroElement
from folium.map import CustomPane
from folium.template import Template
from markupsafe import Markup

VENDORED = {  # what Folium would fetch from elsewhere: where we keep it, or None where our pages need it not
    "leaflet.js": "leaflet/leaflet.js",
    "leaflet.css": "leaflet/leaflet.css",
    "jquery-3.7.1.min.js": None,
    "bootstrap.bundle.min.js": None,
    "leaflet.awesome-markers.js": None,
    "bootstrap.min.css": None,
    "bootstrap-glyphicons.css": None,
    "all.min.css": None,
    "leaflet.awesome-markers.css": None,
    "leaflet.awesome.rotate.min.css": None,
}
PANES = {"land": 210, "surface": 320, "areas": 340, "cells": 360, "limits": 420, "places": 440, "names": 460}
NO_POINTER = ("land", "surface", "names")


class UnmappedAddressError(Exception):
    """Folium names an address that is not vendored: it would leave the machine."""


@dataclass(frozen=True, kw_only=True)
class Shell:
    """A map in three parts for a page's own template; scripts and styles carry the page's nonce."""

    links: tuple[str, ...]
    body: Markup
    script: Markup


class Handover(MacroElement):
    """Give the finished Leaflet map to the page's own script."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "Observatorio.adopt({{ this._parent.get_name() }}, {{ this.options|tojson }});"
        "{% endmacro %}"
    )

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca is typed in part
        self.options = dict(options)


def make_shell(name: str, bounds: tuple[float, float, float, float], options: Mapping[str, Any]) -> Shell:
    """Make an empty Folium map named ``name`` over the given degrees (left, bottom, right, top).

    Parameters
    ----------
    options
        Plain values handed to the page's script beside the map: addresses of its data, texts.

    Raises
    ------
    UnmappedAddressError
        Folium asks for something that is not vendored.
    """
    left, bottom, right, top = bounds
    city = folium.Map(tiles=None, zoom_control=False, zoom_snap=0.25, max_zoom=17, min_zoom=8, prefer_canvas=False)
    city._name, city._id = "map", name
    for pane, level in PANES.items():
        CustomPane(pane, z_index=level, pointer_events=pane not in NO_POINTER).add_to(city)
    city.fit_bounds([[bottom, left], [top, right]], padding=(8, 8))
    Handover(options).add_to(city)
    figure: Any = city.get_root()
    figure.render()
    links = tuple(path for part in figure.header._children.values() for path in _vendored(part))
    return Shell(links=links, body=Markup(figure.html.render()), script=Markup(figure.script.render()))  # noqa: S704


def _vendored(part: Element) -> list[str]:
    """Return the vendored path of one link of Folium's head; nothing for what our template brings itself."""
    address = getattr(part, "url", None)
    if address is None:
        return []
    file = str(address).rsplit("/", maxsplit=1)[-1]
    if file not in VENDORED:
        raise UnmappedAddressError(address)
    path = VENDORED[file]
    return [] if path is None else [path]
