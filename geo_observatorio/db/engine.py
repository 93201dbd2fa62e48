"""Connections: one engine a process; the pages connect as a role that owns nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
import psycopg2.errors
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from geo_observatorio.errors import (
    DatabaseBusyError,
    DatabaseFailedError,
    DatabaseSlowError,
    DatabaseUnreachableError,
    SettingError,
    phrase,
)

__all__ = ["INGEST_ROLE", "WEB_ROLE", "Connection", "Engine", "begin", "lower_transaction", "make_engine"]

WEB_ROLE = "observatorio_web"
INGEST_ROLE = "observatorio_ingest"
POOL = 8  # a page that writes holds a second connection, and a process answers four at once
DATA_STATES = ("21", "22", "23")  # classes of SQLSTATE whose messages quote values


def make_engine(url: str, *, role: str | None = None, statement_timeout: str = "0") -> Engine:
    """Make an engine on a PostgreSQL address; with ``role``, every connection lowers itself to it.

    Raises
    ------
    SettingError
        The address is none of a PostgreSQL; it is not quoted, because it may hold a password.
    DatabaseUnreachableError
        Later, by `begin`, where nobody answers.
    """
    address = _read_address(url)
    options = f"-c timezone=UTC -c statement_timeout={statement_timeout}"
    engine = create_engine(
        address, pool_pre_ping=True, pool_size=POOL, max_overflow=0, pool_timeout=5, connect_args={"options": options}
    )
    if role is not None:
        event.listen(engine, "connect", lambda dbapi, _record: _lower(dbapi, role))
    return engine


def _read_address(url: str) -> URL:
    needed = "postgresql://usuario:clave@servidor/base"
    try:
        address = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise SettingError(name="DATABASE_URL", needed=needed, found="-") from error
    if address.get_backend_name() not in {"postgresql", "postgres"}:
        raise SettingError(name="DATABASE_URL", needed=needed, found=address.drivername)
    return address.set(drivername="postgresql+psycopg2")


def describe_failure(error: SQLAlchemyError) -> DatabaseFailedError:
    """Tell a failure of the database without its statement and values, which may hold what a row says."""
    driver = error.orig if isinstance(error, DBAPIError) else None
    if isinstance(driver, psycopg2.Error):
        return describe_driver_failure(driver)
    return DatabaseFailedError(found=type(error).__name__)


def describe_driver_failure(error: psycopg2.Error) -> DatabaseFailedError:
    """Tell a failure of the driver: its message where that speaks of no data, else its kind."""
    state = error.pgcode or ""
    if state.startswith(DATA_STATES):
        return DatabaseFailedError(found=f"{type(error).__name__} {state}")
    lines = str(error).strip().splitlines()
    return DatabaseFailedError(found=lines[0] if lines else type(error).__name__)


def _lower(dbapi_connection: object, role: str) -> None:
    with dbapi_connection.cursor() as cursor:  # type: ignore[attr-defined]  # psycopg2's own connection
        cursor.execute(f'SET ROLE "{role}"')
    dbapi_connection.commit()  # type: ignore[attr-defined]


def lower_transaction(conn: Connection, role: str) -> None:
    """Give the rights of a role to the rest of this transaction, and no longer."""
    conn.exec_driver_sql(f'SET LOCAL ROLE "{role}"')


def explain_wait(error: BaseException) -> DatabaseBusyError | DatabaseSlowError | None:
    """Say what the database did not wait for any longer; None where it is something else."""
    driver = getattr(error, "orig", None)
    if isinstance(driver, psycopg2.errors.LockNotAvailable):
        return DatabaseBusyError()
    return DatabaseSlowError() if isinstance(driver, psycopg2.errors.QueryCanceled) else None


@contextmanager
def begin(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that commits when the block ends well; raise DatabaseUnreachableError where nobody answers."""
    try:
        connection = engine.connect()
    except OperationalError as error:
        raise DatabaseUnreachableError(found=str(error.orig).strip().splitlines()[0]) from error
    except PoolTimeoutError as error:  # all connections are busy for longer than a reader waits
        raise DatabaseUnreachableError(found=phrase("todas las conexiones están ocupadas")) from error
    with connection, connection.begin():
        yield connection
