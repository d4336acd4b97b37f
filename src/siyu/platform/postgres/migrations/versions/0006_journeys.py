"""Journeys: what was published, and who is where in it."""

from alembic import op

revision = "0006"
down_revision = "0005"

SQL = """
CREATE SCHEMA journeys;

-- One row for each journey ever published. version: the one that newcomers get. is_running: whether entries move on.
-- taken_in_to: until the members that the segment had at the first publish are all in: the last customer taken in.
CREATE TABLE journeys.journeys (
    journey_id bigint PRIMARY KEY,
    version integer NOT NULL,
    is_running boolean NOT NULL,
    taken_in_to bigint
);
CREATE INDEX journeys_taking_in ON journeys.journeys (journey_id) WHERE taken_in_to IS NOT NULL;

-- What each version does, laid out for the engine; never changes.
CREATE TABLE journeys.plans (
    journey_id bigint NOT NULL,
    version integer NOT NULL,
    segment_id bigint NOT NULL,
    re_entry text NOT NULL CHECK (re_entry IN ('never', 'after_exit')),
    exit_on_leave boolean NOT NULL,
    steps jsonb NOT NULL,
    PRIMARY KEY (journey_id, version)
);
CREATE INDEX plans_segment ON journeys.plans (segment_id);

-- profile_id: whom it began with, for ever. customer_id: whose it is now. step: where they are, -1 before the first.
-- due_at: when they move on.
CREATE TABLE journeys.entries (
    entry_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    journey_id bigint NOT NULL,
    version integer NOT NULL,
    profile_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    step integer NOT NULL DEFAULT -1,
    state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'completed', 'exited')),
    due_at timestamptz NOT NULL,
    entered_at timestamptz NOT NULL,
    ended_at timestamptz,
    end_reason text,
    cause_event_id uuid NOT NULL,
    CHECK ((state = 'active') = (ended_at IS NULL))
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
CREATE UNIQUE INDEX entries_one_active ON journeys.entries (journey_id, customer_id) WHERE state = 'active';
CREATE INDEX entries_customer ON journeys.entries (customer_id, journey_id);
CREATE INDEX entries_due ON journeys.entries (journey_id, due_at) WHERE state = 'active';
"""


def upgrade() -> None:
    op.execute(SQL)
