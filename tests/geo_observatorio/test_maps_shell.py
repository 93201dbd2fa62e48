from __future__ import annotations

import re

import pytest
from branca.element import Figure, JavascriptLink

from geo_observatorio.maps import shell
from geo_observatorio.maps.shell import UnmappedAddressError, make_shell

BOUNDS = (-79.7, 8.9, -79.2, 9.4)


def test_a_map_names_no_address_outside() -> None:
    made = make_shell("mapa", BOUNDS, {})
    assert made.links == ("leaflet/leaflet.js", "leaflet/leaflet.css")
    assert not re.search(r"https?://", made.body + made.script)


def test_a_map_has_no_style_and_no_script_of_its_own_in_its_body() -> None:
    body = make_shell("mapa", BOUNDS, {}).body
    assert body.strip() == '<div class="folium-map" id="map_mapa" ></div>'


def test_what_is_handed_over_cannot_leave_its_script() -> None:
    script = make_shell("mapa", BOUNDS, {"name": "</script><img src=x onerror=alert(1)>`${alert(1)}"}).script
    assert "</script>" not in script
    assert "<img" not in script


def test_a_link_that_is_not_vendored_is_refused() -> None:
    figure = Figure()
    link = JavascriptLink("https://cdn.example/new-plugin.js")
    figure.header.add_child(link, name="new")
    with pytest.raises(UnmappedAddressError):
        shell._vendored(link)
