"""Members of WeCom who have shown who of the staff they are; callbacks that are being worked on are found at once."""

from alembic import op

revision = "0035"
down_revision = "0034"

SQL = """
-- Whoever was found among the staff by an e-mail alone may log in by WeCom once they have shown that it is them: members can
-- change the e-mail that WeCom tells.
ALTER TABLE contacts.members ADD COLUMN is_confirmed boolean NOT NULL DEFAULT false;

CREATE INDEX callbacks_claimed ON wecom.callbacks (corp_id, claimed_until) WHERE claimed_until IS NOT NULL;
"""


def upgrade() -> None:
    op.execute(SQL)
