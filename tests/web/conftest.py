"""An application whose database is away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from geo_observatorio.config import Settings
from geo_observatorio.db.engine import make_engine
from web import create_app

NOBODY = "postgresql://nobody@/nothing?host=/nonexistent"


@pytest.fixture
def settings() -> Settings:
    """Return settings that name no real folder."""
    return Settings(home=Path("/nonexistent"))


@pytest.fixture
def lonely(settings: Settings) -> Iterator[FlaskClient]:
    """Return a client of an application without a database."""
    engine = make_engine(NOBODY)
    yield create_app(settings, engine).test_client()
    engine.dispose()
