"""Segments: who is in them, and how far each has come."""

from alembic import op

revision = "0005"
down_revision = "0004"

SQL = """
CREATE SCHEMA segments;

-- Customer id c is bit c mod 4096 of chunk c div 4096. A chunk without members has no row. Changed by XOR, under one lock.
CREATE TABLE segments.membership (
    chunk integer NOT NULL,
    segment_id bigint NOT NULL REFERENCES definitions.definitions,
    members bit(4096) NOT NULL,
    PRIMARY KEY (segment_id, chunk)
) WITH (fillfactor = 70);
CREATE INDEX membership_chunk ON segments.membership (chunk, segment_id);
-- A row is about 520 bytes and mostly noise: trying to compress it only costs time.
ALTER TABLE segments.membership ALTER COLUMN members SET STORAGE PLAIN;

CREATE TABLE segments.states (
    segment_id bigint PRIMARY KEY REFERENCES definitions.definitions,
    version integer,
    size bigint,
    refreshed_at timestamptz,
    position bigint NOT NULL DEFAULT 0,
    refreshes bigint NOT NULL DEFAULT 0,
    cost_ms integer NOT NULL DEFAULT 0
);
"""


def upgrade() -> None:
    op.execute(SQL)
