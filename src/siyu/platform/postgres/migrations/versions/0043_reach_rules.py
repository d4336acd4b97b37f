"""The company's rules of reaching customers, what is known of channels, fall-backs, and what staff send by hand."""

from alembic import op

revision = "0043"
down_revision = "0038"

SQL = """
-- Each change is a version; the last one is in force.
CREATE TABLE messages.rules (
    version integer PRIMARY KEY,
    document jsonb NOT NULL,
    set_at timestamptz NOT NULL,
    set_by text NOT NULL
);

-- What a channel did on a business day: what the gate let through for it, and what became of messages of that day. arrived: of
-- how many the other side said that they did.
CREATE TABLE messages.channel_days (
    channel text NOT NULL,
    day_on date NOT NULL,
    let_through bigint NOT NULL DEFAULT 0,
    got_through bigint NOT NULL DEFAULT 0,
    failed bigint NOT NULL DEFAULT 0,
    arrived bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (channel, day_on)
);

-- routed_by: why it goes by this channel. fall_back_at: when its next channel is asked if it did not get through.
ALTER TABLE messages.messages ADD COLUMN routed_by text, ADD COLUMN fall_back_at timestamptz;
CREATE INDEX messages_fall_back ON messages.messages (fall_back_at)
    WHERE fall_back_at IS NOT NULL AND state NOT IN ('sending', 'awaiting_staff');

-- What a staff member is to copy and send by hand; the text is made when they look at it.
CREATE TABLE messages.hand_tasks (
    message_id bigint PRIMARY KEY REFERENCES messages.messages,
    staff_id bigint NOT NULL,
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'skipped')),
    created_at timestamptz NOT NULL,
    ended_at timestamptz
);
CREATE INDEX hand_tasks_staff ON messages.hand_tasks (staff_id, message_id) WHERE state = 'open';
"""


def upgrade() -> None:
    op.execute(SQL)
