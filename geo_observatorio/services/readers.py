"""The reader of a source's rows, with everything that the database knows for it: categories, aliases, laws in force."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from geo_observatorio.db.categories import find_validity, load_categories, name_categories
from geo_observatorio.db.deliveries import save_source
from geo_observatorio.sources.rows import Draft, RowReader, RowRejectedError
from geo_observatorio.sources.tables import RAGGED, Row
from geo_observatorio.sources.templates import SourceTemplate, Template


def register_source(conn: Connection, template: SourceTemplate) -> dict[str, str]:
    """Keep a source, its scheme and what it calls the categories; return that: plain text to code."""
    save_source(conn, template)
    load_categories(conn, template.categories)
    return name_categories(conn, template)


def make_reader(conn: Connection, template: Template, zone: str, now: datetime | None = None) -> RowReader:
    """Make the reader of a source in a time zone; ``now`` divides past from future, None: by the clock."""
    categories = register_source(conn, template)
    moment = (now or datetime.now(UTC)).astimezone(ZoneInfo(zone))
    return RowReader(
        template=template,
        categories=categories,
        now=moment.replace(tzinfo=None),
        validity=find_validity(conn, template.categories),
    )


def read_row(reader: RowReader, row: Row) -> Draft:
    """Understand a line of a table; raise RowRejectedError with `ragged_row` where its cells do not fit the header."""
    if row.values is None:
        raise RowRejectedError(RAGGED, "")
    draft = reader.read(row.values)
    if row.notes:
        draft.repairs[:0] = row.notes
    return draft
