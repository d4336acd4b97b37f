"""Content: tracked links."""

from alembic import op

revision = "0008"
down_revision = "0007"

SQL = """
CREATE SCHEMA content;

-- url_key: derived from the address, because addresses are too long for an index. A row never changes.
CREATE TABLE content.links (
    link_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    url_key uuid NOT NULL UNIQUE,
    url text NOT NULL,
    created_at timestamptz NOT NULL
);
"""


def upgrade() -> None:
    op.execute(SQL)
