"""A preview tells what an ingest would do, and leaves nothing behind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine

from geo_observatorio.db.engine import INGEST_ROLE, WEB_ROLE, begin, lower_transaction, make_engine
from geo_observatorio.db.municipalities import find_municipality
from geo_observatorio.services.ingest import ingest_file
from geo_observatorio.services.preview import PreviewRow, preview_file
from geo_observatorio.services.templates import find_template

SAMPLES = Path(__file__).parents[1] / "geo_observatorio" / "samples"
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def conn(city: Engine) -> Iterator[Connection]:
    with begin(city) as conn:
        yield conn


def preview(conn: Connection, source: str, path: Path | None = None, limit: int = 50) -> list[PreviewRow]:
    template = find_template(conn, source)
    place = find_municipality(conn, "0808")
    return preview_file(conn, template, path or SAMPLES / f"{source}.csv", place, limit=limit, now=NOW)


def test_a_preview_tells_what_the_ingest_then_does(conn: Connection) -> None:
    told = preview(conn, "demo")
    assert conn.exec_driver_sql("SELECT count(*) FROM source").scalar_one() == 0
    report = ingest_file(conn, "demo", SAMPLES / "demo.csv", now=NOW)
    assert sum(row.outcome == "inserted" for row in told) == report.inserted
    rules = sorted(row.rule for row in told if row.rule)
    assert rules == sorted(rule for rule, n in report.by_rule.items() for _ in range(n))
    assert [row.line for row in told] == sorted(row.line for row in told)
    again = preview(conn, "demo")
    assert {row.outcome for row in again if not row.rule} == {"duplicate"}


def test_a_preview_tells_when_and_where_and_how_it_was_repaired(conn: Connection) -> None:
    first = preview(conn, "demo")[0]
    assert (first.day, first.hour, first.method, first.area) == (
        date(2024, 1, 15),
        "14:30",
        "coordinate",
        "Bella Vista",
    )
    exchanged = next(row for row in preview(conn, "demo") if row.written.get("case_id") == "D-4")
    assert [repair["rule"] for repair in exchanged.repairs] == ["exchanged_coordinates"]


def test_a_reserved_case_is_told_without_its_place(conn: Connection) -> None:
    row = next(row for row in preview(conn, "policia") if row.category == "DAI-10")
    assert row.reserved
    assert (row.area, row.method, set(row.written)) == ("", "", {"day", "category"})


def test_no_number_of_a_person_is_told(conn: Connection) -> None:
    assert "6612-3456" not in str(preview(conn, "demo"))


def test_a_table_of_counts_is_told_row_by_row_and_reserved_counts_are_not(conn: Connection) -> None:
    told = preview(conn, "casa_justicia_informe")
    assert [(row.line, row.outcome, row.rule) for row in told if row.rule] == [
        (6, "quarantined", "unknown_area"),
        (8, "quarantined", "bad_count"),
    ]
    noise, violence = told[0], told[5]
    assert (noise.area, noise.category, noise.written["INGRESADOS"]) == ("Bella Vista", "CON-06", "40")
    assert (violence.reserved, violence.written) == (True, {"label": "Violencia doméstica"})
    assert conn.exec_driver_sql("SELECT count(*) FROM aggregate").scalar_one() == 0


def test_only_the_first_rows_are_told(conn: Connection) -> None:
    assert len(preview(conn, "demo", limit=3)) == 3


def test_two_rows_that_contradict_each_other_are_told_so(conn: Connection, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("caso,fecha,delito\n1,01/01/2024,Robo\n1,02/01/2024,Robo\n", encoding="utf-8")
    assert [(row.outcome, row.rule) for row in preview(conn, "demo", path)] == [("quarantined", "contradictory_id")] * 2


def test_the_writing_role_of_the_pages_may_preview(city: Engine, database_url: str) -> None:
    pages = make_engine(database_url, role=WEB_ROLE)
    with begin(pages) as conn:
        lower_transaction(conn, INGEST_ROLE)
        assert len(preview(conn, "demo")) == 15
    pages.dispose()
    with begin(city) as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM category").scalar_one() == 0
