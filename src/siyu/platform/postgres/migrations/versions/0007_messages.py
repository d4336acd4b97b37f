"""Messages: what is to be sent to whom, and what became of it."""

from alembic import op

revision = "0007"
down_revision = "0006"

SQL = """
CREATE SCHEMA messages;

-- One row for each message that was ever asked for; the key makes sure that it is asked for once.
-- definition_id, version, step: where its text stands. day_on: the business day that it counts for (none if held).
-- next_attempt_at: while requested, when to try; while sending, when the sender counts as dead. delivery_id: what was
-- sent together is sent together again. attempts also tells a late sender that another has taken over.
CREATE TABLE messages.messages (
    message_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    message_key text NOT NULL UNIQUE,
    profile_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    channel text NOT NULL,
    purpose text NOT NULL,
    definition_id bigint NOT NULL,
    version integer NOT NULL,
    step integer NOT NULL,
    state text NOT NULL CHECK (state IN ('requested', 'held', 'sending', 'sent', 'delivered', 'failed')),
    reason text,
    attempts integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz,
    delivery_id uuid,
    day_on date,
    created_at timestamptz NOT NULL,
    sent_at timestamptz,
    clicked_at timestamptz,
    CHECK ((state IN ('requested', 'sending')) = (next_attempt_at IS NOT NULL)),
    CHECK ((state = 'sending') = (delivery_id IS NOT NULL))
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX messages_customer ON messages.messages (customer_id, day_on);
CREATE INDEX messages_due ON messages.messages (channel, next_attempt_at, message_id) WHERE state = 'requested';
CREATE INDEX messages_sending ON messages.messages (channel, next_attempt_at) WHERE state = 'sending';
CREATE INDEX messages_delivery ON messages.messages (delivery_id) WHERE state = 'sending';
CREATE INDEX messages_definition ON messages.messages (definition_id, state);

-- How often each link in a message was followed.
CREATE TABLE messages.clicks (
    message_id bigint NOT NULL REFERENCES messages.messages,
    link_id bigint NOT NULL,
    clicks integer NOT NULL,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    PRIMARY KEY (message_id, link_id)
);

-- A channel that could not be reached is left alone for a while; a row only while it is.
CREATE TABLE messages.rests (
    channel text PRIMARY KEY,
    failures integer NOT NULL,
    resting_until timestamptz NOT NULL
);
"""


def upgrade() -> None:
    op.execute(SQL)
