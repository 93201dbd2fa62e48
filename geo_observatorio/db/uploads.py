"""Uploads: files sent by the page, what each waits for and how far it is; the queue itself is procrastinate's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from geo_observatorio.db.queries import query


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file that was sent.

    Attributes
    ----------
    state
        `received` (waits for a decision), `queued`, `running`, `done`, `failed`, `cancelled` or `discarded`.
    expected_rows
        An estimate of its rows, None where there is none.
    read_whole
        All rows are read, and the whole is being kept.
    seconds
        Since it was started, up to its end.
    failure
        Code and values of the error that ended it.
    known_before
        Its bytes had been received before: the delivery is the earlier one.
    """

    id: UUID
    municipality: str
    source: str
    file_name: str
    sha256: str
    bytes: int
    sent_by: str
    received_at: datetime
    state: str
    attempts: int
    expected_rows: int | None
    rows_read: int
    rows_stored: int
    rows_quarantined: int
    read_whole: bool
    cancelled_by: str | None
    delivery: UUID | None
    failure: Mapping[str, Any] | None
    seconds: float | None
    known_before: bool

    @property
    def is_over(self) -> bool:
        """Return whether nothing more will happen to it."""
        return self.state in {"done", "failed", "cancelled", "discarded"}

    @property
    def share(self) -> float | None:
        """Return which part of the file is read, as far as its size tells; None where it does not."""
        if self.read_whole:
            return 1.0
        return min(self.rows_read / self.expected_rows, 0.99) if self.expected_rows else None


NAMES = tuple(item.name for item in fields(Upload))


def save_upload(conn: Connection, values: Mapping[str, Any]) -> None:
    """Keep a file that was sent: id, municipality, source, file_name, sha256, bytes, sent_by, expected_rows."""
    conn.execute(query("upload_save"), values)


def find_upload(conn: Connection, upload: UUID) -> Upload | None:
    """Return an upload, or None where there is none of that id."""
    row = conn.execute(query("upload_find"), {"id": upload}).one_or_none()
    return None if row is None else _read(row)


def list_uploads(conn: Connection, municipality: str, limit: int) -> list[Upload]:
    """Return the uploads of a municipality, the latest first."""
    rows = conn.execute(query("upload_list"), {"municipality": municipality, "limit": limit})
    return [_read(row) for row in rows]


def list_waiting(conn: Connection) -> list[UUID]:
    """Return the uploads whose bytes are still needed, after giving up those that nobody decided upon for a day."""
    conn.execute(query("upload_give_up"))
    return list(conn.execute(query("upload_waiting")).scalars())


def requeue_lost(conn: Connection) -> int:
    """Queue again what waits to be received and is in no queue, as after a restore; return how many."""
    return len(conn.execute(query("upload_requeue")).all())


def queue_upload(conn: Connection, upload: UUID) -> bool:
    """Put an upload into the queue; return False where it does not wait for that."""
    return conn.execute(query("upload_queue"), {"id": upload}).one_or_none() is not None


def discard_upload(conn: Connection, upload: UUID) -> bool:
    """Give an upload up before it is queued; return False where it does not wait for that."""
    return conn.execute(query("upload_discard"), {"id": upload}).one_or_none() is not None


def cancel_upload(conn: Connection, upload: UUID, actor: str) -> str | None:
    """Cancel an upload: at once where it only waits, else its worker will; return its state, None where it is over."""
    values = {"id": upload, "actor": actor}
    state: str | None = conn.execute(query("upload_cancel"), values).scalar_one_or_none()
    return state


def start_upload(conn: Connection, upload: UUID) -> Upload | None:
    """Take an upload up, from its beginning; None where it is over already."""
    if conn.execute(query("upload_start"), {"id": upload}).one_or_none() is None:
        return None
    return find_upload(conn, upload)


def tell_progress(conn: Connection, upload: UUID, counts: Mapping[str, Any]) -> bool:
    """Keep how far an upload is: rows_read, rows_stored, rows_quarantined, read_whole; return whether to go on."""
    return bool(conn.execute(query("upload_tell"), {"id": upload, **counts}).scalar_one())


def release_upload(conn: Connection, upload: UUID) -> None:
    """Let an upload wait again that its worker could not finish."""
    conn.execute(query("upload_release"), {"id": upload})


def end_upload(
    conn: Connection, upload: UUID, state: str, *, delivery: str | None = None, failure: Mapping[str, Any] | None = None
) -> None:
    """Say how an upload ended."""
    text = None if failure is None else json.dumps(failure, ensure_ascii=False)
    conn.execute(query("upload_end"), {"id": upload, "state": state, "delivery": delivery, "failure": text})


def _read(row: Row[Any]) -> Upload:
    return Upload(**{name: getattr(row, name) for name in NAMES})
