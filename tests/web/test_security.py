from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from geo_observatorio.config import Settings
from geo_observatorio.db.engine import make_engine
from web import create_app
from web.security import HEADERS


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/nada", "/static/app.css", "/mapa"])
def test_every_answer_carries_every_header(lonely: FlaskClient, path: str) -> None:
    response = lonely.get(path)
    for name, value in HEADERS.items():
        assert response.headers[name] == value
    assert "'unsafe" not in response.headers["Content-Security-Policy"]
    response.close()


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.nip.io", "192.0.2.7", "[::2]", "localhost.evil.example", "", "[", "a b"]
)
def test_a_name_that_is_not_this_machine_is_refused(lonely: FlaskClient, host: str) -> None:
    assert lonely.get("/livez", headers={"Host": host}).status_code in {400, 421}


def test_other_names_are_answered_where_the_setting_allows_them(settings: Settings) -> None:
    engine = make_engine("postgresql://nobody@/nothing?host=/nonexistent")
    client = create_app(replace(settings, allow_non_loopback=True), engine).test_client()
    assert client.get("/livez", headers={"Host": "observatorio.example"}).status_code == 200
    engine.dispose()


def test_a_forged_forwarding_header_changes_nothing(lonely: FlaskClient) -> None:
    headers = {"Host": "evil.example", "X-Forwarded-Host": "127.0.0.1", "X-Forwarded-For": "127.0.0.1"}
    assert lonely.get("/livez", headers=headers).status_code == 421


def test_static_files_are_kept_by_the_browser_until_they_change(lonely: FlaskClient) -> None:
    response = lonely.get("/static/app.css")
    assert "max-age=31536000" in response.headers["Cache-Control"]
    response.close()


def test_no_file_outside_the_static_folder_is_served(lonely: FlaskClient) -> None:
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static//etc/passwd"):
        response = lonely.get(path)
        assert response.status_code in {308, 404}  # the doubled slash is folded first
        response.close()
