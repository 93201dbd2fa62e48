"""Streets, crossings and reviews of addresses."""

from geo_observatorio.db.migrate import run_sql

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Go up."""
    run_sql("0003_geocoder.up")


def downgrade() -> None:
    """Go down."""
    run_sql("0003_geocoder.down")
