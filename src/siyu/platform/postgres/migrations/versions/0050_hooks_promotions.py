"""Calls to programs of other people; pools of coupon codes."""

from alembic import op

revision = "0050"
down_revision = "0047"

SQL = """
CREATE SCHEMA hooks;

-- Where calls go. `sealed`: its secret, under the key `key_number`. `events`: it is told of these.
CREATE TABLE hooks.endpoints (
    endpoint_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    url text NOT NULL,
    events jsonb NOT NULL,
    tells_who boolean NOT NULL,
    is_enabled boolean NOT NULL DEFAULT true,
    sealed bytea NOT NULL,
    key_number integer NOT NULL,
    failures integer NOT NULL DEFAULT 0,
    paused_until timestamptz,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL
);

-- A call for each key of an endpoint. `sealed`: what is in it. `due_at`: when it is to be tried next. `told`: what came of it last.
CREATE TABLE hooks.calls (
    call_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    endpoint_id bigint NOT NULL REFERENCES hooks.endpoints,
    call_key text NOT NULL,
    kind text NOT NULL,
    event text NOT NULL,
    profile_id bigint,
    sealed bytea NOT NULL,
    key_number integer NOT NULL,
    state text NOT NULL DEFAULT 'waiting',
    attempts integer NOT NULL DEFAULT 0,
    asked_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    ended_at timestamptz,
    told text NOT NULL DEFAULT '',
    UNIQUE (endpoint_id, call_key)
);
CREATE INDEX calls_due ON hooks.calls (endpoint_id, due_at, call_id) WHERE state = 'waiting';
CREATE INDEX calls_ended ON hooks.calls (endpoint_id, ended_at) WHERE state <> 'waiting';
CREATE INDEX calls_profile ON hooks.calls (profile_id) WHERE profile_id IS NOT NULL;
CREATE INDEX calls_key ON hooks.calls (key_number);

CREATE TABLE hooks.attempts (
    call_id bigint NOT NULL REFERENCES hooks.calls ON DELETE CASCADE,
    at timestamptz NOT NULL,
    told text NOT NULL,
    milliseconds integer NOT NULL
);
CREATE INDEX attempts_call ON hooks.attempts (call_id);

CREATE SCHEMA promotions;

-- Codes that are given to customers. `valid_days`: so long after it was given a code may be used; `ends_at`: no longer than that.
-- `customer_max`: so many of it one customer gets (null: as many as come). `low_stock`: the company is told when fewer are left.
CREATE TABLE promotions.pools (
    pool_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    note text NOT NULL,
    valid_days integer,
    ends_at timestamptz,
    customer_max integer,
    low_stock integer NOT NULL,
    is_archived boolean NOT NULL DEFAULT false,
    is_told_low boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL
);

-- A code is given once, for one key. `profile_id`: to whom it was given.
CREATE TABLE promotions.codes (
    code_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    pool_id bigint NOT NULL REFERENCES promotions.pools,
    code text NOT NULL UNIQUE,
    state text NOT NULL DEFAULT 'free',
    profile_id bigint,
    issue_key text,
    issued_at timestamptz,
    expires_at timestamptz,
    ended_at timestamptz,
    order_id text NOT NULL DEFAULT '',
    UNIQUE (pool_id, issue_key)
);
CREATE INDEX codes_free ON promotions.codes (pool_id, code_id) WHERE state = 'free';
CREATE INDEX codes_pool ON promotions.codes (pool_id, state);
CREATE INDEX codes_profile ON promotions.codes (profile_id) WHERE profile_id IS NOT NULL;
"""


def upgrade() -> None:
    op.execute(SQL)
