"""Addresses that a reader may mistype or an attacker send: each is refused in a sentence."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from geo_observatorio.errors import SelectionError
from web.app import LONGEST_ADDRESS
from web.params import read_day


@pytest.mark.parametrize(
    "path", ["/mapa?category=%00", "/comparar?line=a%00b", "/hallazgos/%00", "/limites/%00/a/b.json"]
)
def test_a_nul_is_refused_before_it_reaches_the_database(lonely: FlaskClient, path: str) -> None:
    answer = lonely.get(path)
    assert answer.status_code == 400
    assert "no está bien escrita" in answer.text


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1899-12-31", "2201-01-01"])
def test_a_day_that_leaves_no_room_for_arithmetic_is_refused(day: str) -> None:
    with pytest.raises(SelectionError):
        read_day(MultiDict({"since": day}), "since")


def test_an_address_too_long_is_refused_by_the_application_in_words(lonely: FlaskClient) -> None:
    answer = lonely.get("/mapa?category=" + "x" * LONGEST_ADDRESS)
    assert answer.status_code == 414
    assert "larga" in answer.text
