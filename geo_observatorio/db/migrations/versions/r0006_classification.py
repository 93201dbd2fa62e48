"""Versions of categories, unknown offences, matches between institutions."""

from geo_observatorio.db.migrate import run_sql

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Go up."""
    run_sql("0006_classification.up")


def downgrade() -> None:
    """Go down."""
    run_sql("0006_classification.down")
