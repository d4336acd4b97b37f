"""Experiments: who was given which arm, and what was decided."""

from alembic import op

revision = "0026"
down_revision = "0023"

SQL = """
CREATE SCHEMA experiments;

-- The arm that somebody was given: never another one after that.
CREATE TABLE experiments.assignments (
    experiment_id bigint NOT NULL REFERENCES definitions.definitions,
    profile_id bigint NOT NULL REFERENCES customers.profiles,
    arm text NOT NULL,
    assigned_at timestamptz NOT NULL,
    PRIMARY KEY (experiment_id, profile_id)
);
CREATE INDEX assignments_profile ON experiments.assignments (profile_id);

CREATE TABLE experiments.decisions (
    decision_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    experiment_id bigint NOT NULL REFERENCES definitions.definitions,
    arm text,
    note text NOT NULL,
    decided_by text NOT NULL,
    decided_at timestamptz NOT NULL
);
CREATE INDEX decisions_experiment ON experiments.decisions (experiment_id);
"""


def upgrade() -> None:
    op.execute(SQL)
