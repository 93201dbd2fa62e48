"""Addresses that wait for a person, as she sees them: queue, candidates, a click on the map, and the way back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.pool import NullPool

from geo_observatorio.config import Settings
from geo_observatorio.db.engine import WEB_ROLE, begin, make_engine
from web import create_app

pytestmark = pytest.mark.browser

PAGE = "/datos/direcciones"
KIOSK = "Frente al kiosco de Chela"
HOSTILE = "<img src=x onerror=\"document.title='hit'\"> {{7*7}} 8-123-456"
WAITING = """
UPDATE incident SET address = %(address)s, method = 'corregimiento', location = NULL, x = NULL, y = NULL, score = 0.3
WHERE known_to = 'infinity' AND (id, known_from) IN (
    SELECT i.id, i.known_from FROM incident AS i JOIN category AS c ON c.code = i.category
    WHERE NOT c.sensitive AND i.known_to = 'infinity' AND i.stated_area = '080812' AND i.review IS NULL
    ORDER BY i.source_key LIMIT %(n)s OFFSET %(offset)s
)
"""


@pytest.fixture(scope="module")
def owner(demo_url: str) -> Iterator[Engine]:
    """Return an engine of the owner of a copy of the demo, in which two texts wait before all others."""
    address = make_url(demo_url).set(drivername="postgresql+psycopg2")
    administration = create_engine(address.set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with administration.connect() as conn:
        close = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
        conn.execute(text(close), {"name": address.database})
        conn.execute(text(f'CREATE DATABASE addresses TEMPLATE "{address.database}"'))
    engine = make_engine(
        address.set(database="addresses", drivername="postgresql").render_as_string(hide_password=False)
    )
    with begin(engine) as conn:
        conn.exec_driver_sql(WAITING, {"address": HOSTILE, "n": 80, "offset": 0})
        conn.exec_driver_sql(WAITING, {"address": KIOSK, "n": 70, "offset": 80})
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def copy(owner: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Return the application on that copy."""
    engine = make_engine(owner.url.render_as_string(hide_password=False), role=WEB_ROLE)
    yield create_app(Settings(home=tmp_path_factory.mktemp("home")), engine)
    engine.dispose()


@pytest.fixture
def client(copy: Flask) -> FlaskClient:
    """Return a client of that application."""
    return copy.test_client()


@pytest.fixture
def page(chromium: Any, copy: Flask, serve: Any) -> Iterator[Page]:
    """Return a page of that application that must not complain."""
    complaints: list[str] = []
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type != "log" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    with serve(copy) as address:
        page.goto(address + PAGE)
        page.wait_for_load_state("networkidle")
        yield page
        context.close()
    assert complaints == []


def progress(page: Page) -> tuple[int, int]:
    found = re.findall(r"\d[\d,]*", page.locator(".review-left").inner_text())
    return int(found[0].replace(",", "")), int(found[1].replace(",", ""))


def test_a_hostile_text_stays_text_and_a_personal_number_is_not_shown(page: Page) -> None:
    title = page.locator("#address-title").inner_text()
    assert "<img src=x onerror=" in title
    assert "{{7*7}}" in title
    assert "123" not in title
    assert page.title().startswith("Direcciones por revisar")
    assert page.locator(".review-queue li").first.inner_text().count("80") == 1


def test_a_click_on_the_map_places_all_that_say_the_same_and_undo_gives_them_back(owner: Engine, page: Page) -> None:
    page.get_by_role("link", name=KIOSK).click()
    page.wait_for_load_state("networkidle")
    before = progress(page)
    page.locator(".review-map .leaflet-container").click(position={"x": 200, "y": 160})
    expect(page.locator('[name="choice"][value="map"]')).to_be_checked()
    assert re.fullmatch(r"9\.\d{6}|8\.\d{6}", page.locator('[name="latitude"]').input_value())
    page.locator('[name="radius"]').fill("150")
    page.locator('[name="note"]').fill("lo conozco")
    page.locator('#decision [name="actor"]').fill("M. R.")
    page.get_by_role("button", name="Guardar y seguir").click()
    page.wait_for_load_state("networkidle")
    expect(page.locator(".review-done")).to_contain_text("cambiaron 70 incidentes")
    assert progress(page) == (before[0] - 1, before[1] - 70)
    with begin(owner) as conn:
        rows = conn.exec_driver_sql(
            "SELECT count(*), min(radius), count(review) FROM incident WHERE known_to = 'infinity' AND address = %(a)s",
            {"a": KIOSK},
        ).one()
    assert tuple(rows) == (70, 150.0, 70)
    page.get_by_role("button", name="Deshacer").click()
    page.wait_for_load_state("networkidle")
    expect(page.locator(".review-undone")).to_contain_text("deshecha por M. R.")
    page.get_by_role("link", name="Volver a la cola").click()
    page.wait_for_load_state("networkidle")
    assert progress(page) == before


def test_the_keyboard_alone_decides(page: Page) -> None:
    page.get_by_role("link", name=KIOSK).focus()
    page.keyboard.press("Enter")
    page.wait_for_load_state("networkidle")
    page.locator('[name="choice"][value="map"]').focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("9.03")
    page.keyboard.press("Tab")
    page.keyboard.type("-79.46")
    page.locator('#decision [name="actor"]').fill("K")
    page.keyboard.press("Enter")
    page.wait_for_load_state("networkidle")
    expect(page.locator(".review-done")).to_contain_text("quedó decidido")
    page.get_by_role("button", name="Deshacer").press("Enter")
    page.wait_for_load_state("networkidle")


def test_a_candidate_of_the_gazetteer_is_accepted(page: Page) -> None:
    page.get_by_role("link", name=KIOSK).click()
    page.wait_for_load_state("networkidle")
    page.get_by_label("Buscar otro lugar en el nomenclátor").fill("Escuela 1 de Juan Díaz")
    page.get_by_role("button", name="Buscar").click()
    page.wait_for_load_state("networkidle")
    choice = page.locator(".review-choice").first
    expect(choice).to_contain_text("Escuela 1 de Juan Díaz")
    choice.click()
    page.locator('#decision [name="actor"]').fill("M. R.")
    page.get_by_role("button", name="Guardar y seguir").click()
    page.wait_for_load_state("networkidle")
    page.get_by_role("link", name="Decisiones tomadas").click()
    first = page.locator(".review-decisions li").first
    expect(first).to_contain_text("Es un lugar conocido: Escuela 1 de Juan Díaz")
    first.get_by_role("button").click()
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("path", [PAGE, PAGE + "/decisiones"])
def test_on_a_telephone_nothing_scrolls_sideways_and_targets_are_large(page: Page, path: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(page.url.replace(PAGE, path))
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    small = page.evaluate(
        """[...document.querySelectorAll("main a, main button, main .review-choice, main select, main .form-control")]
        .filter((e) => e.offsetParent && !e.closest(".leaflet-container") && e.getBoundingClientRect().height < 43.5)
        .map((e) => e.outerHTML.slice(0, 80))"""
    )
    assert small == []


def test_a_form_without_our_token_or_without_a_name_changes_nothing(client: FlaskClient) -> None:
    assert client.post(PAGE + "/decidir", data={"choice": "nowhere", "actor": "x"}).status_code == 400
    assert client.post(PAGE + "/1/deshacer", data={"actor": "x"}).status_code == 400


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({}, 400),  # nobody did it
        ({"actor": "x"}, 409),  # no text
        ({"actor": "x", "choice": "place:99999999999999999999"}, 400),
        ({"actor": "x", "choice": "point:a b c d"}, 400),
        ({"actor": "x", "choice": "map", "latitude": "nan", "longitude": "inf", "radius": "1"}, 400),
        ({"actor": "x", "choice": "area", "text": "\x00" * 9, "decided_area": "\x00"}, 409),
        ({"actor": "x", "choice": "area", "text": "QUEUED"}, 400),  # no area
        ({"actor": "x", "choice": "area", "text": "QUEUED", "decided_area": "080899"}, 400),
        ({"actor": "x", "choice": "drop table review", "text": "' OR 1=1 --"}, 409),
    ],
)
def test_a_forged_form_is_refused_in_words(client: FlaskClient, form: dict[str, str], status: int) -> None:
    page = client.get(PAGE).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    if form.get("text") == "QUEUED":
        form = form | dict(re.findall(r'name="(text|area)" value="([^"]*)"', page))
    answer = client.post(PAGE + "/decidir", data={**form, "csrf_token": token[1]})
    assert answer.status_code == status
    assert 'role="alert"' in answer.text


def test_queue_and_decisions_come_as_files_that_no_spreadsheet_runs(client: FlaskClient) -> None:
    queue = client.get(PAGE + "/cola.csv").text
    assert queue.startswith("key,stated_area,address,n,")
    assert "8-123-456" not in queue
    assert client.get(PAGE + "/decisiones.csv").text.startswith("id,key,stated_area,")
