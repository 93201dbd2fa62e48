"""Quality of deliveries: a row a source and month, who has not sent, breaks in series, piles on one point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import Connection

from geo_observatorio.db.areas import find_boundaries, load_areas, load_codes
from geo_observatorio.db.copying import read_columns
from geo_observatorio.db.grounds import keep
from geo_observatorio.db.municipalities import Municipality
from geo_observatorio.db.queries import query, query_text
from geo_observatorio.db.selections import find_cut_off, find_level
from geo_observatorio.plain import to_plain
from geo_observatorio.services.coverage import (
    DeclaredBreak,
    FoundBreak,
    find_level_breaks,
    read_declared,
)
from geo_observatorio.services.senders import Sender, find_senders

STATED: Final = np.dtype([("x", "f8"), ("y", "f8"), ("source", "i2"), ("area", "i2"), ("month", "i2")])
PILE: Final = {"least": 20, "least_share": 0.002, "within": 150.0, "most": 30}
REFUSED: Final = (
    *("pile", "area_middle", "zero_coordinate", "coarse_coordinate", "outside_district"),
    *("unreadable_coordinate", "exchanged_coordinates", "lost_minus", "exchanged_and_lost_minus"),
)

# The share of each measure from which it is worth a look, and from which it is bad; delays in days, radius in metres.
LIMITS: Final = {
    "point": (0.95, 0.85),  # the only one that is better higher
    "barrio": (0.15, 0.30),
    "corregimiento": (0.10, 0.25),
    "nowhere": (0.02, 0.05),
    "elsewhere": (0.05, 0.15),
    "no_hour": (0.10, 0.25),
    "midnight": (0.08, 0.20),
    "half_hours": (0.45, 0.75),
    "first_day": (0.06, 0.12),
    "round_coordinate": (0.05, 0.20),
    "no_address": (0.10, 0.30),
    "no_area": (0.05, 0.15),
    "radius": (125.0, 250.0),
    "report_median": (7, 30),
    "receipt_median": (45, 120),
}
OF_ALL: Final = (  # measures that are shares of all incidents of a month
    *("point", "barrio", "corregimiento", "nowhere", "no_hour", "midnight", "first_day"),
    *("no_address", "no_area", "no_case", "with_report"),
)
HIGHER_IS_BETTER: Final = frozenset({"point"})


@dataclass(frozen=True, kw_only=True)
class SourceMonth:
    """What one source told of one month; shares from 0 to 1, None where there is nothing to divide by.

    Attributes
    ----------
    point, barrio, corregimiento, nowhere
        Share by precision of the place; they add up to 1.
    radius
        Median radius of uncertainty of the points (metres).
    elsewhere
        Share of the coordinates that lie outside the area that their row names.
    no_hour, midnight
        Share without an hour, and at 00:00 sharp.
    half_hours
        Share of the known minutes that are 00 or 30; 0.03 if minutes were even.
    first_day
        Share on the first of the month; 0.03 if days were even.
    round_coordinate
        Share of the coordinates with three decimals or fewer in both parts.
    no_address, no_area, no_case, with_report
        Share of rows without an address, without an area, without a number, and with a day of report.
    report_median, report_most, receipt_median, receipt_most
        Days from the event to its report and from the report (or the event) to its receipt: median and 90 %.
    """

    source: str
    month: date
    n: int
    point: float
    barrio: float
    corregimiento: float
    nowhere: float
    radius: float | None
    elsewhere: float | None
    no_hour: float
    midnight: float
    half_hours: float | None
    first_day: float
    round_coordinate: float | None
    no_address: float
    no_area: float
    no_case: float
    with_report: float
    report_median: int | None
    report_most: int | None
    receipt_median: int | None
    receipt_most: int | None

    def judge(self, measure: str) -> str:
        """Return good, watch or bad for a measure; '' where it has no limit or no value."""
        value = getattr(self, measure)
        if measure not in LIMITS or value is None:
            return ""
        watch, bad = LIMITS[measure]
        if measure in HIGHER_IS_BETTER:
            value, watch, bad = -value, -watch, -bad
        return "bad" if value > bad else "watch" if value > watch else "good"


@dataclass(frozen=True, kw_only=True)
class Pile:
    """Many incidents of a source on exactly one point, and the place that stands there."""

    source: str
    n: int
    share: float
    days: int
    categories: int
    method: str
    area: str
    place: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class RefusedPoint:
    """Coordinates that were not used, or not as they were written, by source and rule."""

    source: str
    rule: str
    n: int


@dataclass(frozen=True, kw_only=True)
class Quality:
    """All of it, of one municipality, as known at its last delivery; reserved categories are left out."""

    municipality: str
    as_of: datetime
    months: Sequence[SourceMonth]
    senders: Sequence[Sender]
    piles: Sequence[Pile]
    refused: Sequence[RefusedPoint]
    declared: Sequence[DeclaredBreak]
    found: Sequence[FoundBreak]

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values; limits beside them, so that the figures can be read alone."""
        return to_plain(self) | {"limits": {name: list(limits) for name, limits in LIMITS.items()}}

    def months_of(self, source: str, *, most: int | None = None) -> list[SourceMonth]:
        """Return the months of a source, the latest first."""
        rows = [row for row in self.months if row.source == source]
        return sorted(rows, key=lambda row: row.month, reverse=True)[:most]


def find_quality(conn: Connection, municipality: Municipality, *, today: date | None = None) -> Quality:
    """Measure the quality of what was delivered; what does not depend on the day is kept in memory."""
    code, zone = municipality.code, municipality.time_zone
    as_of = find_cut_off(conn, code)
    months, piles, refused = keep(conn, ("quality", code, as_of), lambda: _measure(conn, municipality))
    now = today or datetime.now(ZoneInfo(zone)).date()
    sources = sorted({row.source for row in months})
    return Quality(
        municipality=code,
        as_of=as_of,
        months=months,
        senders=find_senders(conn, municipality, as_of, now),
        piles=piles,
        refused=refused,
        declared=[item for item in read_declared() if item.concerns(code, sources)],
        found=find_level_breaks(conn, code, as_of),
    )


def _measure(conn: Connection, municipality: Municipality) -> tuple[list[SourceMonth], list[Pile], list[RefusedPoint]]:
    code = municipality.code
    binds = {"municipality": code, "time_zone": municipality.time_zone}
    rows = conn.execute(query("quality_months"), binds).mappings().all()
    if not rows:
        return [], [], []
    elsewhere = _share_elsewhere(conn, municipality)
    months = [_read_month(dict(row), elsewhere) for row in rows]
    found = conn.execute(query("quality_piles"), {"municipality": code, "srid": municipality.metric_srid, **PILE})
    piles = [Pile(**row) for row in found.mappings()]
    refused = conn.execute(query("quality_refused"), {"municipality": code, "rules": list(REFUSED)})
    return months, piles, [RefusedPoint(**row) for row in refused.mappings()]


def _read_month(row: dict[str, Any], elsewhere: dict[tuple[str, date], float]) -> SourceMonth:
    n = row["n"]
    shares = {name: row[name] / n for name in OF_ALL}
    shares["half_hours"] = row["half_hours"] / row["with_minute"] if row["with_minute"] else None
    shares["round_coordinate"] = row["round_coordinate"] / row["coordinate"] if row["coordinate"] else None
    same = {name: row[name] for name in ("source", "month", "n", "radius")}
    days = {name: row[name] for name in ("report_median", "report_most", "receipt_median", "receipt_most")}
    return SourceMonth(**same, **shares, **days, elsewhere=elsewhere.get((row["source"], row["month"])))


def _share_elsewhere(conn: Connection, municipality: Municipality) -> dict[tuple[str, date], float]:
    """Return, by source and month, which share of the coordinates lies outside the area that their row names."""
    from analysis.assignment import AreaIndex  # noqa: PLC0415  # numba: half a second of every start

    boundaries = find_boundaries(conn, municipality.code, find_level(conn, municipality.code))
    sources, codes = list(conn.execute(query("source_codes")).scalars()), load_codes(conn, boundaries)
    binds = {"municipality": municipality.code, "sources": sources, "areas": codes}
    rows = read_columns(conn, query_text("quality_stated"), binds, STATED)
    index = AreaIndex(load_areas(conn, boundaries, municipality.metric_srid))
    found = index.locate(np.ascontiguousarray(rows["x"]), np.ascontiguousarray(rows["y"]))
    keys, place = np.unique(rows["source"].astype(np.int64) * 100_000 + rows["month"], return_inverse=True)
    total = np.bincount(place, minlength=len(keys))
    wrong = np.bincount(place[found != rows["area"] - 1], minlength=len(keys))
    months = {key: date(1970 + key % 100_000 // 12, key % 100_000 % 12 + 1, 1) for key in keys.tolist()}
    return {
        (sources[key // 100_000 - 1], months[key]): float(part / whole)
        for key, part, whole in zip(keys.tolist(), wrong, total, strict=True)
    }
