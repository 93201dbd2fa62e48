"""A database of a benchmark's own: a durable cluster that is gone with it, so that nothing of a user's is touched."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from geo_observatorio.db.cluster import Cluster
from geo_observatorio.db.engine import begin, make_engine
from geo_observatorio.db.migrate import migrate


@contextmanager
def fresh_database() -> Iterator[Engine]:
    """Return an engine on an empty database with the current schema."""
    home = Path(tempfile.mkdtemp(prefix="obs-bench-"))
    cluster = Cluster(home=home)
    cluster.ensure_running()
    engine = make_engine(cluster.url())
    try:
        with begin(engine) as conn:
            migrate(conn)
        yield engine
    finally:
        engine.dispose()
        cluster.stop()
        shutil.rmtree(home)
