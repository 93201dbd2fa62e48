"""Pages that change something: one transaction of the role that may, forged forms refused, and who did it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, request, session
from flask_wtf.csrf import CSRFProtect

from geo_observatorio.db.engine import INGEST_ROLE, Connection, begin, lower_transaction
from geo_observatorio.errors import SelectionError, phrase
from web.site import get_site

LONGEST_FORM = 64 * 1024  # bytes; a page that takes files raises it for its own request
PATIENCE = "5s"  # for what another transaction holds, such as a file that comes in
LONGEST_NAME = 60  # characters


def guard_forms(app: Flask, key: str) -> None:
    """Refuse forms that did not come from our own pages."""
    app.config.update(
        SECRET_KEY=key,
        SESSION_COOKIE_NAME="observatorio",
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_HTTPONLY=True,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the browser's session
        WTF_CSRF_SSL_STRICT=False,  # on loopback there is no TLS; the token is checked all the same
        MAX_CONTENT_LENGTH=LONGEST_FORM,
    )
    CSRFProtect(app)


@contextmanager
def write() -> Iterator[Connection]:
    """Open a transaction that may add and amend; it commits when the block ends well, whatever the answer is then.

    What it has to wait for too long ends it, and `web.errors` says so.
    """
    with begin(get_site().engine) as conn:
        lower_transaction(conn, INGEST_ROLE)
        conn.exec_driver_sql(f"SET LOCAL lock_timeout = '{PATIENCE}'")
        yield conn


def read_actor() -> str:
    """Return who sent this form, as she names herself while there are no accounts, and remember it for the next.

    Raises
    ------
    SelectionError
        The form names nobody.
    """
    name = " ".join(request.form.get("actor", "").split())
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        needed = phrase("un nombre o unas iniciales, hasta {n} letras", n=LONGEST_NAME)
        raise SelectionError(name=phrase("quién"), needed=needed, found=name[:LONGEST_NAME])
    session["actor"] = name
    return name


def last_actor() -> str:
    """Return who sent the last form of this browser; '' before the first."""
    return str(session.get("actor", ""))
