"""Tags: groups of them, who bears which, and work in bulk."""

from alembic import op

revision = "0018"
down_revision = "0017"

SQL = """
CREATE SCHEMA tags;

CREATE TABLE tags.groups (
    group_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    colour text NOT NULL,
    owner_id bigint,
    is_exclusive boolean NOT NULL,
    place integer NOT NULL,
    is_archived boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX groups_name ON tags.groups (name) WHERE NOT is_archived;

CREATE TABLE tags.tags (
    tag_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    group_id bigint NOT NULL REFERENCES tags.groups,
    name text NOT NULL,
    is_archived boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX tags_name ON tags.tags (group_id, name) WHERE NOT is_archived;

-- A tag as it was given to a profile. A customer bears what any of their profiles was given; of an exclusive group what was given
-- last.
CREATE TABLE tags.taggings (
    profile_id bigint NOT NULL REFERENCES customers.profiles,
    tag_id bigint NOT NULL REFERENCES tags.tags,
    how text NOT NULL,
    by text NOT NULL,
    rule_id bigint,
    given_at timestamptz NOT NULL,
    expires_at timestamptz,
    PRIMARY KEY (profile_id, tag_id)
);
CREATE INDEX taggings_tag ON tags.taggings (tag_id, profile_id);
CREATE INDEX taggings_expiry ON tags.taggings (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX taggings_rule ON tags.taggings (rule_id, profile_id) WHERE rule_id IS NOT NULL;

-- Work on many customers, on behalf of somebody within their scope.
CREATE TABLE tags.bulks (
    bulk_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tag_id bigint NOT NULL REFERENCES tags.tags,
    is_removal boolean NOT NULL,
    actor_kind text NOT NULL,
    actor_id text NOT NULL,
    unit_path text,
    own_only boolean NOT NULL,
    reason text NOT NULL,
    expires_at timestamptz,
    of text NOT NULL,
    total bigint NOT NULL,
    done bigint NOT NULL DEFAULT 0,
    changed bigint NOT NULL DEFAULT 0,
    skipped bigint NOT NULL DEFAULT 0,
    state text NOT NULL CHECK (state IN ('running', 'done', 'stopped')),
    created_at timestamptz NOT NULL,
    finished_at timestamptz
);

-- What is left to do of it: customers by the number they had when it was asked for.
CREATE TABLE tags.bulk_parts (
    bulk_id bigint NOT NULL REFERENCES tags.bulks ON DELETE CASCADE,
    part integer NOT NULL,
    profile_ids bigint[] NOT NULL,
    PRIMARY KEY (bulk_id, part)
);
"""


def upgrade() -> None:
    op.execute(SQL)
