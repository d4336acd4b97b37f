"""Intake."""

from alembic import op

revision = "0015"
down_revision = "0014"

SQL = "SELECT 1"


def upgrade() -> None:
    op.execute(SQL)
