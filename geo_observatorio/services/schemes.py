"""Schemes of categories that a municipality brings: a table is checked whole, then kept."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection

from geo_observatorio.db.categories import COLUMNS, Row, save_scheme
from geo_observatorio.db.queries import query
from geo_observatorio.errors import FileRefusedError, Phrase, phrase
from geo_observatorio.names import plain_text

NEEDED: Final = (*COLUMNS, "group", "sensitive")
PUBLICATION: Final = ("never", "k>=5", "grid", "yes", "no")
MOST_BYTES: Final = 2 * 2**20
MOST_ROWS: Final = 5_000
LONGEST: Final = 300  # letters of a cell
CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
ICCS: Final = re.compile(r"(?:0[1-9]|1[01])\d{0,4}")
TAGS: Final = re.compile(r"[A-Za-z]{2,3}=\d{1,2}(?:\|\d{1,2})*(?:;[A-Za-z]{2,3}=\d{1,2}(?:\|\d{1,2})*)*")
SCHEME: Final = re.compile(r"[a-z][a-z0-9_-]{0,39}")


@dataclass(frozen=True, kw_only=True)
class SchemeReport:
    """What was kept: how many categories, how many of them reserved, and how many incidents their dates leave out."""

    scheme: str
    categories: int
    sensitive: int
    outside: int


def add_scheme(conn: Connection, path: Path, scheme: str = "") -> SchemeReport:
    """Keep the categories of a CSV; those of the same scheme and code are amended.

    Parameters
    ----------
    scheme
        Its name; empty: that of the file.

    Raises
    ------
    FileRefusedError
        The file is no such table, or a row of it cannot be a category.
    """
    name = scheme or plain_text(path.stem).replace(" ", "_")
    if not SCHEME.fullmatch(name):
        raise _refuse(path, phrase("un nombre de clasificación de letras y cifras"), name[:40])
    rows = read_rows(path)
    foreign = conn.execute(
        query("category_foreign"), {"scheme": name, "codes": [row["code"] for row in rows]}
    ).scalars()
    taken = list(foreign)
    if taken:
        raise _refuse(path, phrase("códigos que otra clasificación no use"), ", ".join(taken[:5]))
    save_scheme(conn, name, rows)
    outside: int = conn.execute(query("category_outside"), {"scheme": name}).scalar_one()
    reserved = sum(row["sensitive"] == "yes" for row in rows)
    return SchemeReport(scheme=name, categories=len(rows), sensitive=reserved, outside=outside)


def list_schemes(conn: Connection) -> list[dict[str, Any]]:
    """Return the schemes that the database knows, with how many categories each has."""
    return [dict(row) for row in conn.execute(query("category_schemes")).mappings()]


def read_rows(path: Path) -> list[Row]:
    """Read a table of categories and check every row of it; raise FileRefusedError with the first that is wrong."""
    if path.stat().st_size > MOST_BYTES:
        raise _refuse(path, phrase("un archivo de hasta {n} bytes", n=MOST_BYTES), phrase("uno mayor"))
    try:
        with path.open(encoding="utf-8-sig", newline="") as text:
            reader = csv.DictReader(text, strict=True)
            missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
            rows = list(reader) if not missing else []
    except (UnicodeDecodeError, csv.Error) as error:
        raise _refuse(path, phrase("un CSV en UTF-8"), type(error).__name__) from error
    if missing:
        raise _refuse(path, phrase("las columnas {names}", names=", ".join(missing)), phrase("un archivo sin ellas"))
    if not 1 <= len(rows) <= MOST_ROWS:
        raise _refuse(path, phrase("de 1 a {n} categorías", n=MOST_ROWS), len(rows))
    _check(path, rows)
    return list(rows)


def _check(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    codes: set[str] = set()
    names: set[str] = set()
    for line, row in enumerate(rows, start=2):
        found = phrase("otra cosa en la línea {line}", line=line)
        for needed in _find_faults(row):
            raise _refuse(path, needed, found)
        code, name = plain_text(row["code"]), plain_text(row["name_es"])
        if code in codes or name in names:
            raise _refuse(
                path, phrase("códigos y nombres sin repetir"), phrase("otra cosa en la línea {line}", line=line)
            )
        codes.add(code)
        names.add(name)


def _find_faults(row: dict[str, Any]) -> Iterator[Phrase]:
    """Yield what a row should have been."""
    if None in row or any(value is None or len(value) > LONGEST or "\0" in value for value in row.values()):
        yield phrase("una celda de hasta {n} letras por columna", n=LONGEST)
        return
    if not CODE.fullmatch(row["code"]):
        yield phrase("un código de letras y cifras")
    if not all(plain_text(row[name]) for name in ("name_es", "name_en", "line", "group", "count_unit")):
        yield phrase("nombre, línea, grupo y unidad de cuenta")
    if row["sensitive"] not in {"yes", "no"}:
        yield phrase("«yes» o «no» en «sensitive»")
    if row["publication"] not in PUBLICATION:
        yield phrase("en «publication» uno de {names}", names=", ".join(PUBLICATION))
    if row["iccs_code"] and not ICCS.fullmatch(row["iccs_code"]):
        yield phrase("un código ICCS de 2 a 6 cifras")
    if row.get("tags") and not TAGS.fullmatch(row["tags"]):
        yield phrase("etiquetas ICCS como We=1|2;Lo=6")
    if not _is_period(row.get("valid_from") or "", row.get("valid_to") or ""):
        yield phrase("una vigencia de fechas aaaa-mm-dd en orden")


def _is_period(first: str, last: str) -> bool:
    try:
        days = [date.fromisoformat(text) for text in (first, last) if text]
    except ValueError:
        return False
    return days == sorted(days)


def _refuse(path: Path, needed: Phrase, found: object) -> FileRefusedError:
    return FileRefusedError(file=path.name, needed=needed, found=found)
