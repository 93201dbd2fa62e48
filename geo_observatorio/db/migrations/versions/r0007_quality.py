"""What is known of the quality of deliveries."""

from geo_observatorio.db.migrate import run_sql

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Go up."""
    run_sql("0007_quality.up")


def downgrade() -> None:
    """Go down."""
    run_sql("0007_quality.down")
