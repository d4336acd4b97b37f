"""Welcomes of groups, and how far WeCom was told of them."""

from alembic import op

revision = "0054"
down_revision = "0056"

SQL = """
-- What who joins a group is greeted with. asked_at: since when WeCom is asked to make it (template_id is there when it did);
-- is_unclear: nobody knows whether it did. made_revision: as of which revision WeCom has it. due_at NULL: not before somebody
-- says so.
CREATE TABLE groups.welcomes (
    welcome_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    corp_id text NOT NULL,
    name text NOT NULL,
    content jsonb NOT NULL,
    revision integer NOT NULL DEFAULT 1,
    made_revision integer NOT NULL DEFAULT 0,
    template_id text NOT NULL DEFAULT '',
    is_deleted boolean NOT NULL DEFAULT false,
    is_unclear boolean NOT NULL DEFAULT false,
    asked_at timestamptz,
    attempts integer NOT NULL DEFAULT 0,
    refusal integer NOT NULL DEFAULT 0,
    due_at timestamptz,
    changed_by text NOT NULL,
    changed_at timestamptz NOT NULL
);
CREATE INDEX welcomes_due ON groups.welcomes (due_at) WHERE is_deleted OR made_revision < revision;
"""


def upgrade() -> None:
    op.execute(SQL)
