"""WeCom: corps that are connected, tokens and limits shared by all processes, callbacks, welcomes."""

from alembic import op

revision = "0031"
down_revision = "0032"

SQL = """
-- A corp of WeCom. Secrets are one sealed JSON document; `key_number` is the key they are under.
CREATE TABLE company.wecom_corps (
    corp_id text PRIMARY KEY,
    name text NOT NULL,
    base_url text NOT NULL,
    agent_id bigint NOT NULL,
    sealed bytea NOT NULL,
    key_number integer NOT NULL,
    rules jsonb NOT NULL,
    welcome jsonb NOT NULL,
    is_enabled boolean NOT NULL,
    changed_at timestamptz NOT NULL,
    checked_at timestamptz,
    findings jsonb
);

CREATE SCHEMA wecom;

-- Tokens and tickets, sealed. A holder is the hash of corp, address and secret. A refused secret is remembered for a while.
CREATE TABLE wecom.tokens (
    holder bytea NOT NULL,
    kind text NOT NULL,
    corp_id text NOT NULL,
    sealed bytea NOT NULL,
    usable_until timestamptz NOT NULL,
    refused_errcode integer NOT NULL,
    PRIMARY KEY (holder, kind)
);

-- What is left of each limit; for a penalty `filled_at` is its end and `strikes` counts.
CREATE TABLE wecom.rates (
    name text PRIMARY KEY,
    level double precision NOT NULL,
    filled_at timestamptz NOT NULL,
    strikes integer NOT NULL DEFAULT 0
);

-- Callbacks as they came, sealed; what is done keeps its dedupe key and its kind alone.
CREATE TABLE wecom.callbacks (
    callback_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    corp_id text NOT NULL,
    dedupe_key bytea NOT NULL,
    event text NOT NULL,
    change text NOT NULL,
    happened_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    sealed bytea,
    state text NOT NULL DEFAULT 'waiting',
    attempts integer NOT NULL DEFAULT 0,
    try_at timestamptz NOT NULL,
    claimed_until timestamptz,
    reason text NOT NULL DEFAULT '',
    UNIQUE (corp_id, dedupe_key)
);
CREATE INDEX callbacks_waiting ON wecom.callbacks (corp_id, callback_id) WHERE state = 'waiting';
CREATE INDEX callbacks_received ON wecom.callbacks (received_at);

-- Welcomes that are to be sent, or were and have not been told yet: rows live for seconds. Code and ids are sealed.
CREATE TABLE wecom.welcomes (
    welcome_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    corp_id text NOT NULL,
    sealed bytea NOT NULL,
    state text NOT NULL,
    added_at timestamptz NOT NULL,
    dies_at timestamptz NOT NULL,
    try_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    outcome text,
    errcode integer NOT NULL DEFAULT 0,
    done_at timestamptz
);
CREATE INDEX welcomes_open ON wecom.welcomes (try_at) WHERE outcome IS NULL;
CREATE INDEX welcomes_done ON wecom.welcomes (welcome_id) WHERE outcome IS NOT NULL;
"""


def upgrade() -> None:
    op.execute(SQL)
