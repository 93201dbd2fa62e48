"""Work in the background and its progress."""

from geo_observatorio.db.migrate import run_sql

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Go up."""
    run_sql("0005_jobs.up")


def downgrade() -> None:
    """Go down."""
    run_sql("0005_jobs.down")
