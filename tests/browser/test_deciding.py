"""Persons decide: unknown offences, matches between institutions, and the changes, as they are seen and sent."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page

from geo_observatorio.config import Settings
from geo_observatorio.db.cluster import Cluster
from geo_observatorio.db.engine import WEB_ROLE, begin, make_engine
from geo_observatorio.db.migrate import migrate
from geo_observatorio.services.ingest import ingest_file
from geo_observatorio.services.matching import propose_matches
from web import create_app

NOW = datetime(2026, 1, 1, tzinfo=UTC)
CITY = """
INSERT INTO municipality VALUES ('0808', 'Panamá', 32617, 'America/Panama');
INSERT INTO boundary_set (municipality, level, edition, sha256) VALUES ('0808', 'corregimiento', 'prueba', 'x');
INSERT INTO area (boundary_set, code, name, area_km2, label, geometry)
SELECT id, '080807', 'Bella Vista', 1, ST_SetSRID(ST_MakePoint(-79.5377, 8.9734), 4326),
    ST_Multi(ST_MakeEnvelope(-79.55, 8.95, -79.50, 9.00, 4326)) FROM boundary_set;
"""
HEADS = {
    "demo": "caso,fecha,hora,delito,direccion,corregimiento,latitud,longitud",
    "policia": "no_caso,fecha_hecho,hora_hecho,delito,direccion,corregimiento,latitud,longitud",
}
HOSTILE = "<img src=x onerror=alert(1)> ${7*7} {{7*7}} robo"
PAGES = ("/datos/categorias", "/datos/coincidencias", "/datos/cambios", "/datos/cambios?case=D-1")
WIDTHS = ((1280, 900), (390, 844))
PLACE = "Bella Vista,8.97123,-79.53123"


@pytest.fixture
def deciding(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """Return an application on a database in which something waits for every kind of decision."""
    home = Path(tempfile.mkdtemp(prefix="obs-deciding-"))
    cluster = Cluster(home=home, durable=False)
    cluster.ensure_running()
    engine = make_engine(cluster.url())
    with begin(engine) as conn:
        migrate(conn)
        conn.exec_driver_sql(CITY)
        send(conn, home, "demo", [f"D-1,15/03/2024,14:30,Robo,Calle 1 casa 1,{PLACE}", *unknown()])
        send(conn, home, "demo", [f"D-1,15/03/2024,15:30,Robo,Calle 1 casa 1,{PLACE}"])
        send(conn, home, "demo", [f"D-5,20/05/2024,10:00,Violencia doméstica,Casa secreta 5,{PLACE}"])
        send(conn, home, "policia", [f"P-1,15/03/2024,15:30,Robo,Calle 1 casa 1,{PLACE}"])
        send(conn, home, "policia", [f"P-5,20/05/2024,10:00,Violencia doméstica,Casa secreta 5,{PLACE}"])
        propose_matches(conn, "0808")
    engine.dispose()
    pages = make_engine(cluster.url(), role=WEB_ROLE)
    yield create_app(Settings(home=home), pages)
    pages.dispose()
    cluster.stop()
    shutil.rmtree(home)


def unknown() -> list[str]:
    return [
        f"D-2,16/03/2024,14:30,Rovo,Calle 2,{PLACE}",
        f"D-3,17/03/2024,14:30,Rovo,Calle 3,{PLACE}",
        f"D-4,18/03/2024,14:30,{HOSTILE},Calle 4,{PLACE}",
    ]


def send(conn: object, folder: Path, source: str, rows: list[str]) -> None:
    path = folder / f"{source}-{len(list(folder.iterdir()))}.csv"
    path.write_text("\n".join([HEADS[source], *rows]), encoding="utf-8")
    ingest_file(conn, source, path, now=NOW)  # type: ignore[arg-type]  # a connection


def find_token(client: FlaskClient, path: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


@pytest.mark.browser
def test_pages_say_what_waits_and_nothing_of_reserved_reports(deciding: Flask) -> None:
    client = deciding.test_client()
    for path in PAGES:
        for language in ("es", "en"):
            address = f"{path}{'&' if '?' in path else '?'}lang={language}"
            answer = client.get(address)
            assert answer.status_code == 200, address
            assert not re.search(r"\sstyle=|\son[a-z]+=|javascript:", re.sub(r"&lt;.*?&gt;", "", answer.text))
            assert "Casa secreta" not in answer.text
            assert "<img src=x" not in answer.text
    categories = client.get("/datos/categorias").text
    assert "«Rovo»" in categories
    assert "De 3 filas" in categories
    assert "15/03/2024, 14:00" in client.get("/datos/cambios?case=D-1").text
    assert client.get("/datos/coincidencias").text.count("Categoría reservada") == 2
    assert client.get("/datos/coincidencias?lang=en").text.count("Reserved category") == 2
    secret = client.get("/datos/cambios?case=D-5").text
    assert "20/05/2024" not in secret
    assert "reservada" in secret


@pytest.mark.browser
def test_tables_come_as_files(deciding: Flask) -> None:
    client = deciding.test_client()
    scheme = client.get("/datos/categorias/categorias.csv").text
    assert scheme.count("CON-06") == 2  # under two laws
    assert "1" in client.get("/datos/cambios/cambios.csv").text.splitlines()[1]
    assert "Ruido" in client.get("/datos/categorias?q=ruido").text
    assert "Ninguna categoría dice eso" in client.get("/datos/categorias?q=zzzz").text


@pytest.mark.browser
def test_forged_and_senseless_forms_are_refused_with_a_sentence(deciding: Flask) -> None:
    client = deciding.test_client()
    assert client.post("/datos/categorias/asignar", data={"alias": "rovo"}).status_code == 400
    token = find_token(client, "/datos/categorias")
    senseless: tuple[tuple[str, dict[str, str]], ...] = (
        ("/datos/categorias/asignar", {"alias": "rovo", "category": "DAI-99"}),
        ("/datos/categorias/asignar", {"alias": "rovo", "category": "DAI-15", "other": "DAI-20"}),
        ("/datos/categorias/asignar", {"alias": "rovo"}),
        ("/datos/categorias/asignar", {"alias": "x" * 5000, "category": "-"}),
        ("/datos/categorias/deshacer", {"assignment": "7"}),
        ("/datos/categorias/deshacer", {"assignment": "'; DROP TABLE incident"}),
        ("/datos/coincidencias/1", {"verdict": "delete"}),
        ("/datos/coincidencias/1", {"verdict": "undo"}),
        ("/datos/coincidencias/999", {"verdict": "accepted"}),
        ("/datos/coincidencias/99999999999999999999", {"verdict": "accepted"}),
        ("/datos/coincidencias/1", {"verdict": "accepted", "state": "other"}),
    )
    for path, data in senseless:
        answer = client.post(path, data={**data, "csrf_token": token, "actor": "M. R."})
        assert answer.status_code in {400, 404}, (path, data, answer.status_code)
        assert 'class="refusal' in answer.text, (path, data)
    for path in ("/datos/coincidencias?state=x", "/datos/coincidencias?page=0", "/datos/categorias?page=-1"):
        assert client.get(path).status_code == 400
    assert client.get("/datos/cambios?case=%01%27%22").status_code == 200
    assert "De 3 filas que llegaron con un delito desconocido, 3 esperan" in client.get("/datos/categorias").text


@pytest.mark.browser
@pytest.mark.parametrize(("width", "height"), WIDTHS)
def test_a_person_decides_and_takes_it_back(
    deciding: Flask, chromium: Browser, serve: Callable[[Flask], AbstractContextManager[str]], width: int, height: int
) -> None:
    with serve(deciding) as address:
        context = chromium.new_context(viewport={"width": width, "height": height})
        page, complaints = context.new_page(), list[str]()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        assign_and_undo(page, address)
        accept_and_undo(page, address)
        page.goto(f"{address}/datos/cambios?case=D-1")
        require_width(page)
        assert "Cambió: hora" in page.locator(".versions").inner_text()
        assert complaints == []
        context.close()


def assign_and_undo(page: Page, address: str) -> None:
    page.goto(f"{address}/datos/categorias")
    require_width(page)
    form = page.locator("form.unknown", has_text="«Rovo»")
    form.locator("select").select_option("DAI-17")
    assert form.locator("[data-other]").is_checked()
    form.get_by_label("Robo DAI-15").check()
    assert form.locator("select").input_value() == ""
    form.get_by_label("Su nombre o iniciales").fill("M. R.")
    form.get_by_role("button", name="Asignar").click()
    page.wait_for_url("**/datos/categorias**#asignaciones")
    decision = page.locator(".decisions li").first
    assert "2 filas entraron, 0 descartadas" in decision.inner_text()
    assert page.locator("form.unknown", has_text="«Rovo»").count() == 0
    decision.get_by_role("button", name="Deshacer").click()
    page.wait_for_load_state("networkidle")
    assert "Deshecha por M. R." in page.locator(".decisions li").first.inner_text()
    assert page.locator("form.unknown", has_text="«Rovo»").count() == 1


def accept_and_undo(page: Page, address: str) -> None:
    page.goto(f"{address}/datos/coincidencias")
    require_width(page)
    match = page.locator("article.match", has_text="Calle 1 casa 1").first
    match.locator("summary").click()
    assert "Suma" in match.locator("table").inner_text()
    match.get_by_label("Su nombre o iniciales").fill("M. R.")
    match.get_by_role("button", name="Es el mismo hecho").click()
    page.wait_for_load_state("networkidle")
    page.get_by_role("link", name="Aceptadas (1)").click()
    page.locator("article.match").get_by_role("button", name="Deshacer").click()
    page.wait_for_load_state("networkidle")
    assert page.get_by_role("link", name="Aceptadas (0)").count() == 1


def require_width(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
