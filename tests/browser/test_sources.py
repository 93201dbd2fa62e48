"""A source is described on a page, as a person would, on a desk and on a telephone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

SAMPLE = (
    "CIFRAS INVENTADAS;;;;\n"
    "Reporte;Fecha del hecho;Tipo de incidente;Corregimiento;Nombre del llamante\n"
    "B-1;15/03/2024;Ruido;Bella Vista;Ana Inventada\n"
    "B-2;31/02/2024;Robo;Bella Vista;Luis Inventado\n"
)
Watch = Any  # the fixture's own class, in conftest


@pytest.mark.parametrize("width", [1280, 390])
def test_a_source_is_described_tried_and_saved(watch: Watch, width: int, tmp_path: Path) -> None:
    sample = tmp_path / "a.csv"
    sample.write_text(SAMPLE, encoding="utf-8")
    watch.page.set_viewport_size({"width": width, "height": 844})
    page = watch.open("/datos/fuentes/nueva")
    page.set_input_files("input[name=file]", sample)
    page.fill("input[name=actor]", "M. R.")
    page.get_by_role("button", name="Ver sus columnas").click()
    expect(page.get_by_label("Tipo de incidente")).to_have_value("category")
    expect(page.locator(".refused")).to_have_count(1)
    assert "Inventada" not in page.content()
    page.get_by_label("Nombre de la fuente").fill("Llamadas inventadas")
    page.get_by_label("Nombre corto").fill(f"llamadas_{width}")
    page.get_by_label("Institución").fill("Institución inventada")
    page.get_by_role("button", name="Ver qué pasaría").click()
    expect(page.locator(".preview-rows tbody tr")).to_have_count(2)
    expect(page.locator(".preview-rows")).to_contain_text("en cuarentena")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("form[method=post] input[name=actor]").fill("M. R.")
    page.get_by_role("button", name="Guardar la plantilla").click()
    expect(page.get_by_role("status").filter(has_text="Guardada: versión 1")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    watch.require_calm()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("path", ["/datos/agregados", "/datos/fuentes", "/datos/fuentes?lang=en"])
def test_the_pages_of_counts_and_sources_fit_their_screen(watch: Watch, path: str, width: int) -> None:
    watch.page.set_viewport_size({"width": width, "height": 844})
    page = watch.open(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    watch.require_calm()
