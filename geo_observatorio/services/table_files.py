"""Small tables: CSV, or the fields of a file of shapes; all values as text."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from geo_observatorio.errors import phrase, refuse_layer
from geo_observatorio.services.vector_files import VectorFile, is_vector_file, private_copy, read_vectors

DELIMITERS = ",;\t|"
LONGEST_FIELD = 1_000_000  # characters


@dataclass(frozen=True, kw_only=True, eq=False)
class TableFile:
    """Rows of a file; every value is text without blanks around it, empty where there is none."""

    name: str
    sha256: str
    frame: pd.DataFrame


def read_table(path: Path, *, layer: str | None = None) -> TableFile:
    """Read a CSV (UTF-8 or Windows-1252; comma, semicolon, tab or bar), or the fields of a file of shapes.

    Raises
    ------
    LayerRefusedError
        No header, repeated headers, rows of another length than the header, or nothing below it.
    """
    if is_vector_file(path):
        return fields_of(read_vectors(path, layer=layer, complete=False))
    with private_copy(path) as (copy, sha256):
        frame = _parse(copy.read_bytes(), path.name)
    return TableFile(name=path.name, sha256=sha256, frame=frame)


def fields_of(file: VectorFile) -> TableFile:
    """Return the fields of a file of shapes, without the shapes."""
    fields = file.frame.drop(columns=file.frame.geometry.name)
    return TableFile(name=file.name, sha256=file.sha256, frame=fields.rename(columns=str).map(as_text))


def as_text(value: object) -> str:
    """Return a value as text without blanks around it, a whole number without decimals, nothing as empty."""
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def require_field(file: TableFile, field: str) -> None:
    """Raise LayerRefusedError, with the fields there are, unless a table has that field."""
    if field not in file.frame.columns:
        fields = ", ".join(file.frame.columns) or "-"
        raise refuse_layer(file.name, phrase("el campo «{column}»", column=field), fields)


def read_field(file: TableFile, field: str) -> list[str]:
    """Return a field that may not be empty in any row; raise LayerRefusedError."""
    require_field(file, field)
    texts = list(file.frame[field])
    if "" in texts:
        found = phrase("{n} filas sin él, la primera, la {row}", n=texts.count(""), row=texts.index("") + 1)
        raise refuse_layer(file.name, phrase("el campo «{column}» en cada fila", column=field), found)
    return texts


def _parse(data: bytes, name: str) -> pd.DataFrame:
    text = _decode(data)
    if "\0" in text:
        raise refuse_layer(name, phrase("un CSV"), phrase("otra cosa"))
    first = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    csv.field_size_limit(LONGEST_FIELD)
    try:
        rows = [row for row in csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True) if any(row)]
    except csv.Error as error:
        raise refuse_layer(name, phrase("un CSV bien formado"), str(error)) from error
    if len(rows) < 2:
        raise refuse_layer(name, phrase("un encabezado y al menos una fila"), phrase("{n} filas", n=len(rows)))
    header = [cell.strip() for cell in rows[0]]
    if len(set(header)) < len(header):
        raise refuse_layer(name, phrase("un nombre distinto en cada columna"), ", ".join(header))
    ragged = [number for number, row in enumerate(rows[1:], 1) if len(row) != len(header)]
    if ragged:
        found = phrase("{n} filas de otro largo, la primera, la {row}", n=len(ragged), row=ragged[0])
        raise refuse_layer(name, phrase("{n} columnas en cada fila", n=len(header)), found)
    return pd.DataFrame([[cell.strip() for cell in row] for row in rows[1:]], columns=header, dtype=str)


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")
