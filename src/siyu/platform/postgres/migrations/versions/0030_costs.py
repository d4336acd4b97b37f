"""What was spent, and on what; targets and alert rules for the members of a board; alerts that are posted."""

from alembic import op

revision = "0030"
down_revision = "0027"

SQL = """
-- A line is never changed: one that was wrong is withdrawn, and another stands in its place.
CREATE TABLE metrics.costs (
    cost_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source text NOT NULL,
    row_key text NOT NULL,
    spent_on date NOT NULL,
    channel text NOT NULL,
    campaign text NOT NULL,
    content text NOT NULL,
    amount_fen bigint NOT NULL CHECK (amount_fen >= 0),
    note text NOT NULL,
    import_id bigint,
    corrects_id bigint REFERENCES metrics.costs,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    withdrawn_at timestamptz
);
CREATE UNIQUE INDEX costs_key ON metrics.costs (source, row_key) WHERE withdrawn_at IS NULL;
CREATE INDEX costs_day ON metrics.costs (spent_on, cost_id) WHERE withdrawn_at IS NULL;
CREATE INDEX costs_import ON metrics.costs (import_id) WHERE import_id IS NOT NULL;

-- Both empty: of all. A rule without a member is for each member of its dimension.
ALTER TABLE metrics.targets
    ADD COLUMN dimension text NOT NULL DEFAULT '',
    ADD COLUMN member text NOT NULL DEFAULT '',
    DROP CONSTRAINT targets_pkey,
    ADD PRIMARY KEY (metric_id, grain, dimension, member, starts_on);
ALTER TABLE metrics.rules
    ADD COLUMN dimension text NOT NULL DEFAULT '',
    ADD COLUMN member text NOT NULL DEFAULT '',
    ADD COLUMN post_url text NOT NULL DEFAULT '';
ALTER TABLE metrics.checks
    ADD COLUMN dimension text NOT NULL DEFAULT '',
    ADD COLUMN member text NOT NULL DEFAULT '',
    DROP CONSTRAINT checks_rule_id_starts_on_key,
    ADD UNIQUE (rule_id, starts_on, member);

-- Alerts on their way to an address of the company's own.
CREATE TABLE metrics.posts (
    check_id bigint PRIMARY KEY REFERENCES metrics.checks ON DELETE CASCADE,
    url text NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    next_at timestamptz,
    posted_at timestamptz,
    told text NOT NULL DEFAULT ''
);
CREATE INDEX posts_waiting ON metrics.posts (next_at) WHERE next_at IS NOT NULL;
"""


def upgrade() -> None:
    op.execute(SQL)
