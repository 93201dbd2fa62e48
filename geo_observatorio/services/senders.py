"""Senders: when each source sends, and whether it is late by its own rhythm."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import Any, Final

from sqlalchemy import Connection

from geo_observatorio.db.municipalities import Municipality
from geo_observatorio.db.queries import query
from geo_observatorio.services.coverage import list_series

FEWEST_GAPS: Final = 2  # between deliveries, to know a rhythm
LATE: Final = 1.5  # rhythms after the usual delay: then a source is late


@dataclass(frozen=True, kw_only=True)
class Sender:
    """A source, when it sends, and whether it is late.

    Attributes
    ----------
    silent_days
        Days since its last delivery.
    rhythm
        Median days between the last days that its deliveries cover; None before three of them.
    due
        Day from which it is late; None without a rhythm.
    missing
        Months between its first and its last of which it told nothing, or hardly anything.
    repeated
        Share of the rows that repeat others.
    """

    code: str
    name: str
    institution: str
    synthetic: bool
    deliveries: int
    last_received: date
    covers_until: date | None
    silent_days: int
    rhythm: int | None
    due: date | None
    late: bool
    missing: Sequence[date]
    repeated: float
    quarantined: float


def find_senders(conn: Connection, municipality: Municipality, as_of: datetime, today: date) -> list[Sender]:
    """Return the sources that ever delivered to a municipality, those that are late first."""
    binds = {"municipality": municipality.code, "time_zone": municipality.time_zone}
    rows: dict[str, list[Any]] = {}
    for row in conn.execute(query("quality_senders"), binds):
        rows.setdefault(row.source, []).append(row)
    series = {item.source: item.missing for item in list_series(conn, municipality.code, as_of)}
    senders = [_describe(source, sent, series.get(source, []), today) for source, sent in rows.items()]
    return sorted(senders, key=lambda sender: (not sender.late, sender.name))


def _describe(source: str, sent: Sequence[Any], missing: Sequence[date], today: date) -> Sender:
    ends = sorted({row.last_day for row in sent if row.last_day})
    rhythm = find_rhythm(ends)
    delay = int(median((row.received_on - row.last_day).days for row in sent if row.last_day)) if ends else 0
    due = date.fromordinal(ends[-1].toordinal() + round(LATE * rhythm) + max(delay, 0)) if rhythm else None
    read = sum(row.rows_read for row in sent)
    last = max(row.received_on for row in sent)
    return Sender(
        code=source,
        name=sent[0].name,
        institution=sent[0].institution,
        synthetic=sent[0].synthetic,
        deliveries=len(sent),
        last_received=last,
        covers_until=ends[-1] if ends else None,
        silent_days=(today - last).days,
        rhythm=rhythm,
        due=due,
        late=due is not None and today > due,
        missing=list(missing),
        repeated=sum(row.duplicate for row in sent) / read if read else 0.0,
        quarantined=sum(row.quarantined for row in sent) / read if read else 0.0,
    )


def find_rhythm(ends: Sequence[date]) -> int | None:
    """Return the median days between the last days that deliveries cover; None before three different ones."""
    gaps = [(later - earlier).days for earlier, later in itertools.pairwise(ends)]
    return int(median(gaps)) if len(gaps) >= FEWEST_GAPS else None
