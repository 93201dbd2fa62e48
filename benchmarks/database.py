"""Load and read of a million incidents, beside geopandas `to_postgis` and `read_postgis`; prints a markdown table.

python -m benchmarks.database [--rows 1000000] [--peers/--no-peers], in a durable cluster of its own.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from sqlalchemy import Engine, text

from benchmarks.databases import fresh_database
from geo_observatorio.db.copying import read_columns, write_columns
from geo_observatorio.db.engine import begin

OURS, THEIRS = "benchmark_ours", "benchmark_theirs"
TABLE = (
    "CREATE TABLE benchmark_ours (id bigint, day date, hour smallint, category integer, weight double precision,"
    " x double precision, y double precision, location geometry(Point, 4326))"
)
KIND = np.dtype([("x", "f8"), ("y", "f8"), ("day", "M8[D]"), ("hour", "i2"), ("category", "i4"), ("weight", "f8")])
READ = "SELECT x, y, day, hour, category, weight FROM benchmark_ours"
READ_POINTS = f'SELECT day, hour, category, weight, geometry FROM "{THEIRS}"'


def make_columns(n: int) -> dict[str, Any]:
    """Make incidents in and around Panama City."""
    rng = np.random.default_rng(0)
    lonlat = np.column_stack([rng.uniform(-79.6, -79.3, n), rng.uniform(8.9, 9.2, n)])
    return {
        "id": np.arange(n),
        "day": np.datetime64("2019-01-01") + rng.integers(0, 1800, n),
        "hour": rng.integers(0, 24, n).astype(np.int16),
        "category": rng.integers(0, 67, n).astype(np.int32),
        "weight": rng.random(n),
        "x": rng.uniform(643000, 706000, n),
        "y": rng.uniform(985000, 1050000, n),
        "location": lonlat,
    }


def make_frame(columns: dict[str, Any]) -> gpd.GeoDataFrame:
    """Make the same incidents as a frame with points."""
    plain = {name: values for name, values in columns.items() if name not in {"location", "x", "y"}}
    points = gpd.points_from_xy(*columns["location"].T, crs=4326)
    return gpd.GeoDataFrame(pd.DataFrame(plain), geometry=points)


def time_of(run: Callable[[], Any], times: int) -> float:
    """Return the shortest of some runs (seconds)."""
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def load_ours(engine: Engine, columns: dict[str, Any]) -> None:
    """Load by binary COPY into a new table."""
    with begin(engine) as conn:
        conn.execute(text(f"DROP TABLE IF EXISTS {OURS}"))
        conn.execute(text(TABLE))
        write_columns(conn, OURS, columns)


def load_theirs(engine: Engine, frame: gpd.GeoDataFrame) -> None:
    """Load by geopandas into a new table."""
    with begin(engine) as conn:
        frame.to_postgis(THEIRS, conn, if_exists="replace")


def read_ours(engine: Engine) -> Any:
    """Read by binary COPY."""
    with begin(engine) as conn:
        return read_columns(conn, READ, {}, KIND)


def read_theirs(engine: Engine) -> Any:
    """Read by geopandas."""
    with begin(engine) as conn:
        return gpd.read_postgis(text(READ_POINTS), conn, geom_col="geometry", crs=4326)


def row(name: str, ours: float, peer: str, theirs: float, n: int) -> str:
    """Return one row of the table."""
    return f"| {name} | {ours:.2f} s | {n / ours / 1e6:.2f} M/s | {peer} {theirs:.2f} s | {theirs / ours:.1f}x |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--peers", action=argparse.BooleanOptionalAction, default=True)
    options = parser.parse_args()
    with fresh_database() as engine:
        measure(engine, options.rows, peers=options.peers)


def measure(engine: Engine, rows: int, *, peers: bool) -> None:
    """Time our way and, where asked, the peer's."""
    columns = make_columns(rows)
    load = time_of(lambda: load_ours(engine, columns), 3)
    read = time_of(lambda: read_ours(engine), 5)
    frame = make_frame(columns) if peers else None
    slow_load = time_of(lambda: load_theirs(engine, frame), 1) if peers else float("nan")
    slow_read = time_of(lambda: read_theirs(engine), 1) if peers else float("nan")
    print(f"{rows:,} rows; peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB\n")
    print("| | ours | rows | beside | faster |")
    print("|---|---|---|---|---|")
    print(row("load", load, "to_postgis", slow_load, rows))
    print(row("read", read, "read_postgis", slow_read, rows))


if __name__ == "__main__":
    main()
