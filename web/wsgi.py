"""The entry of gunicorn --preload: refuses to start on a pending migration, imports and compiles before it forks."""

from __future__ import annotations

import os

from flask import Flask

from geo_observatorio.config import load_settings
from geo_observatorio.db.cluster import Cluster
from geo_observatorio.db.engine import WEB_ROLE, begin, make_engine
from geo_observatorio.db.migrate import require_current
from geo_observatorio.services.warmth import warm_up
from web import create_app

STATEMENT_TIMEOUT = "60s"


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
    warm_up()
    return create_app(settings, engine)


application = make_application()
