"""Sends: their runs, who the people of a run are, and WeCom's mass tasks with what became of each message."""

from alembic import op

revision = "0041"
down_revision = "0039"

SQL = """
CREATE SCHEMA sends;

-- One going out of a version. recipients are those expected when it was asked for; people those taken down at the start.
CREATE TABLE sends.runs (
    run_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    send_id bigint NOT NULL REFERENCES definitions.definitions,
    version integer NOT NULL,
    state text NOT NULL,
    recipients bigint NOT NULL,
    people bigint,
    written_by text NOT NULL,
    asked_by text NOT NULL,
    asked_at timestamptz NOT NULL,
    decided_by text,
    decided_at timestamptz,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    started_at timestamptz,
    ended_at timestamptz,
    UNIQUE (send_id, version)
);
CREATE UNIQUE INDEX runs_open ON sends.runs (send_id) WHERE state NOT IN ('done', 'cancelled');
CREATE INDEX runs_state ON sends.runs (state) WHERE state NOT IN ('done', 'cancelled');

-- Who the people of a run are: profiles (the numbers of those who were customers then) and worths, packed as 8 bytes each.
-- Whom a profile belongs to now is looked up.
CREATE TABLE sends.parts (
    run_id bigint NOT NULL REFERENCES sends.runs ON DELETE CASCADE,
    number integer NOT NULL,
    profiles bytea NOT NULL,
    worths bytea NOT NULL,
    is_asked boolean NOT NULL DEFAULT false,
    PRIMARY KEY (run_id, number)
);

-- Who of the segment is not among them, and why.
CREATE TABLE sends.left_out (
    run_id bigint NOT NULL REFERENCES sends.runs ON DELETE CASCADE,
    reason text NOT NULL,
    people bigint NOT NULL,
    profiles bytea NOT NULL,
    PRIMARY KEY (run_id, reason)
);

-- Mass tasks: one content to many. asking since asked_at: whether it was made is unknown until msgid is.
CREATE TABLE sends.tasks (
    task_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    task_key text NOT NULL UNIQUE,
    corp_id text NOT NULL,
    content_key text NOT NULL,
    body jsonb NOT NULL,
    sender text NOT NULL,
    worth_fen bigint NOT NULL,
    state text NOT NULL,
    msgid text NOT NULL DEFAULT '',
    attempts integer NOT NULL DEFAULT 0,
    refusal integer NOT NULL DEFAULT 0,
    reminders integer NOT NULL DEFAULT 0,
    reminded_at timestamptz,
    asked_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL
);
CREATE INDEX tasks_due ON sends.tasks (due_at) WHERE state NOT IN ('closed', 'refused');
CREATE UNIQUE INDEX tasks_msgid ON sends.tasks (corp_id, msgid) WHERE msgid <> '';

-- What became of each message in a task; counted_on is the day of the customer's quota. member_userid is learned from results.
CREATE TABLE sends.task_parts (
    task_id bigint NOT NULL REFERENCES sends.tasks ON DELETE CASCADE,
    message_id bigint NOT NULL,
    profile_id bigint NOT NULL,
    definition_id bigint NOT NULL,
    version integer NOT NULL,
    outcome text NOT NULL DEFAULT 'waiting',
    member_userid text NOT NULL DEFAULT '',
    counted_on date NOT NULL,
    PRIMARY KEY (task_id, message_id)
);
CREATE INDEX task_parts_profile ON sends.task_parts (profile_id, counted_on);
CREATE INDEX task_parts_definition ON sends.task_parts (definition_id, version, task_id);

-- Members' shares of a task. is_read: what came of it was read after they had confirmed.
CREATE TABLE sends.shares (
    task_id bigint NOT NULL REFERENCES sends.tasks ON DELETE CASCADE,
    userid text NOT NULL,
    is_confirmed boolean NOT NULL DEFAULT false,
    is_read boolean NOT NULL DEFAULT false,
    confirmed_at timestamptz,
    PRIMARY KEY (task_id, userid)
);
"""


def upgrade() -> None:
    op.execute(SQL)
