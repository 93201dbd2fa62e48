"""The guarantees of an ingest, on a real database."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from sqlalchemy import Connection, Engine

from geo_observatorio.account_names import METHODS, REPAIRS
from geo_observatorio.cli.context import Context
from geo_observatorio.cli.ingest import OUTCOMES
from geo_observatorio.cli.ingest import ingest as command
from geo_observatorio.config import Settings
from geo_observatorio.db.engine import begin, make_engine
from geo_observatorio.errors import FileRefusedError, NotFoundError
from geo_observatorio.language import translate
from geo_observatorio.rules import RULES
from geo_observatorio.services.area_names import AreaFields
from geo_observatorio.services.ingest import IngestReport, ingest_file
from geo_observatorio.services.layers import LayerRequest, add_layer

SAMPLES = Path(__file__).parents[1] / "geo_observatorio" / "samples"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
HEADER = ["caso", "fecha", "hora", "delito", "direccion", "corregimiento", "latitud", "longitud"]


@pytest.fixture
def engine(city: Engine) -> Engine:
    """Return an engine on a database with two municipalities and some areas."""
    return city


@pytest.fixture
def conn(engine: Engine) -> Iterable[Connection]:
    """Return an open transaction on that database."""
    with begin(engine) as conn:
        yield conn


def write(path: Path, rows: Iterable[Iterable[object]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as text:
        csv.writer(text).writerows([HEADER, *rows])
    return path


def row(number: int, **changes: object) -> list[object]:
    """Return a row of the demo; every number has its own day and place."""
    values = {
        "caso": f"D-{number}",
        "fecha": f"{number % 28 + 1:02}/01/2024",
        "hora": "14:30",
        "delito": "Robo",
        "direccion": f"Calle {number}",
        "corregimiento": "Bella Vista",
        "latitud": f"{8.96 + number % 97 * 0.0003:.5f}",
        "longitud": f"{-79.54 + number % 89 * 0.0003:.5f}",
    }
    return list((values | changes).values())


def ingest(conn: Connection, path: Path, source: str = "demo", **options: Any) -> IngestReport:
    report = ingest_file(conn, source, path, now=NOW, **options)
    parts = report.inserted + report.updated + report.duplicate + report.quarantined
    assert parts == report.rows_read
    return report


def count(conn: Connection, what: str) -> int:
    number: int = conn.exec_driver_sql(f"SELECT count(*) FROM {what}").scalar_one()
    return number


def live(conn: Connection) -> list[tuple[object, ...]]:
    """Return what is known now, without what differs from one load to the next."""
    sql = (
        "SELECT source_key, content_hash, case_id, category, occurred_from, occurred_to, local_day, local_hour,"
        " address, stated_area, x, y, method, score, radius, tags::text, repairs::text"
        " FROM incident WHERE known_to = 'infinity' ORDER BY source_key, content_hash"
    )
    return [tuple(found) for found in conn.exec_driver_sql(sql)]


def test_every_row_of_the_sample_is_accounted_for(conn: Connection) -> None:
    report = ingest(conn, SAMPLES / "demo.csv")
    assert (report.rows_read, report.inserted, report.quarantined, report.blank) == (15, 7, 8, 1)
    assert (report.header, report.footer, report.outside, report.lines) == (1, 1, 0, 18)
    assert report.by_rule == {
        "bad_date": 1,
        "future": 1,
        "missing_category": 1,
        "missing_date": 1,
        "missing_id": 1,
        "ragged_row": 1,
        "too_old": 1,
        "unknown_category": 1,
    }
    assert report.placed_by_method == {"coordinate": 4, "corregimiento": 3}
    assert report.repaired_by_rule == {
        "coarse_coordinate": 1,
        "decimal_comma": 2,
        "exchanged_coordinates": 1,
        "lost_minus": 1,
        "personal_number_removed": 1,
        "unreadable_hour": 1,
        "zero_coordinate": 1,
    }
    assert (report.first_day, report.last_day) == ("2024-01-15", "2024-01-25")
    stored = conn.exec_driver_sql("SELECT rows_read, inserted, quarantined, placed, report FROM delivery").one()
    assert tuple(stored)[:4] == (15, 7, 8, 4)
    assert stored.report == report.as_dict()
    assert (count(conn, "incident"), count(conn, "quarantine")) == (7, 8)


def test_an_incident_carries_where_it_came_from_and_how_it_was_placed(conn: Connection) -> None:
    ingest(conn, SAMPLES / "demo.csv")
    found = conn.exec_driver_sql(
        "SELECT line, category, occurred_from, local_hour, time_precision, stated_area, method, ST_X(location) AS lon,"
        " radius, ST_Distance(ST_SetSRID(ST_MakePoint(x, y), 32617), ST_Transform(location, 32617)) AS off"
        " FROM incident WHERE case_id = 'D-4'"
    ).one()
    assert (found.line, found.category, found.local_hour, found.time_precision) == (5, "DAI-01", 8, "minute")
    assert found.occurred_from == datetime(2024, 1, 18, 13, 5, tzinfo=UTC)
    assert (found.stated_area, found.method, found.lon, found.radius) == ("080807", "coordinate", -79.52431, 5)
    assert found.off < 1e-3


def test_the_quarantine_keeps_the_taken_columns_without_numbers_of_persons(conn: Connection, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [row(1, fecha="", direccion="cel. 6612-3456 de 8-123-456")])
    ingest(conn, path)
    found = conn.exec_driver_sql("SELECT line, rule, field, columns FROM quarantine").one()
    assert (found.line, found.rule, found.field) == (2, "missing_date", "day")
    assert found.columns["address"] == "cel. [retirado] de [retirado]"
    assert found.columns["case_id"] == "D-1"


def test_input_65_the_same_bytes_again_change_nothing_and_give_the_same_report(
    conn: Connection, tmp_path: Path
) -> None:
    first = ingest(conn, SAMPLES / "demo.csv")
    before = live(conn)
    again = tmp_path / "otro nombre.csv"
    again.write_bytes((SAMPLES / "demo.csv").read_bytes())
    second = ingest(conn, again)
    assert second.already_known
    assert second.as_dict() == first.as_dict() | {"already_known": True}
    assert live(conn) == before
    assert count(conn, "delivery") == 1


def test_input_68_a_row_of_a_file_that_overlaps_another_is_a_duplicate(conn: Connection, tmp_path: Path) -> None:
    ingest(conn, write(tmp_path / "a.csv", [row(1), row(2)]))
    report = ingest(conn, write(tmp_path / "b.csv", [row(2), row(3)]))
    assert (report.inserted, report.duplicate) == (1, 1)
    assert count(conn, "incident") == 3


def test_input_67_other_content_under_a_known_number_ends_the_old_version(conn: Connection, tmp_path: Path) -> None:
    ingest(conn, write(tmp_path / "a.csv", [row(1), row(2)]))
    report = ingest(conn, write(tmp_path / "b.csv", [row(1, delito="Hurto"), row(2)]))
    assert (report.updated, report.duplicate) == (1, 1)
    versions = conn.exec_driver_sql(
        "SELECT id, category, known_from, known_to FROM incident WHERE case_id = 'D-1' ORDER BY known_from"
    ).all()
    assert [version.category for version in versions] == ["DAI-15", "DAI-20"]
    assert versions[0].id == versions[1].id
    assert versions[0].known_to == versions[1].known_from
    deliveries = conn.exec_driver_sql("SELECT received_at FROM delivery ORDER BY received_at").scalars().all()
    assert [version.known_from for version in versions] == list(deliveries)


def test_an_amendment_that_is_taken_back_is_a_third_version(conn: Connection, tmp_path: Path) -> None:
    ingest(conn, write(tmp_path / "a.csv", [row(1)]))
    ingest(conn, write(tmp_path / "b.csv", [row(1, delito="Hurto")]))
    report = ingest(conn, write(tmp_path / "c.csv", [row(1), row(2)]))
    assert (report.updated, report.inserted) == (1, 1)
    assert count(conn, "incident WHERE case_id = 'D-1'") == 3


def test_one_number_with_two_contents_is_set_aside_whole_and_equal_ones_are_one(
    conn: Connection, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.csv", [row(1), row(1, hora="15:00"), row(1), row(2), row(2), row(3)])
    report = ingest(conn, path)
    assert (report.inserted, report.duplicate, report.quarantined) == (2, 1, 3)
    assert report.by_rule == {"contradictory_id": 3}
    assert [example["line"] for example in report.examples] == [2, 3, 4]
    assert count(conn, "quarantine WHERE columns ->> 'case_id' = 'D-1'") == 3


def test_equal_rows_without_a_number_are_incidents_of_their_own(conn: Connection, tmp_path: Path) -> None:
    report = ingest(conn, SAMPLES / "cdmx.csv", "cdmx")
    assert (report.inserted, report.duplicate, report.quarantined) == (5, 0, 2)
    again = tmp_path / "cdmx2.csv"
    again.write_text((SAMPLES / "cdmx.csv").read_text(encoding="utf-8") + "\n\n", encoding="utf-8")
    report = ingest(conn, again, "cdmx")
    assert (report.inserted, report.duplicate, report.quarantined) == (0, 5, 2)
    assert report.placed_by_method == {}


def test_the_rows_of_a_case_are_offences_and_a_lone_one_may_change_its_category(
    conn: Connection, tmp_path: Path
) -> None:
    report = ingest(conn, SAMPLES / "policia.csv", "policia")
    assert (report.inserted, report.quarantined, report.header, report.footer) == (4, 1, 4, 1)
    assert count(conn, "incident WHERE case_id = 'P-1'") == 2
    head = "NO_CASO,FECHA_HECHO,DELITO,CORREGIMIENTO\n"
    recoded = tmp_path / "b.csv"
    recoded.write_text(head + "P-2,15/03/2019,Robo,24 de Diciembre\nP-1,15/03/2024,Robo,\n", encoding="utf-8")
    report = ingest(conn, recoded, "policia")
    assert (report.inserted, report.updated) == (1, 1)  # P-1 has two offences already: a third one comes
    rows = conn.exec_driver_sql(
        "SELECT category, known_to = 'infinity' AS live FROM incident WHERE case_id = 'P-2' ORDER BY known_from"
    )
    assert [tuple(found) for found in rows] == [("DAI-20", False), ("DAI-15", True)]


def test_a_rehearsal_reports_the_same_and_keeps_nothing(conn: Connection) -> None:
    rehearsal = ingest(conn, SAMPLES / "demo.csv", dry_run=True)
    assert [count(conn, table) for table in ("incident", "delivery", "quarantine")] == [0, 0, 0]
    real = ingest(conn, SAMPLES / "demo.csv")
    assert (rehearsal.inserted, rehearsal.by_rule) == (real.inserted, real.by_rule)
    assert rehearsal.dry_run


def test_the_order_of_rows_and_the_split_into_files_change_nothing(
    conn: Connection, engine: Engine, tmp_path: Path
) -> None:
    rows = [row(number, hora="" if number % 5 == 0 else "14:30") for number in range(300)]
    ingest(conn, write(tmp_path / "a.csv", rows))
    whole = live(conn)
    conn.exec_driver_sql("TRUNCATE incident, delivery, quarantine CASCADE")
    rows = [rows[at] for at in np.random.default_rng(7).permutation(len(rows))]
    for number, part in enumerate((rows[:120], rows[120:])):
        ingest(conn, write(tmp_path / f"b{number}.csv", part))
    assert live(conn) == whole


def test_a_refused_file_leaves_no_trace(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(",".join(HEADER) + "\n" + ",".join(map(str, row(1))) + '\n"' + "x" * 1_100_000, encoding="utf-8")
    with pytest.raises(FileRefusedError), begin(engine) as conn:
        ingest(conn, path)
    with begin(engine) as conn:
        assert [count(conn, table) for table in ("incident", "delivery", "quarantine")] == [0, 0, 0]
    with pytest.raises(NotFoundError), begin(engine) as conn:
        ingest(conn, path, "bomberos")


def test_input_66_the_same_file_eight_times_at_once_is_one_delivery(
    engine: Engine, tmp_path: Path, database_url: str
) -> None:
    path = write(tmp_path / "a.csv", [row(number) for number in range(500)])
    engines = [make_engine(database_url) for _ in range(8)]

    def run(one: Engine) -> bool:
        with begin(one) as conn:
            return ingest(conn, path).already_known

    with ThreadPoolExecutor(8) as pool:
        known = sorted(pool.map(run, engines))
    for one in engines:
        one.dispose()
    assert known == [False] + [True] * 7
    with begin(engine) as conn:
        assert (count(conn, "delivery"), count(conn, "incident")) == (1, 500)


KILLED = """
import sys
from pathlib import Path
from geo_observatorio.db.engine import begin, make_engine
from geo_observatorio.services import ingest
ingest.BATCH = 1000
with begin(make_engine(sys.argv[1])) as conn:
    ingest.ingest_file(conn, "demo", Path(sys.argv[2]))
    print("kept", flush=True)
    sys.stdin.read()
"""


def test_input_71_a_kill_in_the_middle_leaves_nothing_half_done(
    engine: Engine, tmp_path: Path, database_url: str
) -> None:
    path = write(tmp_path / "a.csv", [row(number) for number in range(5_000)])
    for wait_for_the_end in (False, True):
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED, database_url, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        if wait_for_the_end:
            assert process.stdout is not None
            assert process.stdout.readline() == b"kept\n"  # all is written, nothing is committed
        else:
            _wait_for_rows(engine)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        with begin(engine) as conn:
            assert [count(conn, table) for table in ("incident", "delivery", "quarantine")] == [0, 0, 0]
    with begin(engine) as conn:
        assert ingest(conn, path).inserted == 5_000


def _wait_for_rows(engine: Engine) -> None:
    """Wait until another process is receiving a file."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with begin(engine) as conn:
            if count(conn, "pg_locks WHERE locktype = 'advisory'"):
                return
        time.sleep(0.01)
    raise AssertionError("the other process received nothing")


def test_input_51_a_planted_pile_of_a_third_is_found_and_a_crowded_place_stays(
    conn: Connection, tmp_path: Path
) -> None:
    areas = ["Bella Vista", "San Francisco", "Río Abajo", "Juan Díaz", "Ancón", "Betania"]
    spread = [row(n, corregimiento=areas[n % 6]) for n in range(400)]
    default = {"latitud": "8.98123", "longitud": "-79.53321"}
    pile = [row(n, corregimiento=areas[n % 6], direccion=f"Casa {n}", **default) for n in range(1000, 1300)]
    mall = {
        "latitud": "8.97111",
        "longitud": "-79.51111",
        "direccion": "Centro comercial",
        "corregimiento": "Bella Vista",
    }
    crowd = [row(n, **mall) for n in range(2000, 2300)]
    report = ingest(conn, write(tmp_path / "a.csv", [*spread, *pile, *crowd]))
    assert report.repaired_by_rule["pile"] == 300
    piled = conn.exec_driver_sql("SELECT DISTINCT method, x, repairs FROM incident WHERE address LIKE 'Casa %%'")
    assert [tuple(found) for found in piled] == [
        ("corregimiento", None, [{"field": "coordinate", "from": "-79.53321 8.98123", "to": "", "rule": "pile"}])
    ]
    assert count(conn, "incident WHERE address = 'Centro comercial' AND method = 'coordinate'") == 300


def test_a_default_within_one_area_is_found_by_its_many_addresses(conn: Connection, tmp_path: Path) -> None:
    station = {"latitud": "8.98123", "longitud": "-79.53321"}
    rows = [row(n) for n in range(900)] + [row(n, direccion=f"Calle {n}", **station) for n in range(1000, 1050)]
    report = ingest(conn, write(tmp_path / "a.csv", rows))
    assert report.repaired_by_rule["pile"] == 50


def test_a_mall_told_in_many_ways_stays_where_it_is(conn: Connection, tmp_path: Path) -> None:
    mall = {"latitud": "8.98123", "longitud": "-79.53321"}
    rows = [row(n) for n in range(900)]
    rows += [row(n, direccion=f"Multiplaza, local {n}, piso {n % 3}", **mall) for n in range(1000, 1050)]
    assert "pile" not in ingest(conn, write(tmp_path / "a.csv", rows)).repaired_by_rule


def test_a_second_file_of_one_transaction_is_planned_by_what_the_first_left(conn: Connection, tmp_path: Path) -> None:
    rows = [[f"D-{i}", "15/01/2025", "10:00", "Robo", "", "Bella Vista", "", ""] for i in range(500)]
    ingest_file(conn, "demo", write(tmp_path / "primero.csv", rows), now=NOW)
    guessed = conn.exec_driver_sql("SELECT reltuples FROM pg_class WHERE relname = 'incident'").scalar_one()
    assert guessed == 500


def test_input_76_a_tiny_file_does_not_look_at_all_that_is_there(conn: Connection, tmp_path: Path) -> None:
    rows = [[f"D-{i}", "15/01/2025", "10:00", "Robo", "", "Bella Vista", "", ""] for i in range(500)]
    ingest_file(conn, "demo", write(tmp_path / "primero.csv", rows), now=NOW)
    known = "SELECT reltuples FROM pg_class WHERE relname = 'incident'"
    for n, expected in ((1, 500), (2, 500), (40, 543)):
        more = [[f"E-{n}-{i}", *rows[0][1:]] for i in range(n)]
        ingest_file(conn, "demo", write(tmp_path / f"{n}.csv", more), now=NOW)
        assert conn.exec_driver_sql(known).scalar_one() == expected


def test_the_report_is_plain_json(conn: Connection) -> None:
    report = ingest(conn, SAMPLES / "policia.csv", "policia")
    assert json.loads(json.dumps(report.as_dict())) == report.as_dict()
    assert "P-1" not in json.dumps(report.as_dict())


@pytest.mark.shared
def test_in_mexico_city_a_planted_pile_is_found_and_no_real_place_is_lost(
    conn: Connection, tmp_path: Path, shared: Path
) -> None:
    layer = LayerRequest(
        municipality="09", level="colonia", edition="todas", fields=AreaFields(names=("alcaldia", "colonia"))
    )
    add_layer(conn, shared / "data" / "layers" / "cdmx_colonias.geojson", layer)
    sample = shared / "data" / "incidents" / "cdmx_carpetas_muestra_20k.csv"
    whole = ingest(conn, sample, "cdmx", dry_run=True)
    assert "pile" not in whole.repaired_by_rule
    assert whole.placed_by_method["coordinate"] > 0.999 * whole.rows_read
    planted = tmp_path / "planted.csv"
    with sample.open(encoding="utf-8", newline="") as text, planted.open("w", encoding="utf-8", newline="") as copy:
        rows = list(csv.DictReader(text))
        for number, found in enumerate(rows):
            if number % 10 < 3:
                found |= {"lat": "19.42847", "lon": "-99.12766"}
        writer = csv.DictWriter(copy, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    report = ingest(conn, planted, "cdmx")
    assert report.repaired_by_rule["pile"] == 6_000
    assert report.placed_by_method["corregimiento"] == pytest.approx(6_000, rel=0.02)


def test_the_command_writes_a_table_or_one_json_object(engine: Engine, database_url: str) -> None:
    context = Context(settings=Settings(home=Path("/nowhere"), database_url=database_url))
    run = partial(CliRunner().invoke, obj=context, catch_exceptions=False)
    plain = run(command, ["demo", str(SAMPLES / "demo.csv"), "--dry-run"])
    assert plain.exit_code == 0
    assert "en cuarentena" in plain.stdout
    assert "Solo un ensayo" in plain.stderr
    first = json.loads(run(command, ["demo", str(SAMPLES / "demo.csv"), "--json"]).stdout)
    again = json.loads(run(command, ["demo", str(SAMPLES / "demo.csv"), "--json"]).stdout)
    assert (first["inserted"], first["already_known"], again["already_known"]) == (7, False, True)


def test_every_name_in_a_report_has_words_in_both_languages() -> None:
    names = [name for _, name in OUTCOMES] + [*RULES.values(), *METHODS.values(), *REPAIRS.values()]
    assert [name for name in names if translate(name, "en") == name] == []
