"""Fixed lists of customers, and files that segments are exported to."""

from alembic import op

revision = "0017"
down_revision = "0016"

SQL = """
-- A list is a definition of kind `list`, so that what uses it is known; here is who stands on it. As in segments.membership.
CREATE TABLE segments.list_members (
    chunk integer NOT NULL,
    list_id bigint NOT NULL REFERENCES definitions.definitions,
    members bit(4096) NOT NULL,
    PRIMARY KEY (list_id, chunk)
) WITH (fillfactor = 70);
CREATE INDEX list_members_chunk ON segments.list_members (chunk, list_id);
ALTER TABLE segments.list_members ALTER COLUMN members SET STORAGE PLAIN;

CREATE TABLE segments.lists (
    list_id bigint PRIMARY KEY REFERENCES definitions.definitions,
    size bigint NOT NULL DEFAULT 0,
    changed_at timestamptz NOT NULL
);

-- Exports of members. What the asker may see is written down when they ask; the file lies beside the database for a day.
CREATE TABLE segments.exports (
    export_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    segment_id bigint NOT NULL REFERENCES definitions.definitions,
    format text NOT NULL CHECK (format IN ('csv', 'xlsx', 'parquet')),
    columns text[] NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed')),
    rows_total bigint,
    rows_done bigint NOT NULL DEFAULT 0,
    bytes bigint,
    fault_code text,
    actor_kind text NOT NULL,
    actor_id text NOT NULL,
    scope_path text,
    own_only boolean NOT NULL DEFAULT false,
    asked_at timestamptz NOT NULL,
    ended_at timestamptz,
    expires_at timestamptz
);
"""


def upgrade() -> None:
    op.execute(SQL)
