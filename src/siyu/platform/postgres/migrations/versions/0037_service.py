"""Personas with their accounts; customer service: accounts, conversations, what was said, what is to be done."""

from alembic import op

revision = "0037"
down_revision = "0040"

SQL = """
CREATE TABLE company.personas (
    persona_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    role text NOT NULL,
    tone text NOT NULL,
    welcome text NOT NULL,
    stages text[] NOT NULL,
    dressing text[] NOT NULL,
    code_id bigint REFERENCES definitions.definitions,
    limits jsonb NOT NULL,
    is_archived boolean NOT NULL DEFAULT false,
    revision integer NOT NULL DEFAULT 1,
    changed_at timestamptz NOT NULL
);

-- An account speaks for one persona at most.
CREATE TABLE company.persona_accounts (
    account_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    persona_id bigint NOT NULL REFERENCES company.personas,
    channel text NOT NULL,
    corp_id text NOT NULL,
    account text NOT NULL,
    name text NOT NULL,
    staff_id bigint REFERENCES company.staff,
    opened_on date,
    UNIQUE (channel, corp_id, account)
);
CREATE INDEX persona_accounts_persona ON company.persona_accounts (persona_id);
CREATE INDEX persona_accounts_staff ON company.persona_accounts (staff_id);

CREATE TABLE company.persona_dressings (
    account_id bigint NOT NULL REFERENCES company.persona_accounts ON DELETE CASCADE,
    item text NOT NULL,
    done_on date NOT NULL,
    done_by text NOT NULL,
    PRIMARY KEY (account_id, item)
);

-- That somebody complained of an account; not who.
CREATE TABLE company.persona_complaints (
    complaint_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES company.persona_accounts ON DELETE CASCADE,
    complained_on date NOT NULL,
    noted_by text NOT NULL,
    noted_at timestamptz NOT NULL
);
CREATE INDEX persona_complaints_account ON company.persona_complaints (account_id, complained_on);

-- How accounts stood when they were looked at last. throttled: why they are brought nobody.
CREATE TABLE company.account_health (
    account_id bigint PRIMARY KEY REFERENCES company.persona_accounts ON DELETE CASCADE,
    adds_today integer NOT NULL,
    adds_week integer NOT NULL,
    deletions_week integer NOT NULL,
    opened_on date,
    throttled text[] NOT NULL,
    throttled_at timestamptz,
    looked_at timestamptz NOT NULL
);

CREATE SCHEMA service;

-- An account that customers write to. cursor is how far what came to it was read; it commits with what followed. token is that of
-- the last callback, due_at when to read next. next_place counts what is said, so that all of it stands in one order.
CREATE TABLE service.accounts (
    account_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    corp_id text NOT NULL,
    open_kfid text NOT NULL,
    name text NOT NULL DEFAULT '',
    rules_id bigint REFERENCES definitions.definitions,
    is_there boolean NOT NULL DEFAULT true,
    cursor text NOT NULL DEFAULT '',
    token text NOT NULL DEFAULT '',
    due_at timestamptz NOT NULL,
    claimed_until timestamptz,
    read_at timestamptz,
    refusal integer NOT NULL DEFAULT 0,
    UNIQUE (corp_id, open_kfid)
);

-- Members who look after an account's conversations; is_on_duty: whether they take any now.
CREATE TABLE service.servicers (
    account_id bigint NOT NULL REFERENCES service.accounts,
    userid text NOT NULL,
    staff_id bigint,
    is_on_duty boolean NOT NULL,
    PRIMARY KEY (account_id, userid)
);

-- A conversation begins with entering or writing, and ends where WeCom says so, or after two days of silence. state is WeCom's: 0
-- new, 1 assistant, 2 waiting, 3 servicer, 4 ended. answers are ours since the customer wrote last; unmatched their questions in
-- a row that no reply fitted.
CREATE TABLE service.conversations (
    conversation_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES service.accounts,
    profile_id bigint NOT NULL REFERENCES customers.profiles,
    state smallint NOT NULL DEFAULT 0,
    scene text NOT NULL DEFAULT '',
    userid text NOT NULL DEFAULT '',
    staff_id bigint,
    began_at timestamptz NOT NULL,
    touched_at timestamptz NOT NULL,
    wrote_at timestamptz,
    answers smallint NOT NULL DEFAULT 0,
    unmatched smallint NOT NULL DEFAULT 0,
    asked_at timestamptz,
    first_asked_at timestamptz,
    first_answered_at timestamptz,
    answered_by text,
    handed_over_at timestamptz,
    taken_at timestamptz,
    received integer NOT NULL DEFAULT 0,
    by_rules integer NOT NULL DEFAULT 0,
    by_persons integer NOT NULL DEFAULT 0,
    ended_at timestamptz,
    end_reason text
);
CREATE UNIQUE INDEX conversations_open ON service.conversations (account_id, profile_id) WHERE ended_at IS NULL;
CREATE INDEX conversations_profile ON service.conversations (profile_id);
CREATE INDEX conversations_touched ON service.conversations (touched_at DESC, conversation_id DESC);
CREATE INDEX conversations_silent ON service.conversations (touched_at) WHERE ended_at IS NULL;
CREATE INDEX conversations_staff ON service.conversations (staff_id) WHERE staff_id IS NOT NULL;

-- What was said, in the order in which it became known; msgid is WeCom's, or the one we sent it under. Texts are sealed, and go
-- when they are too old; kind and origin stay.
CREATE TABLE service.messages (
    message_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES service.accounts,
    msgid text NOT NULL,
    conversation_id bigint NOT NULL REFERENCES service.conversations ON DELETE CASCADE,
    profile_id bigint NOT NULL REFERENCES customers.profiles,
    origin text NOT NULL CHECK (origin IN ('customer', 'servicer', 'rule', 'staff', 'event')),
    kind text NOT NULL,
    by text NOT NULL DEFAULT '',
    state text NOT NULL CHECK (state IN ('received', 'waiting', 'sent', 'failed', 'recalled')),
    reason text NOT NULL DEFAULT '',
    said_at timestamptz NOT NULL,
    sealed bytea,
    sealed_under smallint,
    UNIQUE (account_id, msgid)
);
CREATE INDEX messages_conversation ON service.messages (conversation_id, message_id);
CREATE INDEX messages_profile ON service.messages (profile_id);
CREATE INDEX messages_said ON service.messages (said_at) WHERE sealed IS NOT NULL;
CREATE INDEX messages_sealed ON service.messages (sealed_under) WHERE sealed_under IS NOT NULL;

-- What is to be done in WeCom, of a conversation one after the other: a message said, with the code of an event where that gives
-- the right to it, or the conversation handed to a state and a member.
CREATE TABLE service.tasks (
    task_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    conversation_id bigint NOT NULL REFERENCES service.conversations ON DELETE CASCADE,
    profile_id bigint NOT NULL REFERENCES customers.profiles,
    message_id bigint REFERENCES service.messages ON DELETE CASCADE,
    state smallint,
    userid text NOT NULL DEFAULT '',
    code text NOT NULL DEFAULT '',
    dies_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0
);
CREATE INDEX tasks_due ON service.tasks (due_at, task_id);
CREATE INDEX tasks_conversation ON service.tasks (conversation_id, task_id);
CREATE INDEX tasks_profile ON service.tasks (profile_id);
"""


def upgrade() -> None:
    op.execute(SQL)
