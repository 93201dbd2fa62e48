"""What every command needs: the settings and a connection to the database in force."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import click
from sqlalchemy import Connection, Engine

from geo_observatorio.config import Settings
from geo_observatorio.db.cluster import Cluster
from geo_observatorio.db.engine import begin, make_engine
from geo_observatorio.db.migrate import require_current
from geo_observatorio.language import translate


@dataclass(frozen=True, kw_only=True)
class Context:
    """The settings of this run, and what follows from them."""

    settings: Settings

    @property
    def cluster(self) -> Cluster:
        """Return the private cluster of these settings."""
        return Cluster(home=self.settings.home)

    def database_url(self) -> str:
        """Return the database in force; the private cluster is started where nothing replaces it."""
        if self.settings.database_url:
            return self.settings.database_url
        self.cluster.ensure_running()
        return self.cluster.url()

    def engine(self, *, role: str | None = None) -> Engine:
        """Return an engine on the database in force."""
        return make_engine(self.database_url(), role=role)

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Open a transaction on a database whose schema is current."""
        with begin(self.engine()) as conn:
            require_current(conn)
            yield conn

    def say(self, text: str, **values: object) -> None:
        """Tell the user something on standard error, in her language; standard output is for results."""
        click.echo(translate(text, self.settings.language).format(**values), err=True)


pass_context = click.make_pass_decorator(Context)
