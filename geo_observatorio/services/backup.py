"""Backup and restore: one file holds the whole database, and a file that cannot be trusted changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from alembic.util import CommandError
from sqlalchemy import Connection, create_engine, make_url
from sqlalchemy.pool import NullPool

from geo_observatorio.db.cluster import DATABASE, Cluster
from geo_observatorio.db.dumps import list_dump, read_dump, write_dump
from geo_observatorio.db.engine import INGEST_ROLE, WEB_ROLE, begin, make_engine
from geo_observatorio.db.migrate import migrate
from geo_observatorio.db.queries import query
from geo_observatorio.errors import BackupRefusedError, DatabaseNotEmptyError

FRESH = f"{DATABASE}_nueva"
FORMER = f"{DATABASE}_anterior"
MAKE_ROLES = "".join(
    f"""
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN CREATE ROLE {role} NOLOGIN; END IF;
END $$;
"""
    for role in (WEB_ROLE, INGEST_ROLE)
)
# Sent as one message it is one transaction: a crash leaves both names or neither. The pages then connect again.
SWAP = f"""
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname IN ('{DATABASE}', '{FRESH}');
ALTER DATABASE {DATABASE} RENAME TO {FORMER};
ALTER DATABASE {FRESH} RENAME TO {DATABASE};
"""  # noqa: S608  # the names are our own


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What a restored database holds."""

    municipalities: int
    incidents: int
    deliveries: int


def save_backup(url: str, file: Path) -> int:
    """Write the database to a file and return its size in bytes; raise BackupFailedError."""
    write_dump(url, file)
    return file.stat().st_size


def restore_into_cluster(cluster: Cluster, file: Path) -> Restored:
    """Put a backup in the place of the private cluster's database, which stays beside as `observatorio_anterior`.

    The backup is first restored wholly into a fresh database and brought to this version's schema; only then do
    the two change names, in one transaction.

    Raises
    ------
    BackupRefusedError
        The file is cut off, damaged or foreign; the database in force is as it was.
    """
    list_dump(file)
    with _administrate(cluster.url("postgres")) as conn:
        conn.exec_driver_sql(f"DROP DATABASE IF EXISTS {FRESH} WITH (FORCE)")
        conn.exec_driver_sql(f"CREATE DATABASE {FRESH}")
        try:
            restored = _fill(cluster.url(FRESH), file)
            _swap(conn)
        finally:
            conn.exec_driver_sql(f"DROP DATABASE IF EXISTS {FRESH} WITH (FORCE)")
    return restored


def restore_into_empty(url: str, file: Path) -> Restored:
    """Fill the empty database at an address from a backup; raise DatabaseNotEmptyError or BackupRefusedError."""
    list_dump(file)
    engine = make_engine(url)
    with begin(engine) as conn:
        tables = conn.execute(query("own_tables")).scalar_one()
    engine.dispose()
    if tables:
        raise DatabaseNotEmptyError(found=tables)
    return _fill(url, file)


def _fill(url: str, file: Path) -> Restored:
    """Restore into an empty database, migrate it and count what it holds."""
    engine = make_engine(url)
    try:
        with begin(engine) as conn:
            conn.exec_driver_sql(MAKE_ROLES)
        read_dump(url, file)
        with begin(engine) as conn:
            migrate(conn)
            return Restored(**conn.execute(query("restored_counts")).mappings().one())
    except CommandError as error:  # a revision that this version does not know
        raise BackupRefusedError(file=file, found=str(error)) from error
    finally:
        engine.dispose()


def _swap(conn: Connection) -> None:
    """Let the fresh database take the name of the one in force, which becomes the former one."""
    conn.exec_driver_sql(f"DROP DATABASE IF EXISTS {FORMER} WITH (FORCE)")
    conn.exec_driver_sql(SWAP)


@contextmanager
def _administrate(url: str) -> Iterator[Connection]:
    """Connect without a transaction, because databases are not made inside one."""
    address = make_url(url).set(drivername="postgresql+psycopg2")
    engine = create_engine(address, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as conn:
        yield conn
