"""The pages: Flask, templates and a little script; every number comes from geo_observatorio."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from geo_observatorio.config import Settings
    from geo_observatorio.db.engine import Engine


def create_app(settings: Settings, engine: Engine) -> Flask:
    """Make the application on an engine of the pages' own role."""
    from web.app import make_app  # noqa: PLC0415  # `python -m web.assets` needs none of it

    return make_app(settings, engine)
