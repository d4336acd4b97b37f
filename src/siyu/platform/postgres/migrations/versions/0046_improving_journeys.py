"""Who is trained on a version of a journey, and what a draft would have done last month."""

from alembic import op

revision = "0046"
down_revision = "0045"

SQL = """
-- Who of the staff is to know a version, and since when they do.
CREATE TABLE journeys.trainings (
    journey_id bigint NOT NULL REFERENCES definitions.definitions,
    version integer NOT NULL,
    staff_id bigint NOT NULL REFERENCES company.staff,
    asked_at timestamptz NOT NULL,
    trained_at timestamptz,
    trained_by text,
    PRIMARY KEY (journey_id, version, staff_id)
);

-- A draft walked over the last days: numbers alone, nobody is named in a result.
CREATE TABLE journeys.replays (
    replay_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    journey_id bigint NOT NULL REFERENCES definitions.definitions,
    document jsonb NOT NULL,
    against_version integer,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done', 'failed')),
    done integer NOT NULL DEFAULT 0,
    steps integer NOT NULL DEFAULT 0,
    result jsonb,
    fault_code text,
    asked_at timestamptz NOT NULL,
    asked_by text NOT NULL,
    ended_at timestamptz
);
CREATE INDEX replays_journey ON journeys.replays (journey_id, replay_id);
"""


def upgrade() -> None:
    op.execute(SQL)
