"""A follow-up is written down once, however often it is told."""

from alembic import op

revision = "0068"
down_revision = "0067"

SQL = """
-- Who wrote it down, and the key that they gave it. Those of before have none.
ALTER TABLE entries.follow_ups ADD COLUMN follow_up_key text UNIQUE;
"""


def upgrade() -> None:
    op.execute(SQL)
