"""Inheritances: which customers and groups of a member go to whom, and how far each is."""

from alembic import op

revision = "0036"
down_revision = "0035"

SQL = """
-- What is handed over from one member to others. asked_key: whoever asks twice with the same key asked once. refusal is the error
-- code for which WeCom takes nothing of it until somebody sets something right.
CREATE TABLE contacts.inheritances (
    inheritance_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    asked_key text NOT NULL UNIQUE,
    corp_id text NOT NULL,
    giver_id bigint NOT NULL REFERENCES contacts.members,
    message text NOT NULL,
    asked_by text NOT NULL,
    asked_at timestamptz NOT NULL,
    ended_at timestamptz,
    is_cancelled boolean NOT NULL DEFAULT false,
    is_told boolean NOT NULL DEFAULT false,
    refusal integer NOT NULL DEFAULT 0
);
CREATE INDEX inheritances_giver ON contacts.inheritances (giver_id);
CREATE INDEX inheritances_open ON contacts.inheritances (corp_id) WHERE ended_at IS NULL;
CREATE INDEX inheritances_untold ON contacts.inheritances (inheritance_id) WHERE ended_at IS NOT NULL AND NOT is_told;

-- One customer, or one group, on the way from one member to another. asked_at is when WeCom was asked: it is written before the
-- call, so that after a crash nobody takes a call for never made. due_at: when it is asked for, or looked after, next.
CREATE TABLE contacts.handovers (
    handover_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    inheritance_id bigint NOT NULL REFERENCES contacts.inheritances,
    giver_id bigint NOT NULL REFERENCES contacts.members,
    taker_id bigint NOT NULL REFERENCES contacts.members,
    profile_id bigint REFERENCES customers.profiles,
    chat_id text,
    is_resigned boolean NOT NULL DEFAULT false,
    state text NOT NULL CHECK (state IN
        ('planned', 'asked', 'waiting', 'done', 'refused', 'limited', 'taker_full', 'failed', 'cancelled')),
    errcode integer NOT NULL DEFAULT 0,
    attempts integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL,
    asked_at timestamptz,
    ended_at timestamptz,
    CHECK ((profile_id IS NULL) <> (chat_id IS NULL))
);
CREATE UNIQUE INDEX handovers_open_customer ON contacts.handovers (giver_id, profile_id)
    WHERE ended_at IS NULL AND profile_id IS NOT NULL;
CREATE UNIQUE INDEX handovers_open_group ON contacts.handovers (giver_id, chat_id)
    WHERE ended_at IS NULL AND chat_id IS NOT NULL;
CREATE INDEX handovers_inheritance ON contacts.handovers (inheritance_id, state);
CREATE INDEX handovers_profile ON contacts.handovers (profile_id) WHERE profile_id IS NOT NULL;
CREATE INDEX handovers_due ON contacts.handovers (due_at) WHERE ended_at IS NULL;

-- When those who answer for a member were told that customers were left behind.
ALTER TABLE contacts.members ADD COLUMN leaving_told_at timestamptz;
"""


def upgrade() -> None:
    op.execute(SQL)
