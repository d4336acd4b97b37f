"""Rare, long and scheduled work: procrastinate's own tables."""

from alembic import op

from siyu.platform.jobs import schema_sql

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.get_bind().exec_driver_sql(schema_sql().replace("%", "%%"))
