"""Journeys are graphs: entries rest at nodes, wait for events, walk lanes, reach goals, and every passage is kept."""

from alembic import op

revision = "0045"
down_revision = "0051"

SQL = """
DROP TABLE journeys.entries;
DROP TABLE journeys.plans;
DROP TABLE journeys.journeys;

-- One row for each journey ever published. version: the one that newcomers get. is_running: whether entries move on.
-- taken_in_to: until the members that the segment had at the first publish are all in: the last customer taken in.
-- is_moving: entries of older versions are still to be moved to this one.
CREATE TABLE journeys.journeys (
    journey_id bigint PRIMARY KEY,
    version integer NOT NULL,
    is_running boolean NOT NULL,
    taken_in_to bigint,
    is_moving boolean NOT NULL DEFAULT false
);
CREATE INDEX journeys_taking_in ON journeys.journeys (journey_id) WHERE taken_in_to IS NOT NULL;
CREATE INDEX journeys_moving ON journeys.journeys (journey_id) WHERE is_moving;

-- What each version does, laid out for the engine; never changes. What statements ask of it stands beside it.
CREATE TABLE journeys.plans (
    journey_id bigint NOT NULL,
    version integer NOT NULL,
    plan text NOT NULL,
    start smallint NOT NULL,
    re_entry text NOT NULL CHECK (re_entry IN ('never', 'after_end')),
    after_days integer NOT NULL,
    times_max integer,
    lane text,
    priority smallint NOT NULL,
    hold_out integer NOT NULL CHECK (hold_out BETWEEN 0 AND 50),
    published_at timestamptz NOT NULL,
    PRIMARY KEY (journey_id, version)
);

-- Which events and segments versions look at. role: what for. n: which of the version's triggers, goals or exits, or which place.
-- Triggers are those of versions in force.
CREATE TABLE journeys.watches (
    journey_id bigint NOT NULL,
    version integer NOT NULL,
    role text NOT NULL CHECK (role IN ('trigger', 'goal', 'exit', 'await')),
    n smallint NOT NULL,
    kind text NOT NULL,
    segment_id bigint,
    event_name text,
    PRIMARY KEY (journey_id, version, role, n)
);
CREATE INDEX watches_event ON journeys.watches (event_name) WHERE event_name IS NOT NULL;
CREATE INDEX watches_segment ON journeys.watches (segment_id) WHERE segment_id IS NOT NULL;

-- Triggers of versions in force that go by the clock. since_at: no occasion before it counts. occasion_at: the last that began;
-- taken_to: while it is being taken in, the last subject that was.
CREATE TABLE journeys.timers (
    journey_id bigint NOT NULL,
    n smallint NOT NULL,
    rule text NOT NULL,
    since_at timestamptz NOT NULL,
    occasion_at timestamptz,
    taken_to bigint,
    PRIMARY KEY (journey_id, n)
);

-- Calls by hand or by API that let somebody in, so that the same key does it once.
CREATE TABLE journeys.calls (
    journey_id bigint NOT NULL,
    call_key text NOT NULL,
    answer json NOT NULL,
    called_at timestamptz NOT NULL,
    PRIMARY KEY (journey_id, call_key)
);

-- profile_id: whom it began with, for ever. customer_id: whose it is now; or a group's, or the account of a member of staff.
-- place: where they are. onward: 0 what stands there is to be done; 1 it was, and they go on when they are due; 2 what they waited
-- for has come; 3 it never will. due_at: when they move on. visits: how many moves they have made. ready_position: how far others
-- have to have read the log before a branch decides; below zero a batch that had no position yet. awaiting: the event that wakes.
CREATE TABLE journeys.entries (
    entry_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    journey_id bigint NOT NULL,
    version integer NOT NULL,
    profile_id bigint,
    customer_id bigint,
    group_id bigint,
    staff_id bigint,
    place smallint NOT NULL,
    onward smallint NOT NULL DEFAULT 0,
    priority smallint NOT NULL,
    visits integer NOT NULL DEFAULT 0,
    ready_position bigint NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL,
    arrived_at timestamptz NOT NULL,
    entered_at timestamptz NOT NULL,
    ended_at timestamptz,
    cause_event_id uuid NOT NULL,
    state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'paused', 'completed', 'exited', 'goal')),
    lane text,
    awaiting text,
    end_reason text,
    fault text,
    fault_detail text,
    CHECK ((state IN ('active', 'paused')) = (ended_at IS NULL)),
    CHECK (num_nonnulls(customer_id, group_id, staff_id) = 1),
    CHECK ((customer_id IS NULL) = (profile_id IS NULL))
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
CREATE UNIQUE INDEX entries_one_open ON journeys.entries (customer_id, journey_id)
    WHERE ended_at IS NULL AND customer_id IS NOT NULL;
CREATE UNIQUE INDEX entries_one_open_group ON journeys.entries (group_id, journey_id)
    WHERE ended_at IS NULL AND group_id IS NOT NULL;
CREATE UNIQUE INDEX entries_one_open_staff ON journeys.entries (staff_id, journey_id)
    WHERE ended_at IS NULL AND staff_id IS NOT NULL;
CREATE UNIQUE INDEX entries_one_lane ON journeys.entries (customer_id, lane) WHERE ended_at IS NULL AND lane IS NOT NULL;
CREATE INDEX entries_customer ON journeys.entries (customer_id, journey_id);
CREATE INDEX entries_journey ON journeys.entries (journey_id, entry_id); -- pages of a journey's people, the newest first
CREATE INDEX entries_due ON journeys.entries (journey_id, due_at) WHERE state = 'active';
CREATE INDEX entries_paused ON journeys.entries (journey_id, entry_id) WHERE state = 'paused';

-- One row for each move: the places that an entry came to at that instant, in order.
CREATE TABLE journeys.passages (
    entry_id bigint NOT NULL,
    n integer NOT NULL,
    at timestamptz NOT NULL,
    places smallint[] NOT NULL,
    PRIMARY KEY (entry_id, n)
);

CREATE TABLE journeys.goals (
    entry_id bigint NOT NULL,
    goal text NOT NULL,
    reached_at timestamptz NOT NULL,
    PRIMARY KEY (entry_id, goal)
);

-- How many are where: the sum of the amounts. Whoever moves entries adds rows, so that nobody waits for anybody; now and then
-- they are added up. way: from 0 on, an edge that was gone along; below, see the room.
CREATE TABLE journeys.counts (
    journey_id bigint NOT NULL,
    version integer NOT NULL,
    place smallint NOT NULL,
    way smallint NOT NULL,
    amount bigint NOT NULL
);
CREATE INDEX counts_of ON journeys.counts (journey_id, version);
"""


def upgrade() -> None:
    op.execute(SQL)
