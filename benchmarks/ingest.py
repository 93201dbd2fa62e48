"""How fast a file of a million rows comes in, and what memory it takes above the idle process; a markdown table.

python -m benchmarks.ingest [--rows 1000000] [--formats parquet csv xlsx] [--xlsx-rows 100000] [--tiny 0]

The rows are the investigation files of Mexico City in ../shared/data, which are not part of this repository; the
database is a durable cluster of its own. Each format is received by a process of its own: its memory is what it holds
at most, less what it held with everything imported and connected. `--tiny` receives as many files of one row each.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import openpyxl
import pyarrow.csv
import pyarrow.parquet as pq
from sqlalchemy import Engine

from benchmarks.databases import fresh_database
from geo_observatorio.db.engine import begin, make_engine
from geo_observatorio.services.area_names import AreaFields
from geo_observatorio.services.ingest import ingest_file
from geo_observatorio.services.layers import LayerRequest, add_layer

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
ROWS = SHARED / "incidents" / "cdmx_carpetas_2019_2023.parquet"
LAYER = SHARED / "layers" / "cdmx_colonias.geojson"
MUNICIPALITY = (
    "INSERT INTO municipality (code, name, metric_srid, time_zone)"
    " VALUES ('09', 'México', 32614, 'America/Mexico_City') ON CONFLICT DO NOTHING"
)


def make_file(folder: Path, kind: str, rows: int) -> Path:
    """Write the first rows in a format."""
    table, path = pq.read_table(ROWS).slice(0, rows), folder / f"filas.{kind}"
    if kind == "parquet":
        pq.write_table(table, path)
    elif kind == "csv":
        pyarrow.csv.write_csv(table, path)
    else:
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("Hoja")
        sheet.append(table.column_names)
        for batch in table.to_batches(max_chunksize=10_000):
            for cells in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                sheet.append(cells)
        book.save(path)
    return path


def prepare(engine: Engine) -> None:
    """Add the municipality and its colonias."""
    with begin(engine) as conn:
        conn.exec_driver_sql(MUNICIPALITY)
        fields = AreaFields(names=("alcaldia", "colonia"))
        add_layer(conn, LAYER, LayerRequest(municipality="09", level="colonia", edition="todas", fields=fields))


def memory(name: str) -> float:
    """Return a figure of this process's memory in MiB: VmRSS now, VmHWM at most."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))


def receive(url: str, path: Path) -> None:
    """Receive a file in this process and print what it took as JSON."""
    with begin(make_engine(url)) as conn:
        conn.exec_driver_sql("SELECT 1")
        idle, began = memory("VmRSS"), time.perf_counter()
        report = ingest_file(conn, "cdmx", path)
    seconds = time.perf_counter() - began  # the commit counts
    told = {"rows": report.rows_read, "seconds": seconds, "idle": idle, "above": memory("VmHWM") - idle}
    print(json.dumps(told | {"inserted": report.inserted, "quarantined": report.quarantined}))


def receive_tiny(engine: Engine, folder: Path, files: int) -> None:
    """Receive many files of one row each and print whether the last cost more than the first."""
    names, seconds = pq.read_table(ROWS).column_names, []
    table = pq.read_table(ROWS).slice(0, files).to_pylist()
    first_memory = 0.0
    for number, row in enumerate(table):
        path = folder / "pequeno.csv"
        with path.open("w", encoding="utf-8", newline="") as text:
            csv.writer(text).writerows([names, [row[name] for name in names]])
        began = time.perf_counter()
        with begin(engine) as conn:
            ingest_file(conn, "cdmx", path)
        seconds.append(time.perf_counter() - began)
        if number == files // 10:
            first_memory = memory("VmRSS")
    tenth = max(files // 10, 1)
    early, late = np.median(seconds[:tenth]) * 1000, np.median(seconds[-tenth:]) * 1000
    print(
        f"\n{files:,} files of one row: first tenth {early:.0f} ms each, last tenth {late:.0f} ms;"
        f" memory {memory('VmRSS') - first_memory:+.0f} MiB since the first tenth"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--xlsx-rows", type=int, default=100_000)
    parser.add_argument("--formats", nargs="*", default=["parquet", "csv", "xlsx"])
    parser.add_argument("--tiny", type=int, default=0)
    parser.add_argument("--receive", nargs=2, metavar=("URL", "FILE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.receive:
        receive(options.receive[0], Path(options.receive[1]))
        return
    print("| file | rows | rows/s | idle | above it |\n|---|---|---|---|---|")
    for kind in options.formats:
        with tempfile.TemporaryDirectory() as folder, fresh_database() as engine:
            prepare(engine)
            path = make_file(Path(folder), kind, options.xlsx_rows if kind == "xlsx" else options.rows)
            url = engine.url.render_as_string(hide_password=False).replace("+psycopg2", "")
            command = [sys.executable, "-m", "benchmarks.ingest", "--receive", url, str(path)]
            told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            speed = told["rows"] / told["seconds"]
            print(f"| {kind} | {told['rows']:,} | {speed:,.0f} | {told['idle']:.0f} MiB | {told['above']:.0f} MiB |")
    if options.tiny:
        with tempfile.TemporaryDirectory() as folder, fresh_database() as engine:
            prepare(engine)
            receive_tiny(engine, Path(folder), options.tiny)


if __name__ == "__main__":
    main()
