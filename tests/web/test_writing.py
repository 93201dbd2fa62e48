from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from geo_observatorio.config import Settings
from geo_observatorio.db.engine import make_engine
from geo_observatorio.session_key import load_key
from web import create_app
from web.writing import LONGEST_FORM, read_actor

NOBODY = "postgresql://nobody@/nothing?host=/nonexistent"


@pytest.fixture
def app(settings: Settings) -> Flask:
    app = create_app(settings, make_engine(NOBODY))
    app.add_url_rule("/change", view_func=read_actor, methods=["POST"])
    app.add_url_rule("/token", view_func=lambda: app.jinja_env.from_string("{{ csrf_token() }}").render())
    return app


def test_a_form_without_our_token_is_refused(app: Flask) -> None:
    answer = app.test_client().post("/change", data={"actor": "M. R."})
    assert answer.status_code == 400
    assert "recargue" in answer.text


def test_a_form_of_another_browser_is_refused(app: Flask) -> None:
    token = app.test_client().get("/token").text
    assert app.test_client().post("/change", data={"actor": "M. R.", "csrf_token": token}).status_code == 400


@pytest.mark.parametrize(("written", "status"), [("M. R.", 200), ("  ", 400), ("a" * 61, 400), ("a\x00b", 400)])
def test_a_change_says_who_made_it(app: Flask, written: str, status: int) -> None:
    client = app.test_client()
    data = {"actor": written, "csrf_token": client.get("/token").text}
    assert client.post("/change", data=data).status_code == status


def test_a_form_larger_than_forms_are_is_refused(app: Flask) -> None:
    client = app.test_client()
    data = {"actor": "M. R.", "csrf_token": client.get("/token").text, "more": "x" * LONGEST_FORM}
    assert client.post("/change", data=data).status_code == 413


def test_what_is_left_in_a_browser_is_out_of_reach_of_scripts_and_other_sites(app: Flask) -> None:
    cookie = app.test_client().get("/token").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


def test_the_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    home = tmp_path / "new"
    assert load_key(home) == load_key(home)
    assert (home / "session.key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in home.iterdir()] == ["session.key"]
