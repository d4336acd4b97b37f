"""Intake: contexts of whole batches, the quarantine, and how large a batch of the log is."""

from alembic import op

revision = "0015"
down_revision = "0014"

SQL = """
-- What holds for all events of the batch, as JSON text; empty where nothing does.
ALTER TABLE inbox.batches ADD COLUMN context bytea NOT NULL DEFAULT '';

-- Events that could not be worked on and were put aside, so that those behind them could be. As in inbox.batches, and why.
CREATE TABLE inbox.quarantine (
    quarantine_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    shard smallint NOT NULL,
    source text NOT NULL,
    received_at timestamptz NOT NULL,
    sent_at timestamptz,
    size integer NOT NULL,
    body bytea NOT NULL,
    context bytea NOT NULL,
    reason text NOT NULL,
    quarantined_at timestamptz NOT NULL
);

-- How long the properties of a batch's events are together, so that a stretch of the log fits into memory.
ALTER TABLE log.batches ADD COLUMN bytes bigint NOT NULL DEFAULT 0;
"""


def upgrade() -> None:
    op.execute(SQL)
