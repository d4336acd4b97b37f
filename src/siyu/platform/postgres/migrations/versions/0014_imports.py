"""Imports."""

from alembic import op

revision = "0014"
down_revision = "0013"

SQL = "SELECT 1"


def upgrade() -> None:
    op.execute(SQL)
