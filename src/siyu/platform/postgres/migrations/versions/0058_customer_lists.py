"""The list of customers: kept filters and columns, work in bulk, files of any customers, the order of who was seen last."""

from alembic import op

revision = "0058"
down_revision = "0054"

SQL = """
-- Every update of last_seen_at writes to all indexes anyhow; this one lets a list begin with who was seen last.
CREATE INDEX profiles_seen ON customers.profiles (last_seen_at, customer_id);

CREATE TABLE segments.filters (
    filter_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    actor_kind text NOT NULL,
    actor_id text NOT NULL,
    name text NOT NULL,
    is_shared boolean NOT NULL,
    document jsonb NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX filters_actor ON segments.filters (actor_kind, actor_id);
CREATE INDEX filters_shared ON segments.filters (filter_id) WHERE is_shared;

CREATE TABLE segments.shown_columns (
    actor_kind text NOT NULL,
    actor_id text NOT NULL,
    columns text[] NOT NULL,
    PRIMARY KEY (actor_kind, actor_id)
);

-- A file is of a segment's members, or of customers who were chosen; who they are is forgotten when it is written.
ALTER TABLE segments.exports ALTER COLUMN segment_id DROP NOT NULL, ADD COLUMN profile_ids bigint[],
    ADD COLUMN is_chosen boolean NOT NULL DEFAULT false;

CREATE TABLE customers.bulks (
    bulk_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    action text NOT NULL,
    parameters jsonb NOT NULL,
    actor_kind text NOT NULL,
    actor_id text NOT NULL,
    unit_path text,
    own_only boolean NOT NULL,
    total bigint NOT NULL,
    done bigint NOT NULL DEFAULT 0,
    changed bigint NOT NULL DEFAULT 0,
    state text NOT NULL CHECK (state IN ('prepared', 'running', 'done', 'stopped', 'failed')),
    fault_code text,
    created_at timestamptz NOT NULL,
    finished_at timestamptz
);
CREATE INDEX bulks_open ON customers.bulks (state) WHERE state IN ('prepared', 'running');

-- Who is to be worked on, a part in a transaction; taken away when it is done.
CREATE TABLE customers.bulk_parts (
    bulk_id bigint NOT NULL REFERENCES customers.bulks ON DELETE CASCADE,
    part integer NOT NULL,
    profile_ids bigint[] NOT NULL,
    PRIMARY KEY (bulk_id, part)
);
"""


def upgrade() -> None:
    op.execute(SQL)
