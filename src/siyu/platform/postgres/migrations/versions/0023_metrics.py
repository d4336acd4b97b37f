"""Metrics: their keys, the north star, targets, alert rules and what they found."""

from alembic import op

revision = "0023"
down_revision = "0022"

SQL = """
CREATE SCHEMA metrics;

-- A metric's name in formulas; never another one's, and never changed.
CREATE TABLE metrics.keys (
    key text PRIMARY KEY,
    metric_id bigint NOT NULL UNIQUE REFERENCES definitions.definitions
);

CREATE TABLE metrics.north_star (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    metric_id bigint NOT NULL REFERENCES definitions.definitions,
    grain text NOT NULL
);

CREATE TABLE metrics.targets (
    metric_id bigint NOT NULL REFERENCES definitions.definitions,
    grain text NOT NULL,
    starts_on date NOT NULL,
    value double precision NOT NULL,
    PRIMARY KEY (metric_id, grain, starts_on)
);

CREATE TABLE metrics.rules (
    rule_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    metric_id bigint NOT NULL REFERENCES definitions.definitions,
    grain text NOT NULL,
    trigger text NOT NULL,
    threshold double precision NOT NULL,
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL
);
CREATE INDEX rules_metric ON metrics.rules (metric_id);

-- One row for each period that a rule was held against, whatever came of it: so it is held against each once. Trigger and
-- threshold are those of then: the rule may be another since.
CREATE TABLE metrics.checks (
    check_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    rule_id bigint NOT NULL REFERENCES metrics.rules ON DELETE CASCADE,
    starts_on date NOT NULL,
    value double precision,
    usual double precision,
    is_alert boolean NOT NULL,
    trigger text NOT NULL,
    threshold double precision NOT NULL,
    checked_at timestamptz NOT NULL,
    acknowledged_at timestamptz,
    acknowledged_by text NOT NULL DEFAULT '',
    UNIQUE (rule_id, starts_on)
);
CREATE INDEX checks_alerts ON metrics.checks (check_id) WHERE is_alert;
"""


def upgrade() -> None:
    op.execute(SQL)
