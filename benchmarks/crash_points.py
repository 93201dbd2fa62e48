"""A process that receives a file is killed again and again; what is in the database at last must be as if it was not.

python -m benchmarks.crash_points [--points 100] [--rows 3000] [--url ADDRESS]

Half of the kills come at named points (before and after each step that writes, the n-th time it is done), half at
random moments. After each kill the database must hold the file whole or not at all; then the file is sent again. The
final content, without ids and moments, is compared with that of an undisturbed run. Exit status 1 where one differs.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Engine

from benchmarks.databases import fresh_database
from geo_observatorio.db import incidents
from geo_observatorio.db.engine import begin, make_engine
from geo_observatorio.services import ingest

NOW = datetime(2026, 1, 1, tzinfo=UTC)
CITY = """
INSERT INTO municipality (code, name, metric_srid, time_zone) VALUES ('0808', 'Panamá', 32617, 'America/Panama')
    ON CONFLICT DO NOTHING;
INSERT INTO boundary_set (municipality, level, edition, sha256) VALUES ('0808', 'corregimiento', 'prueba', 'x')
    ON CONFLICT DO NOTHING;
INSERT INTO area (boundary_set, code, name, area_km2, label, geometry)
SELECT b.id, '080807', 'Bella Vista', 30, ST_SetSRID(ST_MakePoint(-79.521, 8.971), 4326),
    ST_Multi(ST_MakeEnvelope(-79.55, 8.95, -79.50, 9.0, 4326))
FROM boundary_set AS b WHERE b.municipality = '0808' AND b.level = 'corregimiento' ON CONFLICT DO NOTHING;
"""
CONTENT = """
SELECT to_jsonb(i) - '{id,known_from,delivery}'::text[] FROM incident AS i
UNION ALL SELECT to_jsonb(q) - '{id,delivery}'::text[] FROM quarantine AS q
UNION ALL SELECT to_jsonb(d) - '{id,received_at,report}'::text[] FROM delivery AS d
"""
Point = tuple[Any, str, int, bool]
BATCHES = 4
STEPS: list[tuple[Any, str]] = [  # where the steps of an ingest stand
    (ingest, "lock_source"),
    (incidents, "open_stage"),
    (incidents, "stage_rows"),
    (incidents, "stage_refused"),
    (ingest, "_move_piles"),
    (incidents, "decide"),
    (ingest, "save_delivery"),
    (incidents, "keep"),
    (ingest, "solve_refused"),
    (ingest, "save_report"),
    (incidents, "close_stage"),
]


def write_file(path: Path, rows: int) -> Path:
    """Write a file of all outcomes: good rows, repeated ones, contradictions, bad dates, a default point."""
    with path.open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(["caso", "fecha", "hora", "delito", "direccion", "corregimiento", "latitud", "longitud"])
        for n in range(rows):
            day = "31/04/2024" if n % 17 == 0 else f"{n % 28 + 1:02}/01/2024"
            case = f"D-{n // 2 if n % 23 == 0 else n}"
            latitude, longitude = f"{8.96 + n % 97 * 0.0003:.5f}", f"{-79.54 + n % 89 * 0.0003:.5f}"
            writer.writerow([case, day, "14:30", "Robo", f"Calle {n}", "Bella Vista", latitude, longitude])
    return path


def receive(url: str, path: Path) -> None:
    """Receive the file in a transaction of its own."""
    engine = make_engine(url)
    with begin(engine) as conn:
        ingest.ingest_file(conn, "demo", path, now=NOW)
    engine.dispose()


@contextmanager
def kill_at(module: Any, name: str, *, nth: int, after: bool) -> Iterator[None]:
    """Let this process die at the n-th time that a step begins or ends."""
    step, left = getattr(module, name), [nth]

    def die(*args: Any, **kwargs: Any) -> Any:
        left[0] -= 1
        if not left[0] and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        answer = step(*args, **kwargs)
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    setattr(module, name, die)
    try:
        yield
    finally:
        setattr(module, name, step)


def start(work: Callable[[], None]) -> int:
    """Do some work in a child of this process; return its number."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    return child


def list_points() -> list[Point]:
    """Return all named points: before and after each step, those done for each batch at several times."""
    repeated = {"stage_rows", "stage_refused"}
    return [
        (module, name, nth, after)
        for module, name in STEPS
        for nth in (range(1, BATCHES) if name in repeated else (1,))
        for after in (False, True)
    ]


def kill_at_step(url: str, path: Path, point: Point) -> tuple[str, bool]:
    """Let a child die at a named point; return its name and whether it died there."""
    module, name, nth, after = point

    def work() -> None:
        with kill_at(module, name, nth=nth, after=after):
            receive(url, path)

    _, status = os.waitpid(start(work), 0)
    return f"{'after' if after else 'before'} {name}, time {nth}", os.WIFSIGNALED(status)


def kill_at_random(url: str, path: Path, seconds: float) -> tuple[str, bool]:
    """Kill a child after some time; return when, and whether it was still at work."""
    child = start(partial(receive, url, path))
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return f"after {seconds * 1000:.0f} ms", os.WIFSIGNALED(status)


def content_of(engine: Engine) -> str:
    """Hash what the database holds, without ids and moments."""
    with begin(engine) as conn:
        rows = sorted(str(sorted(row[0].items())) for row in conn.exec_driver_sql(CONTENT))
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def empty(engine: Engine) -> None:
    """Forget everything that was received."""
    with begin(engine) as conn:
        conn.exec_driver_sql("TRUNCATE incident, quarantine, delivery CASCADE")


def main() -> None:
    """Kill, look, send again, compare; print a line of counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=100)
    parser.add_argument("--rows", type=int, default=3_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--url", default="")
    options = parser.parse_args()
    ingest.BATCH = max(options.rows // BATCHES, 1)  # several batches of a small file
    with tempfile.TemporaryDirectory() as folder, nullcontext(options.url) if options.url else fresh_url() as url:
        path = write_file(Path(folder) / "archivo.csv", options.rows)
        sys.exit(run(url, path, options.points, np.random.default_rng(options.seed)))


@contextmanager
def fresh_url() -> Iterator[str]:
    """Yield the address of a database of its own."""
    with fresh_database() as engine:
        yield engine.url.render_as_string(hide_password=False).replace("+psycopg2", "")


def run(url: str, path: Path, points: int, rng: np.random.Generator) -> int:
    """Do all kills; return 1 where a database came out otherwise."""
    engine = make_engine(url)
    with begin(engine) as conn:
        conn.exec_driver_sql(CITY)
    nothing, expected, whole = content_of(engine), "", 0.0
    for _ in range(2):  # the first warms what the second, which is timed, finds warm
        empty(engine)
        began = time.perf_counter()
        os.waitpid(start(partial(receive, url, path)), 0)
        whole, expected = time.perf_counter() - began, content_of(engine)
    empty(engine)
    named, wrong, killed, finished = list_points(), [], 0, 0
    rng.shuffle(named)
    for number in range(points):
        engine.dispose()  # no connection is shared with a child
        if number % 2 == 0 and named:
            told, died = kill_at_step(url, path, named.pop())
        else:
            told, died = kill_at_random(url, path, float(rng.uniform(0, whole)))
        left = content_of(engine)
        killed, finished = killed + died, finished + (left == expected)
        if left not in {nothing, expected}:
            wrong.append(f"{told}: half done")
        receive(url, path)
        if content_of(engine) != expected:
            wrong.append(f"{told}: another database in the end")
        empty(engine)
    print(f"{points} points, {killed} killed there, {finished} with the file whole already, {len(wrong)} that differ")
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    main()
