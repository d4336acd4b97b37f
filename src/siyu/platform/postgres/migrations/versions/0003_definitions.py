"""Definitions: what operators design, with versions, drafts and who uses what."""

from alembic import op

revision = "0003"
down_revision = "0002"

SQL = """
CREATE SCHEMA definitions;

-- draft: what was saved and is not published yet. version: the latest published. Deleted ones stay, for what pinned them.
CREATE TABLE definitions.definitions (
    definition_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL,
    name text NOT NULL,
    status text NOT NULL CHECK (status IN ('draft', 'live', 'stopped', 'deleted')),
    draft jsonb,
    version integer CHECK (version >= 1),
    revision integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    created_by text NOT NULL,
    updated_at timestamptz NOT NULL,
    updated_by text NOT NULL,
    CHECK (status IN ('draft', 'deleted') OR version IS NOT NULL),
    CHECK (draft IS NOT NULL OR version IS NOT NULL)
);
CREATE INDEX definitions_kind ON definitions.definitions (kind, definition_id) WHERE status <> 'deleted';

CREATE TABLE definitions.versions (
    definition_id bigint NOT NULL REFERENCES definitions.definitions,
    version integer NOT NULL,
    document jsonb NOT NULL,
    published_at timestamptz NOT NULL,
    published_by text NOT NULL,
    PRIMARY KEY (definition_id, version)
);

-- What a definition refers to: by its draft (version 0) or by a published version.
CREATE TABLE definitions.references (
    definition_id bigint NOT NULL REFERENCES definitions.definitions,
    version integer NOT NULL,
    refers_to bigint NOT NULL REFERENCES definitions.definitions,
    PRIMARY KEY (definition_id, version, refers_to)
);
CREATE INDEX references_refers_to ON definitions.references (refers_to);
"""


def upgrade() -> None:
    op.execute(SQL)
