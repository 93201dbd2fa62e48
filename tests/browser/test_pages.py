"""Every page answers, says what it must, and carries its headers; no browser needed."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from geo_observatorio.db.engine import begin, make_engine
from web.site import get_site

PAGES = ("/", "/mapa", "/comparar", "/datos", "/metodos", "/metodos/hotspots", "/livez", "/readyz")
LANGUAGES = ("es", "en")
RESERVED = "/mapa?category=DAI-10"


def find_key(client: FlaskClient, path: str = "/mapa") -> str:
    found = re.search(r"/hallazgos/([0-9a-f]{16})", client.get(path).text)
    assert found
    return found[1]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_answers_with_all_its_headers(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in response.headers


def test_every_script_and_style_in_a_page_carries_the_nonce_of_its_answer(client: FlaskClient) -> None:
    response = client.get("/mapa")
    nonce = re.search(r"'nonce-([^']+)'", response.headers["Content-Security-Policy"])
    assert nonce
    inline = [tag for tag in re.findall(r"<script[^>]*>", response.text) if "application/json" not in tag]
    assert inline
    assert all(f'nonce="{nonce[1]}"' in tag for tag in inline)
    assert not re.search(r"\sstyle=|\son[a-z]+=|javascript:", response.text)


def test_a_nonce_is_never_used_twice(client: FlaskClient) -> None:
    policies = {client.get("/").headers["Content-Security-Policy"] for _ in range(3)}
    assert len(policies) == 3


@pytest.mark.parametrize("path", ["/", "/mapa", "/comparar", "/datos", "/metodos"])
def test_the_language_is_kept_in_the_links(client: FlaskClient, path: str) -> None:
    page = client.get(f"{path}?lang=en").text
    assert '<html lang="en">' in page
    links = re.findall(r'<a href="(/(?:mapa|comparar|datos|metodos)[^"]*)"', page)
    assert links
    assert all("lang=en" in link for link in links)


def test_the_reading_speaks_the_language_of_the_page(client: FlaskClient) -> None:
    assert "incidentes" in client.get("/mapa").text
    assert "incidents were recorded" in client.get("/mapa?lang=en").text


def test_the_same_question_has_the_same_key_in_both_languages(client: FlaskClient) -> None:
    assert find_key(client) == find_key(client, "/mapa?lang=en")


def test_a_synthetic_city_says_so_on_every_page(client: FlaskClient) -> None:
    for path in ("/", "/mapa", "/comparar", "/datos", "/metodos"):
        assert "datos sintéticos" in client.get(path).text


def test_a_scheme_says_that_it_is_no_official_limit(client: FlaskClient) -> None:
    assert "esquema, no son límites oficiales" in client.get("/mapa").text


def test_a_filter_answers_with_what_it_changes_and_the_address_to_keep(client: FlaskClient) -> None:
    response = client.get("/mapa?category=DAI-20&hour=&since=2025-01-01", headers={"HX-Request": "true"})
    assert "<html" not in response.text
    assert 'hx-swap-oob="true"' in response.text
    pushed = response.headers["HX-Push-Url"]
    assert pushed.startswith("/mapa?municipality=0808&since=2025-01-01")
    assert "category=DAI-20" in pushed
    assert "hour" not in pushed


def test_an_option_that_keeps_its_default_stays_out_of_the_address(client: FlaskClient) -> None:
    response = client.get(
        "/mapa?hotspots.cell_size=500&hotspots.order=1&density.bandwidth=400", headers={"HX-Request": "true"}
    )
    pushed = response.headers["HX-Push-Url"]
    assert "hotspots.cell_size=500" in pushed
    assert "density.bandwidth=400" in pushed
    assert "order" not in pushed


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/mapa?hotspots.cell_size=7", 400),
        ("/mapa?hotspots.cell_size=abc", 400),
        ("/mapa?hotspots.nothing=1", 400),
        ("/mapa?since=ayer", 400),
        ("/mapa?since=2025-02-01&until=2025-01-01", 400),
        ("/mapa?hour=25", 400),
        ("/mapa?weekday=-1", 400),
        ("/mapa?municipality=9999", 404),
        ("/mapa?statistic=astrology", 404),
        ("/mapa?category=<script>", 404),
        ("/mapa?since=1999-01-01&until=1999-01-02", 422),
        ("/comparar?zone=1 2,3 4", 200),
        ("/comparar?months=0&date=2025-01-01", 400),
        ("/hallazgos/0000000000000000", 404),
        ("/hallazgos/0000000000000000.png", 404),
        ("/metodos/../../etc/passwd", 404),
        ("/metodos/nada", 404),
        ("/limites/0808/corregimiento/000000000000.json", 404),
        ("/nada", 404),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_cannot_be_answered_is_a_sentence_and_no_traceback(
    client: FlaskClient, path: str, status: int, language: str
) -> None:
    response = client.get(f"{path}{'&' if '?' in path else '?'}lang={language}")
    assert response.status_code == status
    assert "refusal-sentence" in response.text
    assert "Traceback" not in response.text
    assert "<script>" not in response.text


def test_a_question_without_an_answer_keeps_its_filters(client: FlaskClient) -> None:
    page = client.get("/mapa?since=1999-01-01&until=1999-01-02").text
    assert 'id="filters"' in page
    assert 'value="1999-01-01"' in page


def test_a_reserved_category_is_no_map_and_leads_to_its_totals(client: FlaskClient) -> None:
    response = client.get(RESERVED)
    assert response.status_code == 403
    assert "statistic=area_totals" in response.text
    totals = client.get(f"{RESERVED}&statistic=area_totals")
    assert totals.status_code == 200


@pytest.mark.parametrize("statistic", ["hotspots", "density", "area_hotspots"])
def test_no_layer_speaks_of_a_reserved_category(client: FlaskClient, statistic: str) -> None:
    assert client.get(f"/mapa/capas.json?category=DAI-10&statistic={statistic}").status_code == 403


def test_totals_of_a_reserved_category_tell_no_number_below_five(client: FlaskClient) -> None:
    page = client.get(f"{RESERVED}&statistic=area_totals&since=2025-01-01&until=2025-12-31").text
    table = page[page.index("<tbody>") : page.index("</tbody>")]
    told = [int(number) for number in re.findall(r'class="number">([\d,]+)<', table)]
    assert all(number >= 5 for number in told)
    assert "Coordenada" not in page


def test_two_overlapping_totals_of_a_reserved_category_cannot_be_had(client: FlaskClient) -> None:
    for narrower in ("until=2025-01-31", "until=2025-12-31&hour=20", "until=2025-12-31&area=080802"):
        page = client.get(f"{RESERVED}&statistic=area_totals&since=2025-01-01&{narrower}")
        assert page.status_code == 403, narrower


@pytest.mark.parametrize("statistic", ["hotspots", "density", "area_hotspots", "area_totals"])
def test_layers_of_a_finding_hold_no_incident_as_a_point(client: FlaskClient, statistic: str) -> None:
    key = find_key(client, f"/mapa?statistic={statistic}")
    drawing = client.get(f"/hallazgos/{key}/capas.json").get_json()
    assert drawing["layers"]
    assert '"Point"' not in json.dumps(drawing)


@pytest.mark.parametrize("form", ["png", "gpkg", "csv", "geojson", "json"])
def test_a_finding_can_be_had_as_a_file(client: FlaskClient, form: str) -> None:
    key = find_key(client)
    response = client.get(f"/hallazgos/{key}.{form}")
    assert response.status_code == 200
    assert len(response.data) > 200
    assert response.headers["Content-Disposition"] == f'attachment; filename="hotspots-{key}.{form}"'


def test_a_finding_has_a_permanent_address(client: FlaskClient) -> None:
    key = find_key(client)
    response = client.get(f"/hallazgos/{key}")
    assert response.status_code == 200
    assert key in response.text


def test_layers_are_not_sent_again_to_who_has_them(client: FlaskClient) -> None:
    path = f"/hallazgos/{find_key(client)}/capas.json"
    tag = client.get(path).headers["ETag"]
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304


def test_a_comparison_of_a_date_splits_there(client: FlaskClient) -> None:
    page = client.get("/comparar?date=2025-01-01&months=6").text
    assert "01/07/2024 – 31/12/2024" in page
    assert "01/01/2025 – 30/06/2025" in page


def test_a_drawn_zone_is_read_against_the_rest(client: FlaskClient) -> None:
    zone = "-79.56 8.95,-79.50 8.95,-79.50 9.02,-79.56 9.02"
    page = client.get(f"/comparar?zone={zone}").text
    reading = page[page.index("zone-reading") :]
    assert "resto" in reading
    assert "refusal" not in reading[: reading.index("</section>")]


def test_the_two_periods_share_one_scale(client: FlaskClient) -> None:
    page = client.get("/comparar").text
    data = json.loads(re.search(r'id="answer-data">(.*?)</script>', page)[1])  # type: ignore[index]
    legends = []
    for side in ("before", "after"):
        layers = client.get(data["maps"][side]["drawing"]).get_json()["layers"]
        legends.append(next(layer["legend"] for layer in layers if layer["id"] == "surface"))
    assert legends[0] == legends[1]


def test_the_account_of_a_delivery_adds_up_on_the_page_and_in_the_file(client: FlaskClient) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/datos/entregas.csv").text)))
    assert rows
    for row in rows:
        parts = sum(int(row[name]) for name in ("inserted", "updated", "duplicate", "quarantined"))
        assert parts == int(row["rows_read"])


def test_quarantine_is_told_by_rule_without_a_word_of_its_rows(client: FlaskClient) -> None:
    header = client.get("/datos/cuarentena.csv").text.splitlines()[0]
    assert header == "rule,field,n,deliveries,solved"


def test_the_pages_write_nothing_but_findings(client: FlaskClient, demo_url: str) -> None:
    tables = ("incident", "delivery", "quarantine", "area", "place", "category")
    engine = make_engine(demo_url)

    def count() -> list[int]:
        with begin(engine) as conn:
            return [conn.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in tables]

    earlier = count()
    for path in PAGES:
        client.get(path)
    assert count() == earlier
    engine.dispose()


def test_only_names_of_this_machine_are_answered(client: FlaskClient) -> None:
    for host in ("127.0.0.1:8000", "localhost", "[::1]:8000"):
        assert client.get("/livez", headers={"Host": host}).status_code == 200
    for host in ("evil.example", "127.0.0.1.evil.example", "10.0.0.1", "127.0.0.1@evil.example"):
        assert client.get("/livez", headers={"Host": host}).status_code == 421


def test_no_page_takes_data(client: FlaskClient) -> None:
    for path in ("/", "/mapa", "/comparar", "/datos"):
        assert client.post(path).status_code == 405


def test_the_site_knows_its_settings(client: FlaskClient) -> None:
    with client.application.app_context():
        assert get_site().settings.language == "es"


def test_a_finding_of_a_zone_leads_back_to_the_question_that_was_asked(client: FlaskClient) -> None:
    zone = "-79.56000 8.95000,-79.50000 8.95000,-79.50000 9.02000"
    page = client.get(f"/comparar?zone={zone}").text
    key = re.search(r"/hallazgos/([0-9a-f]{16})", page[page.index("zone-reading") :])
    assert key
    again = re.search(r'href="(/comparar[^"]*zone=[^"]*)"', client.get(f"/hallazgos/{key[1]}").text)
    assert again
    assert key[1] in client.get(again[1].replace("&amp;", "&")).text


def test_the_form_of_a_comparison_keeps_all_that_its_address_asks(client: FlaskClient) -> None:
    page = client.get("/comparar?density.cell_size=250").text
    assert '<input type="hidden" name="density.cell_size" value="250.0">' in page
    assert '<select class="form-select form-select-sm" name="snapshot">' in page


def test_links_keep_the_municipality_that_was_asked_for(client: FlaskClient) -> None:
    page = client.get("/?municipality=0808").text
    links = re.findall(r'<a href="(/(?:mapa|comparar|datos|metodos)[^"]*)"', page)
    assert links
    assert all(link.count("municipality=0808") == 1 for link in links)


@pytest.mark.parametrize("path", ["/comparar", "/comparar?zone_area=080809"])
def test_every_finding_of_a_comparison_can_be_had_as_every_file(client: FlaskClient, path: str) -> None:
    for key in set(re.findall(r"/hallazgos/([0-9a-f]{16})", client.get(path).text)):
        for form in ("png", "gpkg", "csv", "geojson", "json"):
            assert client.get(f"/hallazgos/{key}.{form}").status_code == 200, (key, form)
