"""Names that would like to be code: in every text of the database that a page shows, they stay text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from geo_observatorio.config import Settings
from geo_observatorio.db.engine import WEB_ROLE, begin, make_engine
from web import create_app

pytestmark = pytest.mark.browser

PAYLOADS = (
    "<img src=x onerror=window.__xss=1>",
    "<script>window.__xss=1</script>",
    "</script><script>window.__xss=1</script>",
    '"><svg onload=window.__xss=1>',
    "'-window.__xss=1-'",
    "`${window.__xss=1}`",
    "${window.__xss=1}",
    "{{7*7}}{% raw %}",
    "javascript:window.__xss=1",
    "</title><img src=x onerror=window.__xss=1>",
    "--><img src=x onerror=window.__xss=1>",
    "\u202e<b>gnp.exe</b>",
)
HOSTILE = {  # table, column: every row gets one payload after another
    "place": "name",
    "area": "name",
    "source": "name",
    "institution": "name",
    "category": "name_es",
    "delivery": "file_name",
    "quarantine": "rule",
    "municipality": "name",
    "boundary_set": "edition",
}
PAGES = (
    "/",
    "/mapa",
    "/mapa?statistic=area_hotspots",
    "/comparar",
    "/datos",
    "/mapa?lang=en&category=%3Cimg%20src=x%3E",
)


@pytest.fixture(scope="module")
def hostile_app(demo_url: str) -> Iterator[Flask]:
    """Return the application on a copy of the demo whose names are payloads."""
    address = make_url(demo_url).set(drivername="postgresql+psycopg2")
    administration = create_engine(address.set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with administration.connect() as conn:
        close = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
        conn.execute(text(close), {"name": address.database})
        conn.execute(text(f'CREATE DATABASE hostile TEMPLATE "{address.database}"'))
    url = address.set(database="hostile", drivername="postgresql").render_as_string(hide_password=False)
    owner = make_engine(url)
    with begin(owner) as conn:
        for table, column in HOSTILE.items():
            _poison(conn, table, column)
        conn.execute(text("DELETE FROM finding"))
    owner.dispose()
    engine = make_engine(url, role=WEB_ROLE)
    yield create_app(Settings(home=Path("/nonexistent")), engine)
    engine.dispose()


def _poison(conn: Any, table: str, column: str) -> None:
    payloads = "ARRAY[" + ",".join(f":p{i}" for i in range(len(PAYLOADS))) + "]"
    values = {f"p{i}": payload for i, payload in enumerate(PAYLOADS)}
    numbered = f"SELECT ctid AS row, row_number() OVER () AS n FROM {table}"
    mark = " || ' ' || n" if table in {"boundary_set", "place"} else ""  # these must stay distinct
    choose = f"({payloads})[1 + n % {len(PAYLOADS)}]{mark}"
    statement = f"UPDATE {table} SET {column} = {choose} FROM ({numbered}) AS numbered WHERE ctid = numbered.row"
    conn.execute(text(statement), values)


@pytest.fixture(scope="module")
def hostile_address(hostile_app: Flask, serve: Any) -> Iterator[str]:
    """Return where the hostile application listens."""
    with serve(hostile_app) as address:
        yield address


@pytest.mark.parametrize("path", PAGES)
def test_a_hostile_name_is_shown_as_text(chromium: Any, hostile_address: str, path: str) -> None:
    page = chromium.new_page(viewport={"width": 1280, "height": 800})
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if "Content Security" in message.text else None)
    page.goto(hostile_address + path)
    page.wait_for_load_state("networkidle")
    for target in page.locator("[data-target]").all()[:5]:
        target.hover()
    box = page.locator(".map").first.bounding_box() if page.locator(".map").count() else None
    if box:
        for dx in (0.3, 0.5, 0.7):
            page.mouse.move(box["x"] + box["width"] * dx, box["y"] + box["height"] / 2)
            page.wait_for_timeout(60)
    assert page.evaluate("window.__xss") is None
    assert page.locator("img[src='x'], svg[onload]").count() == 0
    assert complaints == []
    page.close()


def test_a_hostile_name_is_readable_on_the_page(hostile_app: Flask) -> None:
    page = hostile_app.test_client().get("/mapa").text
    assert "&lt;img src=x onerror=window.__xss=1&gt;" in page
    assert "<img src=x" not in page
    assert not re.search(r"<script>window", page)


def test_a_hostile_name_is_no_formula_and_no_header_in_a_file(hostile_app: Flask) -> None:
    client = hostile_app.test_client()
    key = re.search(r"/hallazgos/([0-9a-f]{16})", client.get("/mapa").text)
    assert key
    for form in ("csv", "json", "geojson"):
        response = client.get(f"/hallazgos/{key[1]}.{form}")
        assert response.status_code == 200
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Content-Disposition"].startswith("attachment")
