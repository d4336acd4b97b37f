"""Journeys part ways, and keep some customers from their messages; experiments say which arm is in force."""

from alembic import op

revision = "0027"
down_revision = "0026"

SQL = """
-- hold_out: how many percent of the customers walk this version without its messages.
ALTER TABLE journeys.plans ADD hold_out integer NOT NULL DEFAULT 0 CHECK (hold_out BETWEEN 0 AND 50);

-- arms: where in the plan the arms begin that were taken, in the order of walking; those are never another.
ALTER TABLE journeys.entries ADD arms integer[] NOT NULL DEFAULT '{}';

-- is_in_force: the arm is what everybody gets while the experiment has ended and nothing else was decided since.
ALTER TABLE experiments.decisions ADD is_in_force boolean NOT NULL DEFAULT false;

-- How many percent of all customers get no messages: at most one row.
CREATE TABLE messages.hold_out (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    share integer NOT NULL CHECK (share BETWEEN 0 AND 50),
    set_at timestamptz NOT NULL,
    set_by text NOT NULL
);
"""


def upgrade() -> None:
    op.execute(SQL)
