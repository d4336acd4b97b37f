"""Several vendors of text messages: which was given which message."""

from alembic import op

revision = "0053"
down_revision = "0052"

SQL = """
-- Written down before the vendor is called, and kept for some days: whoever tries again turns to the same vendor.
CREATE TABLE messages.handed_over (
    message_key text PRIMARY KEY,
    account text NOT NULL,
    handed_at timestamptz NOT NULL
);
CREATE INDEX handed_over_at ON messages.handed_over (handed_at);
"""


def upgrade() -> None:
    op.execute(SQL)
