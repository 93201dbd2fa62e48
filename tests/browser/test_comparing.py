"""The comparison: any two-sided study of the catalogue by its address, its own side of categories, its fragments."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import expect

from web.pages.compare import STUDIES

Watch = Any  # the fixture's own class, in conftest
OTHER = "before_category=DAI-20"


def find_key(page: str) -> str:
    found = re.search(r"/hallazgos/([0-9a-f]{16})", page)
    assert found
    return found[1]


@pytest.mark.parametrize("study", STUDIES)
def test_every_study_of_two_sides_is_chosen_by_its_address(client: FlaskClient, study: str) -> None:
    response = client.get(f"/comparar?study={study}")
    assert response.status_code == 200
    assert f'<option value="{study}" selected>' in response.text
    assert f'href="/metodos/{study}"' in response.text or f"/metodos/{study}?" in response.text


@pytest.mark.parametrize("study", STUDIES)
def test_a_finding_leads_back_to_its_study(client: FlaskClient, study: str) -> None:
    key = find_key(client.get(f"/comparar?study={study}&{OTHER}").text)
    again = re.search(r'href="(/comparar[^"]*)"[^>]*>Preguntar', client.get(f"/hallazgos/{key}").text)
    assert again
    assert find_key(client.get(again[1].replace("&amp;", "&")).text) == key


def test_a_study_that_does_not_exist_is_refused_by_name(client: FlaskClient) -> None:
    for study in ("hotspots", "zone_change", "<b>", "x" * 900):
        response = client.get("/comparar", query_string={"study": study})
        assert response.status_code == 404, study
        assert study != "<b>" or "&lt;b&gt;" in response.text


def test_one_side_may_count_other_categories(client: FlaskClient) -> None:
    page = client.get(f"/comparar?{OTHER}").text
    assert '<input type="checkbox" class="form-check-input" name="before_category" value="DAI-20" checked>' in page
    assert "· DAI-20" in page
    assert find_key(page) != find_key(client.get("/comparar").text)


def test_reserved_categories_stay_reserved_on_either_side(client: FlaskClient) -> None:
    page = client.get("/comparar?before_category=DAI-10").text
    assert 'name="before_category" value="DAI-10"' not in page
    assert not re.search(r"/hallazgos/[0-9a-f]{16}", page)


def test_what_a_filter_changes_is_sent_alone_with_titles_and_foot(client: FlaskClient) -> None:
    fragment = client.get(f"/comparar?study=change&{OTHER}", headers={"HX-Request": "true"})
    assert "<html" not in fragment.text
    for part in ("title-before", "title-after", "title-study", "foot"):
        assert re.search(rf'id="{part}"[^>]* hx-swap-oob="true"', fragment.text), part
    assert "before_category=DAI-20" in fragment.headers["HX-Push-Url"]


@pytest.mark.browser
@pytest.mark.parametrize("size", [(1280, 900), (390, 844)], ids=["desk", "telephone"])
def test_a_study_is_chosen_by_the_keyboard_and_stands_in_the_address(watch: Watch, size: tuple[int, int]) -> None:
    page = watch.open("/comparar")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    if size[0] < 761:
        page.locator(".filter-box > summary").press("Enter")
    chooser = page.locator("select[name=study]")
    chooser.focus()
    chooser.press("t")  # the study whose name begins so
    page.wait_for_url("**study=hotspot_transitions**")
    expect(page.locator("#title-study")).to_have_text("Transición de calientes")
    expect(page.locator("[data-options=hotspot_transitions]")).not_to_have_attribute("hidden", "")
    expect(page.locator("#answer")).to_contain_text("Kappa difusa")
    page.go_back()
    page.wait_for_url(lambda address: "study=" not in address)
    watch.require_calm()
