"""Segments are kept true customer by customer: what is in force, when each customer is to be looked at again, how sizes went."""

from alembic import op

revision = "0016"
down_revision = "0015"

SQL = """
DROP TABLE segments.states;

-- What of a segment is in force. spelling: of `document`, all that it stands for spelled out; null where nobody keeps the members
-- true (it was stopped, at held_at, when the log had been seen up to held_position).
CREATE TABLE segments.states (
    segment_id bigint PRIMARY KEY REFERENCES definitions.definitions,
    version integer NOT NULL,
    spelling text,
    document json NOT NULL,
    size bigint NOT NULL,
    built_at timestamptz NOT NULL,
    cost_ms integer NOT NULL,
    held_at timestamptz,
    held_position bigint
);

-- One row: how often membership was changed, and the instant as of which it is true. How far in the log: log.consumers.
CREATE TABLE segments.ticks (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    number bigint NOT NULL DEFAULT 0,
    as_of timestamptz
);

-- The next instant (milliseconds since 1970) at which time alone can change an answer about a customer. reason: what an entry or
-- exit will be told with; its place in the room's list of reasons.
CREATE TABLE segments.dues (
    customer_id bigint PRIMARY KEY,
    due_ms bigint NOT NULL,
    reason smallint NOT NULL
);
CREATE INDEX dues_due_ms ON segments.dues (due_ms);

-- Customers of whom something changed that is not in the log: to be looked at again at once, each row once.
CREATE TABLE segments.calls (
    call_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint NOT NULL,
    reason smallint NOT NULL
);

-- How large a segment was at the end of an hour in which it changed, and how many came and went in it.
CREATE TABLE segments.sizes (
    segment_id bigint NOT NULL REFERENCES definitions.definitions,
    hour timestamptz NOT NULL,
    size bigint NOT NULL,
    entered bigint NOT NULL,
    exited bigint NOT NULL,
    PRIMARY KEY (segment_id, hour)
);
"""


def upgrade() -> None:
    op.execute(SQL)
