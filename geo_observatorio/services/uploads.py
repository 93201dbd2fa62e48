"""Uploads: a file that was sent is measured and waits for a decision."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection

from geo_observatorio.db.uploads import save_upload
from geo_observatorio.errors import FileRefusedError, phrase
from geo_observatorio.services.file_sizes import estimate_rows
from geo_observatorio.services.spool import name_file, spool_path


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A file in the spool, and what its sender said of it; ``file_name`` as she wrote it."""

    id: UUID
    municipality: str
    source: str
    file_name: str
    sent_by: str


def keep_upload(conn: Connection, folder: Path, sent: Sent) -> None:
    """Keep what is known of a file in the spool; it waits for a decision then.

    Raises
    ------
    FileRefusedError
        The file is empty.
    """
    path, name = spool_path(folder, sent.id), name_file(sent.file_name)
    if path.stat().st_size == 0:
        needed = phrase("una tabla CSV, XLSX o Parquet")
        raise FileRefusedError(file=name, needed=needed, found=phrase("un archivo vacío"))
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    values = {
        "id": sent.id,
        "municipality": sent.municipality,
        "source": sent.source,
        "file_name": name,
        "sha256": sha256,
        "bytes": path.stat().st_size,
        "sent_by": sent.sent_by,
        "expected_rows": estimate_rows(path),
    }
    save_upload(conn, values)
