"""What a reader does, in a real Chromium: nothing leaves the machine, nothing breaks the policy, nothing complains."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

PAGES = (
    "/",
    "/mapa",
    "/mapa?statistic=density",
    "/mapa?statistic=area_hotspots&lang=en",
    "/mapa?hotspots.cell_shape=hexagon",
    "/comparar",
    "/datos",
    "/metodos",
    *(f"/metodos/{name}" for name in ("hotspots", "change")),
)
ZONE = [[-79.56, 8.95], [-79.5, 8.95], [-79.5, 9.02], [-79.56, 9.02], [-79.56, 8.95]]
Watch = Any  # the fixture's own class, in conftest


def look_at(page: Page, board: str, latitude: float, longitude: float, zoom: float) -> None:
    view = f"[{latitude}, {longitude}], {zoom}, {{animate: false}}"
    script = f"const b = Observatorio.boards.get('{board}'); b.untouched = false; b.map.setView({view});"
    page.evaluate(f"() => {{ {script} }}")  # as a gesture would: a map that nobody touched fits itself to its frame


def map_view(page: Page) -> Any:
    centre = "const m = Observatorio.boards.get('mapa').map, c = m.getCenter();"
    script = f"() => {{ {centre} return [m.getZoom(), c.lat, c.lng]; }}"
    return page.evaluate(script)


def drawn_layers(page: Page) -> list[str]:
    names: list[str] = page.evaluate("() => [...Observatorio.boards.get('mapa').parts.keys()]")
    return names


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", [1280, 390])
def test_a_page_is_calm_and_fits_its_screen(watch: Watch, path: str, width: int) -> None:
    watch.page.set_viewport_size({"width": width, "height": 844})
    page = watch.open(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    bar, content = page.locator(".bar nav").bounding_box(), page.locator("main").bounding_box()
    assert bar
    assert content
    assert bar["y"] + bar["height"] <= content["y"] + 1
    watch.require_calm()


def test_a_filter_changes_reading_places_and_table_and_leaves_the_view_where_it_was(watch: Watch) -> None:
    page = watch.open("/mapa")
    look_at(page, "mapa", 9.02, -79.5, 13)
    earlier, view = page.locator("#foot").inner_text(), map_view(page)
    page.select_option("select[name=line]", "convivencia")
    expect(page.locator("#foot")).not_to_have_text(earlier)
    assert map_view(page) == pytest.approx(view, abs=1e-3)  # a foot of another length moves the frame by a pixel
    assert "line=convivencia" in page.url
    assert "weekday" not in page.url
    watch.require_calm()


def test_back_returns_to_the_former_question(watch: Watch) -> None:
    page = watch.open("/mapa")
    earlier = page.locator("#foot").inner_text()
    page.select_option("select[name=line]", "convivencia")
    expect(page.locator("#foot")).not_to_have_text(earlier)
    page.go_back()
    page.wait_for_load_state("networkidle")
    expect(page.locator("#foot")).to_have_text(earlier)
    expect(page.locator("select[name=line]")).to_have_value("")


def test_the_address_alone_brings_another_reader_to_the_same_view(watch: Watch) -> None:
    page = watch.open("/mapa")
    page.locator(".map").click()
    look_at(page, "mapa", 9.02, -79.5, 13)
    page.get_by_role("button", name="Densidad").click()
    page.wait_for_load_state("networkidle")
    other = page.context.new_page()
    other.set_viewport_size({"width": 1280, "height": 800})
    other.goto(page.url)
    other.wait_for_load_state("networkidle")
    assert map_view(other) == pytest.approx(map_view(page), abs=1e-3)
    assert "density:surface" in drawn_layers(other)


def test_a_place_in_the_list_lights_on_the_map_and_enter_goes_there(watch: Watch) -> None:
    page = watch.open("/mapa")
    row = page.locator(".place-row").first
    row.focus()
    expect(row).to_have_class("place-row lit")
    assert page.evaluate("Observatorio.boards.get('mapa').light.getLayers().length") > 0
    earlier = map_view(page)
    page.keyboard.press("Enter")
    page.wait_for_function(f"() => Observatorio.boards.get('mapa').map.getZoom() > {earlier[0]}", polling=100)
    watch.require_calm()


def test_a_cell_tells_its_count_and_class_in_words(watch: Watch) -> None:
    page = watch.open("/mapa")
    page.locator(".place-row").first.click()
    page.wait_for_timeout(600)
    box = page.locator(".map").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    tip = page.locator(".leaflet-tooltip.tip")
    expect(tip).to_contain_text("incidentes en la celda")
    expect(tip).to_contain_text("q =")


def test_a_hexagon_tells_itself_too(watch: Watch) -> None:
    page = watch.open("/mapa?hotspots.cell_shape=hexagon&hotspots.cell_size=1000")
    found = page.evaluate(
        """() => {
            const board = Observatorio.boards.get('mapa'), layer = board.parts.get('cells');
            const shapes = layer.group.getLayers();
            const tell = (shape) => board.tellCell(layer, shape.getBounds().getCenter());
            return shapes.every((shape) => tell(shape).length === 3);
        }"""
    )
    assert found


def test_a_layer_is_fetched_when_it_is_asked_for_and_has_its_legend(watch: Watch) -> None:
    page = watch.open("/mapa")
    expect(page.locator(".map-legend")).not_to_contain_text("km² y mes")
    page.get_by_role("button", name="Densidad").click()
    expect(page.locator(".map-legend")).to_contain_text("incidentes por km² y mes")
    watch.require_calm()


def test_a_corregimiento_is_found_without_its_accents(watch: Watch) -> None:
    page = watch.open("/mapa")
    earlier = map_view(page)
    page.fill("#search", "curundu")
    page.keyboard.press("Enter")
    page.wait_for_function(f"() => Observatorio.boards.get('mapa').map.getZoom() > {earlier[0]}", polling=100)


def test_a_table_is_sorted_by_a_column_and_back(watch: Watch) -> None:
    page = watch.open("/mapa?statistic=area_hotspots")
    column = page.locator("th", has_text="Incidentes").first

    def read() -> list[float]:
        return [float(cell.get_attribute("data-order")) for cell in page.locator("tbody td:nth-child(3)").all()]

    column.get_by_role("button").click()
    assert read() == sorted(read(), reverse=True)
    column.get_by_role("button").click()
    assert read() == sorted(read())


def test_tabs_of_a_telephone_show_one_part_at_a_time(watch: Watch) -> None:
    watch.page.set_viewport_size({"width": 390, "height": 844})
    page = watch.open("/mapa")
    expect(page.locator("#filters")).to_be_hidden()
    page.locator("[data-show=filters]").click()
    expect(page.locator("#filters")).to_be_visible()
    expect(page.locator("#answer")).to_be_hidden()
    page.locator("[data-show=places]").click()
    expect(page.locator(".place-row").first).to_be_visible()
    watch.require_calm()


def test_what_a_finger_touches_is_large_enough(watch: Watch) -> None:
    watch.page.set_viewport_size({"width": 390, "height": 844})
    page = watch.open("/mapa")
    for selector in (".tabs button", ".chip-button", ".bar nav a", ".actions .btn"):
        for item in page.locator(selector).all():
            box = item.bounding_box()
            assert box is None or box["height"] >= 43.5, selector


def test_two_maps_move_together(watch: Watch) -> None:
    page = watch.open("/comparar")
    look_at(page, "before", 9.0, -79.5, 12.5)
    views = page.evaluate("[...Observatorio.boards.values()].map((b) => [b.map.getZoom(), b.map.getCenter().lat])")
    assert len(views) == 3
    assert all(zoom == 12.5 and abs(latitude - 9.0) < 1e-3 for zoom, latitude in views)
    watch.require_calm()


def test_a_zone_is_drawn_by_hand_and_read(watch: Watch) -> None:
    page = watch.open("/comparar")
    page.get_by_role("button", name="Dibujar").click()
    board = page.locator("#map_change")
    box = board.bounding_box()
    assert box
    middle = (box["width"] / 2, box["height"] / 2)
    for dx, dy in ((-60, -40), (60, -40), (60, 60)):
        board.click(position={"x": middle[0] + dx, "y": middle[1] + dy})
        page.wait_for_timeout(350)
    page.keyboard.press("Enter")
    expect(page.locator(".zone-reading")).to_contain_text("La zona")
    assert "zone=" in page.url
    watch.require_calm()


def test_a_zone_is_uploaded_as_geojson(watch: Watch, tmp_path: Path) -> None:
    file = tmp_path / "zona.geojson"
    file.write_text(
        json.dumps({"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ZONE]}})
    )
    page = watch.open("/comparar")
    page.set_input_files("#zone-file", file)
    expect(page.locator(".zone-reading")).to_contain_text("La zona")
    file.write_text("{}")
    page.set_input_files("#zone-file", file)
    expect(page.locator("#zone-error")).to_be_visible()
    watch.require_calm()


def test_two_periods_can_be_swiped_on_one_map(watch: Watch) -> None:
    page = watch.open("/comparar")
    page.locator("[data-swipe]").check()
    slider = page.locator("[data-swipe-at]")
    slider.fill("30")
    clip = page.evaluate("document.querySelector('#map_after').closest('section').style.clipPath")
    assert "30%" in clip
    watch.require_calm()


def test_the_keyboard_reaches_everything_in_order(watch: Watch) -> None:
    page = watch.open("/mapa")
    seen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.className + '|' + (document.activeElement.name || '')"))
    assert seen[0].startswith("skip")
    assert any("|line" in item for item in seen)
    assert any("|statistic" in item for item in seen)
    assert any("chip-button" in item for item in seen)
    assert any("place-row" in item for item in seen)


def test_the_other_language_keeps_the_question_and_the_view(watch: Watch) -> None:
    page = watch.open("/mapa?line=convivencia")
    page.locator(".map").click()
    look_at(page, "mapa", 9.02, -79.5, 13)
    page.locator("[data-language]").click()
    page.wait_for_load_state("networkidle")
    assert "line=convivencia" in page.url
    assert "lang=en" in page.url
    assert map_view(page)[0] == 13


TWO = {"type": "FeatureCollection", "features": [{"geometry": {"type": "Polygon", "coordinates": [ZONE]}}] * 2}
METRES = {"type": "Polygon", "coordinates": [[[660000, 990000], [661000, 990000], [661000, 991000]]]}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (json.dumps(TWO), "un solo polígono"),
        (json.dumps(METRES), "en grados"),
        ("nada", "no es GeoJSON"),
        (" " * 1_000_001, "pasa de 1 MB"),
    ],
    ids=["two", "metres", "no GeoJSON", "large"],
)
def test_a_file_that_is_no_zone_is_refused_by_what_it_lacks(
    watch: Watch, tmp_path: Path, content: str, told: str
) -> None:
    file = tmp_path / "zona.geojson"
    file.write_text(content)
    page = watch.open("/comparar")
    page.set_input_files("#zone-file", file)
    expect(page.locator("#zone-error")).to_contain_text(told)


def test_on_a_telephone_a_zone_is_closed_by_a_button_on_the_map(watch: Watch) -> None:
    watch.page.set_viewport_size({"width": 390, "height": 844})
    page = watch.open("/comparar")
    page.locator(".filter-box > summary").click()
    page.get_by_role("button", name="Dibujar").click()
    close = page.get_by_role("button", name="Cerrar la zona")
    expect(close).to_be_disabled()
    board = page.locator("#map_change")
    for x, y in ((120, 120), (220, 120), (180, 200)):
        board.click(position={"x": x, "y": y})
        page.wait_for_timeout(350)
    expect(close).to_be_in_viewport()
    box = close.bounding_box()
    assert box
    assert box["height"] >= 43.5
    close.click()
    expect(page.locator("#zone-hint")).to_be_hidden()
    assert len(page.locator("#zone").input_value().split(",")) == 3
    watch.require_calm()
