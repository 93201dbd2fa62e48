"""The file to correct: what waits in quarantine of one delivery, as a table that comes back corrected and closes it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Connection, Row

from geo_observatorio.db.deliveries import find_source_of
from geo_observatorio.db.quarantine import list_open
from geo_observatorio.errors import NotFoundError, phrase
from geo_observatorio.language import translate
from geo_observatorio.rules import RULES
from geo_observatorio.services.templates import find_template
from geo_observatorio.sources.tables import FORMULA_STARTS, REFUSED_AS_HEADER
from geo_observatorio.sources.templates import CountTemplate, Template
from geo_observatorio.sources.values import NUMBER

MARK: Final = "\ufeff"  # by which spreadsheets know UTF-8
TOLD: Final = ("motivo", "hoja", "línea", REFUSED_AS_HEADER)


def write_fix_me(conn: Connection, delivery: str, language: str = "es", *, reserved: bool = True) -> bytes:
    """Write the rows of a delivery that are in quarantine as a CSV under the source's own headers.

    Each row carries why it was refused, where it stood, and its number in quarantine. Corrected and sent as a file of
    the same source, those that come in leave the quarantine; the others stay under their number.

    Parameters
    ----------
    reserved
        Also the rows of reserved categories, and of unknown ones, which may be reserved. A row that did not fit the
        header holds no cells: it leaves empty, to be filled in from the original by its line.

    Raises
    ------
    NotFoundError
        There is no such delivery, or it is one of counts, whose rows are corrected in the table itself.
    """
    template = _find_template(conn, delivery)
    if template is None:
        raise NotFoundError(noun=phrase("entrega de incidentes"), found=delivery, needed=phrase("vea la página Datos"))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([*(spellings[0] for spellings in template.spellings.values()), *TOLD])
    rows = [row for row in list_open(conn, delivery) if reserved or row.shown or not row.columns]
    writer.writerows(_write_row(row, template, language) for row in rows)
    return (MARK + text.getvalue()).encode("utf-8")


def is_correctable(conn: Connection, delivery: str) -> bool:
    """Return whether there is such a delivery of incidents."""
    return _find_template(conn, delivery) is not None


def _find_template(conn: Connection, delivery: str) -> Template | None:
    source = find_source_of(conn, delivery)
    template = find_template(conn, source) if source else None
    return None if isinstance(template, CountTemplate) else template


def _write_row(row: Row[Any], template: Template, language: str) -> Iterator[str]:
    for name in template.spellings:
        yield disarm_text(row.columns.get(name, ""))
    yield translate(RULES.get(row.rule, row.rule), language)
    yield disarm_text(row.sheet)
    yield str(row.line)
    yield str(row.id)


def disarm_text(text: str) -> str:
    """Put a quote before what a spreadsheet would run as a formula; a number stays one."""
    is_number = NUMBER.fullmatch(text.replace(",", ".")) is not None
    return f"'{text}" if text.startswith(FORMULA_STARTS) and not is_number else text
