"""The private PostGIS cluster: made from the system's binaries, reachable through a unix socket only."""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO
from urllib.parse import quote

from geo_observatorio.errors import ClusterError, PostgisMissingError

INSTALL_COMMAND = "apt-get install --no-install-recommends postgresql-15-postgis-3"
SERVER_FOLDERS = ("/usr/lib/postgresql", "/usr/local/pgsql")
OWNER = "observatorio"
DATABASE = "observatorio"
LONGEST_START = 60  # seconds
CONFIGURATION = """
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 60
shared_buffers = 256MB
maintenance_work_mem = 256MB
work_mem = 32MB
max_wal_size = 4GB
wal_compression = on
jit = off
timezone = 'UTC'
"""
EXISTS = "SELECT 1 FROM pg_database WHERE datname = 'observatorio'"
NOT_DURABLE = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """A PostgreSQL cluster of our own under ``home``; ``durable`` is only ever False for tests."""

    home: Path
    durable: bool = True

    @property
    def data(self) -> Path:
        """Folder of the database files."""
        return self.home / "cluster"

    @property
    def socket_dir(self) -> Path:
        """Folder of the socket; short, because a socket's path has at most 107 bytes."""
        digest = hashlib.sha256(str(self.home.resolve()).encode()).hexdigest()[:10]
        return Path(tempfile.gettempdir()) / f"observatorio-{digest}"

    def url(self, database: str = DATABASE) -> str:
        """Return the address of a database of this cluster."""
        password = (self.home / "password").read_text(encoding="utf-8").strip()
        return f"postgresql://{OWNER}:{quote(password)}@/{database}?host={quote(str(self.socket_dir), safe='')}"

    def ensure_running(self) -> bool:
        """Make the cluster if there is none and start it if it is down; return whether it was started now."""
        _make_home(self.home)
        with _locked(self.home / "lock"):
            if not (self.data / "PG_VERSION").exists():
                self._create()
            if self.is_ready():
                return False
            self._start()
            self._create_database()
        return True

    @contextmanager
    def keep_running(self, is_used: Callable[[], bool]) -> Iterator[None]:
        """Keep the server running; stop it at the end if it was started here, no other keeper is left and none uses it.

        A keeper holds a shared lock before it looks whether the server runs, so that nobody who leaves stops it then.
        """
        _make_home(self.home)
        with (self.home / "kept").open("w", encoding="utf-8") as file:
            os.set_inheritable(file.fileno(), False)
            fcntl.flock(file, fcntl.LOCK_SH)
            started = self.ensure_running()
            try:
                yield
            finally:
                if started and _is_last(file) and not is_used():
                    self.stop()

    def is_ready(self) -> bool:
        """Ask the server itself: pg_ctl still says "running" after it was killed."""
        if not self.socket_dir.exists():
            return False
        answer = _run([_binary("pg_isready"), "-q", "-h", str(self.socket_dir), "-t", "3"], check=False)
        return answer.returncode == 0

    def stop(self) -> bool:
        """Stop the server; return whether it was running."""
        if not self.is_ready():
            return False
        self._control("stop", "-m", "fast")
        if not any(self.socket_dir.iterdir()):
            self.socket_dir.rmdir()
        return True

    def _create(self) -> None:
        """Make the files in a folder beside and rename it, so that a crash leaves no half cluster."""
        fresh = self.home / "cluster.new"
        if fresh.exists():
            shutil.rmtree(fresh)
        password = secrets.token_urlsafe(24)
        _write_private(self.home / "password", password)
        fresh.mkdir(mode=0o700)
        _give_to_server(fresh)
        with tempfile.NamedTemporaryFile("w", prefix="observatorio-") as pwfile:
            pwfile.write(password)
            pwfile.flush()
            _give_to_server(Path(pwfile.name))
            options = ["--auth=scram-sha-256", "--locale=C.UTF-8", "--encoding=UTF8", f"--username={OWNER}"]
            _run([_binary("initdb"), "-D", str(fresh), *options, f"--pwfile={pwfile.name}"])
        with (fresh / "postgresql.conf").open("a", encoding="utf-8") as configuration:
            configuration.write(CONFIGURATION + ("" if self.durable else NOT_DURABLE))
        fresh.rename(self.data)

    def _start(self) -> None:
        _make_socket_dir(self.socket_dir)
        self._control("start", "-l", str(self.data / "server.log"), "-o", f"-k {self.socket_dir}")

    def _control(self, action: str, *options: str) -> None:
        _run([_binary("pg_ctl"), action, "-D", str(self.data), "-w", "-t", str(LONGEST_START), *options])

    def _create_database(self) -> None:
        """Create the product's database where it is missing."""
        connect = ["-h", str(self.socket_dir), "-U", OWNER, "-d", "postgres", "-qAt"]
        environment = {"PGPASSWORD": (self.home / "password").read_text(encoding="utf-8").strip()}
        found = _run([_binary("psql"), *connect, "-c", EXISTS], environment=environment)
        if not found.stdout.strip():
            _run([_binary("psql"), *connect, "-c", "CREATE DATABASE observatorio"], environment=environment)


def server_folder() -> Path:
    """Return the folder of the newest PostgreSQL binaries that come with PostGIS; raise PostgisMissingError."""
    for root in SERVER_FOLDERS:
        for version in sorted(Path(root).glob("[0-9]*"), key=lambda path: -int(path.name)):
            control = Path("/usr/share/postgresql") / version.name / "extension" / "postgis.control"
            if (version / "bin" / "initdb").exists() and control.exists():
                return version / "bin"
    raise PostgisMissingError(command=INSTALL_COMMAND)


def _binary(name: str) -> str:
    return str(server_folder() / name)


def _server_user() -> str | None:
    """Return the user that must run the server: it refuses to run as root."""
    return "postgres" if os.geteuid() == 0 else None


def _run(
    command: list[str], *, check: bool = True, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    user = _server_user()
    as_user = {"user": user, "group": user, "extra_groups": []} if user else {}
    # The server inherits what is open, so nothing may stay connected to a pipe that somebody reads to its end.
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", **(environment or {})},
            check=False,
            **as_user,  # type: ignore[call-overload]  # user, group and extra_groups go together
        )
        output.seek(0)
        text = output.read()
    if check and done.returncode != 0:
        raise ClusterError(action=Path(command[0]).name, found=text.strip()[-400:])
    return subprocess.CompletedProcess(command, done.returncode, stdout=text)


def _give_to_server(path: Path) -> None:
    user = _server_user()
    if user:
        entry = pwd.getpwnam(user)
        os.chown(path, entry.pw_uid, entry.pw_gid)


def _make_home(home: Path) -> None:
    """Make the folder; the server's user must be able to pass through it, but not to list it."""
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o711 if _server_user() else 0o700)


def _make_socket_dir(folder: Path) -> None:
    """Make the socket's folder for the server's user alone; refuse one that somebody else made first."""
    user = _server_user()
    owner = pwd.getpwnam(user).pw_uid if user else os.geteuid()
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid not in {owner, os.geteuid()}:
        raise ClusterError(action="socket", found=str(folder))
    _give_to_server(folder)
    folder.chmod(0o700)


def _write_private(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def _is_last(file: TextIO) -> bool:
    """Take a shared lock for oneself alone; return whether nobody else holds it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a lock on a file, so that two first starts at once make one cluster."""
    with path.open("w", encoding="utf-8") as file:
        os.set_inheritable(file.fileno(), False)
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
