"""Files of counts on a real database: accounted for like incidents, kept as counts, amended without loss."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Connection, Engine

from geo_observatorio.account_names import COUNTS, REPAIRS
from geo_observatorio.cli.context import Context
from geo_observatorio.cli.ingest import ingest as command
from geo_observatorio.config import Settings
from geo_observatorio.db.engine import begin
from geo_observatorio.db.selections import find_period
from geo_observatorio.rules import RULES
from geo_observatorio.services.ingest import ingest_file
from geo_observatorio.services.ingest_report import IngestReport
from geo_observatorio.services.overview import list_sources

SAMPLES = Path(__file__).parents[1] / "geo_observatorio" / "samples"
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def conn(city: Engine) -> Iterator[Connection]:
    with begin(city) as conn:
        yield conn


def ingest(conn: Connection, path: Path, source: str, **options: Any) -> IngestReport:
    report = ingest_file(conn, source, path, now=NOW, **options)
    parts = report.inserted + report.updated + report.duplicate + report.quarantined
    assert parts == report.rows_read
    return report


def rows(conn: Connection, columns: str, where: str = "true") -> list[tuple[object, ...]]:
    sql = f"SELECT {columns} FROM aggregate WHERE known_to = 'infinity' AND {where}"
    return sorted(map(tuple, conn.exec_driver_sql(sql)), key=repr)


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_the_table_of_the_prosecutor_becomes_counts_and_never_points(conn: Connection) -> None:
    report = ingest(conn, SAMPLES / "ministerio_publico.csv", "ministerio_publico")
    assert (report.rows_read, report.inserted, report.quarantined, report.blank) == (5, 4, 1, 7)
    assert report.by_rule == {"total_differs": 1}
    assert report.counts == {"inserted": 47, "without_category": 12}
    assert (report.first_day, report.last_day) == ("2024-01-01", "2024-12-31")
    assert conn.exec_driver_sql("SELECT count(*) FROM incident").scalar_one() == 0
    sums = rows(conn, "article, category, sum(n)", "true GROUP BY article, category")
    assert sums == [("131", "DAI-01", 11), ("136", None, 12), ("200", "DAI-10", 96), ("213", "DAI-20", 11)]
    assert rows(conn, "DISTINCT level, area, unit, status") == [("country", "Panamá", "denuncias", "P")]
    refused = conn.exec_driver_sql("SELECT line, rule, columns->>'label' FROM quarantine").one()
    assert tuple(refused) == (14, "total_differs", "Art. 214 - Hurto Agravado")


def test_the_same_bytes_change_nothing(conn: Connection) -> None:
    first = ingest(conn, SAMPLES / "siec.csv", "siec")
    again = ingest(conn, SAMPLES / "siec.csv", "siec")
    assert again.already_known
    assert (again.counts, again.inserted) == (first.counts, first.inserted)


def test_a_dry_run_reports_and_keeps_nothing(conn: Connection) -> None:
    report = ingest(conn, SAMPLES / "siec.csv", "siec", dry_run=True)
    assert report.inserted == 6
    for table in ("aggregate", "delivery", "quarantine", "source"):
        assert conn.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() == 0


def test_counts_are_about_the_unit_that_the_row_names(conn: Connection) -> None:
    report = ingest(conn, SAMPLES / "siec.csv", "siec")
    assert report.by_rule == {"bad_date": 1, "future": 1, "too_old": 1}
    assert rows(conn, "level, area, n", "label = 'Homicidios' AND period_from = '2023-01-01'") == [
        ("country", "Panamá", 31),
        ("district", "Panamá", 9),
        ("district", "San Miguelito", 4),
        ("province", "Panamá", 15),
    ]
    assert rows(conn, "n, status", "period_from = '2023-02-01'") == [(11, "P")]


def test_the_quarterly_report_is_told_from_the_list_of_cases_by_its_header(conn: Connection) -> None:
    report = ingest(conn, SAMPLES / "casa_justicia_informe.csv", "casa_justicia")
    assert report.source == "casa_justicia_informe"
    assert report.by_rule == {"bad_count": 1, "unknown_area": 1}
    assert (report.rows_read, report.inserted) == (8, 6)
    assert rows(conn, "measure, n", "label = 'Ruido' AND area = '080807'") == [
        ("agreements", 12),
        ("entered", 40),
        ("pending", 9),
        ("resolved", 31),
    ]
    assert rows(conn, "DISTINCT period_from::text, period_to::text") == [("2025-04-01", "2025-06-30")]


def test_the_list_of_cases_becomes_incidents_without_the_names_in_it(conn: Connection) -> None:
    report = ingest(conn, SAMPLES / "casa_justicia.csv", "casa_justicia")
    assert (report.source, report.inserted, report.by_rule) == (
        "casa_justicia",
        3,
        {"bad_date": 1, "unknown_category": 1},
    )
    kept = conn.exec_driver_sql("SELECT category, tags->>'state' FROM incident ORDER BY category").all()
    assert [tuple(row) for row in kept] == [("CON-06", "Resuelto"), ("CON-07", "Pendiente"), ("CON-10", "Resuelto")]
    everything = conn.exec_driver_sql(
        "SELECT string_agg(i::text, '') || coalesce((SELECT string_agg(q::text, '') FROM quarantine AS q), '')"
        " FROM incident AS i"
    ).scalar_one()
    assert "Persona Inventada" not in everything


def test_a_reissued_file_closes_the_amended_counts_and_keeps_them(conn: Connection, tmp_path: Path) -> None:
    text = "Año 2024 (P)\nDELITO,ENE,FEB,MAR\nHurto,5,6,7\nRobo,1,1,1\n"
    ingest(conn, write(tmp_path / "a.csv", text), "ministerio_publico")
    amended = text.replace("5,6,7", "5,8,7").replace("Robo,1,1,1", "Robo,1,1,1\nEstafa,2,2,2")
    report = ingest(conn, write(tmp_path / "b.csv", amended), "ministerio_publico")
    assert (report.updated, report.duplicate, report.inserted) == (1, 1, 1)
    assert report.counts == {"duplicate": 5, "inserted": 3, "updated": 1, "without_category": 3}
    history = conn.exec_driver_sql(
        "SELECT n, known_to = 'infinity' FROM aggregate WHERE label = 'Hurto' AND period_from = '2024-02-01' ORDER BY n"
    ).all()
    assert [tuple(row) for row in history] == [(6, False), (8, True)]


def test_a_figure_that_is_no_longer_preliminary_is_an_amendment(conn: Connection, tmp_path: Path) -> None:
    text = "Año 2024 (P)\nDELITO,ENE,FEB,MAR\nHurto,5,6,7\n"
    ingest(conn, write(tmp_path / "a.csv", text), "ministerio_publico")
    report = ingest(conn, write(tmp_path / "b.csv", text.replace(" (P)", "")), "ministerio_publico")
    assert (report.updated, rows(conn, "DISTINCT status")) == (1, [("",)])


def test_two_rows_that_contradict_each_other_are_both_set_aside(conn: Connection, tmp_path: Path) -> None:
    text = "CLASE,DISTRITO,2023\nRobos,Panamá,1\nROBOS,Panamá,2\nHurtos,Panamá,3\nHurtos,Panamá,3\n"
    report = ingest(conn, write(tmp_path / "a.csv", text), "siec")
    assert (report.inserted, report.duplicate, report.by_rule) == (1, 1, {"contradictory_count": 2})
    assert conn.exec_driver_sql("SELECT count(*) FROM quarantine").scalar_one() == 2
    assert {example["rule"] for example in report.examples} == {"contradictory_count"}


def test_a_count_beside_a_contradiction_is_not_lost_where_another_row_says_it_too(
    conn: Connection, tmp_path: Path
) -> None:
    text = "CLASE,DISTRITO,2022,2023\nRobos,Panamá,1,5\nRobos,Panamá,2,5\nRobos,Panamá,,5\n"
    report = ingest(conn, write(tmp_path / "a.csv", text), "siec")
    assert (report.inserted, report.by_rule) == (1, {"contradictory_count": 2})
    assert rows(conn, "n") == [(5,)]


def test_any_order_and_any_split_give_the_same_counts(conn: Connection, tmp_path: Path) -> None:
    lines = [f"{name},Panamá,{n},{n + 1}" for n, name in enumerate(("Robos", "Hurtos", "Riñas", "Estafa"))]
    head = "CLASE,DISTRITO,2022,2023"
    for number, part in enumerate((lines[2:], lines[:3])):
        ingest(conn, write(tmp_path / f"{number}.csv", "\n".join([head, *reversed(part)])), "siec")
    kept = rows(conn, "source_key, label, n, period_from")
    conn.exec_driver_sql("UPDATE aggregate SET known_to = clock_timestamp()")
    ingest(conn, write(tmp_path / "all.csv", "\n".join([head, *lines])), "siec")
    assert rows(conn, "source_key, label, n, period_from") == kept


def test_counts_are_offered_to_no_map_and_move_no_period(conn: Connection) -> None:
    ingest(conn, SAMPLES / "siec.csv", "siec")
    assert list_sources(conn, "0808") == []
    assert find_period(conn, "0808") is None


def test_the_command_takes_files_of_counts(city: Engine, database_url: str, tmp_path: Path) -> None:
    context = Context(settings=Settings(home=tmp_path, database_url=database_url))
    path = str(SAMPLES / "ministerio_publico.csv")
    done = CliRunner().invoke(command, ["ministerio_publico", path, "--json"], obj=context)
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["counts"] == {"inserted": 47, "without_category": 12}
    told = CliRunner().invoke(command, ["ministerio_publico", path], obj=context)
    assert "Conteos" in told.stdout
    assert "el total no es la suma" in told.stdout
    with begin(city) as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM delivery").scalar_one() == 1


def test_every_rule_of_counts_has_a_name() -> None:
    assert {"total_differs", "subtotal_differs", "bad_count", "contradictory_count", "unknown_area"} <= set(RULES)
    assert {"missing_label", "bad_label"} <= set(RULES)
    assert {"label_filled_down", "label_by_position", "year_from_file_name"} <= set(REPAIRS)
    assert set(COUNTS) == {"inserted", "updated", "duplicate", "without_category"}
