"""What may have got through in an earlier attempt is remembered, so that nothing falls back from it."""

from alembic import op

revision = "0049"
down_revision = "0043"

SQL = """
-- may_be_there: an attempt got no answer, so the customer may have it.
ALTER TABLE messages.messages ADD COLUMN may_be_there boolean NOT NULL DEFAULT false;
"""


def upgrade() -> None:
    op.execute(SQL)
