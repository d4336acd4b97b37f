"""Runs of sends know what their asker could see, and posts are asked for once."""

from alembic import op

revision = "0066"
down_revision = "0064"

SQL = """
-- The customers whom who asked for a run could see: nobody else of the segment is among its people. Runs of before went to all.
ALTER TABLE sends.runs ADD COLUMN unit_path text, ADD COLUMN own_only boolean NOT NULL DEFAULT false;
ALTER TABLE sends.runs ALTER COLUMN own_only DROP DEFAULT;

-- What came of asking for a post with a key: somebody who asks with it again is told of that one.
CREATE TABLE sends.post_asks (
    asked_by text NOT NULL,
    asked_key text NOT NULL,
    post_id bigint,
    asked_at timestamptz NOT NULL,
    PRIMARY KEY (asked_by, asked_key)
);
"""


def upgrade() -> None:
    op.execute(SQL)
