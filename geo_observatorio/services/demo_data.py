"""Load the demo: a synthetic city in the limits in force, ingested as files of an institution, with a snapshot."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from geo_observatorio.db.municipalities import Municipality, lock_municipality
from geo_observatorio.db.queries import query
from geo_observatorio.errors import RealDataError
from geo_observatorio.services.demo_files import INCIDENTS, SEED, Demo, make_demo, write_demo_files
from geo_observatorio.services.demo_ground import (
    FOCUS_LEVEL,
    LEVEL,
    ensure_limits,
    find_settled_areas,
    load_settled_areas,
    mark_municipality,
    save_gazetteer,
    save_truth,
)
from geo_observatorio.services.demo_incidents import LAST_DAY
from geo_observatorio.services.demo_layer import MUNICIPALITY
from geo_observatorio.services.demo_places import SOURCE as PLACE_SOURCE
from geo_observatorio.services.ingest import ingest_file
from geo_observatorio.services.snapshots import create_snapshot

INCIDENT_SOURCE = "demo"
SNAPSHOT = "Demostración"
Say = Callable[..., None]


@dataclass(frozen=True, kw_only=True)
class DemoReport:
    """What was made.

    Attributes
    ----------
    removed
        Incidents of the former demo, which this one replaces.
    rows_read, inserted, updated, duplicate, quarantined, placed
        Rows of all files by what became of them.
    faults
        Rows that bear each planted fault.
    seconds
        How long it took.
    """

    municipality: str
    edition: str
    seed: int
    removed: int
    places: int
    foci: int
    files: int
    rows_read: int
    inserted: int
    updated: int
    duplicate: int
    quarantined: int
    placed: int
    faults: dict[str, int]
    snapshot: str
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)


def load_demo(
    conn: Connection,
    *,
    incidents: int = INCIDENTS,
    seed: int = SEED,
    municipality: str = MUNICIPALITY,
    progress: Say | None = None,
) -> DemoReport:
    """Make the demo and keep it instead of the one that was there; the caller commits, so it is whole or not at all.

    Parameters
    ----------
    progress
        Called with a Spanish sentence and its values as each step begins.

    Raises
    ------
    RealDataError
        The municipality holds deliveries of a source that is not synthetic.
    NotFoundError
        There is no such municipality, or it has no corregimientos.
    """
    say, began = progress or _stay_silent, perf_counter()
    require_no_real_data(conn, municipality)
    place = mark_municipality(conn, municipality)
    lock_municipality(conn, place.code)
    removed = forget_demo(conn, place)
    limits = ensure_limits(conn, place)
    say("Haciendo la ciudad de demostración dentro de «{edition}».", edition=limits.edition)
    demo = make_demo(load_settled_areas(conn, place, limits), incidents=incidents, seed=seed)
    places = save_gazetteer(conn, place, demo.gazetteer)
    save_truth(conn, place, demo.foci, seed=seed)
    outcomes = _ingest(conn, demo, place, say)
    snapshot = create_snapshot(conn, place.code, SNAPSHOT, "Datos sintéticos", level=LEVEL)
    return DemoReport(
        municipality=place.code,
        edition=limits.edition,
        seed=seed,
        removed=removed,
        places=places,
        foci=len(demo.foci),
        faults=demo.rows.tally,
        snapshot=snapshot.name,
        seconds=round(perf_counter() - began, 2),
        **outcomes,
    )


def write_demo(
    conn: Connection, folder: Path, *, incidents: int = INCIDENTS, seed: int = SEED, municipality: str = MUNICIPALITY
) -> list[Path]:
    """Write the files of a demo and keep nothing in the database; return them in the order of delivery."""
    areas = find_settled_areas(conn, municipality)
    return write_demo_files(folder, make_demo(areas, incidents=incidents, seed=seed))


def require_no_real_data(conn: Connection, municipality: str) -> None:
    """Raise RealDataError where a source that is not synthetic delivered: invented and received never mix."""
    found = conn.execute(query("demo_real_sources"), {"municipality": municipality}).scalars().all()
    if found:
        raise RealDataError(municipality=municipality, found=", ".join(found))


def forget_demo(conn: Connection, municipality: Municipality) -> int:
    """Remove the former demo with all that was computed from it; return how many incidents it had."""
    values = {
        "municipality": municipality.code,
        "source": INCIDENT_SOURCE,
        "place_source": PLACE_SOURCE,
        "levels": ["mask", FOCUS_LEVEL],
    }
    removed: int = conn.execute(query("demo_forget"), values).scalar_one()
    return removed


def _ingest(conn: Connection, demo: Demo, municipality: Municipality, say: Say) -> dict[str, int]:
    """Ingest the files one after the other, as any institution's."""
    after = datetime.combine(LAST_DAY + timedelta(days=1), time.min, ZoneInfo(municipality.time_zone))
    outcomes: Counter[str] = Counter(files=0)
    with tempfile.TemporaryDirectory(prefix="observatorio-demo-") as folder:
        for path in write_demo_files(Path(folder), demo):
            say("Cargando {file}.", file=path.name)
            report = ingest_file(conn, INCIDENT_SOURCE, path, municipality=municipality.code, now=after)
            if not outcomes["files"]:  # inside one transaction no autovacuum tells the planner that the table grows
                conn.exec_driver_sql("ANALYZE incident")
            for name in ("rows_read", "inserted", "updated", "duplicate", "quarantined", "placed"):
                outcomes[name] += getattr(report, name)
            outcomes["files"] += 1
    return dict(outcomes)


def _stay_silent(_text: str, **_values: object) -> None:
    """Say nothing."""
