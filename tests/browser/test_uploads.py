"""A file is sent, watched, receipted, and a refused row set aside and taken back, as a person does it."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from geo_observatorio.config import Settings
from geo_observatorio.db.cluster import Cluster
from geo_observatorio.db.engine import WEB_ROLE, begin, make_engine
from geo_observatorio.db.migrate import migrate
from web import create_app

SETTING = """
INSERT INTO municipality VALUES ('0808', 'Panamá', 32617, 'America/Panama', 'es', true);
INSERT INTO boundary_set (municipality, level, edition, sha256) VALUES ('0808', 'corregimiento', 'prueba', 'x');
INSERT INTO area (boundary_set, code, name, area_km2, label, geometry)
SELECT id, '080807', 'Bella Vista', 1, ST_SetSRID(ST_MakePoint(-79.52, 8.98), 4326),
    ST_Multi(ST_MakeEnvelope(-79.55, 8.95, -79.50, 9.00, 4326)) FROM boundary_set;
"""
HEADER = ["caso", "fecha", "hora", "delito", "direccion", "corregimiento", "latitud", "longitud"]
ROWS = 41_000
LIMIT = 8  # megabytes
LONG = 90_000  # milliseconds
WORKER = "import sys; from pathlib import Path; from geo_observatorio.services.work import run_worker; "
WORKER += "run_worker(sys.argv[1], Path(sys.argv[2]))"


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="obs-uploads-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def url(home: Path) -> Iterator[str]:
    """Return the address of a database with a municipality of one area."""
    cluster = Cluster(home=home, durable=False)
    cluster.ensure_running()
    engine = make_engine(cluster.url())
    with begin(engine) as conn:
        migrate(conn)
        conn.exec_driver_sql(SETTING)
    engine.dispose()
    yield cluster.url()
    cluster.stop()


@pytest.fixture(scope="module")
def worker(url: str, home: Path) -> Iterator[None]:
    """Run a worker beside the pages."""
    settings = Settings(home=home)
    process = subprocess.Popen([sys.executable, "-c", WORKER, url, str(settings.spool)])
    yield
    process.terminate()
    process.wait(20)


@pytest.fixture(scope="module")
def place(url: str, home: Path, worker: None, serve: Callable[[Flask], AbstractContextManager[str]]) -> Iterator[str]:
    engine = make_engine(url, role=WEB_ROLE)
    with serve(create_app(Settings(home=home, max_upload_mb=LIMIT), engine)) as address:
        yield address
    engine.dispose()


@pytest.fixture(params=[1280, 390])
def page(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": request.param, "height": 844}, locale="es-PA")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert complaints == []
    context.close()


def write_rows(path: Path, n: int, start: str) -> Path:
    with path.open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(HEADER)
        for i in range(n):
            day = "31/04/2024" if i % 5000 == 7 else f"{i % 28 + 1:02}/{i // 28 % 12 + 1:02}/2024"
            where = (f"{8.955 + i % 397 * 0.0001:.5f}", f"{-79.545 + i % 401 * 0.0001:.5f}")
            writer.writerow([f"{start}-{i}", day, "14:30", "Robo", f"Calle {i}", "Bella Vista", *where])
    return path


def require_fitting(page: Page) -> None:
    """Fail where the page has to be scrolled sideways."""
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.evaluate("innerWidth")


def test_a_file_goes_all_the_way_and_a_refused_row_there_and_back(page: Page, place: str, tmp_path: Path) -> None:
    width = page.viewport_size["width"] if page.viewport_size else 0
    page.goto(f"{place}/datos/subir")
    require_fitting(page)
    page.select_option("select[name=source]", "demo")
    page.set_input_files("input[type=file]", write_rows(tmp_path / f"robos {width}.csv", ROWS, f"W{width}"))
    page.fill("input[name=actor]", "M. R.")
    expect(page.locator("[data-chosen]")).to_contain_text("robos")
    page.click("button[type=submit]")

    expect(page.locator("h1")).to_have_text("Vista previa")
    expect(page.locator(".preview-rows tbody tr")).to_have_count(50)
    require_fitting(page)
    page.click("button[value=load]")

    state = page.locator("#upload-state")
    running = page.locator("#upload-state[data-state=running] [data-figure=read]")  # without a reload
    expect(running).to_have_text(re.compile(r"\d\d,\d{3}"), timeout=LONG)
    require_fitting(page)
    expect(state).to_have_attribute("data-state", "done", timeout=LONG)
    expect(page.locator("[data-cancel]")).to_have_count(0)
    page.click("text=Ver el recibo")

    expect(page.locator("h1")).to_have_text("Recibo de entrega")
    expect(page.locator("main")).to_contain_text("M. R.")
    require_fitting(page)
    with page.expect_download() as download:
        page.click("text=PDF")
    assert download.value.suggested_filename.startswith("recibo-")
    page.click("text=Ver su cuarentena")

    rows = page.locator(".quarantine-table tbody tr")
    expect(rows).to_have_count(9)
    require_fitting(page)
    rows.first.locator("input[type=checkbox]").check()
    page.fill("input[name=reason]", "prueba de la oficina")
    page.click("text=Descartar las marcadas")
    expect(rows.first).to_contain_text("prueba de la oficina")
    rows.first.locator("input[type=checkbox]").check()
    page.click("text=Deshacer el descarte")
    expect(rows.first).not_to_contain_text("prueba de la oficina")


def test_a_file_that_is_too_large_is_told_before_it_is_sent(page: Page, place: str, tmp_path: Path) -> None:
    page.goto(f"{place}/datos/subir")
    large = tmp_path / "robos.csv"
    large.write_bytes(bytes((LIMIT + 1) * 2**20))
    page.set_input_files("input[type=file]", large)
    expect(page.locator("[data-chosen]")).to_contain_text("más grande")
    assert not page.evaluate("document.querySelector('[data-upload]').checkValidity()")


def test_work_that_is_cancelled_ends_and_says_who_did_it(page: Page, place: str, tmp_path: Path) -> None:
    width = page.viewport_size["width"] if page.viewport_size else 0
    page.goto(f"{place}/datos/subir?source=demo")
    page.set_input_files("input[type=file]", write_rows(tmp_path / "robos.csv", 60_000, f"C{width}"))
    page.fill("input[name=actor]", "M. R.")
    page.click("button[type=submit]")
    page.click("button[value=load]")
    page.fill("[data-cancel] input[name=actor]", "A. B.")
    page.click("text=Cancelar la carga")
    expect(page.locator("#upload-state")).to_have_attribute("data-state", "cancelled", timeout=LONG)
    expect(page.locator("#upload-state")).to_contain_text("A. B.")
