from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import render_template
from flask.testing import FlaskClient

import web
from geo_observatorio.maps.strips import Panel

PANELS = [
    Panel(url="data:,a", title="150 m", caption="62 % en común", taken=False),
    Panel(url="data:,b", title="300 m", caption="el del mapa", taken=True),
]


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_strip_shows_each_picture_with_its_words(lonely: FlaskClient, language: str) -> None:
    with lonely.application.test_request_context("/", headers={"Cookie": f"language={language}"}):
        page = render_template("_strip.html", strip=PANELS)
    assert page.count("<img") == 2
    assert 'class="taken"' in page
    assert "62 % en común" in page


def test_no_text_of_a_template_holds_a_bare_percent_sign() -> None:
    texts = [
        (path.name, text)
        for path in (Path(web.__file__).parent / "templates").glob("*.html")
        for text in re.findall(r'_\("([^"]*)"', path.read_text(encoding="utf-8"))
    ]
    assert texts
    assert [found for found in texts if re.search(r"%(?!\()", found[1].replace("%%", ""))] == []
