"""Columns to and from PostgreSQL in its binary COPY format: no Python object per row.

The format: a header of 19 bytes; per row the number of fields, then per field its length (-1 for NULL) and its bytes,
all big-endian; a trailer of two bytes (PostgreSQL documentation, COPY, "Binary Format").
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from sqlalchemy import Connection, text

HEADER: Final = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
TRAILER: Final = b"\xff\xff"
POSTGRES_DAY: Final = np.datetime64("2000-01-01", "D")
POSTGRES_MICROSECOND: Final = np.datetime64("2000-01-01T00:00:00", "us")
ROWS: Final = 50_000  # encoded at a time: bounds the memory
EWKB_POINT: Final = np.dtype([("order", "u1"), ("type", "<u4"), ("srid", "<u4"), ("x", "<f8"), ("y", "<f8")])
POINT_WITH_SRID: Final = 0x20000001
NAME: Final = re.compile(r"[a-z_][a-z0-9_]*")

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]
Column = NDArray[Any] | Sequence[str | None]


def read_columns(conn: Connection, sql: str, params: Mapping[str, Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Run a query and return its rows as a record array.

    Parameters
    ----------
    sql
        A SELECT with ``:name`` parameters, whose columns have exactly the types and the order of ``dtype`` and no NULL.
    dtype
        Fields of ``f8 f4 i8 i4 i2 ?``, ``M8[D]`` for a date, ``M8[us]`` for a timestamp.

    Raises
    ------
    ValueError
        A column is NULL somewhere or has another width than its field.
    """
    statement = text(sql).compile(dialect=conn.dialect)
    received = io.BytesIO()
    with closing(_cursor(conn)) as cursor:
        bound = cursor.mogrify(str(statement), statement.construct_params(dict(params))).decode()
        cursor.copy_expert(f"COPY ({bound}) TO STDOUT (FORMAT binary)", received)
    return _decode(received.getbuffer(), dtype)


def write_columns(conn: Connection, table: str, columns: Mapping[str, Column]) -> None:
    """Append rows to a table by column.

    Parameters
    ----------
    columns
        Name to values: numbers, booleans, ``M8[D]``, ``M8[us]``, sequences of text, or an array (n, 2) of longitude and
        latitude for a point in EPSG:4326. NaN, NaT and None become NULL.

    Raises
    ------
    ValueError
        The columns are of unequal length, or a name is not a plain one.
    """
    if len({len(values) for values in columns.values()}) > 1:
        raise ValueError("columns of unequal length")
    names = ", ".join(_checked(name) for name in columns)
    statement = f"COPY {_checked(table)} ({names}) FROM STDIN (FORMAT binary)"
    with closing(_cursor(conn)) as cursor:
        cursor.copy_expert(statement, _Pieces(_encode(list(columns.values()))))


def _cursor(conn: Connection) -> Any:
    return conn.connection.cursor()  # psycopg2's own, which knows COPY


class _Pieces(io.RawIOBase):
    """A stream made of pieces, for a reader that asks for some bytes at a time."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = memoryview(b"")

    def read(self, size: int = -1) -> bytes:
        """Return up to ``size`` bytes, nothing at the end."""
        if not self._rest:
            self._rest = memoryview(next(self._pieces, b""))
        taken, self._rest = self._rest[:size], self._rest[size:]
        return bytes(taken)


def _checked(name: str) -> str:
    if not NAME.fullmatch(name):
        raise ValueError(f"not a plain name: {name}")
    return name


def _wire(kind: np.dtype[Any]) -> str:
    """Return the type of a field as it travels."""
    if kind == np.dtype("M8[D]"):
        return ">i4"
    if kind == np.dtype("M8[us]"):
        return ">i8"
    return kind.newbyteorder(">").str


def _decode(received: memoryview, dtype: np.dtype[Any]) -> NDArray[Any]:
    names = dtype.names or ()
    wire: list[tuple[str, str]] = [("fields", ">i2")]
    for name in names:
        wire += [(f"length {name}", ">i4"), (name, _wire(dtype[name]))]
    body = received[len(HEADER) : len(received) - len(TRAILER)]
    layout = np.dtype(wire)
    rows = np.frombuffer(body, dtype=layout) if len(body) % layout.itemsize == 0 else None
    if rows is None or any((rows[f"length {name}"] != layout[name].itemsize).any() for name in names):
        raise ValueError(f"the rows are not all {dtype}")
    found = np.empty(len(rows), dtype=dtype)
    for name in names:
        found[name] = _from_wire(rows[name], dtype[name])
    return found


def _from_wire(values: NDArray[Any], kind: np.dtype[Any]) -> NDArray[Any]:
    if kind == np.dtype("M8[D]"):
        return np.asarray(POSTGRES_DAY + values.astype("m8[D]"))
    if kind == np.dtype("M8[us]"):
        return np.asarray(POSTGRES_MICROSECOND + values.astype("m8[us]"))
    return values


def _encode(columns: Sequence[Column]) -> Iterator[bytes]:
    yield HEADER
    for start in range(0, len(columns[0]), ROWS):
        yield _encode_rows([_encode_column(column[start : start + ROWS]) for column in columns])
    yield TRAILER


def _encode_rows(cells: Sequence[tuple[Bytes, Ints]]) -> bytes:
    """Lay the cells of all columns out row by row; a length of -1 is NULL."""
    if all((lengths == lengths[0]).all() for _, lengths in cells):
        return _encode_equal_rows(cells)
    widths = [np.maximum(lengths, 0) for _, lengths in cells]
    sizes = 2 + 4 * len(cells) + np.sum(widths, axis=0, dtype=np.int64)
    at = np.cumsum(sizes) - sizes
    out = np.empty(int(sizes.sum()), dtype=np.uint8)
    _put(out, at, np.full(len(at), len(cells), dtype=">i2"))
    at = at + 2
    for (payload, lengths), width in zip(cells, widths, strict=True):
        _put(out, at, lengths.astype(">i4"))
        _scatter(out, at + 4, payload, width)
        at = at + 4 + width
    return out.tobytes()


def _encode_equal_rows(cells: Sequence[tuple[Bytes, Ints]]) -> bytes:
    """Lay out rows of one width: blocks of a matrix instead of a place for each byte, which halves the time."""
    n = len(cells[0][1])
    parts = [np.broadcast_to(_as_bytes(np.array([len(cells)], dtype=">i2")), (n, 2))]
    for payload, lengths in cells:
        length = _as_bytes(lengths[:1].astype(">i4"))
        parts += [np.broadcast_to(length, (n, 4)), payload.reshape(n, max(int(lengths[0]), 0))]
    return np.concatenate(parts, axis=1).tobytes()


def _put(out: Bytes, at: Ints, values: NDArray[Any]) -> None:
    """Write values of one width at the given places."""
    for byte, column in enumerate(_as_bytes(values).reshape(len(values), -1).T):
        out[at + byte] = column


def _scatter(out: Bytes, at: Ints, payload: Bytes, width: Ints) -> None:
    """Write consecutive pieces of the payload at the given places."""
    if len(width) and (width == width[0]).all():
        for byte, column in enumerate(payload.reshape(len(width), -1).T):
            out[at + byte] = column
        return
    out[np.repeat(at - (np.cumsum(width) - width), width) + np.arange(len(payload))] = payload


def _as_bytes(values: NDArray[Any]) -> Bytes:
    return np.ascontiguousarray(values).view(np.uint8)


def _encode_column(values: Column) -> tuple[Bytes, Ints]:
    """Return the bytes of a column's cells, one after another, and their lengths."""
    if not isinstance(values, np.ndarray) or values.dtype.kind == "O":
        return _encode_text(values)
    if values.ndim == 2:
        return _encode_points(values)
    if values.dtype.kind == "M":
        return _encode_times(values)
    missing = np.isnan(values) if values.dtype.kind == "f" else np.zeros(len(values), dtype=bool)
    return _without(values.astype(_wire(values.dtype)), missing)


def _encode_times(values: NDArray[Any]) -> tuple[Bytes, Ints]:
    missing = np.isnat(values)
    if values.dtype == np.dtype("M8[D]"):
        return _without((values - POSTGRES_DAY).astype(np.int64).astype(">i4"), missing)
    return _without((values.astype("M8[us]") - POSTGRES_MICROSECOND).astype(np.int64).astype(">i8"), missing)


def _encode_points(lonlat: NDArray[Any]) -> tuple[Bytes, Ints]:
    points = np.empty(len(lonlat), dtype=EWKB_POINT)
    points["order"], points["type"], points["srid"] = 1, POINT_WITH_SRID, 4326
    points["x"], points["y"] = lonlat.T
    return _without(points, np.isnan(lonlat).any(axis=1))


def _encode_text(values: Sequence[str | None] | NDArray[Any]) -> tuple[Bytes, Ints]:
    strings = pa.array(values, type=pa.large_string())
    missing = np.asarray(strings.is_null())
    _, offsets, data = strings.buffers()
    bounds = np.frombuffer(offsets, dtype=np.int64, count=len(strings) + 1)
    payload = np.frombuffer(data, dtype=np.uint8, count=bounds[-1]) if data else np.empty(0, dtype=np.uint8)
    return payload, np.where(missing, -1, np.diff(bounds))


def _without(values: NDArray[Any], missing: NDArray[np.bool_]) -> tuple[Bytes, Ints]:
    """Drop the missing cells and return bytes and lengths."""
    lengths = np.where(missing, -1, values.dtype.itemsize).astype(np.int64)
    return _as_bytes(values[~missing] if missing.any() else values), lengths
