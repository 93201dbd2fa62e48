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
CITY = """
INSERT INTO municipality
VALUES ('0808', 'Panamá', 32617, 'America/Panama'), ('09', 'México', 32614, 'America/Mexico_City');
INSERT INTO boundary_set (municipality, level, edition, sha256)
VALUES ('0808', 'corregimiento', 'prueba', 'x'), ('09', 'colonia', 'prueba', 'x');
INSERT INTO area (boundary_set, code, name, area_km2, label, geometry)
SELECT b.id, a.code, a.name, 1, ST_SetSRID(ST_MakePoint(a.x + 0.0123, a.y + 0.0234), 4326),
    ST_Multi(ST_MakeEnvelope(a.x, a.y, a.x + 0.05, a.y + 0.05, 4326))
FROM boundary_set AS b JOIN (VALUES
    ('0808', '080804', 'La Exposición o Calidonia', -79.60, 8.95), ('0808', '080807', 'Bella Vista', -79.55, 8.95),
    ('0808', '080809', 'San Francisco', -79.50, 8.95), ('0808', '080811', 'Río Abajo', -79.50, 9.00),
    ('0808', '080812', 'Juan Díaz', -79.45, 9.00), ('0808', '080814', 'Ancón', -79.60, 9.00),
    ('0808', '080821', '24 de Diciembre', -79.40, 9.00), ('0808', '080806', 'Betania', -79.55, 9.00),
    ('09', 'cuauhtemoc.doctores', 'Doctores, CUAUHTEMOC', -99.17, 19.38),
    ('09', 'cuauhtemoc.centro', 'Centro, CUAUHTEMOC', -99.17, 19.43)
) AS a (municipality, code, name, x, y) ON a.municipality = b.municipality;
"""


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


@pytest.fixture
def city(engine: Engine) -> Engine:
    """Return an engine on a database with two municipalities and some areas, without any incident."""
    with begin(engine) as conn:
        conn.exec_driver_sql(CITY)
    return engine
