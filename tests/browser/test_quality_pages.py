"""Quality, snapshots, areas below the gate and drawn locations, as a person sees them."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
Watch = Any  # the fixture's own class, in conftest
YEAR = "since=2025-01-01&until=2025-12-31"


def layers(page: Page) -> list[str]:
    names: list[str] = page.evaluate("() => [...Observatorio.boards.get('mapa').parts.keys()]")
    return names


@pytest.mark.parametrize("path", ["/calidad", "/calidad?lang=en&months=240", "/datos/instantaneas"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_is_calm_and_fits_its_screen(watch: Watch, path: str, width: int) -> None:
    watch.page.set_viewport_size({"width": width, "height": 844})
    page = watch.open(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    watch.require_calm()


def test_a_table_of_quality_says_its_judgement_without_colour_too(watch: Watch) -> None:
    page = watch.open("/calidad")
    cells = page.locator("td.heat-watch, td.heat-bad")
    assert cells.count() > 0
    assert all(mark in "△▲" for mark in (text[0] for text in cells.locator(".mark").all_inner_texts()))
    assert cells.locator(".mark").count() == cells.count()
    months = page.locator("table.heat tbody tr").count()
    assert months == 24
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert len(download.value.path().read_text().splitlines()) == months + 1
    watch.require_calm()


def test_a_snapshot_is_made_by_keyboard_compared_and_asked_about(watch: Watch) -> None:
    page = watch.open("/datos/instantaneas")
    page.get_by_label("Nombre", exact=True).focus()
    page.keyboard.type("Prueba <b>dos</b>")
    page.get_by_label("Su nombre o iniciales").fill("Ana")
    page.get_by_label("Su nombre o iniciales").press("Enter")
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("rowheader", name="Prueba <b>dos</b>")).to_be_visible()
    page.select_option("select[name=from]", "Demostración")
    page.get_by_role("button", name="Comparar").click()
    page.wait_for_load_state("networkidle")
    expect(page.get_by_text("Nada cambió")).to_be_visible()
    page.get_by_role("link", name="Mapa", exact=True).last.click()
    page.wait_for_load_state("networkidle")
    assert "snapshot=" in page.url
    watch.require_calm()


def test_an_area_below_the_gate_is_crossed_out_and_says_why(watch: Watch) -> None:
    page = watch.open(f"/mapa?{YEAR}&hotspots.least_placed=0.92")
    assert "gate" in layers(page)
    expect(page.get_by_text("allí no se dibujan celdas").first).to_be_visible()
    expect(page.locator(".map-legend").get_by_text("Menos del 92 %")).to_be_visible()
    filled = page.evaluate("() => document.querySelectorAll('path[fill=\"url(#cross)\"]').length")
    assert filled >= 1
    page.locator("details.fold.small summary").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Parte con un punto").click()
    assert "False" in download.value.path().read_text()
    watch.require_calm()


def test_where_no_area_passes_the_page_says_why_and_leads_to_the_areas(watch: Watch) -> None:
    page = watch.page
    page.goto(watch.address + f"/mapa?{YEAR}&hotspots.least_placed=1")
    page.wait_for_load_state("networkidle")
    expect(page.get_by_text("hace falta al menos el 100 %")).to_be_visible()
    page.get_by_role("link", name="Ver las tasas").click()
    page.wait_for_load_state("networkidle")
    assert "statistic=area_hotspots" in page.url
    assert "areas" in layers(page)


@pytest.mark.parametrize("width", [1280, 390])
def test_drawn_locations_tell_in_how_many_maps_a_cell_is_hot(watch: Watch, width: int) -> None:
    watch.page.set_viewport_size({"width": width, "height": 844})
    page = watch.open(f"/mapa?{YEAR}&hotspots.imputations=50")
    expect(page.get_by_text("se sorteó 50 veces")).to_be_visible()
    label = page.evaluate("() => Observatorio.boards.get('mapa').parts.get('cells').tip[0]")
    assert label == "Caliente en {maps_hot} de 50 mapas"
    expect(page.locator("#foot")).to_contain_text("calidad de los datos")
    watch.require_calm()
