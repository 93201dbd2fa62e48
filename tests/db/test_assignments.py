"""Unknown offences: assigned once, the quarantined rows follow, and it can be undone; on a real database."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from sqlalchemy import Connection, Engine

from geo_observatorio.cli.categories import categories
from geo_observatorio.cli.context import Context
from geo_observatorio.config import Settings
from geo_observatorio.db import assignments
from geo_observatorio.db.engine import INGEST_ROLE, begin, lower_transaction
from geo_observatorio.db.selections import find_cut_off
from geo_observatorio.errors import SelectionError
from geo_observatorio.services.assigning import assign
from geo_observatorio.services.ingest import IngestReport, ingest_file
from geo_observatorio.services.unknown_offences import list_unknown, propose, undo

NOW = datetime(2026, 1, 1, tzinfo=UTC)
CITY = """
INSERT INTO municipality VALUES ('0808', 'Panamá', 32617, 'America/Panama');
INSERT INTO boundary_set (municipality, level, edition, sha256) VALUES ('0808', 'corregimiento', 'prueba', 'x');
INSERT INTO area (boundary_set, code, name, area_km2, label, geometry)
SELECT id, '080807', 'Bella Vista', 1, ST_SetSRID(ST_MakePoint(-79.5377, 8.9734), 4326),
    ST_Multi(ST_MakeEnvelope(-79.55, 8.95, -79.50, 9.00, 4326)) FROM boundary_set;
"""
HEADS = {
    "demo": ["caso", "fecha", "hora", "delito", "direccion", "corregimiento", "latitud", "longitud"],
    "policia": ["no_caso", "fecha_hecho", "hora_hecho", "delito", "direccion", "corregimiento", "latitud", "longitud"],
}


@pytest.fixture
def engine(engine: Engine) -> Engine:
    """Return an engine on a database with a municipality and an area."""
    with begin(engine) as conn:
        conn.exec_driver_sql(CITY)
    return engine


@pytest.fixture
def conn(engine: Engine) -> Iterable[Connection]:
    """Return an open transaction on that database."""
    with begin(engine) as conn:
        yield conn


def row(case: str, offence: str, **changes: object) -> list[object]:
    values = {
        "day": "15/03/2024",
        "hour": "14:30",
        "offence": offence,
        "address": f"Calle {case}",
        "area": "Bella Vista",
        "north": "8.97123",
        "east": "-79.53123",
    }
    return [case, *(values | changes).values()]


def send(
    conn: Connection, tmp_path: Path, name: str, rows: Iterable[list[object]], source: str = "demo"
) -> IngestReport:
    path = tmp_path / name
    with path.open("w", encoding="utf-8", newline="") as text:
        csv.writer(text).writerows([HEADS[source], *rows])
    return ingest_file(conn, source, path, now=NOW)


def live(conn: Connection) -> list[tuple[Any, ...]]:
    """Return what is known now, without what differs from one load to the next."""
    sql = (
        "SELECT source, source_key, content_hash, case_id, category, occurred_from, local_day, local_hour, address,"
        " stated_area, x, y, method, score, radius, tags::text, repairs::text, sheet, line FROM incident"
        " WHERE known_to = 'infinity' ORDER BY source_key, content_hash"
    )
    return [tuple(found) for found in conn.exec_driver_sql(sql)]


def account(conn: Connection) -> tuple[int, ...]:
    counts = assignments.count_unknown(conn, "0808")
    assert counts["n"] == counts["waiting"] + counts["inserted"] + counts["discarded"] + counts["remaining"]
    return counts["waiting"], counts["inserted"], counts["discarded"], counts["remaining"]


def test_each_text_is_listed_once_with_its_sources_and_proposals(conn: Connection, tmp_path: Path) -> None:
    send(conn, tmp_path, "a.csv", [row("D-1", "Rovo"), row("D-2", "ROVO "), row("D-3", "Asalto")])
    send(conn, tmp_path, "b.csv", [row("P-1", "rovo")], "policia")
    found = list_unknown(conn, "0808")
    assert [(unknown.alias, unknown.n) for unknown in found] == [("rovo", 3), ("asalto", 1)]
    assert sum(found[0].sources.values()) == 3
    assert len(found[0].sources) == 2
    assert found[0].proposals[0].code == "DAI-15"
    assert 50 <= found[0].proposals[0].score <= 99


def test_rows_that_follow_are_as_if_the_file_had_been_understood_at_once(
    engine: Engine, conn: Connection, tmp_path: Path
) -> None:
    rows = [
        row("D-1", "Rovo"),
        row("D-2", "Rovo", hour="", north="8,97", east="-79,53"),
        row("D-3", "Rovo", north="", east="", address="tel. 6612-3456"),
        row("D-4", "Rovo", north="-79.53", east="8.97", day="2024-03-16"),
        row("20240000123", "Rovo"),
    ]
    send(conn, tmp_path, "a.csv", rows)
    assert conn.exec_driver_sql("SELECT count(*) FROM incident").scalar_one() == 0
    solved = assign(conn, "0808", "rovo", "DAI-15", "M. R.")
    assert (solved.inserted, solved.discarded, solved.remaining) == (5, 0, 0)
    followed = live(conn)
    conn.exec_driver_sql("TRUNCATE incident, delivery, quarantine CASCADE")
    send(conn, tmp_path, "a.csv", rows)
    assert live(conn) == followed


def test_a_workbook_is_read_again_as_it_was(conn: Connection, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADS["demo"])
    moment = datetime(2024, 3, 15, 14, 30)  # a cell of a workbook has no zone
    sheet.append(["D-1", moment, moment.time(), "Rovo", "Calle 1", "Bella Vista", 8.97123, -79.53123])
    sheet.append(["D-2", 45366, 0.6041666667, "Rovo", "Calle 2", "Bella Vista", 8.97123, -79.53123])
    sheet.append(["D-3", moment.date(), None, "Rovo", "Calle 3", "Bella Vista", None, None])
    book.save(tmp_path / "a.xlsx")
    ingest_file(conn, "demo", tmp_path / "a.xlsx", now=NOW)
    assert assign(conn, "0808", "rovo", "DAI-15", "M. R.").inserted == 3
    followed = live(conn)
    conn.exec_driver_sql("TRUNCATE incident, delivery, quarantine CASCADE")
    ingest_file(conn, "demo", tmp_path / "a.xlsx", now=NOW)
    assert live(conn) == followed
    assert [(found[6], found[7]) for found in followed] == [
        (date(2024, 3, 15), 14),
        (date(2024, 3, 15), 14),
        (date(2024, 3, 15), None),
    ]


def test_the_account_of_a_delivery_stays_what_happened_at_its_receipt(conn: Connection, tmp_path: Path) -> None:
    report = send(conn, tmp_path, "a.csv", [row("D-1", "Rovo"), row("D-2", "Robo"), row("D-3", "Otro texto")])
    before = conn.exec_driver_sql("SELECT rows_read, inserted, quarantined, report FROM delivery").one()
    assert account(conn) == (2, 0, 0, 0)
    assign(conn, "0808", "rovo", "DAI-15", "M. R.")
    assign(conn, "0808", "otro texto", "-", "A. B.")
    assert conn.exec_driver_sql("SELECT rows_read, inserted, quarantined, report FROM delivery").one() == before
    assert account(conn) == (0, 1, 1, 0)
    by_delivery = conn.exec_driver_sql(
        "SELECT count(*) FROM incident WHERE delivery = %(id)s AND known_from > (SELECT received_at FROM delivery)",
        {"id": report.delivery},
    )
    assert by_delivery.scalar_one() == 1
    solved = conn.exec_driver_sql("SELECT solved_by, solution FROM quarantine ORDER BY line").all()
    assert [tuple(found) for found in solved] == [("M. R.", "inserted"), ("A. B.", "not_an_incident")]


def test_files_to_come_are_read_by_what_was_said(conn: Connection, tmp_path: Path) -> None:
    send(conn, tmp_path, "a.csv", [row("D-1", "Rovo"), row("D-2", "Prueba de sistema")])
    assign(conn, "0808", "rovo", "DAI-15", "M. R.")
    assign(conn, "0808", "prueba de sistema", "-", "M. R.")
    report = send(conn, tmp_path, "b.csv", [row("D-3", "ROVO"), row("D-4", "prueba de sistema"), row("D-1", "Rovo")])
    assert (report.inserted, report.duplicate, report.by_rule) == (1, 1, {"not_an_incident": 1})
    assert list_unknown(conn, "0808") == []
    report = send(conn, tmp_path, "c.csv", [row("P-3", "Rovo")], "policia")  # another source may mean something else
    assert report.by_rule == {"unknown_category": 1}
    assert list_unknown(conn, "0808")[0].alias == "rovo"


def test_what_was_said_can_be_taken_back(conn: Connection, tmp_path: Path) -> None:
    send(conn, tmp_path, "a.csv", [row("D-1", "Rovo"), row("D-2", "Rovo"), row("D-3", "Robo")])
    before, quarantined = live(conn), conn.exec_driver_sql("SELECT * FROM quarantine ORDER BY id").all()
    known = find_cut_off(conn, "0808")
    solved = assign(conn, "0808", "rovo", "DAI-15", "M. R.")
    assert find_cut_off(conn, "0808") > known
    assert undo(conn, "0808", solved.assignment, "A. B.") == 2
    assert live(conn) == before
    assert conn.exec_driver_sql("SELECT * FROM quarantine ORDER BY id").all() == quarantined
    assert account(conn) == (2, 0, 0, 0)
    assert conn.exec_driver_sql("SELECT count(*) FROM incident").scalar_one() == 3  # what was known then stays known
    latest = assignments.list_assignments(conn, "0808")[0]
    assert (latest["undone"], latest["undone_by"], latest["decided_by"]) == (True, "A. B.", "M. R.")
    report = send(conn, tmp_path, "b.csv", [row("D-9", "Rovo")])
    assert report.by_rule == {"unknown_category": 1}
    with pytest.raises(SelectionError):
        undo(conn, "0808", solved.assignment, "A. B.")
    assert assign(conn, "0808", "rovo", "DAI-20", "A. B.").inserted == 3


def test_what_an_institution_amended_since_is_not_taken_back(conn: Connection, tmp_path: Path) -> None:
    send(conn, tmp_path, "a.csv", [row("D-1", "Rovo"), row("D-2", "Rovo")])
    solved = assign(conn, "0808", "rovo", "DAI-15", "M. R.")
    assert send(conn, tmp_path, "b.csv", [row("D-1", "Hurto")]).updated == 1
    assert undo(conn, "0808", solved.assignment, "A. B.") == 1
    assert [(found[3], found[4]) for found in live(conn)] == [("D-1", "DAI-20")]
    assert account(conn) == (1, 1, 0, 0)


def test_a_row_that_came_otherwise_since_is_discarded(conn: Connection, tmp_path: Path) -> None:
    send(conn, tmp_path, "a.csv", [row("D-1", "Rovo"), row("D-2", "Rovo")])
    send(conn, tmp_path, "b.csv", [row("D-1", "Robo"), row("D-2", "Hurto", hour="15:00")])
    solved = assign(conn, "0808", "rovo", "DAI-15", "M. R.")
    assert (solved.inserted, solved.discarded) == (0, 2)
    assert [(found[3], found[4]) for found in live(conn)] == [("D-1", "DAI-15"), ("D-2", "DAI-20")]


def test_an_offence_of_a_case_does_not_replace_another_one_of_it(conn: Connection, tmp_path: Path) -> None:
    send(conn, tmp_path, "a.csv", [row("P-1", "Robo"), row("P-1", "Amenasas graves")], "policia")
    assert assign(conn, "0808", "amenasas graves", "DAI-34", "M. R.").inserted == 1
    assert [(found[3], found[4]) for found in live(conn)] == [("P-1", "DAI-15"), ("P-1", "DAI-34")]


def test_rows_whose_number_was_removed_stay_and_say_so(conn: Connection, tmp_path: Path) -> None:
    send(conn, tmp_path, "a.csv", [row("8-123-4567", "Rovo"), row("D-2", "Rovo")])
    solved = assign(conn, "0808", "rovo", "DAI-15", "M. R.")
    assert (solved.inserted, solved.remaining) == (1, 1)
    left = conn.exec_driver_sql("SELECT solution, solved_at, incident FROM quarantine WHERE line = 2").one()
    assert tuple(left) == ("identifier_removed", None, None)
    assert account(conn) == (0, 1, 0, 1)
    assert undo(conn, "0808", solved.assignment, "M. R.") == 2


def test_rows_that_contradict_each_other_stay(conn: Connection, tmp_path: Path) -> None:
    send(conn, tmp_path, "a.csv", [row("D-1", "Rovo"), row("D-1", "Rovo", hour="16:00"), row("D-2", "Rovo")])
    solved = assign(conn, "0808", "rovo", "DAI-15", "M. R.")
    assert (solved.inserted, solved.remaining) == (1, 2)


def test_rows_on_a_default_point_of_their_file_are_placed_by_their_words(conn: Connection, tmp_path: Path) -> None:
    away = [n * 0.00007 for n in range(300)]
    rows = [row(f"A-{d}", "Robo", north=f"{8.96 + d:.5f}", east=f"{-79.54 + d:.5f}") for d in away]
    rows += [row(f"D-{n}", "Robo", address=f"Calle {n}", day=f"{n % 28 + 1:02}/03/2024") for n in range(300, 340)]
    report = send(conn, tmp_path, "a.csv", [*rows, row("D-999", "Rovo")])
    assert report.repaired_by_rule["pile"] == 40
    assign(conn, "0808", "rovo", "DAI-15", "M. R.")
    found = conn.exec_driver_sql("SELECT method, repairs FROM incident WHERE case_id = 'D-999'").one()
    assert found.method == "corregimiento"
    assert found.repairs[-1]["rule"] == "pile"


@pytest.mark.parametrize(
    ("alias", "choice"),
    [("nobody wrote this", "DAI-15"), ("rovo", "DAI-99"), ("rovo", ""), ("rovo", "CDMX-001"), ("", "DAI-15")],
)
def test_what_cannot_be_assigned_is_refused_and_changes_nothing(
    engine: Engine, tmp_path: Path, alias: str, choice: str
) -> None:
    with begin(engine) as conn:
        send(conn, tmp_path, "a.csv", [row("D-1", "Rovo")])
    with pytest.raises(SelectionError), begin(engine) as conn:
        assign(conn, "0808", alias, choice, "M. R.")
    with begin(engine) as conn:
        assert account(conn) == (1, 0, 0, 0)
        assert assignments.list_assignments(conn, "0808") == []


def test_the_role_of_the_pages_that_write_may_do_all_of_it(engine: Engine, tmp_path: Path) -> None:
    with begin(engine) as conn:
        send(conn, tmp_path, "a.csv", [row("D-1", "Rovo"), row("D-2", "Nada")])
    with begin(engine) as conn:
        lower_transaction(conn, INGEST_ROLE)
        solved = assign(conn, "0808", "rovo", "DAI-15", "M. R.")
        assign(conn, "0808", "nada", "-", "M. R.")
    with begin(engine) as conn:
        lower_transaction(conn, INGEST_ROLE)
        assert undo(conn, "0808", solved.assignment, "M. R.") == 1


def test_a_text_too_long_to_be_a_name_is_not_listed(conn: Connection, tmp_path: Path) -> None:
    send(conn, tmp_path, "a.csv", [row("D-1", "narración " * 40)])
    assert list_unknown(conn, "0808") == []
    assert account(conn) == (1, 0, 0, 0)


def test_proposals_are_the_likest_spellings_each_category_once() -> None:
    choices = {"robo": "DAI-15", "dai 15": "DAI-15", "robo a comercio": "DAI-18", "hurto": "DAI-20"}
    found = propose("robo al comercio", choices)
    assert [proposal.code for proposal in found][:1] == ["DAI-18"]
    assert len({proposal.code for proposal in found}) == len(found)
    assert propose("zzzz", choices) == []
    assert propose("", choices) == []


def test_more_rows_than_a_page_lets_follow_are_refused_and_the_command_takes_them(
    engine: Engine, tmp_path: Path, database_url: str
) -> None:
    with begin(engine) as conn:
        send(conn, tmp_path, "a.csv", [row(f"D-{n}", "Rovo") for n in range(4)])
    with pytest.raises(SelectionError, match="categories assign"), begin(engine) as conn:
        assign(conn, "0808", "rovo", "DAI-15", "M. R.", most_rows=3)
    context = Context(settings=Settings(home=tmp_path, database_url=database_url))
    asked = ["assign", "Rovo", "DAI-15", "--municipality", "0808", "--actor", "M. R."]
    result = CliRunner().invoke(categories, asked, obj=context)
    assert (result.exit_code, result.output) == (0, "Filas: 4 entraron, 0 se descartaron, 0 siguen.\n")
