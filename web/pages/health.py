"""Health: whether the process lives, and whether it can answer."""

from __future__ import annotations

from flask import Blueprint

from geo_observatorio.db.migrate import require_current
from geo_observatorio.errors import DatabaseUnreachableError, PendingMigrationError
from web.site import get_conn

bp = Blueprint("health", __name__)


@bp.get("/livez")
def livez() -> tuple[dict[str, str], int]:
    """Say that the process lives; asks nothing of the database."""
    return {"status": "ok"}, 200


@bp.get("/readyz")
def readyz() -> tuple[dict[str, str], int]:
    """Say whether the database answers and its schema is ours."""
    try:
        require_current(get_conn())
    except (DatabaseUnreachableError, PendingMigrationError) as error:
        return {"status": "not ready", "reason": error.code}, 503
    return {"status": "ok"}, 200
