"""Whether groups and accounts were in a journey before is found by an index, as with customers."""

from alembic import op

revision = "0067"
down_revision = "0066"

SQL = """
-- They enter the same journey every day: without it each that comes in has all entries of the journey read.
DROP INDEX journeys.entries_one_open_group;
DROP INDEX journeys.entries_one_open_staff;
CREATE UNIQUE INDEX entries_group ON journeys.entries
    (group_id, journey_id, (CASE WHEN ended_at IS NULL THEN 0 ELSE entry_id END)) WHERE group_id IS NOT NULL;
CREATE UNIQUE INDEX entries_staff ON journeys.entries
    (staff_id, journey_id, (CASE WHEN ended_at IS NULL THEN 0 ELSE entry_id END)) WHERE staff_id IS NOT NULL;
"""


def upgrade() -> None:
    op.execute(SQL)
