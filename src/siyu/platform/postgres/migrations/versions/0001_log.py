"""The event log, its consumers, and the inbox in front of it."""

from alembic import op

revision = "0001"
down_revision = None

SQL = """
CREATE SCHEMA log;

-- One row for each transaction that appended events. The sequencer gives committed batches their position.
CREATE TABLE log.batches (
    batch_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    position bigint,
    size integer NOT NULL CHECK (size > 0),
    appended_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE UNIQUE INDEX batches_position ON log.batches (position) WHERE position IS NOT NULL;
CREATE INDEX batches_waiting ON log.batches (batch_id) WHERE position IS NULL;

CREATE TABLE log.events (
    batch_id bigint NOT NULL,
    n integer NOT NULL,
    name text NOT NULL,
    event_id uuid NOT NULL,
    profile_id bigint NOT NULL,
    occurred_at timestamptz NOT NULL,
    source text NOT NULL,
    properties json NOT NULL,
    PRIMARY KEY (batch_id, n)
) PARTITION BY RANGE (batch_id);
CREATE TABLE log.events_0 PARTITION OF log.events FOR VALUES FROM (0) TO (1000000);
CREATE TABLE log.events_1 PARTITION OF log.events FOR VALUES FROM (1000000) TO (2000000);

-- How far each consumer has come. projecting_to: the range a consumer outside PostgreSQL has promised to write next.
CREATE TABLE log.consumers (
    name text PRIMARY KEY,
    position bigint NOT NULL DEFAULT 0,
    projecting_to bigint,
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE SCHEMA inbox;

-- Raw batches as they came, acknowledged once committed here; deleted in the transaction that appends their events.
CREATE TABLE inbox.batches (
    inbox_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    shard smallint NOT NULL,
    source text NOT NULL,
    received_at timestamptz NOT NULL,
    sent_at timestamptz,
    size integer NOT NULL,
    body bytea NOT NULL,
    traceparent text NOT NULL DEFAULT '' -- the request's trace, where one is kept
) WITH (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 2000);
ALTER TABLE inbox.batches ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE INDEX batches_shard ON inbox.batches (shard, inbox_id);

-- Message ids seen, by the hour of the event's own time: inserts stay in the few pages of the current hours.
CREATE TABLE inbox.message_ids (
    hour integer NOT NULL,
    message_id uuid NOT NULL,
    PRIMARY KEY (hour, message_id)
);
"""


def upgrade() -> None:
    op.execute(SQL)
