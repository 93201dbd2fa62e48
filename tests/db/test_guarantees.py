"""The guarantees of an ingest under files that nobody wrote: every row accounted for, in any order, reversibly."""

import csv
import io
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine

from geo_observatorio.db.engine import begin
from geo_observatorio.errors import FileRefusedError
from geo_observatorio.services.conservation import recount
from geo_observatorio.services.ingest import IngestReport, ingest_file

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 1, 1, tzinfo=UTC)
HEADER = ["caso", "fecha", "hora", "delito", "direccion", "corregimiento", "latitud", "longitud"]
GOOD = ["D-1", "15/01/2024", "14:30", "Robo", "Calle 1", "Bella Vista", "8.96500", "-79.53000"]
SLOW = settings(
    deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck), max_examples=200
)
COLUMNS = (
    st.sampled_from(["D-1", "D-2", "D-3", "0012", "", "1.23E+15", "TOTAL", "=1+1"]),
    st.sampled_from(
        ["15/01/2024", "31/04/2024", "", "45366", "2024-01-20", "1/1/1985", "01/01/2999", "fecha", "#REF!"]
    ),
    st.sampled_from(["14:30", "24:00", "entre 8 y 10 pm", "s/d", "", "25:61", "00:00"]),
    st.sampled_from(["Robo", "HURTO", "Daños", "DaÃ±os", "Abigeato", "", "DAI-15"]),
    st.sampled_from(["Calle 5", "PanamÃ¡", "tel 6612-3456", "a\0b", "dos\nlíneas", "\u202ex", "", 'dice "hola"', "🙂"]),
    st.sampled_from(["Bella Vista", "Ancón", "", "Marte", "080807"]),
    st.sampled_from(["8.96512", "-79.53111", "0", "91", "8,96512", "8°57'54.4\"N", "", "993234.55", "N/A", "nan"]),
    st.sampled_from(["-79.53111", "8.96512", "0", "79.53111", "-79,53111", "", "662708.88", "6612-3456", "inf"]),
)
ROWS = st.lists(
    st.one_of(
        st.tuples(*COLUMNS).map(list),
        st.just([]),
        st.just([""] * 8),
        st.just(HEADER),
        st.sampled_from([["TOTAL", "5"], ["Fuente: Policía"], ["D-9", "15/01/2024"], [*GOOD, "más"]]),
        st.lists(st.text(max_size=12).filter(lambda text: "\r" not in text), max_size=10),
    ),
    max_size=25,
)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])
DELIMITERS = st.sampled_from(",;\t|")


@pytest.fixture
def conn(city: Engine) -> Any:
    with begin(city) as conn:
        yield conn


def write(path: Path, rows: Sequence[Sequence[object]], delimiter: str = ",", encoding: str = "utf-8") -> Path:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([HEADER, *rows])
    path.write_bytes(text.getvalue().encode(encoding, "replace"))
    return path


def rehearse(conn: Connection, work: Callable[[], None]) -> None:
    """Do some work and keep nothing of it."""
    with conn.begin_nested() as savepoint:
        work()
        savepoint.rollback()


def live(conn: Connection) -> list[tuple[object, ...]]:
    """Return what is known now, without ids and where it came from."""
    sql = (
        "SELECT to_jsonb(i) - '{id,known_from,delivery,sheet,line}'::text[] FROM incident AS i"
        " WHERE known_to = 'infinity'"
    )
    return sorted((str(sorted(found[0].items())),) for found in conn.exec_driver_sql(sql))


def test_every_row_of_two_hundred_dirty_files_is_accounted_for(conn: Connection, tmp_path: Path) -> None:
    @SLOW
    @given(rows=ROWS, delimiter=DELIMITERS, encoding=ENCODINGS)
    def check(rows: list[list[str]], delimiter: str, encoding: str) -> None:
        path = write(tmp_path / "sucio.csv", rows, delimiter, encoding)

        def receive() -> None:
            try:
                report = ingest_file(conn, "demo", path, now=NOW)
            except FileRefusedError:
                return
            assert report.inserted + report.updated + report.duplicate + report.quarantined == report.rows_read
            assert report.by_rule == {rule: n for rule, n in report.by_rule.items() if n > 0}
            assert sum(report.by_rule.values()) == report.quarantined
            assert report.lines == count_records(path, delimiter, encoding)
            assert recount(conn).differences == []
            assert ingest_file(conn, "demo", path, now=NOW).already_known

        rehearse(conn, receive)

    check()


def count_records(path: Path, delimiter: str, encoding: str) -> int:
    """Count the records of a well-quoted file, as the csv module does."""
    with path.open(encoding=encoding, newline="") as text:
        return sum(1 for _ in csv.reader(text, delimiter=delimiter))


def distinct_rows(count: int) -> list[list[str]]:
    return [
        [f"D-{n}", f"{n % 28 + 1:02}/01/2024", ("", "14:30", "24:00", "de 8 a 10 pm")[n % 4], ("Robo", "Hurto")[n % 2],
         f"Calle {n}", ("Bella Vista", "Ancón")[n % 2], f"{8.96 + n * 0.0003:.5f}", f"{-79.54 + n * 0.0007:.5f}"]
        for n in range(count)
    ]  # fmt: skip


def test_any_order_of_rows_and_any_split_into_files_give_the_same_incidents(conn: Connection, tmp_path: Path) -> None:
    rows = [*distinct_rows(24), *distinct_rows(4)]  # the last four come twice

    def receive(parts: Sequence[Sequence[Sequence[str]]]) -> list[tuple[object, ...]]:
        known: list[tuple[object, ...]] = []

        def work() -> None:
            for number, part in enumerate(parts):
                ingest_file(conn, "demo", write(tmp_path / f"{number}.csv", part), now=NOW)
            known.extend(live(conn))

        rehearse(conn, work)
        return known

    whole = receive([rows])
    assert len(whole) == 24

    @settings(SLOW, max_examples=25)
    @given(order=st.permutations(range(len(rows))), cuts=st.lists(st.integers(0, len(rows)), max_size=4))
    def check(order: list[int], cuts: list[int]) -> None:
        shuffled = [rows[at] for at in order]
        bounds = [0, *sorted(cuts), len(rows)]
        assert receive([shuffled[a:b] for a, b in pairwise(bounds)]) == whole

    check()


REVERSIBLE = [
    ("latitud", "8,96512", "latitude"),
    ("longitud", "79.53111", "coordinate"),
    ("fecha", "45306", "day"),
    ("fecha", "5-1-24", "day"),
    ("hora", "24:00", "hour"),
    ("hora", "entre 8 y 10 pm", "hour"),
    ("direccion", "PanamÃ¡, calle 1", "address"),
    ("latitud", "8°57'54.4\"N", "latitude"),
    ("hora", "25:61", "hour"),
]


@pytest.mark.parametrize(("column", "written", "name"), REVERSIBLE)
def test_every_repair_is_told_so_that_it_can_be_taken_back(
    conn: Connection, tmp_path: Path, column: str, written: str, name: str
) -> None:
    row = list((dict(zip(HEADER, GOOD, strict=True)) | {column: written}).values())
    path = tmp_path / "a.csv"
    header = [{"caso": "no_caso", "fecha": "fecha_hecho", "hora": "hora_hecho"}.get(one, one) for one in HEADER]
    with path.open("w", encoding="utf-8", newline="") as text:
        csv.writer(text).writerows([header, row])
    ingest_file(conn, "policia", path, now=NOW)
    found = conn.exec_driver_sql("SELECT repairs FROM incident").scalar_one()
    (repair,) = found
    assert set(repair) == {"field", "from", "to", "rule"}
    assert repair["field"] == name
    before = repair["from"].split()[0] if name == "coordinate" else repair["from"]
    assert before == written


def test_what_a_repair_tells_is_enough_to_write_the_file_as_it_was(conn: Connection, tmp_path: Path) -> None:
    fields = {"address": "direccion", "latitude": "latitud", "longitude": "longitud", "hour": "hora"}
    written = [
        [f"D-{n}", "15/01/2024", ("14:30", "24:00")[n % 2], "Robo", ("Calle 5", "PanamÃ¡")[n % 2], "Bella Vista",
         ("8.96512", "8,96512")[n % 2], ("-79.53111", "-79,53111")[n % 2]]
        for n in range(6)
    ]  # fmt: skip
    ingest_file(conn, "demo", write(tmp_path / "a.csv", written), now=NOW)
    sql = (
        "SELECT case_id, address, ST_Y(location) AS lat, ST_X(location) AS lon, repairs FROM incident ORDER BY case_id"
    )
    for found, row in zip(conn.exec_driver_sql(sql), written, strict=True):
        again = dict(zip(HEADER, row, strict=True)) | {
            "direccion": found.address, "latitud": f"{found.lat:.5f}", "longitud": f"{found.lon:.5f}",
        }  # fmt: skip
        for repair in reversed(found.repairs):
            again[fields[repair["field"]]] = repair["from"]
        assert list(again.values()) == row


def test_killed_at_a_dozen_points_the_database_comes_out_as_if_it_had_not_been(database_url: str) -> None:
    command = [
        sys.executable,
        "-m",
        "benchmarks.crash_points",
        "--points",
        "12",
        "--rows",
        "600",
        "--url",
        database_url,
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 that differ" in done.stdout
    assert int(done.stdout.split(" points, ")[1].split()[0]) >= 6  # the named points at least


def test_a_report_of_an_earlier_version_is_still_read(conn: Connection, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [GOOD])
    first = ingest_file(conn, "demo", path, now=NOW)
    conn.exec_driver_sql("UPDATE delivery SET report = report - '{header,footer,outside,sheets,solved}'::text[]")
    again = ingest_file(conn, "demo", path, now=NOW)
    assert isinstance(again, IngestReport)
    assert (again.already_known, again.inserted, again.header) == (True, first.inserted, 0)
