"""Connections: one engine a process; the pages connect as a role that owns nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import OperationalError

from geo_observatorio.errors import DatabaseUnreachableError

__all__ = ["WEB_ROLE", "Connection", "Engine", "begin", "make_engine"]

WEB_ROLE = "observatorio_web"


def make_engine(url: str, *, role: str | None = None, statement_timeout: str = "0") -> Engine:
    """Make an engine on a PostgreSQL address; with ``role``, every connection lowers itself to it.

    Raises
    ------
    DatabaseUnreachableError
        Later, by `begin`, where nobody answers.
    """
    address = make_url(url).set(drivername="postgresql+psycopg2")
    options = f"-c timezone=UTC -c statement_timeout={statement_timeout}"
    engine = create_engine(
        address, pool_pre_ping=True, pool_size=5, max_overflow=0, pool_timeout=5, connect_args={"options": options}
    )
    if role is not None:
        event.listen(engine, "connect", lambda dbapi, _record: _lower(dbapi, role))
    return engine


def _lower(dbapi_connection: object, role: str) -> None:
    with dbapi_connection.cursor() as cursor:  # type: ignore[attr-defined]  # psycopg2's own connection
        cursor.execute(f'SET ROLE "{role}"')
    dbapi_connection.commit()  # type: ignore[attr-defined]


@contextmanager
def begin(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that commits when the block ends well; raise DatabaseUnreachableError where nobody answers."""
    try:
        connection = engine.connect()
    except OperationalError as error:
        raise DatabaseUnreachableError(found=str(error.orig).strip().splitlines()[0]) from error
    with connection, connection.begin():
        yield connection
