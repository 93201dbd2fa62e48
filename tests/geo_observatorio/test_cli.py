import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import click
import psycopg2
import pytest
from click.testing import CliRunner

from geo_observatorio.cli import COMMANDS, main, observatorio
from geo_observatorio.cli.context import Context
from geo_observatorio.cli.study import _period
from geo_observatorio.config import Settings
from geo_observatorio.db.engine import describe_driver_failure

EVERYWHERE = "0.0.0.0"  # noqa: S104  # only to be refused


@dataclass(frozen=True)
class Done:
    code: object
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command line with nothing in the environment but what the test gives."""

    def run(*arguments: str, **environment: str) -> Done:
        monkeypatch.setattr("os.environ", {"PATH": os.defpath, "HOME": "/nowhere", **environment})
        monkeypatch.setattr("sys.argv", ["observatorio", *arguments])
        with pytest.raises(SystemExit) as caught:
            main()
        return Done(caught.value.code, *capsys.readouterr())

    return run


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_loads_and_explains_itself(name: str) -> None:
    context = Context(settings=Settings(home=Path("/nowhere")))
    answer = CliRunner().invoke(observatorio, [name, "--help"], obj=context)
    assert answer.exit_code == 0
    assert observatorio.get_command(click.Context(observatorio), name) is not None
    assert "Usage" in answer.output


def test_wrong_usage_ends_with_2(run: Run) -> None:
    assert run("up", "--puerto", "9").code == 2
    assert run("nada").code == 2


def test_a_refusal_is_one_sentence_and_ends_with_1(run: Run) -> None:
    done = run("serve", "--host", EVERYWHERE)
    assert done.code == 1
    assert done.out == ""
    assert done.err.count("\n") == 1
    assert "OBSERVATORIO_ALLOW_NON_LOOPBACK" in done.err


def test_a_refusal_speaks_the_language_of_the_settings(run: Run) -> None:
    done = run("serve", "--host", EVERYWHERE, OBSERVATORIO_LANGUAGE="en")
    assert "there are no accounts yet" in done.err


def test_a_setting_that_cannot_be_used_is_told_before_anything_runs(run: Run) -> None:
    done = run("up", OBSERVATORIO_PORT="ochenta")
    assert done.code == 1
    assert "OBSERVATORIO_PORT" in done.err


def test_a_database_that_does_not_answer_is_one_sentence(run: Run) -> None:
    done = run("db", "status", DATABASE_URL="postgresql://ana:secreto@127.0.0.1:1/nada")
    assert done.code == 1
    assert done.err.count("\n") == 1
    assert "secreto" not in done.err


def test_the_doctor_names_the_command_that_mends(run: Run, tmp_path: Path) -> None:
    done = run("doctor", OBSERVATORIO_HOME=str(tmp_path / "home"))
    assert done.code == 1
    assert "observatorio db start" in done.out
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("arguments", "said", "in_english"),
    [
        (["study", "hotspots"], "Falta --municipality", "--municipality is missing"),
        (["study", "hotspots", "--nada"], "--nada no existe", "--nada does not exist"),
        (["nada"], "«nada»", "“nada”"),
        (["db", "backup", "a", "b"], "«b»", "“b”"),
        (["study", "x", "--since", "31/12/2025"], "una fecha AAAA-MM-DD", "a date YYYY-MM-DD"),
        (["study", "x", "--hour", "dos"], "un número entero", "a whole number"),
        (["study", "x", "--format", "xml"], "geojson", "geojson"),
        (["up", "--port", "99999"], "«99999»", "“99999”"),
        (["ingest", "policia", "/no/hay"], "FILE no sirve", "FILE cannot be used"),
        (["study", "hotspots", "--municipality", "1", "--param", "x"], "nombre=valor", "name=value"),
    ],
)
def test_wrong_usage_is_one_sentence_in_the_readers_language(
    run: Run, arguments: list[str], said: str, in_english: str
) -> None:
    for language, expected in (("es", said), ("en", in_english)):
        done = run(*arguments, OBSERVATORIO_LANGUAGE=language)
        assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
        assert expected in done.err
        assert f"{arguments[0]}" in done.err or arguments == ["nada"]


def test_what_the_system_refuses_is_one_sentence(run: Run, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file where a folder should be")
    done = run("db", "start", OBSERVATORIO_HOME=str(tmp_path / "home" / "deeper"))
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "deeper" in done.err or "home" in done.err


@pytest.mark.parametrize("url", ["nada", "mysql://ana:secreto@x/y", "postgresql://ana:secreto@x:puerto/y"])
def test_an_address_that_is_none_is_one_sentence_without_its_password(run: Run, url: str) -> None:
    done = run("db", "status", DATABASE_URL=url)
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "DATABASE_URL" in done.err
    assert "secreto" not in done.err


def test_a_failure_of_the_database_tells_nothing_of_the_data() -> None:
    class Broken(psycopg2.Error):
        pgcode = "22P02"

    told = describe_driver_failure(Broken('invalid input "8-123-456"\nCONTEXT: COPY incident_stage, line 1: "Ana"'))
    assert "8-123-456" not in str(told)
    assert "Ana" not in str(told)


def test_a_period_that_is_filled_in_begins_with_the_data_as_on_the_pages() -> None:
    known = (date(2023, 1, 1), date(2025, 12, 31))
    assert _period("0808", known, None, datetime(2023, 3, 31)) == (date(2023, 1, 1), date(2023, 3, 31))
    assert _period("0808", known, None, None) == (date(2025, 1, 1), date(2025, 12, 31))
