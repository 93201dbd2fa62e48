"""Amendments, late rows and overlapping months: what was known on each day, on a real database."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection

from geo_observatorio.db.selections import find_cut_off
from geo_observatorio.reports.accounts import amendments_csv
from geo_observatorio.services.amendments import count_amendments, read_history
from geo_observatorio.services.ingest import IngestReport, ingest_file

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HEAD = "caso,fecha,hora,delito,direccion,corregimiento,latitud,longitud"
CITY = """
INSERT INTO municipality VALUES ('0808', 'Panamá', 32617, 'America/Panama');
INSERT INTO boundary_set (municipality, level, edition, sha256) VALUES ('0808', 'corregimiento', 'prueba', 'x');
INSERT INTO area (boundary_set, code, name, area_km2, label, geometry)
SELECT id, '080807', 'Bella Vista', 1, ST_SetSRID(ST_MakePoint(-79.5377, 8.9734), 4326),
    ST_Multi(ST_MakeEnvelope(-79.55, 8.95, -79.50, 9.00, 4326)) FROM boundary_set;
"""
KNOWN = "SELECT case_id FROM incident WHERE known_from <= %(m)s AND known_to > %(m)s ORDER BY case_id"


@pytest.fixture
def conn(conn: Connection) -> Connection:
    """Return an open transaction on a database with a municipality and an area."""
    conn.exec_driver_sql(CITY)
    return conn


def send(conn: Connection, tmp_path: Path, name: str, *rows: str) -> IngestReport:
    path = tmp_path / name
    path.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    return ingest_file(conn, "demo", path, now=NOW)


def row(case: str, **changes: str) -> str:
    values = {"day": "15/01/2024", "hour": "14:30", "offence": "Robo", "address": "Calle 1"} | changes
    day, hour, offence, address = values.values()
    return f'{case},{day},{hour},{offence},"{address}",Bella Vista,8.97123,-79.53123'


def test_a_reissued_month_is_counted_by_delivery_and_field_and_tells_no_address(
    conn: Connection, tmp_path: Path
) -> None:
    send(conn, tmp_path, "enero.csv", row("D-1"), row("D-2"), row("D-3"))
    changed = [row("D-1", offence="Hurto"), row("D-2", hour="15:30", address="Calle secreta"), row("D-3")]
    second = send(conn, tmp_path, "enero corregido.csv", *changed)
    assert (second.updated, second.duplicate) == (2, 1)
    (found,) = count_amendments(conn, "0808")
    assert (found.delivery, found.n) == (second.delivery, 2)
    assert {name: n for name, n in found.fields.items() if n} == {"category": 1, "hour": 1, "address": 1}
    assert "secreta" not in amendments_csv([found])


def test_late_rows_of_an_old_month_come_in_and_were_not_known_before(conn: Connection, tmp_path: Path) -> None:
    send(conn, tmp_path, "enero.csv", row("D-1"))
    then = find_cut_off(conn, "0808")
    report = send(conn, tmp_path, "febrero.csv", row("D-2", day="10/02/2024"), row("D-9", day="20/01/2024"))
    assert report.inserted == 2
    assert conn.exec_driver_sql(KNOWN, {"m": then}).scalars().all() == ["D-1"]
    now = find_cut_off(conn, "0808")
    assert conn.exec_driver_sql(KNOWN, {"m": now}).scalars().all() == ["D-1", "D-2", "D-9"]
    assert count_amendments(conn, "0808") == []


def test_overlapping_months_count_each_case_once_whatever_their_order(conn: Connection, tmp_path: Path) -> None:
    send(conn, tmp_path, "b.csv", row("D-2", day="10/02/2024"), row("D-3", day="11/02/2024"))
    report = send(conn, tmp_path, "a.csv", row("D-1"), row("D-2", day="10/02/2024"))
    assert (report.inserted, report.duplicate) == (1, 1)
    assert conn.exec_driver_sql("SELECT count(*) FROM incident").scalar_one() == 3


def test_the_history_of_a_case_tells_every_version_and_what_changed(conn: Connection, tmp_path: Path) -> None:
    send(conn, tmp_path, "a.csv", row("D-1"))
    send(conn, tmp_path, "b.csv", row("D-1", hour="16:00", address="Calle 2, tel. 6612-3456"))
    send(conn, tmp_path, "c.csv", row("D-1", offence="Hurto", hour="16:00", address="Calle 2, tel. 6612-3456"))
    history = read_history(conn, "0808", "D-1")
    ((first, second, third),) = history.incidents
    assert [list(version.changed) for version in (first, second, third)] == [[], ["hour", "address"], ["category"]]
    assert (first.known_to, third.known_to) == (second.known_from, None)
    assert second.address == "Calle 2, tel. [retirado]"
    assert (second.hour, third.name("en")) == (16, "Theft")


def test_a_case_that_ever_was_reserved_tells_neither_days_nor_places(conn: Connection, tmp_path: Path) -> None:
    send(conn, tmp_path, "a.csv", row("D-1", address="Casa de la víctima"))
    send(conn, tmp_path, "b.csv", row("D-1", offence="Violencia doméstica", address="Otra casa"))
    history = read_history(conn, "0808", "D-1")
    assert history.hidden
    for version in history.incidents[0]:
        assert (version.day, version.hour, version.address, version.area) == (None, None, "", "")
    assert list(history.incidents[0][1].changed) == ["category", "address"]


@pytest.mark.parametrize("case_id", ["", "D-404", "%", "'; DROP TABLE incident; --", "D" * 500])
def test_a_case_that_nobody_sent_has_no_history(conn: Connection, tmp_path: Path, case_id: str) -> None:
    send(conn, tmp_path, "a.csv", row("D-1"))
    assert list(read_history(conn, "0808", case_id).incidents) == []
