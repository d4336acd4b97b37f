"""Whom work on many left as they were, and why: every number of its outcome leads to its people."""

from alembic import op

revision = "0070"
down_revision = "0069"

SQL = """
-- `work` is what it belongs to, like customer_bulk:7 or tag_bulk:3; a row is what one part of it left. Counts are read without
-- taking the arrays from where they are kept.
CREATE TABLE customers.bulk_unchanged (
    work text NOT NULL,
    why text NOT NULL,
    part integer NOT NULL,
    profile_ids bigint[] NOT NULL,
    people integer NOT NULL GENERATED ALWAYS AS (cardinality(profile_ids)) STORED,
    PRIMARY KEY (work, why, part)
);
"""


def upgrade() -> None:
    op.execute(SQL)
