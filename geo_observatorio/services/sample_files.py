"""Sample files: kept for an hour in a folder of our own while a source is described on them, then gone."""

from __future__ import annotations

import re
import secrets
import shutil
import time
from pathlib import Path
from typing import IO, Final

from geo_observatorio.errors import NotFoundError, phrase

MOST_BYTES: Final = 4 * 2**20
HOUR: Final = 3600.0  # seconds
FOLDER: Final = "samples"
FILE: Final = "muestra"  # the name that a refusal tells; the sender's own is not kept
TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{24}")


def keep_sample(home: Path, content: IO[bytes]) -> str:
    """Keep a sample and return the word by which it is found again; older ones are removed."""
    forget_old(home)
    token = secrets.token_urlsafe(18)
    folder = home / FOLDER / token
    folder.mkdir(mode=0o700, parents=True)
    with (folder / FILE).open("xb") as file:
        (folder / FILE).chmod(0o600)
        shutil.copyfileobj(content, file)
    return token


def find_sample(home: Path, token: str) -> Path:
    """Return where a sample lies; raise NotFoundError where it is gone."""
    path = home / FOLDER / token / FILE
    if not TOKEN.fullmatch(token) or not path.is_file() or time.time() - path.stat().st_mtime > HOUR:
        needed = phrase("las que se subieron hace menos de una hora")
        raise NotFoundError(noun=phrase("muestra"), found=token[:24], needed=needed)
    return path


def forget_sample(home: Path, token: str) -> None:
    """Remove a sample."""
    if TOKEN.fullmatch(token):
        shutil.rmtree(home / FOLDER / token, ignore_errors=True)


def forget_old(home: Path) -> None:
    """Remove the samples that are older than an hour."""
    for folder in (home / FOLDER).glob("*"):
        path = folder / FILE
        if not path.is_file() or time.time() - path.stat().st_mtime > HOUR:
            shutil.rmtree(folder, ignore_errors=True)
