"""Plans of campaigns and how their tasks stand; reviews, their frozen numbers and their actions."""

from alembic import op

revision = "0028"
down_revision = "0030"

SQL = """
CREATE SCHEMA plans;

-- What lists ask of plans, as of the document that is shown; campaign is one plan's.
CREATE TABLE plans.plans (
    plan_id bigint PRIMARY KEY REFERENCES definitions.definitions,
    campaign text NOT NULL UNIQUE,
    unit_id bigint REFERENCES company.units,
    begins_on date NOT NULL,
    ends_on date NOT NULL,
    begun_at timestamptz,
    closed_at timestamptz
);
CREATE INDEX plans_days ON plans.plans (begins_on, ends_on);

CREATE TABLE plans.tasks (
    plan_id bigint NOT NULL REFERENCES plans.plans ON DELETE CASCADE,
    task text NOT NULL,
    state text NOT NULL,
    changed_at timestamptz NOT NULL,
    changed_by text NOT NULL,
    PRIMARY KEY (plan_id, task)
);

-- numbers are what was counted when the review was closed, up to that position of the log, of the customers below scope_path.
CREATE TABLE plans.reviews (
    review_id bigint PRIMARY KEY REFERENCES definitions.definitions,
    plan_id bigint REFERENCES plans.plans,
    follows_id bigint REFERENCES plans.reviews,
    ends_on date NOT NULL,
    closed_at timestamptz,
    scope_path text,
    numbers jsonb
);
CREATE INDEX reviews_plan ON plans.reviews (plan_id);
CREATE INDEX reviews_follows ON plans.reviews (follows_id);

CREATE TABLE plans.actions (
    action_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    review_id bigint NOT NULL REFERENCES plans.reviews ON DELETE CASCADE,
    text text NOT NULL,
    owner_id bigint REFERENCES company.staff,
    due_on date,
    state text NOT NULL,
    changed_at timestamptz NOT NULL
);
CREATE INDEX actions_review ON plans.actions (review_id);
"""


def upgrade() -> None:
    op.execute(SQL)
