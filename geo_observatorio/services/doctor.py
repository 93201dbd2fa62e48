"""The doctor: what a machine needs, whether it is there, and the command that mends it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass

from geo_observatorio.config import Settings
from geo_observatorio.db.cluster import INSTALL_COMMAND, Cluster, server_folder
from geo_observatorio.db.dumps import CLIENT_COMMAND, client_program
from geo_observatorio.db.engine import begin, make_engine
from geo_observatorio.db.migrate import require_current
from geo_observatorio.db.municipalities import list_municipalities
from geo_observatorio.errors import DatabaseUnreachableError, PendingMigrationError, PostgisMissingError
from geo_observatorio.resources import CHECKOUT

NEEDED_SPACE = 2 * 10**9  # bytes: the demo, a city of a million incidents and room to sort them


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that was looked at: a Spanish name, whether it is well, what was found, the command that mends it."""

    name: str
    well: bool
    found: str = ""
    mend: str = ""


def examine(settings: Settings) -> Iterator[Check]:
    """Look at everything, the first causes first; starts nothing and changes nothing."""
    if settings.database_url is None:
        yield check_postgis()
        yield check_space(settings)
    yield check_client()
    yield from check_database(settings)
    yield check_assets()


def check_postgis() -> Check:
    """Look for PostgreSQL with PostGIS."""
    try:
        return Check(name="PostgreSQL con PostGIS", well=True, found=str(server_folder()))
    except PostgisMissingError:
        return Check(name="PostgreSQL con PostGIS", well=False, mend=INSTALL_COMMAND)


def check_client() -> Check:
    """Look for the programs that make and restore backups."""
    try:
        return Check(name="Programas de respaldo", well=True, found=client_program("pg_dump"))
    except PostgisMissingError:
        return Check(name="Programas de respaldo", well=False, mend=CLIENT_COMMAND)


def check_space(settings: Settings) -> Check:
    """Look at the free space where the private cluster lives, or will."""
    folder = next(path for path in (settings.home, *settings.home.parents) if path.exists())
    free = shutil.disk_usage(folder).free
    found = f"{free / 1e9:,.1f} GB, {folder}"
    return Check(name="Espacio en disco", well=free >= NEEDED_SPACE, found=found, mend=f"df -h {folder}")


def check_database(settings: Settings) -> Iterator[Check]:
    """Look at the database in force: that it answers, its schema, its municipalities."""
    if settings.database_url is None and not _is_running(settings):
        yield Check(name="Base de datos", well=False, mend="observatorio db start")
        return
    engine = make_engine(settings.database_url or Cluster(home=settings.home).url())
    try:
        with begin(engine) as conn:
            yield Check(name="Base de datos", well=True, found=engine.url.render_as_string())
            require_current(conn)
            yield Check(name="Esquema al día", well=True)
            known = list_municipalities(conn)
            names = ", ".join(f"{one.code} {one.name}" for one in known)
            yield Check(name="Municipios", well=bool(known), found=names, mend="observatorio demo-data")
    except DatabaseUnreachableError as error:
        yield Check(name="Base de datos", well=False, found=str(error.values["found"]), mend="DATABASE_URL")
    except PendingMigrationError as error:
        found = str(error.values["found"])
        yield Check(name="Esquema al día", well=False, found=found, mend="observatorio db migrate")
    finally:
        engine.dispose()


def check_assets() -> Check:
    """Look for the front-end packages that the pages serve."""
    vendor = CHECKOUT / "web" / "static" / "vendor"
    there = vendor.is_dir() and any(vendor.iterdir())
    return Check(name="Bibliotecas de las páginas", well=there, found=str(vendor), mend="./observatorio up")


def _is_running(settings: Settings) -> bool:
    try:
        return Cluster(home=settings.home).is_ready()
    except PostgisMissingError:
        return False
