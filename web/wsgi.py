"""The entry of gunicorn --preload: refuses to start on a pending migration; each worker warms itself when it is up."""

from __future__ import annotations

import os
import threading

from flask import Flask

from geo_observatorio.config import load_settings
from geo_observatorio.db.cluster import Cluster
from geo_observatorio.db.engine import WEB_ROLE, begin, make_engine
from geo_observatorio.db.migrate import require_current
from geo_observatorio.session_key import load_key
from web import create_app

STATEMENT_TIMEOUT = "60s"
QUIET = 1.5  # seconds that a new worker leaves to its first page before it warms


def make_application() -> Flask:
    """Make the application on the database in force; raise PendingMigrationError where its schema is not ours."""
    settings = load_settings(os.environ, is_root=os.geteuid() == 0)
    cluster = Cluster(home=settings.home)
    if not settings.database_url:
        cluster.ensure_running()
    engine = make_engine(settings.database_url or cluster.url(), role=WEB_ROLE, statement_timeout=STATEMENT_TIMEOUT)
    with begin(engine) as conn:
        require_current(conn)
    engine.dispose()  # a connection must not be shared across a fork
    os.register_at_fork(after_in_child=warm_soon)
    return create_app(settings, engine, key=load_key(settings.home))


def warm_soon() -> None:
    """Import and compile what the first new question would wait for, beside the pages: a start shows a page at once."""
    threading.Timer(QUIET, _warm).start()  # no daemon: compiled code may not be torn down while it runs


def _warm() -> None:
    from geo_observatorio.services.warmth import warm_up  # noqa: PLC0415  # seconds of imports

    try:
        warm_up()
    except RuntimeError as error:
        if "shutdown" not in str(error):  # the worker was stopped in the middle: its pools take no more work
            raise


application = make_application()
