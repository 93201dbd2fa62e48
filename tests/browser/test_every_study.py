"""Every study of the catalogue from its page: form, legend, reading, table, downloads, on a desk and a telephone."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import expect

from analysis import STATISTICS
from web.study_labels import STATISTICS as NAMES

pytestmark = pytest.mark.browser

ZONE = "zone_change"  # asked beside a study, of a zone that is drawn: tests/browser/test_comparing.py
ASKED = {
    name: f"/mapa?statistic={name}" if statistic.sides == 1 else f"/comparar?study={name}"
    for name, statistic in STATISTICS.items()
    if name != ZONE
}
ASKED["location_quotient"] += "&category=DAI-20"  # a part of all: the whole of the usual page is refused
BOARDS = {1: "mapa", 2: "change"}
Watch = Any  # the fixture's own class, in conftest


@pytest.mark.parametrize("name", ASKED)
def test_a_study_shows_its_legend_reading_and_table_fits_a_telephone_and_can_be_had(
    watch: Watch, client: FlaskClient, name: str
) -> None:
    page = watch.open(ASKED[name])
    assert page.locator("main .sentence").count() >= 2
    expect(page.locator(f'[data-legend="{BOARDS[STATISTICS[name].sides]}"] li').first).to_be_visible()
    chosen = page.locator("select[name=statistic] option:checked, select[name=study] option:checked")
    assert chosen.first.inner_text() == NAMES[name]
    assert page.locator("table tbody tr").count() >= 1 or name == "density"
    require_files(client, [str(link.get_attribute("href")) for link in page.locator("a[download]").all()])
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    watch.require_calm()


def require_files(client: FlaskClient, links: list[str]) -> None:
    """Fetch what a page offers: the five kinds of file, and each further table."""
    assert {link.split("?")[0].rsplit(".", 1)[1] for link in links} == {"png", "gpkg", "csv", "geojson", "json"}
    for link in links:
        answer = client.get(link)
        assert answer.status_code == 200, link
        assert len(answer.data) > 100, link
