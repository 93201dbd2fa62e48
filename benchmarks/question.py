"""The whole question, from the database to the picture: density of 100,000 and of 1,000,000 incidents.

python -m benchmarks.question [--sizes 100000 1000000] [--repeats 5]

A private cluster in a temporary folder holds the demo city, its incidents repeated with a jitter of some 300 m until
there are enough. "First" is a question whose answer is not known (database, statistic, finding kept, picture);
"again" is the same question when it is. The process is warm: libraries loaded, kernels compiled.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine, text

from analysis import find_statistic
from benchmarks.databases import fresh_database
from geo_observatorio.db.engine import begin
from geo_observatorio.maps import draw
from geo_observatorio.models import Selection
from geo_observatorio.provenance import Finding
from geo_observatorio.services.demo_data import load_demo
from geo_observatorio.services.studies import run_study

FILL = """
INSERT INTO incident (known_from, municipality, source, source_key, content_hash, delivery, line, category,
    occurred_from, occurred_to, local_day, local_hour, time_precision, location, x, y, method, score, radius)
SELECT known_from, municipality, source, source_key || '#' || copy, content_hash, delivery, line, 'DAI-15',
    occurred_from, occurred_to, local_day, local_hour, time_precision, location,
    x + 600 * (random() - 0.5), y + 600 * (random() - 0.5), method, score, radius
FROM incident, generate_series(1, :copies) AS copy
WHERE x IS NOT NULL AND known_to = 'infinity' AND source_key NOT LIKE '%#%'
LIMIT :n
"""
EVERYTHING = Selection(municipality="0808", since=date(1990, 1, 1), until=date(2099, 12, 31))


def fill(conn: Connection, n: int) -> None:
    """Leave exactly n incidents of one open category, placed, beside those of the demo."""
    conn.execute(text("DELETE FROM incident WHERE source_key LIKE '%#%'"))
    source = conn.execute(text("SELECT count(*) FROM incident WHERE x IS NOT NULL")).scalar_one()
    conn.execute(text("SELECT setseed(0.5)"))
    conn.execute(text(FILL), {"n": n, "copies": n // source + 1})
    conn.execute(text("DELETE FROM finding"))


def ask(conn: Connection, name: str) -> Finding:
    """Ask for everything."""
    return run_study(conn, name, EVERYTHING, find_statistic(name).params())


def answer(conn: Connection, name: str) -> int:
    """Ask and draw; return the size of the drawing."""
    return len(str(draw(ask(conn, name).result, "es").as_dict()))


def forget(conn: Connection) -> None:
    """Forget all findings."""
    conn.execute(text("DELETE FROM finding"))


def clock(work: Callable[[], Any], repeats: int, before: Callable[[], Any] = lambda: None) -> float:
    """Return the median of some runs in seconds, after one that is not counted."""
    seconds = []
    for _ in range(repeats + 1):
        before()
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds[1:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--repeats", type=int, default=5)
    asked = parser.parse_args()
    with fresh_database() as engine:
        measure(engine, asked.sizes, asked.repeats)


def measure(engine: Engine, sizes: list[int], repeats: int) -> None:
    with begin(engine) as conn:
        load_demo(conn, incidents=20_000, seed=1)
    print("| incidents used | question | first | again |\n|---|---|---|---|")
    for n in sizes:
        with begin(engine) as conn:
            fill(conn, n)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            conn.execute(text("VACUUM ANALYZE incident"))
        for name in ("density", "hotspots"):
            with begin(engine) as conn:
                used = ask(conn, name).result.n_observations
                first = clock(lambda c=conn, s=name: answer(c, s), repeats, lambda c=conn: forget(c))
                again = clock(lambda c=conn, s=name: answer(c, s), repeats)
            print(f"| {used:,} | {name} | {first:.2f} s | {again:.2f} s |")


if __name__ == "__main__":
    main()
