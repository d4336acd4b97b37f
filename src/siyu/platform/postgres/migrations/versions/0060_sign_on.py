"""Logging in by the company's own identity provider."""

from alembic import op

revision = "0060"
down_revision = "0057"

SQL = """
-- At most one: a company has one.
CREATE TABLE company.sign_on (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    name text NOT NULL,
    issuer text NOT NULL,
    client_id text NOT NULL,
    sealed bytea NOT NULL,
    key_number integer NOT NULL,
    email_claim text NOT NULL,
    trusts_email boolean NOT NULL,
    new_role text,
    new_unit_id bigint REFERENCES company.units,
    domains text[] NOT NULL,
    is_enabled boolean NOT NULL,
    changed_at timestamptz NOT NULL,
    checked_at timestamptz,
    fault text
);

-- Ways back that were gone: nobody goes one twice.
CREATE TABLE company.sign_on_returns (
    state_hash bytea PRIMARY KEY,
    came_at timestamptz NOT NULL
);
"""


def upgrade() -> None:
    op.execute(SQL)
