"""The pages: Flask, templates and a little script; every number comes from geo_observatorio."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from geo_observatorio.config import Settings
    from geo_observatorio.db.engine import Engine


def create_app(settings: Settings, engine: Engine, *, key: str | None = None) -> Flask:
    """Make the application on an engine of the pages' own role; without a key forms are valid in this process alone."""
    from web.app import make_app  # noqa: PLC0415  # `python -m web.assets` needs none of it

    return make_app(settings, engine, key or secrets.token_urlsafe())
