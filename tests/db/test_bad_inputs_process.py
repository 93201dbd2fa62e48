"""The bad inputs 69 to 76: what goes wrong around a file. The numbers are those of archivos-dificiles.md."""

import csv
import http.client
import os
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import psycopg2.errors
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from geo_observatorio.db.cluster import Cluster
from geo_observatorio.db.engine import begin, describe_driver_failure, describe_failure, make_engine
from geo_observatorio.db.migrate import migrate
from geo_observatorio.errors import DatabaseFailedError, FileRefusedError
from geo_observatorio.services.conservation import recount
from geo_observatorio.services.fix_me import write_fix_me
from geo_observatorio.services.ingest import IngestReport, ingest_file
from geo_observatorio.services.up import THREADS

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HEADER = ["caso", "fecha", "hora", "delito", "direccion", "corregimiento", "latitud", "longitud"]


@pytest.fixture
def conn(city: Engine) -> Iterable[Connection]:
    with begin(city) as conn:
        yield conn


def row(number: int, **changes: str) -> list[str]:
    values = {
        "caso": f"D-{number}", "fecha": f"{number % 28 + 1:02}/01/2024", "hora": "14:30", "delito": "Robo",
        "direccion": f"Calle {number}", "corregimiento": "Bella Vista",
        "latitud": f"{8.96 + number % 97 * 0.0003:.5f}", "longitud": f"{-79.54 + number % 89 * 0.0003:.5f}",
    }  # fmt: skip
    return list((values | changes).values())


def write(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as text:
        csv.writer(text).writerows([HEADER, *rows])
    return path


def ingest(conn: Connection, path: Path, now: datetime = NOW) -> IngestReport:
    return ingest_file(conn, "demo", path, now=now)


def count(conn: Connection, what: str) -> int:
    number: int = conn.exec_driver_sql(f"SELECT count(*) FROM {what}").scalar_one()
    return number


def halve(path: Path) -> Path:
    half = path.with_name(f"mitad{path.suffix}")
    half.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return half


def test_input_69_half_a_text_gives_its_whole_lines_and_the_whole_file_later_the_rest(
    conn: Connection, tmp_path: Path
) -> None:
    path = write(tmp_path / "entero.csv", [row(number) for number in range(100)])
    first = ingest(conn, halve(path))
    assert (first.inserted, first.by_rule) == (first.rows_read - 1, {"ragged_row": 1})
    second = ingest(conn, path)
    assert (second.inserted + second.duplicate, second.quarantined) == (100, 0)
    assert count(conn, "incident WHERE known_to = 'infinity'") == 100


@pytest.mark.parametrize("suffix", [".xlsx", ".parquet", ".zip"])
def test_input_69_half_a_workbook_a_parquet_or_a_zip_is_refused(conn: Connection, tmp_path: Path, suffix: str) -> None:
    rows, path = [row(number) for number in range(100)], tmp_path / f"entero{suffix}"
    if suffix == ".xlsx":
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("Hoja")
        for cells in (HEADER, *rows):
            sheet.append(cells)
        book.save(path)
    elif suffix == ".parquet":
        pq.write_table(pa.table(dict(zip(HEADER, zip(*rows, strict=True), strict=True))), path)
    else:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.write(write(tmp_path / "a.csv", rows), "a.csv")
    with pytest.raises(FileRefusedError):
        ingest(conn, halve(path))
    assert ingest(conn, path).inserted == 100


ANSWERS = """
def application(environ, start_response):
    start_response("200 OK", [("Content-Length", "2")])
    return [b"si"]
"""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[int]:
    """Return the port of a page served as the observatory's are: by one gthread worker with as many threads."""
    (tmp_path / "answers.py").write_text(ANSWERS)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--threads", str(THREADS)]
    command += ["--no-control-socket", "--log-level", "error", "--bind", f"127.0.0.1:{port}", "answers:application"]
    process = subprocess.Popen(command, cwd=tmp_path)
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            time.sleep(0.05)
    yield port
    process.terminate()
    process.wait()


def test_input_70_a_few_slow_senders_and_a_silent_one_hold_the_others_up_for_seconds_and_no_longer(
    served: int,
) -> None:
    with ExitStack() as opened:
        slow = [opened.enter_context(socket.create_connection(("127.0.0.1", served), 5)) for _ in range(THREADS)]
        for one in slow[1:]:
            one.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Le")  # and no more; the first says nothing at all
        began = time.monotonic()
        for _ in range(5):
            asked = http.client.HTTPConnection("127.0.0.1", served, timeout=20)
            asked.request("GET", "/")
            assert asked.getresponse().read() == b"si"
            asked.close()
        assert time.monotonic() - began < 10


def test_input_72_a_database_that_goes_down_at_the_commit_keeps_nothing_and_takes_the_file_again(
    frail: Cluster, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.csv", [row(number) for number in range(200)])
    engine = make_engine(frail.url())

    def receive() -> None:
        with begin(engine) as conn:
            assert ingest(conn, path).inserted == 200
            frail._control("stop", "-m", "immediate")

    with pytest.raises(DBAPIError) as caught:
        receive()
    assert isinstance(describe_failure(caught.value), DatabaseFailedError)
    assert "Calle" not in str(describe_failure(caught.value))
    frail.ensure_running()
    with begin(engine) as conn:
        assert [count(conn, table) for table in ("incident", "delivery", "quarantine")] == [0, 0, 0]
        assert ingest(conn, path).inserted == 200
    engine.dispose()


def test_input_73_a_full_disk_ends_the_file_in_one_sentence_and_with_room_it_is_taken(
    frail: Cluster, tmp_path: Path
) -> None:
    if not os.path.ismount(frail.home):
        pytest.skip("a small file system of its own needs the right to mount one")
    path = write(tmp_path / "grande.csv", [row(number) for number in range(20_000)])
    filler, engine = frail.home / "filler", make_engine(frail.url())
    free = shutil.disk_usage(frail.home).free
    filler.write_bytes(bytes(max(free - 3_000_000, 0)))
    with pytest.raises(psycopg2.errors.DiskFull) as caught, begin(engine) as conn:
        ingest(conn, path)
    told = str(describe_driver_failure(caught.value))
    assert "No space left on device" in told
    assert "Calle" not in told
    with begin(engine) as conn:
        assert count(conn, "delivery WHERE file_name = 'grande.csv'") == 0
    filler.unlink()
    with begin(engine) as conn:
        report = ingest(conn, path)
        assert report.inserted + report.duplicate + report.updated == 20_000
        assert recount(conn).differences == []
    engine.dispose()


@pytest.fixture(scope="module")
def frail() -> Iterator[Cluster]:
    """Return a cluster that may be stopped and filled, on a file system of its own where that is allowed."""
    home = Path(tempfile.mkdtemp(prefix="obs-frail-"))
    options = ["mount", "-t", "tmpfs", "-o", "size=260m,mode=0711", "tmpfs", str(home)]
    mounted = os.geteuid() == 0 and subprocess.run(options, capture_output=True, check=False).returncode == 0
    cluster = Cluster(home=home)
    cluster.ensure_running()
    engine = make_engine(cluster.url())
    with begin(engine) as conn:
        migrate(conn)
        conn.exec_driver_sql(
            "INSERT INTO municipality (code, name, metric_srid, time_zone)"
            " VALUES ('0808', 'Panamá', 32617, 'America/Panama');"
            "INSERT INTO boundary_set (municipality, level, edition, sha256)"
            " VALUES ('0808', 'corregimiento', 'p', 'x');"
            "INSERT INTO area (boundary_set, code, name, area_km2, label, geometry) SELECT id, '080807', 'Bella Vista',"
            " 30, ST_SetSRID(ST_MakePoint(-79.521, 8.971), 4326),"
            " ST_Multi(ST_MakeEnvelope(-79.55, 8.95, -79.50, 9.0, 4326)) FROM boundary_set"
        )
    engine.dispose()
    yield cluster
    cluster.stop()
    if mounted:
        subprocess.run(["umount", str(home)], check=True)
    shutil.rmtree(home)


def test_input_74_a_clock_behind_sets_rows_aside_and_loses_none(conn: Connection, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [row(1), row(2, fecha="31/12/2025", hora="20:00")])
    early = ingest(conn, path, now=datetime(2025, 12, 31, 12, tzinfo=UTC))
    assert early.by_rule == {"future": 1}
    back = tmp_path / "corregir.csv"
    back.write_bytes(write_fix_me(conn, early.delivery))
    later = ingest(conn, back, now=NOW + timedelta(days=1))
    assert (later.inserted, later.solved) == (1, 1)


def test_input_74_after_a_clock_ahead_what_is_known_later_still_comes_later(conn: Connection, tmp_path: Path) -> None:
    ingest(conn, write(tmp_path / "a.csv", [row(1)]))
    conn.exec_driver_sql("UPDATE delivery SET received_at = received_at + interval '400 days'")
    conn.exec_driver_sql("UPDATE incident SET known_from = known_from + interval '400 days'")
    assert ingest(conn, write(tmp_path / "b.csv", [row(1, delito="Hurto")])).updated == 1
    versions = conn.exec_driver_sql("SELECT category, known_from < known_to FROM incident ORDER BY known_from")
    assert [tuple(version) for version in versions] == [("DAI-15", True), ("DAI-20", True)]


def test_input_75_one_event_told_by_two_institutions_is_kept_twice_and_added_up_nowhere(
    conn: Connection, tmp_path: Path
) -> None:
    ingest(conn, write(tmp_path / "a.csv", [row(1)]))
    police = tmp_path / "p.csv"
    text = (tmp_path / "a.csv").read_text(encoding="utf-8").replace("caso,fecha,hora", "no_caso,fecha_hecho,hora_hecho")
    police.write_text(text, encoding="utf-8")
    report = ingest_file(conn, "policia", police, now=NOW)
    assert (report.inserted, report.duplicate, report.updated) == (1, 0, 0)
    sources = conn.exec_driver_sql("SELECT source, count(*) FROM incident GROUP BY source ORDER BY source").all()
    assert [tuple(source) for source in sources] == [("demo", 1), ("policia", 1)]


def test_input_76_many_tiny_files_cost_the_last_as_little_as_the_first(city: Engine, tmp_path: Path) -> None:
    seconds, memory, catalogue = [], [], []
    for number in range(60):
        path = write(tmp_path / "pequeno.csv", [row(number)])
        began = time.perf_counter()
        with begin(city) as conn:
            assert ingest(conn, path).inserted == 1
        seconds.append(time.perf_counter() - began)
        memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
        with begin(city) as conn:
            catalogue.append(count(conn, "pg_class"))
    assert memory[-1] - memory[20] < 20_000  # KiB
    assert catalogue[-1] == catalogue[20]
    assert sorted(seconds[-20:])[10] < 3 * sorted(seconds[:20])[10]


def test_a_file_that_changes_its_name_between_two_uploads_is_known(conn: Connection, tmp_path: Path) -> None:
    path = write(tmp_path / "=cmd|' C'!A0.csv", [row(1)])
    first: Any = ingest(conn, path)
    assert first.file_name == "=cmd|' C'!A0.csv"
    assert ingest(conn, path.rename(tmp_path / "b.csv")).already_known
