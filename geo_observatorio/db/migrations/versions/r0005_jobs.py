"""Work in the background and its progress."""

from alembic import op

from geo_observatorio.db.migrate import run_sql

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Go up."""
    from procrastinate.schema import SchemaManager  # noqa: PLC0415  # a second of imports, needed once

    bind = op.get_bind()
    bind.exec_driver_sql("CREATE SCHEMA procrastinate")
    bind.exec_driver_sql("SET LOCAL search_path TO procrastinate, public")
    bind.exec_driver_sql(SchemaManager.get_schema().replace("%", "%%"))
    bind.exec_driver_sql("SET LOCAL search_path TO DEFAULT")
    run_sql("0005_jobs.up")


def downgrade() -> None:
    """Go down."""
    run_sql("0005_jobs.down")
