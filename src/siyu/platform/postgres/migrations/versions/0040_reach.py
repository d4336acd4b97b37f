"""What messages say, where it can be found by whoever sends; messages by several channels and through staff."""

from alembic import op

revision = "0040"
down_revision = "0036"

SQL = """
-- What is said at one place of a published version of a journey or a send; never changes.
CREATE TABLE content.messages (
    definition_id bigint NOT NULL,
    version integer NOT NULL,
    step integer NOT NULL,
    document jsonb NOT NULL,
    link_id bigint REFERENCES content.links,
    PRIMARY KEY (definition_id, version, step)
);

-- channels: all that it may go by, in its author's order; channel: the one it goes by. worth: in fen, 0 if nobody knows.
ALTER TABLE messages.messages
    ADD COLUMN channels text[] NOT NULL DEFAULT '{}',
    ADD COLUMN worth bigint NOT NULL DEFAULT 0,
    ADD COLUMN persona_id bigint,
    ADD COLUMN expires_at timestamptz,
    DROP CONSTRAINT messages_state_check,
    ADD CONSTRAINT messages_state_check CHECK (
        state IN ('requested', 'awaiting_staff', 'held', 'sending', 'sent', 'delivered', 'failed', 'cancelled')
    );
ALTER TABLE messages.messages ALTER COLUMN channels DROP DEFAULT;
"""


def upgrade() -> None:
    op.execute(SQL)
