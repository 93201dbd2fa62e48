"""Uploads and their worker, on a real database: progress, cancelling, a killed worker, the spool."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import ProgrammingError

from geo_observatorio.db.engine import INGEST_ROLE, WEB_ROLE, begin, lower_transaction, make_engine
from geo_observatorio.db.uploads import Upload, cancel_upload, find_upload, list_waiting, queue_upload
from geo_observatorio.services.spool import spool_path
from geo_observatorio.services.upload_work import MOST_ATTEMPTS, run_upload
from geo_observatorio.services.uploads import Sent, keep_upload
from geo_observatorio.services.work import clean

SETTING = """
INSERT INTO municipality VALUES ('0808', 'Panamá', 32617, 'America/Panama');
INSERT INTO boundary_set (municipality, level, edition, sha256) VALUES ('0808', 'corregimiento', 'prueba', 'x');
INSERT INTO area (boundary_set, code, name, area_km2, label, geometry)
SELECT id, '080807', 'Bella Vista', 1, ST_SetSRID(ST_MakePoint(-79.52, 8.98), 4326),
    ST_Multi(ST_MakeEnvelope(-79.55, 8.95, -79.50, 9.00, 4326)) FROM boundary_set;
"""
HEADER = ["caso", "fecha", "hora", "delito", "direccion", "corregimiento", "latitud", "longitud"]
WORKER = """
import sys
from pathlib import Path
from geo_observatorio.services import ingest
from geo_observatorio.services.work import run_worker
ingest.BATCH = 2_000
run_worker(sys.argv[1], Path(sys.argv[2]), lease=float(sys.argv[3]), ready=lambda: print("ready", flush=True))
"""
LEASE = 2.0  # seconds
LONG = 60.0


def never() -> bool:
    return False


@pytest.fixture
def engine(engine: Engine) -> Engine:
    """Return an engine on a database with a municipality of one area."""
    with begin(engine) as conn:
        conn.exec_driver_sql(SETTING)
    return engine


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let progress be told often, so that small files will do."""
    monkeypatch.setattr("geo_observatorio.services.ingest.BATCH", 2_000)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "uploads"


def write_rows(path: Path, n: int, *, refused: int = 0) -> Path:
    """Write a file of the demo's kind, whose last rows have no date."""
    with path.open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(HEADER)
        for i in range(n):
            day = f"{i % 28 + 1:02}/{i // 28 % 12 + 1:02}/2024" if i < n - refused else ""
            place = (f"{8.955 + i % 397 * 0.0001:.5f}", f"{-79.545 + i % 401 * 0.0001:.5f}")
            writer.writerow([f"D-{i}", day, "14:30", "Robo", f"Calle {i}", "Bella Vista", *place])
    return path


@pytest.fixture
def send(engine: Engine, folder: Path) -> Callable[..., UUID]:
    """Return what puts a file into the spool and the queue, as the pages do."""

    def put(n: int, *, refused: int = 0, name: str = "robos.csv") -> UUID:
        upload = uuid4()
        folder.mkdir(exist_ok=True)
        write_rows(spool_path(folder, upload), n, refused=refused)
        with begin(engine) as conn:
            lower_transaction(conn, INGEST_ROLE)
            sent = Sent(id=upload, municipality="0808", source="demo", file_name=name, sent_by="M. R.")
            keep_upload(conn, folder, sent)
            assert queue_upload(conn, upload)
        return upload

    return put


def look(engine: Engine, upload: UUID) -> Upload:
    with begin(engine) as conn:
        found = find_upload(conn, upload)
    assert found is not None
    return found


def wait_for(engine: Engine, upload: UUID, is_so: Callable[[Upload], bool], seconds: float = LONG) -> Upload:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = look(engine, upload)
        if is_so(found):
            return found
        time.sleep(0.02)
    raise AssertionError(look(engine, upload))


def scalar(engine: Engine, sql: str) -> int:
    with begin(engine) as conn:
        number: int = conn.exec_driver_sql(sql).scalar_one()
    return number


@pytest.fixture
def start_worker(database_url: str, folder: Path) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """Return what starts a worker as a process of its own, and stop all of them at the end."""
    started: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        command = [sys.executable, "-c", WORKER, database_url, str(folder), str(LEASE)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def test_a_worker_receives_what_was_queued_and_says_who_sent_it(
    engine: Engine, folder: Path, send: Callable[..., UUID], start_worker: Callable[[], subprocess.Popen[str]]
) -> None:
    worker = start_worker()
    upload = send(500, refused=3, name="robos de enero.csv")
    done = wait_for(engine, upload, lambda found: found.is_over)
    assert (done.state, done.rows_read, done.rows_stored, done.rows_quarantined) == ("done", 500, 497, 3)
    assert not done.known_before
    with begin(engine) as conn:
        row = conn.exec_driver_sql("SELECT file_name, sent_by, inserted, quarantined, report FROM delivery").one()
    assert tuple(row)[:4] == ("robos de enero.csv", "M. R.", 497, 3)
    assert row.report["sent_by"] == "M. R."
    assert list(folder.iterdir()) == []
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(10) == 0


def test_progress_is_seen_from_elsewhere_while_nothing_of_the_file_is_kept_yet(
    engine: Engine, folder: Path, send: Callable[..., UUID]
) -> None:
    upload = send(20_000)
    thread = threading.Thread(target=run_upload, args=(engine, folder, upload, never))
    thread.start()
    seen = wait_for(engine, upload, lambda found: found.rows_read > 4_000)
    assert seen.state == "running"
    assert seen.share is not None
    assert 0.1 < seen.share <= 1
    assert scalar(engine, "SELECT count(*) FROM incident") == 0
    thread.join()
    assert look(engine, upload).state == "done"
    assert scalar(engine, "SELECT count(*) FROM incident") == 20_000


@pytest.mark.parametrize("rows_seen", [1, 18_000])
def test_a_killed_workers_upload_is_taken_up_again_and_has_one_result(
    rows_seen: int,
    engine: Engine,
    send: Callable[..., UUID],
    start_worker: Callable[[], subprocess.Popen[str]],
) -> None:
    first = start_worker()
    upload = send(20_000, refused=5)
    wait_for(engine, upload, lambda found: found.rows_read >= rows_seen)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    assert scalar(engine, "SELECT count(*) FROM delivery") == 0
    start_worker()
    done = wait_for(engine, upload, lambda found: found.is_over)
    assert (done.state, done.attempts, done.rows_read) == ("done", 2, 20_000)
    assert scalar(engine, "SELECT count(*) FROM delivery") == 1
    assert scalar(engine, "SELECT count(*) FROM incident") == 19_995
    assert scalar(engine, "SELECT count(*) FROM quarantine") == 5


def test_a_worker_that_is_stopped_in_the_middle_leaves_the_upload_to_the_next(
    engine: Engine, send: Callable[..., UUID], start_worker: Callable[[], subprocess.Popen[str]]
) -> None:
    first = start_worker()
    upload = send(60_000)  # enough that a fast machine does not finish them before the signal
    wait_for(engine, upload, lambda found: found.rows_read > 0)
    first.send_signal(signal.SIGTERM)
    assert first.wait(10) == 0
    assert look(engine, upload).state == "queued"
    start_worker()
    assert wait_for(engine, upload, lambda found: found.is_over).state == "done"
    assert scalar(engine, "SELECT count(*) FROM incident") == 60_000


def test_a_cancelled_upload_keeps_nothing_and_leaves_no_file(
    engine: Engine, folder: Path, send: Callable[..., UUID]
) -> None:
    upload = send(20_000)
    thread = threading.Thread(target=run_upload, args=(engine, folder, upload, never))
    thread.start()
    wait_for(engine, upload, lambda found: found.rows_read > 0)
    with begin(engine) as conn:
        lower_transaction(conn, INGEST_ROLE)
        assert cancel_upload(conn, upload, "A. B.") == "running"
    thread.join()
    found = look(engine, upload)
    assert (found.state, found.cancelled_by, found.delivery) == ("cancelled", "A. B.", None)
    assert scalar(engine, "SELECT (SELECT count(*) FROM incident) + (SELECT count(*) FROM delivery)") == 0
    assert list(folder.iterdir()) == []


def test_an_upload_that_waits_is_cancelled_at_once_and_never_started(
    engine: Engine, folder: Path, send: Callable[..., UUID]
) -> None:
    upload = send(10)
    with begin(engine) as conn:
        assert cancel_upload(conn, upload, "A. B.") == "cancelled"
        assert cancel_upload(conn, upload, "A. B.") is None
    assert run_upload(engine, folder, upload, never)
    assert scalar(engine, "SELECT count(*) FROM delivery") == 0


def test_the_same_bytes_again_lead_to_the_delivery_of_then(
    engine: Engine, folder: Path, send: Callable[..., UUID]
) -> None:
    first, second = send(50), send(50, name="otro nombre.csv")
    assert run_upload(engine, folder, first, never)
    assert run_upload(engine, folder, second, never)
    assert look(engine, first).delivery == look(engine, second).delivery
    assert scalar(engine, "SELECT count(*) FROM delivery") == 1


def test_a_file_that_ends_its_worker_every_time_is_given_up(
    engine: Engine, folder: Path, send: Callable[..., UUID]
) -> None:
    upload = send(10)
    with begin(engine) as conn:
        conn.exec_driver_sql(f"UPDATE upload SET state = 'running', attempts = {MOST_ATTEMPTS}")
    assert run_upload(engine, folder, upload, never)
    found = look(engine, upload)
    assert found.state == "failed"
    assert found.failure == {"code": "work_lost", "values": {"found": MOST_ATTEMPTS}}


def test_a_file_that_is_gone_fails_with_a_sentence(engine: Engine, folder: Path, send: Callable[..., UUID]) -> None:
    upload = send(10)
    (spool_path(folder, upload)).unlink()
    assert run_upload(engine, folder, upload, never)
    failure = look(engine, upload).failure
    assert failure is not None
    assert failure["code"] == "upload_gone"


def test_an_unforeseen_fault_is_noted_without_what_the_rows_say(
    engine: Engine,
    folder: Path,
    send: Callable[..., UUID],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    secret = "cédula 8-123-456"

    def fail(*_args: object, **_options: object) -> None:
        raise ValueError(secret)

    monkeypatch.setattr("geo_observatorio.services.ingest.ingest_file", fail)
    upload = send(10)
    assert run_upload(engine, folder, upload, never)
    assert look(engine, upload).failure == {"code": "unforeseen", "values": {"found": "ValueError"}}
    assert "ValueError" in caplog.text
    assert secret not in caplog.text


def test_an_upload_whose_place_in_the_queue_was_lost_is_queued_again(
    engine: Engine, folder: Path, send: Callable[..., UUID]
) -> None:
    send(10)
    with begin(engine) as conn:
        conn.exec_driver_sql("SET LOCAL search_path TO procrastinate, public")
        conn.exec_driver_sql("DELETE FROM procrastinate_jobs")
    clean(engine, folder)
    clean(engine, folder)
    assert scalar(engine, "SELECT count(*) FROM procrastinate.procrastinate_jobs") == 1


def test_forgotten_files_are_removed_and_files_that_wait_are_not(
    engine: Engine, folder: Path, send: Callable[..., UUID]
) -> None:
    waiting, forgotten = send(10), send(11)
    stray = folder / "stray"
    stray.write_bytes(b"x")
    long_ago = time.time() - 2 * 24 * 3600
    with begin(engine) as conn:
        conn.exec_driver_sql(
            f"UPDATE upload SET state = 'received', received_at = now() - interval '2 days' WHERE id = '{forgotten}'"
        )
    for path in folder.iterdir():
        os.utime(path, (long_ago, long_ago))
    assert clean(engine, folder) == 2
    assert [path.name for path in folder.iterdir()] == [spool_path(folder, waiting).name]
    with begin(engine) as conn:
        assert list_waiting(conn) == [waiting]


def test_the_pages_may_queue_an_upload_and_nothing_else(database_url: str, engine: Engine) -> None:
    pages = make_engine(database_url, role=WEB_ROLE)
    for role, statement in (
        (WEB_ROLE, "SELECT enqueue_upload(gen_random_uuid())"),
        (WEB_ROLE, "UPDATE upload SET state = 'done'"),
        (INGEST_ROLE, "SELECT * FROM procrastinate.procrastinate_jobs"),
        (INGEST_ROLE, "DELETE FROM upload"),
    ):
        with begin(pages) as conn:
            lower_transaction(conn, role)
            with pytest.raises(ProgrammingError, match="permission denied"):
                conn.exec_driver_sql(statement)
    pages.dispose()
