"""Accounts as files: deliveries and quarantine as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

from geo_observatorio.reports.tables import disarm
from geo_observatorio.services.amendments import FIELDS, Amended
from geo_observatorio.services.overview import Delivery, Refused
from geo_observatorio.services.quality import SourceMonth


def deliveries_csv(deliveries: Sequence[Delivery]) -> str:
    """Return deliveries with their accounts as CSV."""
    return _write(Delivery, deliveries)


def quarantine_csv(refused: Sequence[Refused]) -> str:
    """Return how many rows each rule refused as CSV."""
    return _write(Refused, refused)


def quality_csv(months: Sequence[SourceMonth]) -> str:
    """Return the quality of each source and month as CSV; shares from 0 to 1, delays in days, radius in metres."""
    return _write(SourceMonth, months)


def amendments_csv(amended: Sequence[Amended]) -> str:
    """Return what each delivery amended as CSV, a column for each field."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["delivery", "source", "file_name", "received_at", "incidents", *FIELDS, "spelling"])
    for item in amended:
        head = [item.delivery, disarm(item.source), disarm(item.file_name), item.received_at.isoformat(), item.n]
        writer.writerow([*head, *(item.fields[name] for name in FIELDS), item.spelling])
    return buffer.getvalue()


def _write(kind: type[Any], rows: Sequence[Any]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    names = [item.name for item in fields(kind)]
    writer.writerow(names)
    for row in rows:
        values = asdict(row)
        writer.writerow(["" if values[name] is None else disarm(values[name]) for name in names])
    return buffer.getvalue()
