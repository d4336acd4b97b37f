"""Entries of journeys are written with fewer indexes, and paths that are old can be found."""

from alembic import op

revision = "0064"
down_revision = "0062"

SQL = """
-- One index for both: whose entries they are, and that of these one is open at a time; of ended ones there may be many.
DROP INDEX journeys.entries_one_open;
DROP INDEX journeys.entries_customer;
CREATE UNIQUE INDEX entries_customer ON journeys.entries
    (customer_id, journey_id, (CASE WHEN ended_at IS NULL THEN 0 ELSE entry_id END)) WHERE customer_id IS NOT NULL;

-- Passages are added in the order of time, so that a summary of each piece of the table is enough.
CREATE INDEX passages_at ON journeys.passages USING brin (at);
"""


def upgrade() -> None:
    op.execute(SQL)
