"""Matches between institutions: proposed, decided, undone, and counted once, on a real database."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine

from analysis import find_statistic
from geo_observatorio.cli.context import Context
from geo_observatorio.cli.matching import match as command
from geo_observatorio.config import Settings
from geo_observatorio.db.engine import WEB_ROLE, begin, make_engine
from geo_observatorio.db.matches import count_states, decide, join_events, list_matches, undo
from geo_observatorio.db.selections import find_cut_off
from geo_observatorio.errors import SelectionError
from geo_observatorio.models import Selection
from geo_observatorio.provenance import Finding
from geo_observatorio.readings import read_aloud
from geo_observatorio.services.ingest import ingest_file
from geo_observatorio.services.matching import propose_matches
from geo_observatorio.services.overview import find_figures
from geo_observatorio.services.snapshot_diff import compare_snapshots
from geo_observatorio.services.snapshots import create_snapshot
from geo_observatorio.services.studies import run_study
from web import create_app

NOW = datetime(2026, 1, 1, tzinfo=UTC)
YEAR = Selection(municipality="0808", since=date(2024, 1, 1), until=date(2024, 12, 31))
CITY = """
INSERT INTO municipality VALUES ('0808', 'Panamá', 32617, 'America/Panama');
INSERT INTO boundary_set (municipality, level, edition, sha256)
VALUES ('0808', 'corregimiento', 'prueba', 'x'), ('0808', 'mask', 'prueba', 'y');
INSERT INTO area (boundary_set, code, name, area_km2, label, geometry)
SELECT b.id, a.code, a.name, 1, ST_SetSRID(ST_MakePoint(a.x + 0.01, 8.98), 4326),
    ST_Multi(ST_MakeEnvelope(a.x, 8.95, a.x + a.width, 9.00, 4326))
FROM boundary_set AS b JOIN (VALUES
    ('corregimiento', '080807', 'Bella Vista', -79.55, 0.05),
    ('corregimiento', '080809', 'San Francisco', -79.50, 0.05),
    ('mask', 'mask', 'prueba', -79.55, 0.1)
) AS a (level, code, name, x, width) ON a.level = b.level;
INSERT INTO snapshot (municipality, name, known_at, mask)
SELECT '0808', 'prueba', now(), id FROM boundary_set WHERE level = 'mask';
"""


def write(path: Path, head: str, rows: Iterable[str]) -> Path:
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


def day(n: int) -> str:
    return f"{n % 28 + 1:02}/{n % 12 + 1:02}/2024"


def north(n: int, more: float) -> str:
    return f"{8.96 + n / 1000 + more:.5f}"


@pytest.fixture
def engine(engine: Engine, tmp_path: Path) -> Engine:
    """Return a database in which the police and another institution report 20 events each, 5 of them the same."""
    police = [
        f"P-{n},{day(n)},14:30,Robo,Calle {n} casa {n},Bella Vista,{north(n, 0.00013)},-79.5301" for n in range(20)
    ]
    others = [
        f'D-{n},{day(n)},15:10,Robo a mano armada,"casa {n}, Calle {n}",Bella Vista,{north(n, 0.00031)},-79.5303'
        for n in range(5)
    ]
    others += [
        f"D-{n},{day(n)},03:00,Hurto,Vía {n},San Francisco,{north(n - 100, 0.0003)},-79.4801" for n in range(100, 115)
    ]
    head = "no_caso,fecha_hecho,hora_hecho,delito,direccion,corregimiento,latitud,longitud"
    with begin(engine) as conn:
        conn.exec_driver_sql(CITY)
        ingest_file(conn, "policia", write(tmp_path / "p.csv", head, police), now=NOW)
        head = "caso,fecha,hora,delito,direccion,corregimiento,latitud,longitud"
        ingest_file(conn, "demo", write(tmp_path / "d.csv", head, others), now=NOW)
    return engine


@pytest.fixture
def conn(engine: Engine) -> Iterable[Connection]:
    """Return an open transaction on that database."""
    with begin(engine) as conn:
        yield conn


def ask(conn: Connection, selection: Selection = YEAR) -> Finding:
    return run_study(conn, "density", selection, find_statistic("density").params())


def accept_all(conn: Connection) -> list[int]:
    propose_matches(conn, "0808")
    found = [row["id"] for row in list_matches(conn, "0808", "proposed", limit=50)]
    for number in found:
        decide(conn, "0808", number, "accepted", "M. R.")
    return found


def test_the_same_events_are_proposed_and_nothing_else(conn: Connection) -> None:
    report = propose_matches(conn, "0808")
    assert (report.institutions, report.reports, report.new, report.decided) == (2, 40, 5, 0)
    found = list_matches(conn, "0808", "proposed", limit=50)
    cases = {(row["earlier"]["case_id"], row["later"]["case_id"]) for row in found}
    assert cases == {(f"P-{n}", f"D-{n}") for n in range(5)}  # the police came first
    parts = {part["field"]: part["level"] for part in found[0]["parts"]}
    assert parts == {
        "prior": "prior",
        "day": "same_day",
        "hour": "within_1_hour",
        "place": "within_50_m",
        "category": "same_family",
        "address": "same_words",
    }
    assert sum(part["weight"] for part in found[0]["parts"]) == pytest.approx(found[0]["weight"], abs=0.05)


def test_a_second_run_changes_nothing(conn: Connection) -> None:
    propose_matches(conn, "0808")
    before = conn.exec_driver_sql("SELECT * FROM incident_match ORDER BY id").all()
    again = propose_matches(conn, "0808")
    assert (again.new, again.withdrawn, again.proposed) == (0, 0, 5)
    assert conn.exec_driver_sql("SELECT * FROM incident_match ORDER BY id").all() == before
    assert conn.exec_driver_sql("SELECT count(*) FROM knowledge").scalar_one() == 1


def test_an_accepted_match_is_counted_once_and_as_of_before_it_twice(conn: Connection) -> None:
    before = ask(conn)
    accept_all(conn)
    after = ask(conn)
    assert (before.context.n_incidents, after.context.n_incidents) == (40, 35)
    assert (after.context.counted_once, after.context.matches_undecided) == (5, 0)
    assert after.provenance.key != before.provenance.key
    then = ask(conn, replace(YEAR, as_of=before.provenance.selection.as_of))
    assert then.provenance.key == before.provenance.key
    assert any("5 coincidencias se cuentan una vez" in sentence for sentence in read_aloud(after))


def test_a_moment_to_come_means_what_is_known_now(conn: Connection) -> None:
    now = ask(conn)
    assert ask(conn, replace(YEAR, as_of=datetime(2099, 1, 1, tzinfo=UTC))).provenance.key == now.provenance.key
    accept_all(conn)
    later = ask(conn, replace(YEAR, as_of=datetime(2099, 1, 1, tzinfo=UTC)))
    assert later.context.n_incidents == 35


def test_undecided_proposals_are_counted_twice_and_told(conn: Connection) -> None:
    propose_matches(conn, "0808")
    found = ask(conn)
    assert (found.context.n_incidents, found.context.counted_once, found.context.matches_undecided) == (40, 0, 5)


def test_one_source_alone_is_whole(conn: Connection) -> None:
    accept_all(conn)
    for source in ("policia", "demo"):
        found = ask(conn, replace(YEAR, sources=(source,)))
        assert (found.context.n_incidents, found.context.counted_once) == (20, 0)


@pytest.mark.parametrize(
    ("changes", "n", "once"),
    [
        ({"categories": ("DAI-15",)}, 20, 0),  # the police say robo, the others robo a mano armada
        ({"categories": ("DAI-16",)}, 5, 0),
        ({"categories": ("DAI-15", "DAI-16")}, 20, 5),
        ({"hours": (14,)}, 20, 0),
        ({"hours": (15,)}, 5, 0),
        ({"hours": (14, 15)}, 20, 5),
        ({"areas": ("080807",)}, 20, 5),
        ({"until": date(2024, 2, 28)}, 6, 2),
    ],
)
def test_a_report_is_left_out_only_where_the_one_that_stands_for_it_is_meant_too(
    conn: Connection, changes: dict[str, object], n: int, once: int
) -> None:
    accept_all(conn)
    found = ask(conn, replace(YEAR, **changes))  # type: ignore[arg-type]  # any field of a selection
    assert (found.context.n_incidents, found.context.counted_once) == (n, once)


def test_the_first_page_counts_an_event_once(conn: Connection) -> None:
    before = find_figures(conn, "0808")
    accept_all(conn)
    after = find_figures(conn, "0808")
    assert before is not None
    assert after is not None
    assert sum(before.totals) - sum(after.totals) == 5 - sum(1 for n in range(5) if n % 12 + 1 == 12)


def test_a_verdict_can_be_taken_back_and_both_reports_count_again(conn: Connection) -> None:
    found = accept_all(conn)
    undo(conn, "0808", found[0], "A. B.")
    assert count_states(conn, "0808") == {"proposed": 1, "accepted": 4, "refused": 0}
    assert ask(conn).context.n_incidents == 36
    decide(conn, "0808", found[0], "refused", "A. B.")
    assert ask(conn).context.n_incidents == 36
    history = conn.exec_driver_sql(
        "SELECT verdict, decided_by, undone_by, known_to = 'infinity' FROM match_decision WHERE match = %(match)s"
        " ORDER BY id",
        {"match": found[0]},
    )
    assert [tuple(row) for row in history] == [
        ("accepted", "M. R.", "A. B.", False),
        ("refused", "A. B.", None, True),
    ]


def test_what_changed_between_two_snapshots_tells_the_matches(conn: Connection) -> None:
    create_snapshot(conn, "0808", "uno")
    found = accept_all(conn)
    create_snapshot(conn, "0808", "dos")
    undo(conn, "0808", found[0], "A. B.")
    create_snapshot(conn, "0808", "tres")
    diffs = [compare_snapshots(conn, "0808", *pair) for pair in (("uno", "dos"), ("dos", "tres"), ("uno", "tres"))]
    assert [(diff.matches_joined, diff.matches_parted) for diff in diffs] == [(5, 0), (0, 1), (4, 0)]
    assert not any(diff.nothing for diff in diffs)


def test_what_was_decided_is_not_proposed_again(conn: Connection) -> None:
    propose_matches(conn, "0808")
    first, second, *_ = (row["id"] for row in list_matches(conn, "0808", "proposed", limit=50))
    decide(conn, "0808", first, "refused", "M. R.")
    decide(conn, "0808", second, "accepted", "M. R.")
    again = propose_matches(conn, "0808")
    assert (again.new, again.withdrawn, again.proposed, again.decided) == (0, 0, 3, 2)


@pytest.mark.parametrize("verdict", ["accepted", "refused"])
def test_a_match_is_decided_once(conn: Connection, verdict: str) -> None:
    conn.exec_driver_sql("INSERT INTO municipality VALUES ('0809', 'Otra', 32617, 'America/Panama')")
    propose_matches(conn, "0808")
    number = list_matches(conn, "0808", "proposed", limit=1)[0]["id"]
    decide(conn, "0808", number, "accepted", "M. R.")
    with pytest.raises(SelectionError):
        decide(conn, "0808", number, verdict, "A. B.")
    with pytest.raises(SelectionError):
        decide(conn, "0809", number, verdict, "A. B.")
    with pytest.raises(SelectionError):
        undo(conn, "0808", number + 1000, "A. B.")


def test_a_report_that_was_amended_is_compared_again(conn: Connection, tmp_path: Path) -> None:
    propose_matches(conn, "0808")
    head = "no_caso,fecha_hecho,hora_hecho,delito,direccion,corregimiento,latitud,longitud"
    ingest_file(conn, "policia", write(tmp_path / "x.csv", head, ["P-0,15/06/2023,14:30,Robo,,Bella Vista,,"]), now=NOW)
    again = propose_matches(conn, "0808")
    assert (again.proposed, again.decided) == (4, 0)
    cases = {row["earlier"]["case_id"] for row in list_matches(conn, "0808", "proposed", limit=50)}
    assert cases == {"P-1", "P-2", "P-3", "P-4"}
    assert conn.exec_driver_sql("SELECT count(*) FROM incident_match WHERE known_to = 'infinity'").scalar_one() == 4


def test_three_reports_of_one_event_are_one_event() -> None:
    assert join_events([("a", "b"), ("c", "d"), ("b", "e")]) == [{"a", "b", "e"}, {"c", "d"}]
    assert join_events([("a", "b"), ("c", "d"), ("b", "c")]) == [{"a", "b", "c", "d"}]


def test_the_command_says_what_it_proposed(engine: Engine, database_url: str) -> None:
    context = Context(settings=Settings(home=Path("/nowhere"), database_url=database_url))
    done = CliRunner().invoke(command, ["--municipality", "0808"], obj=context, catch_exceptions=False)
    assert "5 propuestas sin decidir (5 nuevas, 0 retiradas)" in done.stdout
    done = CliRunner().invoke(command, ["--municipality", "0808", "--json"], obj=context, catch_exceptions=False)
    assert '"new": 0' in done.stdout


def count_on_map(client: FlaskClient, **asked: str) -> int:
    """Return how many incidents the map says there were in the year."""
    query = {"statistic": "density", "since": "2024-01-01", "until": "2024-12-31", "municipality": "0808", **asked}
    page = client.get("/mapa", query_string=query).text
    found = re.search(r"se registraron (\d+) incidentes", page)
    assert found, page[-3000:]
    return int(found[1])


def test_on_the_pages_an_accepted_match_counts_once_until_it_is_undone_and_as_of_before_twice(
    engine: Engine, database_url: str, tmp_path: Path
) -> None:
    pages = make_engine(database_url, role=WEB_ROLE)
    client = create_app(Settings(home=tmp_path), pages).test_client()
    with begin(engine) as conn:
        propose_matches(conn, "0808")
        before = find_cut_off(conn, "0808").isoformat()
    page = client.get("/datos/coincidencias").text
    numbers = re.findall(r'action="/datos/coincidencias/(\d+)', page)
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]
    assert (len(numbers), count_on_map(client)) == (5, 40)

    def send(number: str, verdict: str) -> int:
        form = {"csrf_token": token, "actor": "M. R.", "verdict": verdict}
        return client.post(f"/datos/coincidencias/{number}?municipality=0808", data=form).status_code

    assert [send(number, "accepted") for number in numbers] == [303] * 5
    assert (count_on_map(client), count_on_map(client, as_of=before)) == (35, 40)
    assert (send(numbers[0], "accepted"), count_on_map(client)) == (400, 35)  # twice is once
    assert send(numbers[0], "undo") == 303
    assert (count_on_map(client), count_on_map(client, as_of=before)) == (36, 40)
    assert [send(numbers[1], "maybe"), send("999999", "accepted")] == [400, 400]
    assert client.post(f"/datos/coincidencias/{numbers[1]}", data={"verdict": "undo", "actor": "x"}).status_code == 400
    assert count_on_map(client, source="policia") == 20
    assert count_on_map(client) == 36
    pages.dispose()
