from __future__ import annotations

import inspect

import pytest
from flask.testing import FlaskClient

import analysis.errors
import geo_observatorio.errors
from geo_observatorio.config import Settings
from geo_observatorio.db.engine import make_engine
from web import create_app
from web.errors import STATUSES, refuse

ASKED = (
    analysis.errors.NotEnoughDataError,
    analysis.errors.ParameterError,
    analysis.errors.NoVariationError,
    analysis.errors.BelowGateError,
    analysis.errors.GridTooLargeError,
    analysis.errors.UnknownStatisticError,
    geo_observatorio.errors.NotFoundError,
    geo_observatorio.errors.SelectionError,
    geo_observatorio.errors.SensitiveCategoryError,
    geo_observatorio.errors.DatabaseUnreachableError,
    geo_observatorio.errors.PendingMigrationError,
)


@pytest.mark.parametrize("error", ASKED)
def test_what_a_reader_can_cause_has_a_status_of_its_own(error: type[Exception]) -> None:
    assert 400 <= next(STATUSES[kind] for kind in error.__mro__ if kind in STATUSES) <= 503


def test_a_refused_edge_correction_is_a_refusal_and_no_failure(lonely: FlaskClient) -> None:
    with lonely.application.test_request_context("/mapa"):
        refused = refuse(analysis.errors.TooManySidesError(name="edge", needed=500, found=3482))
    assert refused.status == 400
    assert "3,482 lados" in refused.sentence
    assert "traslación" in refused.next_step


def test_only_errors_of_ours_have_a_status() -> None:
    modules = (analysis.errors, geo_observatorio.errors)
    known = {item for module in modules for _, item in inspect.getmembers(module, inspect.isclass)}
    assert set(STATUSES) <= known


@pytest.mark.parametrize("path", ["/", "/mapa", "/comparar", "/datos", "/hallazgos/0123456789abcdef"])
def test_without_a_database_a_page_says_so_and_when_to_come_back(lonely: FlaskClient, path: str) -> None:
    response = lonely.get(path)
    assert response.status_code == 503
    assert response.headers["Retry-After"]
    assert "Traceback" not in response.text
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_without_a_database_the_process_lives_and_is_not_ready(lonely: FlaskClient) -> None:
    assert lonely.get("/livez").status_code == 200
    answer = lonely.get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json() == {"status": "not ready", "reason": "database_unreachable"}


def test_an_unforeseen_failure_is_noted_and_not_shown(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    engine = make_engine("postgresql://nobody@/nothing?host=/nonexistent")
    app = create_app(settings, engine)

    def fail() -> str:
        raise RuntimeError("el secreto")

    app.add_url_rule("/fail", view_func=fail)
    response = app.test_client().get("/fail")
    assert response.status_code == 500
    assert "secreto" not in response.text
    assert "el secreto" in caplog.text
    engine.dispose()


def test_to_htmx_an_error_is_a_fragment(lonely: FlaskClient) -> None:
    response = lonely.get("/mapa", headers={"HX-Request": "true"})
    assert "<html" not in response.text
    assert "refusal-sentence" in response.text


def test_an_address_without_end_is_refused(lonely: FlaskClient) -> None:
    assert lonely.get("/mapa?zone=" + "1" * 40_000).status_code == 414


def test_an_option_that_will_not_do_is_called_as_its_field_calls_it(lonely: FlaskClient) -> None:
    with lonely.application.test_request_context("/mapa"):
        refusal = refuse(analysis.errors.ParameterError(name="cell_size", needed="50 .. 5000 m", found=3))
    assert "«Tamaño de la celda»" in refusal.sentence
