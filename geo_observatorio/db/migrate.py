"""Migrations: Alembic revisions that run plain SQL, up and down."""

from __future__ import annotations

from pathlib import Path

from alembic import command, op
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from geo_observatorio.errors import NotFoundError, PendingMigrationError, phrase
from geo_observatorio.resources import data_dir

SCRIPTS = Path(__file__).resolve().parent / "migrations"
ADVISORY_LOCK = 8_080_000  # any fixed number: two starts at once wait for each other on it


def migrate(conn: Connection, revision: str = "head") -> None:
    """Bring the schema to a revision: `head`, `base` or a name; the caller commits.

    Raises
    ------
    NotFoundError
        This version knows no such revision.
    """
    conn.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})")
    configuration = _configuration()
    configuration.attributes["connection"] = conn
    known = ScriptDirectory.from_config(configuration)
    revisions = ["base", *(script.revision for script in reversed(list(known.walk_revisions()))), "head"]
    if revision not in revisions:
        raise NotFoundError(noun=phrase("revisión"), found=revision, needed=", ".join(revisions))
    current = MigrationContext.configure(conn).get_current_revision()
    going_down = revision == "base" or (current is not None and _is_older(known, revision, current))
    (command.downgrade if going_down else command.upgrade)(configuration, revision)


def require_current(conn: Connection) -> None:
    """Raise PendingMigrationError unless the schema is the one of this version."""
    needed = ScriptDirectory.from_config(_configuration()).get_current_head()
    found = MigrationContext.configure(conn).get_current_revision()
    if needed != found:
        raise PendingMigrationError(needed=needed, found=found or "-")


def run_sql(name: str) -> None:
    """Run one file of sql/migrations inside a revision."""
    text = (data_dir("sql") / "migrations" / f"{name}.sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(text.replace("%", "%%"))


def _configuration() -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(SCRIPTS))
    return configuration


def _is_older(known: ScriptDirectory, revision: str, current: str) -> bool:
    if revision == "head":
        return False
    lower = {script.revision for script in known.walk_revisions("base", current)}
    return revision in lower and revision != current
