"""The nouns: municipality, boundaries, population, categories, deliveries, incidents, places, snapshots, findings."""

from geo_observatorio.db.migrate import run_sql

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables."""
    run_sql("0001_nouns.up")


def downgrade() -> None:
    """Drop them."""
    run_sql("0001_nouns.down")
