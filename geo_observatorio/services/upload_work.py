"""The work of an upload: its file becomes incidents in one transaction, watched and told beside it on another."""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import psycopg2
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from analysis.errors import AnalysisError
from geo_observatorio.db import uploads
from geo_observatorio.db.engine import begin, describe_driver_failure, describe_failure
from geo_observatorio.db.uploads import Upload
from geo_observatorio.errors import (
    DatabaseUnreachableError,
    FileRefusedError,
    ObservatorioError,
    SystemRefusedError,
    UnforeseenError,
    WorkLostError,
)
from geo_observatorio.sentences import pack_error
from geo_observatorio.services import spool
from geo_observatorio.services.sending import Account, Sending

MOST_ATTEMPTS: Final = 3  # a file that ends the process each time is given up
BEAT: Final = 0.5  # seconds between two looks at what was decided meanwhile
LOG: Final = logging.getLogger(__name__)


class LetGoError(Exception):
    """The work on an upload ends before it is done, and nothing is kept: it was cancelled, or the worker stops."""


class Watch:
    """Tells how far an upload is, on a connection of its own, and ends the work when somebody asks for that.

    Attributes
    ----------
    reason
        Why the work was ended: `cancelled`, `stopped`, or nothing.
    """

    def __init__(self, engine: Engine, upload: UUID, must_stop: Callable[[], bool]) -> None:
        self.reason = ""
        self._engine, self._upload, self._must_stop = engine, upload, must_stop
        self._counts: dict[str, Any] = {"rows_read": 0, "rows_stored": 0, "rows_quarantined": 0, "read_whole": False}
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._working: Any = None

    def tell(self, account: Account) -> None:
        """Note the running account; raise LetGoError where the work is to end."""
        stored = account.staged
        refused = account.by_rule.total()
        self._counts |= {"rows_read": account.rows_read, "rows_stored": stored, "rows_quarantined": refused}
        self.look()
        self.require_leave()

    def read_whole(self) -> None:
        """Note that all rows are read."""
        self._counts["read_whole"] = True

    def require_leave(self) -> None:
        """Raise LetGoError where the work is to end."""
        if self.reason:
            raise LetGoError(self.reason)

    def look(self) -> None:
        """Keep how far the work is, and see whether it is to end."""
        with begin(self._engine) as conn:
            goes_on = uploads.tell_progress(conn, self._upload, dict(self._counts))
        if not goes_on:
            self.reason = self.reason or "cancelled"
        elif self._must_stop():
            self.reason = self.reason or "stopped"

    @contextmanager
    def over(self, conn: Connection) -> Iterator[None]:
        """Look every half second while a transaction works; one that is to end is interrupted in its statement."""
        self._working = conn.connection.dbapi_connection
        thread = threading.Thread(target=self._beat, name="watch", daemon=True)
        thread.start()
        try:
            yield
        finally:
            with self._lock:  # no interruption may reach the commit
                self._working = None
            self._over.set()
            thread.join()

    def _beat(self) -> None:
        while not self._over.wait(BEAT):
            try:
                self.look()
            except (ObservatorioError, SQLAlchemyError) as error:  # the work itself meets the same and tells it
                LOG.warning("progress not told: %s", type(error).__name__)
            with self._lock:
                if self.reason and self._working is not None:
                    self._working.cancel()


def run_upload(engine: Engine, folder: Path, upload: UUID, must_stop: Callable[[], bool]) -> bool:
    """Receive the file of an upload; return False where it has to be taken up again.

    Parameters
    ----------
    folder
        The spool.
    must_stop
        Tells whether the process is being stopped.
    """
    with begin(engine) as conn:
        found = uploads.start_upload(conn, upload)
    if found is None:
        return True
    watch = Watch(engine, upload, must_stop)
    ending, failure = "failed", None
    try:
        _receive(engine, folder, found, watch)
        ending = "done"
    except Exception as error:  # whatever it is ends as one sentence on the page of the upload
        if watch.reason == "stopped" or (not watch.reason and _is_passing(error)):
            with begin(engine) as conn:
                uploads.release_upload(conn, upload)
            return False
        ending, failure = ("cancelled", None) if watch.reason else ("failed", pack_error(_explain(error, found)))
    if ending != "done":
        with begin(engine) as conn:
            uploads.end_upload(conn, upload, ending, failure=failure)
    spool.discard(folder, upload)
    return True


def _receive(engine: Engine, folder: Path, upload: Upload, watch: Watch) -> None:
    from geo_observatorio.services.ingest import announce_file, ingest_file  # noqa: PLC0415  # seconds of imports, with the first file

    if upload.attempts > MOST_ATTEMPTS:
        raise WorkLostError(found=upload.attempts - 1)
    path = spool.require_bytes(folder, upload.id)
    sending = Sending(file_name=upload.file_name, sent_by=upload.sent_by, tell=watch.tell, read_whole=watch.read_whole)
    with begin(engine) as conn:
        announce_file(conn, upload.source, path)
    with begin(engine) as conn:
        with watch.over(conn), spool.telling_year(path, upload.file_name) as named:
            report = ingest_file(conn, upload.source, named, municipality=upload.municipality, sending=sending)
        watch.require_leave()
        uploads.end_upload(conn, upload.id, "done", delivery=report.delivery)


def _is_passing(error: Exception) -> bool:
    """Tell a failure that a second try may not meet: the database went away in the middle."""
    driver = getattr(error, "orig", error)
    lost = isinstance(driver, psycopg2.OperationalError | psycopg2.InterfaceError) and not driver.pgcode
    return isinstance(error, DatabaseUnreachableError) or lost


def _explain(error: Exception, upload: Upload) -> AnalysisError | ObservatorioError:
    """Say a failure without anything of the rows; one that nobody foresaw is noted with its place in the code."""
    match error:
        case FileRefusedError():
            return FileRefusedError(**error.values | {"file": upload.file_name})
        case AnalysisError() | ObservatorioError():
            return error
        case SQLAlchemyError():
            return describe_failure(error)
        case psycopg2.Error():
            return describe_driver_failure(error)
        case OSError():
            return SystemRefusedError(file=upload.file_name, found=error.strerror or type(error).__name__)
    places = "".join(traceback.format_tb(error.__traceback__))  # where, never with what: messages quote rows
    LOG.error("upload %s: %s\n%s", upload.id, type(error).__name__, places)
    return UnforeseenError(found=type(error).__name__)
