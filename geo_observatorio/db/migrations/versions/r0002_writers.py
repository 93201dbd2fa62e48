"""The role of the pages that write."""

from geo_observatorio.db.migrate import run_sql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Go up."""
    run_sql("0002_writers.up")


def downgrade() -> None:
    """Go down."""
    run_sql("0002_writers.down")
