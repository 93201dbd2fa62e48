"""A service of our own on this machine stands for one of the Internet; no test leaves the machine."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from geo_observatorio.config import Settings, load_settings
from geo_observatorio.errors import SettingError
from geo_observatorio.services import online_geocoding
from geo_observatorio.services.online_geocoding import FAILURES, REST, Breaker, OnlineGeocoder

FOUND = [{"display_name": "Iglesia del Carmen", "lat": "8.985", "lon": "-79.529"}]


class Stub(ThreadingHTTPServer):
    """Answers as it is told, and keeps what it was asked."""

    answer: str = "found"
    asked: list[str]

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Stub

    def do_GET(self) -> None:
        self.server.asked.append(parse_qs(urlsplit(self.path).query).get("q", ["-"])[0])
        if self.server.answer == "slow":
            time.sleep(0.5)
        if self.server.answer == "redirect":
            self.send_response(302)
            self.send_header("Location", f"http://localhost:{self.server.server_address[1]}/elsewhere")
            self.end_headers()
            return
        self.send_response(500 if self.server.answer == "broken" else 200)
        self.end_headers()
        self.wfile.write(b"<html>" if self.server.answer == "nonsense" else json.dumps(FOUND).encode())

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def stub() -> Iterator[Stub]:
    server = Stub(("127.0.0.1", 0), Handler)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def make(stub: Stub, breaker: Breaker | None = None) -> OnlineGeocoder:
    settings = Settings(home=Path("/nowhere"), online_geocoder="nominatim", online_geocoder_host=stub.host)
    return OnlineGeocoder(settings, breaker)


def test_what_a_service_finds_are_candidates_without_numbers_of_persons_sent(stub: Stub) -> None:
    answer = make(stub).find("iglesia del Carmen, tel. 6612-3456")
    assert [(one.name, one.longitude, one.latitude) for one in answer.candidates] == [
        ("Iglesia del Carmen", -79.529, 8.985)
    ]
    assert "6612" not in stub.asked[0]
    assert answer.problem == ""


@pytest.mark.parametrize("answer", ["broken", "nonsense", "redirect"])
def test_a_service_that_fails_is_a_problem_and_no_exception(stub: Stub, answer: str) -> None:
    stub.answer = answer
    found = make(stub).find("iglesia")
    assert found.candidates == ()
    assert found.problem
    assert len(stub.asked) == 1  # a redirection is not followed


def test_a_slow_service_is_given_up(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(online_geocoding, "TIMEOUT", 0.1)
    stub.answer = "slow"
    assert make(stub).find("iglesia").problem == "GeocoderTimedOut"


def test_after_five_failures_nobody_asks_until_the_rest_is_over(stub: Stub) -> None:
    now = [1000.0]
    geocoder = make(stub, Breaker(clock=lambda: now[0]))
    stub.answer = "broken"
    for _ in range(FAILURES):
        assert geocoder.find("iglesia").problem != "resting"
    assert geocoder.find("iglesia").problem == "resting"
    assert len(stub.asked) == FAILURES
    stub.answer, now[0] = "found", now[0] + REST
    assert geocoder.find("iglesia").candidates
    assert geocoder.find("iglesia").problem == ""


def test_no_service_is_asked_unless_a_setting_names_it_and_only_at_an_allowed_host() -> None:
    assert load_settings({"HOME": "/nowhere"}, is_root=False).online_geocoder == ""
    own = {"HOME": "/nowhere", "OBSERVATORIO_ONLINE_GEOCODER": "photon"}
    assert load_settings(own | {"OBSERVATORIO_ONLINE_GEOCODER_HOST": "127.0.0.1:2322"}, is_root=False).online_geocoder
    for name, value in (
        ("OBSERVATORIO_ONLINE_GEOCODER", "google"),
        ("OBSERVATORIO_ONLINE_GEOCODER_HOST", "evil.example"),
        ("OBSERVATORIO_ONLINE_GEOCODER_HOST", "127.0.0.1@evil.example"),
        ("OBSERVATORIO_ONLINE_GEOCODER_HOST", "localhost.evil.example"),
    ):
        with pytest.raises(SettingError):
            load_settings(own | {name: value}, is_root=False)
