"""What channels are connected to, and what is known of the followers of accounts of WeChat."""

from alembic import op

revision = "0042"
down_revision = "0037"

SQL = """
CREATE SCHEMA connections;

-- An account or a vendor that a channel is connected to. Secrets are one sealed JSON document; `key_number` is their key.
CREATE TABLE connections.connections (
    kind text NOT NULL,
    account text NOT NULL,
    vendor text NOT NULL,
    name text NOT NULL,
    base_url text NOT NULL,
    sealed bytea NOT NULL,
    key_number integer NOT NULL,
    settings jsonb NOT NULL,
    is_enabled boolean NOT NULL,
    changed_at timestamptz NOT NULL,
    checked_at timestamptz,
    findings jsonb,
    PRIMARY KEY (kind, account)
);

CREATE SCHEMA wechat;

-- Who follows or uses an account, and how many messages that allows until when: after a message of theirs, after a gesture
-- (following, scanning, choosing in the menu). `looked_at`: when it was asked who they are.
CREATE TABLE wechat.followers (
    app_id text NOT NULL,
    openid text NOT NULL,
    is_following boolean NOT NULL,
    followed_at timestamptz,
    heard_at timestamptz,
    looked_at timestamptz,
    message_left integer NOT NULL DEFAULT 0,
    message_until timestamptz,
    gesture_left integer NOT NULL DEFAULT 0,
    gesture_until timestamptz,
    PRIMARY KEY (app_id, openid)
);
CREATE INDEX followers_strangers ON wechat.followers (app_id) WHERE looked_at IS NULL;

-- So many messages of a template are allowed: one yes is one message.
CREATE TABLE wechat.grants (
    app_id text NOT NULL,
    openid text NOT NULL,
    template_id text NOT NULL,
    granted integer NOT NULL,
    PRIMARY KEY (app_id, openid, template_id)
);

-- Callbacks that came, so that none counts twice; forgotten after some days.
CREATE TABLE wechat.callbacks (
    app_id text NOT NULL,
    dedupe_key bytea NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (app_id, dedupe_key)
);
CREATE INDEX callbacks_received ON wechat.callbacks (received_at);

-- Which message of ours a template message is, until the platform has told what became of it.
CREATE TABLE wechat.sent (
    app_id text NOT NULL,
    msgid text NOT NULL,
    message_key text NOT NULL,
    sent_at timestamptz NOT NULL,
    PRIMARY KEY (app_id, msgid)
);
CREATE INDEX sent_at ON wechat.sent (sent_at);

-- Codes with a scene, as they were made.
CREATE TABLE wechat.codes (
    app_id text NOT NULL,
    scene text NOT NULL,
    name text NOT NULL,
    ticket text NOT NULL,
    url text NOT NULL,
    made_at timestamptz NOT NULL,
    expires_at timestamptz,
    PRIMARY KEY (app_id, scene)
);

-- Menus as they were published, the newest in force.
CREATE TABLE wechat.menus (
    app_id text NOT NULL,
    version integer NOT NULL,
    document jsonb NOT NULL,
    published_at timestamptz NOT NULL,
    published_by text NOT NULL,
    PRIMARY KEY (app_id, version)
);
"""


def upgrade() -> None:
    op.execute(SQL)
