"""Reports: when they went out and what became of each; the book of SQL that was run."""

from alembic import op

revision = "0029"
down_revision = "0031"

SQL = """
-- A moment at which a report is to go out, once; or one at which somebody asked for it.
CREATE TABLE metrics.report_runs (
    run_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    report_id bigint NOT NULL REFERENCES definitions.definitions,
    due_at timestamptz NOT NULL,
    asked_by text NOT NULL,
    began_at timestamptz NOT NULL,
    UNIQUE (report_id, due_at, asked_by)
);

-- One for each receiver. While it is `sending`, next_at is when that began.
CREATE TABLE metrics.report_deliveries (
    run_id bigint NOT NULL REFERENCES metrics.report_runs ON DELETE CASCADE,
    staff_id bigint NOT NULL REFERENCES company.staff,
    state text NOT NULL DEFAULT 'waiting',
    attempts integer NOT NULL DEFAULT 0,
    next_at timestamptz NOT NULL,
    ended_at timestamptz,
    fault text NOT NULL DEFAULT '',
    PRIMARY KEY (run_id, staff_id)
);
CREATE INDEX report_deliveries_open ON metrics.report_deliveries (next_at) WHERE state IN ('waiting', 'sending');

CREATE TABLE metrics.statement_runs (
    run_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    asked_by text NOT NULL,
    text text NOT NULL,
    asked_at timestamptz NOT NULL,
    ended_at timestamptz,
    rows bigint,
    fault text NOT NULL DEFAULT ''
);
CREATE INDEX statement_runs_asker ON metrics.statement_runs (asked_by, run_id);
"""


def upgrade() -> None:
    op.execute(SQL)
