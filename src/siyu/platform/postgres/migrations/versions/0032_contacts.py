"""Contacts: members of the staff as WeCom knows them, who has which customer, and how far a sync is."""

from alembic import op

revision = "0032"
down_revision = "0028"

SQL = """
CREATE SCHEMA contacts;

-- Departments there and the units they stand for. name and parent_id are what was told last: only where that changes is a unit
-- renamed or moved, so that what was arranged here by hand stays.
CREATE TABLE contacts.departments (
    corp_id text NOT NULL,
    department_id bigint NOT NULL,
    unit_id bigint NOT NULL,
    name text NOT NULL,
    parent_id bigint,
    gone_at timestamptz,
    PRIMARY KEY (corp_id, department_id)
);

-- Members there and who of the staff they are. userid is in lower case: there it is the same in upper and lower.
CREATE TABLE contacts.members (
    member_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    corp_id text NOT NULL,
    userid text NOT NULL,
    told_userid text NOT NULL,
    staff_id bigint NOT NULL,
    is_ours boolean NOT NULL,
    name text NOT NULL,
    department_id bigint,
    is_active boolean NOT NULL DEFAULT true,
    has_customers boolean NOT NULL DEFAULT false,
    left_at timestamptz,
    UNIQUE (corp_id, userid)
);
CREATE INDEX members_staff ON contacts.members (staff_id);

-- A member who has a customer, or had. fingerprint is that of all that was told of the two, so that what did not change costs
-- nothing. tag_ids are WeCom's own, of this relation alone; written_tag_ids those of them that were put there from here.
CREATE TABLE contacts.relations (
    profile_id bigint NOT NULL REFERENCES customers.profiles,
    member_id bigint NOT NULL REFERENCES contacts.members,
    fingerprint bytea NOT NULL,
    remark text NOT NULL,
    description text NOT NULL,
    company text NOT NULL,
    add_way smallint NOT NULL,
    state text NOT NULL,
    is_by_member boolean NOT NULL,
    tag_ids text[] NOT NULL,
    written_tag_ids text[] NOT NULL DEFAULT '{}',
    added_at timestamptz NOT NULL,
    told_at timestamptz NOT NULL,
    lost_at timestamptz,
    lost_by text CHECK (lost_by IN ('customer', 'staff', 'transfer', 'unknown')),
    PRIMARY KEY (profile_id, member_id)
) WITH (fillfactor = 85);
CREATE INDEX relations_living ON contacts.relations (member_id) WHERE lost_at IS NULL;

-- Whose tags in WeCom have changed and are not yet tags here; taken: those that a relation lost.
CREATE TABLE contacts.tag_looks (
    profile_id bigint PRIMARY KEY REFERENCES customers.profiles,
    taken text[] NOT NULL
);

-- Groups of tags there and here. write_back: to which relations a tag given here goes. removal: who may take a tag away.
CREATE TABLE contacts.tag_groups (
    corp_id text NOT NULL,
    outside_id text NOT NULL,
    group_id bigint NOT NULL,
    name text NOT NULL,
    is_synced boolean NOT NULL DEFAULT true,
    write_back text NOT NULL DEFAULT 'none' CHECK (write_back IN ('none', 'keeper', 'all')),
    removal text NOT NULL DEFAULT 'own' CHECK (removal IN ('own', 'either')),
    gone_at timestamptz,
    PRIMARY KEY (corp_id, outside_id)
);
CREATE TABLE contacts.tags (
    corp_id text NOT NULL,
    outside_id text NOT NULL,
    outside_group_id text NOT NULL,
    tag_id bigint NOT NULL,
    name text NOT NULL,
    gone_at timestamptz,
    PRIMARY KEY (corp_id, outside_id)
);
CREATE INDEX tags_tag ON contacts.tags (tag_id);

-- What is still to be written to a relation there; one row for each, which gathers what comes while it waits.
CREATE TABLE contacts.writes (
    profile_id bigint NOT NULL REFERENCES customers.profiles,
    member_id bigint NOT NULL REFERENCES contacts.members,
    add_tags text[] NOT NULL DEFAULT '{}',
    remove_tags text[] NOT NULL DEFAULT '{}',
    remark text,
    description text,
    attempts integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL,
    refusal text NOT NULL DEFAULT '',
    is_refused boolean NOT NULL DEFAULT false,
    PRIMARY KEY (profile_id, member_id)
);
CREATE INDEX writes_due ON contacts.writes (due_at) WHERE NOT is_refused;

CREATE TABLE contacts.syncs (
    sync_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    corp_id text NOT NULL,
    state text NOT NULL CHECK (state IN ('running', 'done', 'failed')),
    asked_by text NOT NULL,
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    counts jsonb NOT NULL DEFAULT '{}',
    failure text NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX syncs_one_runs ON contacts.syncs (corp_id) WHERE state = 'running';
CREATE INDEX syncs_corp ON contacts.syncs (corp_id, sync_id);

-- How far it is with each member: written in the transaction that writes the customers of the page.
CREATE TABLE contacts.sync_members (
    sync_id bigint NOT NULL REFERENCES contacts.syncs ON DELETE CASCADE,
    member_id bigint NOT NULL REFERENCES contacts.members,
    cursor text NOT NULL DEFAULT '',
    customers integer NOT NULL DEFAULT 0,
    added integer NOT NULL DEFAULT 0,
    changed integer NOT NULL DEFAULT 0,
    lost integer NOT NULL DEFAULT 0,
    is_done boolean NOT NULL DEFAULT false,
    PRIMARY KEY (sync_id, member_id)
);
"""


def upgrade() -> None:
    op.execute(SQL)
