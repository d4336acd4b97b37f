"""Why a sync was told nothing of a member."""

from __future__ import annotations

from alembic import op

revision = "0038"
down_revision = "0041"

SQL = """
ALTER TABLE contacts.sync_members ADD COLUMN refusal text NOT NULL DEFAULT '';
"""


def upgrade() -> None:
    op.execute(SQL)
