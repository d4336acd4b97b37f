"""What was estimated of everybody from time to time: which edition of each model is in force."""

from alembic import op

revision = "0020"
down_revision = "0019"

SQL = """
-- The rows of an edition are in the columns; edition 0 holds nobody. `as_of` to `parameters` tell of the edition, `tried_at` and
-- `trouble` of the last try: a stable word where it came to nothing, and the edition before stays.
CREATE TABLE segments.estimates (
    model text PRIMARY KEY,
    edition integer NOT NULL DEFAULT 0,
    computed_at timestamptz,
    as_of timestamptz,
    customers bigint NOT NULL DEFAULT 0,
    parameters jsonb NOT NULL DEFAULT '{}',
    tried_at timestamptz NOT NULL,
    trouble text
);
"""


def upgrade() -> None:
    op.execute(SQL)
