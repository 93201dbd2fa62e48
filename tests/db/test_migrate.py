from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError, ProgrammingError

from geo_observatorio.db.engine import INGEST_ROLE, WEB_ROLE, begin, lower_transaction, make_engine
from geo_observatorio.db.migrate import migrate, require_current
from geo_observatorio.errors import NotFoundError, PendingMigrationError

SCHEMA = """
SELECT 'column', table_name, column_name, data_type, column_default, is_nullable FROM information_schema.columns
WHERE table_schema = 'public' AND table_name NOT LIKE '%\\_columns' AND table_name <> 'alembic_version'
UNION ALL SELECT 'index', tablename, indexname, indexdef, '', '' FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid), '', ''
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'grant', table_name, grantee, privilege_type, '', '' FROM information_schema.role_table_grants
WHERE table_schema = 'public' AND grantee = 'observatorio_web'
ORDER BY 1, 2, 3, 4
"""


def read_schema(conn: Connection) -> list[tuple[object, ...]]:
    return [tuple(row) for row in conn.exec_driver_sql(SCHEMA.replace("%", "%%")) if "alembic" not in str(row)]


def test_up_down_and_up_again_leave_the_same_schema(engine: Engine) -> None:
    with begin(engine) as conn:
        before = read_schema(conn)
    with begin(engine) as conn:
        migrate(conn, "base")
    with begin(engine) as conn:
        assert not any(row[1] == "incident" for row in read_schema(conn))
        with pytest.raises(PendingMigrationError):
            require_current(conn)
    with begin(engine) as conn:
        migrate(conn)
    with begin(engine) as conn:
        assert read_schema(conn) == before
        assert len(before) > 100


def test_two_migrations_at_once_leave_one_schema(engine: Engine) -> None:
    def run(_number: int) -> None:
        with begin(engine) as conn:
            migrate(conn)

    with begin(engine) as conn:
        migrate(conn, "base")
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, range(2)))
    with begin(engine) as conn:
        require_current(conn)


def test_the_role_of_the_pages_cannot_change_the_schema_or_an_incident(database_url: str) -> None:
    engine = make_engine(database_url, role=WEB_ROLE)
    for statement in ("CREATE TABLE stolen (id int)", "DELETE FROM incident", "DROP TABLE incident"):
        with pytest.raises(ProgrammingError), begin(engine) as conn:
            conn.exec_driver_sql(statement)
    engine.dispose()


def test_the_database_refuses_a_delivery_whose_rows_do_not_add_up(conn: Connection) -> None:
    conn.exec_driver_sql("INSERT INTO municipality VALUES ('0808', 'Panamá', 32617, 'America/Panama')")
    conn.exec_driver_sql("INSERT INTO institution VALUES ('policia', 'Policía')")
    conn.exec_driver_sql("INSERT INTO source (code, institution, name) VALUES ('policia', 'policia', 'Policía')")
    with pytest.raises(IntegrityError, match="every_row_is_accounted_for"), conn.begin_nested():
        conn.exec_driver_sql(
            "INSERT INTO delivery (source, municipality, file_name, sha256, bytes, rows_read, inserted, updated,"
            " duplicate, quarantined) VALUES ('policia', '0808', 'a.csv', 'x', 1, 10, 5, 1, 1, 2)"
        )


def test_a_revision_that_there_is_not_is_told_with_those_there_are(conn: Connection) -> None:
    with pytest.raises(NotFoundError) as refused:
        migrate(conn, "nada")
    assert "0001" in str(refused.value.values["needed"])


def test_the_role_of_the_pages_that_write_adds_and_amends_and_deletes_nothing(database_url: str) -> None:
    engine = make_engine(database_url, role=WEB_ROLE)
    with begin(engine) as conn:
        lower_transaction(conn, INGEST_ROLE)
        conn.exec_driver_sql("INSERT INTO institution (code, name) VALUES ('x', 'X')")
        conn.exec_driver_sql("UPDATE institution SET name = 'Y'")
    for statement in ("DELETE FROM institution", "TRUNCATE institution", "CREATE TABLE stolen (id int)"):
        with begin(engine) as conn:
            lower_transaction(conn, INGEST_ROLE)
            with pytest.raises(ProgrammingError):
                conn.exec_driver_sql(statement)
            conn.rollback()
    with pytest.raises(ProgrammingError), begin(engine) as conn:  # the next transaction is the readers' again
        conn.exec_driver_sql("UPDATE institution SET name = 'Z'")
    engine.dispose()
