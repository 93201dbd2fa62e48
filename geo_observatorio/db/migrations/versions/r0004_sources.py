"""Templates described on a page, and aggregates."""

from geo_observatorio.db.migrate import run_sql

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Go up."""
    run_sql("0004_sources.up")


def downgrade() -> None:
    """Go down."""
    run_sql("0004_sources.down")
