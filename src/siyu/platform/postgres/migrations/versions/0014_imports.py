"""Imports."""

from alembic import op

revision = "0014"
down_revision = "0013"

SQL = """
CREATE SCHEMA imports;

-- One row for each file that was uploaded or is imported. The counters are a checkpoint: they change in the transaction
-- that stores the rows they count.
CREATE TABLE imports.imports (
    import_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    state text NOT NULL CHECK (state IN ('uploaded', 'waiting', 'running', 'done', 'failed', 'cancelled')),
    file_name text NOT NULL,
    digest text NOT NULL,
    bytes_total bigint NOT NULL,
    source_name text NOT NULL,
    reading jsonb NOT NULL DEFAULT '{}',
    mapping jsonb,
    as_of timestamptz NOT NULL,
    actor_kind text NOT NULL,
    actor_id text NOT NULL,
    actor_rights text[] NOT NULL DEFAULT '{}',
    bytes_read bigint NOT NULL DEFAULT 0,
    rows_done bigint NOT NULL DEFAULT 0,
    rows_new bigint NOT NULL DEFAULT 0,
    rows_known bigint NOT NULL DEFAULT 0,
    rows_refused bigint NOT NULL DEFAULT 0,
    rejects_bytes bigint NOT NULL DEFAULT 0,
    fault_code text,
    fault text,
    created_at timestamptz NOT NULL,
    started_at timestamptz,
    moved_at timestamptz,
    finished_at timestamptz
);
CREATE INDEX imports_digest ON imports.imports (digest);

-- How often a row without a key of its own has been met in a running import; emptied at its end.
CREATE TABLE imports.met_rows (
    import_id bigint NOT NULL REFERENCES imports.imports ON DELETE CASCADE,
    digest uuid NOT NULL,
    times integer NOT NULL,
    PRIMARY KEY (import_id, digest)
);
"""


def upgrade() -> None:
    op.execute(SQL)
