"""Dumps: a whole database as one file, by PostgreSQL's own programs."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from sqlalchemy import make_url

from geo_observatorio.db.cluster import SERVER_FOLDERS
from geo_observatorio.errors import BackupFailedError, BackupRefusedError, PostgisMissingError, phrase

CLIENT_COMMAND = "apt-get install --no-install-recommends postgresql-client-15"
TABLES = ("alembic_version", "municipality", "incident", "delivery")  # by these a dump is known as ours


def write_dump(url: str, file: Path) -> None:
    """Write a database to a file that only its owner may read; the name appears when all of it is on the disk.

    Raises
    ------
    BackupFailedError
        pg_dump failed, or the file could not be written; nothing stays behind.
    """
    temporary: Path | None = None
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
        temporary = Path(name)
        with os.fdopen(descriptor, "wb") as output:
            done = _run("pg_dump", ["--format=custom"], url, stdout=output.fileno())
            os.fsync(output.fileno())
        if done.returncode != 0:
            raise BackupFailedError(file=file, found=_last_line(done))
        list_dump(temporary)
        temporary.replace(file)
    except OSError as error:
        raise BackupFailedError(file=file, found=error.strerror) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def list_dump(file: Path) -> str:
    """Return the table of contents of a dump; raise BackupRefusedError unless it is one of ours."""
    done = _run("pg_restore", ["--list", str(file)])
    if done.returncode != 0:
        raise BackupRefusedError(file=file, found=_last_line(done))
    contents = str(done.stdout)
    missing = [name for name in TABLES if f" TABLE DATA public {name} " not in contents]
    if missing:
        raise BackupRefusedError(file=file, found=phrase("le faltan {tables}", tables=", ".join(missing)))
    return contents


def read_dump(url: str, file: Path) -> None:
    """Fill an empty database from a dump, wholly or not at all; raise BackupRefusedError."""
    done = _run(
        "pg_restore", ["--no-owner", "--single-transaction", "--dbname", _without_password(url), str(file)], url
    )
    if done.returncode != 0:
        raise BackupRefusedError(file=file, found=_last_line(done))


def client_program(name: str) -> str:
    """Return the newest of PostgreSQL's client programs of that name; raise PostgisMissingError."""
    found = [path for root in SERVER_FOLDERS for path in Path(root).glob(f"[0-9]*/bin/{name}")]
    newest = max(found, key=lambda path: int(path.parent.parent.name), default=None) or shutil.which(name)
    if newest is None:
        raise PostgisMissingError(command=CLIENT_COMMAND)
    return str(newest)


def _run(
    program: str, options: list[str], url: str | None = None, *, stdout: int = subprocess.PIPE
) -> subprocess.CompletedProcess[str]:
    """Run a client program; the password travels in the environment, because arguments can be read by everybody."""
    address = [_without_password(url)] if url and program == "pg_dump" else []
    password = make_url(url).password if url else None
    environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", **({"PGPASSWORD": str(password)} if password else {})}
    command = [client_program(program), *options, *address]
    return subprocess.run(command, stdout=stdout, stderr=subprocess.PIPE, text=True, env=environment, check=False)


def _without_password(url: str) -> str:
    return make_url(url)._replace(password=None, drivername="postgresql").render_as_string()


def _last_line(done: subprocess.CompletedProcess[str]) -> str:
    """Return what a program said last, without the advice that it adds on lines of their own."""
    lines = [line for line in str(done.stderr).splitlines() if line.strip()]
    errors = [line for line in lines if "error:" in line]
    return (errors or lines or [str(done.returncode)])[-1].strip()
