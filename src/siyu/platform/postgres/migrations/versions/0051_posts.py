"""What is posted to groups and in moments, and WeCom's tasks for it."""

from alembic import op

revision = "0051"
down_revision = "0050"

SQL = """
-- Tasks: one content to groups of one owner, or to the moments of many members. asking since asked_at: whether it was made is
-- unknown until outside_id or job_id is there.
CREATE TABLE sends.post_tasks (
    task_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    task_key text NOT NULL UNIQUE,
    kind text NOT NULL,
    corp_id text NOT NULL,
    content_key text NOT NULL,
    body jsonb NOT NULL,
    sender text NOT NULL,
    state text NOT NULL,
    outside_id text NOT NULL DEFAULT '',
    job_id text NOT NULL DEFAULT '',
    attempts integer NOT NULL DEFAULT 0,
    refusal integer NOT NULL DEFAULT 0,
    reminders integer NOT NULL DEFAULT 0,
    reminded_at timestamptz,
    asked_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL
);
CREATE INDEX post_tasks_due ON sends.post_tasks (due_at) WHERE state NOT IN ('closed', 'refused');

-- One for each key: a group (kind group) or somebody of the staff (kind moment), by number and by the name they have outside.
CREATE TABLE sends.posts (
    post_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    post_key text NOT NULL UNIQUE,
    kind text NOT NULL,
    subject_id bigint NOT NULL,
    subject_key text NOT NULL DEFAULT '',
    definition_id bigint NOT NULL,
    version integer NOT NULL,
    step integer NOT NULL,
    task_id bigint REFERENCES sends.post_tasks,
    outcome text NOT NULL DEFAULT 'waiting',
    likes integer NOT NULL DEFAULT 0,
    comments integer NOT NULL DEFAULT 0,
    asked_at timestamptz NOT NULL,
    done_at timestamptz
);
CREATE INDEX posts_waiting ON sends.posts (post_id) WHERE outcome = 'waiting' AND task_id IS NULL;
CREATE INDEX posts_task ON sends.posts (task_id);
CREATE INDEX posts_definition ON sends.posts (definition_id, version, post_id);
"""


def upgrade() -> None:
    op.execute(SQL)
