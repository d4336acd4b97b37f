"""Group chats and who is in them."""

from alembic import op

revision = "0033"
down_revision = "0029"

SQL = """
CREATE SCHEMA groups;

-- digest is that of all that was told: what did not change costs nothing.
CREATE TABLE groups.groups (
    group_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    corp_id text NOT NULL,
    chat_id text NOT NULL,
    name text NOT NULL,
    notice text NOT NULL,
    owner_userid text NOT NULL,
    owner_id bigint,
    status smallint NOT NULL,
    version text NOT NULL,
    digest bytea NOT NULL,
    created_at timestamptz NOT NULL,
    dissolved_at timestamptz,
    people integer NOT NULL DEFAULT 0,
    customers integer NOT NULL DEFAULT 0,
    UNIQUE (corp_id, chat_id)
);
CREATE INDEX groups_owner ON groups.groups (owner_id);

-- Customers in groups, and those who were; staff in a group are told in its digest alone and counted.
CREATE TABLE groups.memberships (
    group_id bigint NOT NULL REFERENCES groups.groups,
    profile_id bigint NOT NULL REFERENCES customers.profiles,
    name text NOT NULL,
    join_scene smallint NOT NULL,
    invited_by text NOT NULL,
    state text NOT NULL,
    joined_at timestamptz NOT NULL,
    left_at timestamptz,
    is_removed boolean,
    PRIMARY KEY (group_id, profile_id)
);
CREATE INDEX memberships_profile ON groups.memberships (profile_id);
"""


def upgrade() -> None:
    op.execute(SQL)
