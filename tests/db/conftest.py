"""A real PostGIS for each test: a cluster of its own for the run, a migrated template, a clone per test."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.pool import NullPool

from geo_observatorio.db.cluster import Cluster
from geo_observatorio.db.engine import begin, make_engine
from geo_observatorio.db.migrate import migrate

NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Return a running cluster that is gone with the run."""
    home = Path(tempfile.mkdtemp(prefix="obs-test-"))
    cluster = Cluster(home=home, durable=False)
    cluster.ensure_running()
    yield cluster
    cluster.stop()
    shutil.rmtree(home)


@pytest.fixture(scope="session")
def administration(cluster: Cluster) -> Engine:
    """Return an engine that may create databases."""
    url = cluster.url("postgres").replace("postgresql://", "postgresql+psycopg2://")
    return create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)


@pytest.fixture(scope="session")
def template(cluster: Cluster, administration: Engine) -> str:
    """Return the name of a migrated, empty database to clone."""
    with administration.connect() as conn:
        conn.exec_driver_sql("CREATE DATABASE template_observatorio")
    engine = make_engine(cluster.url("template_observatorio"))
    with begin(engine) as conn:
        migrate(conn)
    engine.dispose()
    return "template_observatorio"


@pytest.fixture
def database_url(cluster: Cluster, administration: Engine, template: str) -> Iterator[str]:
    """Return the address of a fresh migrated database."""
    name = f"test_{next(NUMBERS)}"
    with administration.connect() as conn:
        conn.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield cluster.url(name)
    with administration.connect() as conn:
        conn.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """Return an engine on a fresh migrated database."""
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def conn(engine: Engine) -> Iterator[Connection]:
    """Return an open transaction on a fresh migrated database."""
    with begin(engine) as conn:
        yield conn
