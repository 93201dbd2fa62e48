"""A scheme of categories as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date

from geo_observatorio.reports.tables import disarm
from geo_observatorio.services.category_table import Entry

PLAIN = ("code", "name_es", "name_en", "line", "group_name", "iccs_code")
LEGAL = ("title", "chapter", "article", "count_unit", "publication")


def categories_csv(entries: Sequence[Entry]) -> str:
    """Return categories as CSV, a line for each law on which one stood."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([*PLAIN, "tags", *LEGAL, "sensitive", "law", "law_status", "valid_from", "valid_to", "aliases"])
    for entry in entries:
        aliases = "; ".join(sorted({alias["alias"] for alias in entry.aliases}))
        head = [disarm(getattr(entry, name)) for name in PLAIN] + [entry.tag_text]
        rest = [disarm(getattr(entry, name)) for name in LEGAL] + ["yes" if entry.sensitive else "no"]
        for version in entry.versions:
            days = [_write(version.valid_from), _write(version.valid_to)]
            writer.writerow([*head, *rest, disarm(version.law), version.law_status, *days, disarm(aliases)])
    return buffer.getvalue()


def _write(day: date | None) -> str:
    return day.isoformat() if day else ""
