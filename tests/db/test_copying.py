import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sqlalchemy import Connection

from geo_observatorio.db import copying
from geo_observatorio.db.copying import read_columns, write_columns

KINDS = "a float8, b float4, c bigint, d integer, e smallint, f boolean, g date, h timestamptz, i text, j geometry"


def make_table(conn: Connection) -> None:
    conn.exec_driver_sql(f"CREATE TEMP TABLE copied ({KINDS})")


def test_every_kind_of_column_comes_back_as_it_was_written(conn: Connection) -> None:
    make_table(conn)
    columns = {
        "a": np.array([1.5, -2.25]),
        "b": np.array([0.5, 7], dtype=np.float32),
        "c": np.array([2**40, -1]),
        "d": np.array([2**30, -5], dtype=np.int32),
        "e": np.array([300, -7], dtype=np.int16),
        "f": np.array([True, False]),
        "g": np.array(["1999-12-31", "2024-02-29"], dtype="M8[D]"),
        "h": np.array(["1990-01-01T00:00:00.000001", "2024-02-29T23:59:59"], dtype="M8[us]"),
        "i": ["Ñandú «x»", ""],
        "j": np.array([[-79.5, 8.9], [-99.1, 19.4]]),
    }
    write_columns(conn, "copied", columns)
    fixed = [
        ("a", "f8"),
        ("b", "f4"),
        ("c", "i8"),
        ("d", "i4"),
        ("e", "i2"),
        ("f", "?"),
        ("g", "M8[D]"),
        ("h", "M8[us]"),
    ]
    rows = read_columns(conn, "SELECT a, b, c, d, e, f, g, h FROM copied ORDER BY c DESC", {}, np.dtype(fixed))
    for name, _ in fixed:
        assert_array_equal(rows[name], columns[name])
    texts = conn.exec_driver_sql("SELECT i, ST_X(j), ST_Y(j), ST_SRID(j) FROM copied ORDER BY c DESC").all()
    assert [tuple(row) for row in texts] == [("Ñandú «x»", -79.5, 8.9, 4326), ("", -99.1, 19.4, 4326)]


def test_what_is_missing_becomes_null(conn: Connection) -> None:
    make_table(conn)
    columns = {
        "a": np.array([np.nan, 1.0, np.nan]),
        "g": np.array(["NaT", "2024-01-01", "NaT"], dtype="M8[D]"),
        "i": [None, "x", None],
        "j": np.array([[np.nan, np.nan], [1.0, 2.0], [np.nan, 3.0]]),
    }
    write_columns(conn, "copied", columns)
    counts = conn.exec_driver_sql("SELECT count(*), count(a), count(g), count(i), count(j) FROM copied").one()
    assert tuple(counts) == (3, 1, 1, 1, 1)


def test_no_rows_and_many_rows_travel(conn: Connection) -> None:
    make_table(conn)
    write_columns(conn, "copied", {"c": np.empty(0, dtype=np.int64), "i": []})
    n = 120_001
    write_columns(conn, "copied", {"c": np.arange(n), "i": [str(number) for number in range(n)]})
    kind = np.dtype([("c", "i8"), ("same", "?")])
    rows = read_columns(conn, "SELECT c, i = c::text FROM copied ORDER BY c", {}, kind)
    assert_array_equal(rows["c"], np.arange(n))
    assert rows["same"].all()
    assert len(read_columns(conn, "SELECT c, true FROM copied WHERE c < 0", {}, kind)) == 0


def test_parameters_are_bound_not_written_into_the_text(conn: Connection) -> None:
    make_table(conn)
    write_columns(conn, "copied", {"c": np.arange(3), "i": ["a", "b'; DROP TABLE copied; --", "50 % :c"]})
    sql = "SELECT c FROM copied WHERE i = :name OR i LIKE '%:c' AND c = ANY(:numbers)"
    rows = read_columns(
        conn,
        sql.replace(":c'", "\\:c'"),
        {"name": "b'; DROP TABLE copied; --", "numbers": [2]},
        np.dtype([("c", "i8")]),
    )
    assert sorted(rows["c"]) == [1, 2]


def test_a_null_among_the_rows_is_refused(conn: Connection) -> None:
    with pytest.raises(ValueError, match="not all"):
        read_columns(conn, "SELECT NULLIF(n, 2)::int8 FROM generate_series(1, 3) AS n", {}, np.dtype([("n", "i8")]))


def test_unequal_columns_and_strange_names_are_refused(conn: Connection) -> None:
    make_table(conn)
    with pytest.raises(ValueError, match="unequal"):
        write_columns(conn, "copied", {"c": np.arange(2), "i": ["a"]})
    with pytest.raises(ValueError, match="plain name"):
        write_columns(conn, "copied; --", {"c": np.arange(2)})


def test_rows_of_one_width_are_laid_out_as_any_others() -> None:
    texts = ["uno", None, "tres"]
    columns = [np.arange(3), np.array([1.5, np.nan, 2.5]), np.array(["2024-02-29", "NaT", "2024-03-01"], dtype="M8[D]")]
    equal = [np.arange(3), np.array([[-79.5, 9.0], [-79.4, 9.1], [-79.3, 9.2]]), [None, None, None]]
    for whole in (columns, equal, [*equal, texts]):
        rows = [b"".join(copying._encode([column[i : i + 1] for column in whole])) for i in range(3)]
        pieces = b"".join(row[len(copying.HEADER) : -len(copying.TRAILER)] for row in rows)
        assert b"".join(copying._encode(whole)) == copying.HEADER + pieces + copying.TRAILER
