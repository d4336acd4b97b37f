"""Who of an identity provider logs in to whose account; pages hear of work in bulk and of welcomes in groups."""

from alembic import op

revision = "0062"
down_revision = "0060"

SQL = """
-- Whom an account belongs to at a provider: one each. Known by e-mail the first time, by this ever after.
CREATE TABLE company.sign_on_subjects (
    issuer text NOT NULL,
    subject text NOT NULL,
    staff_id bigint NOT NULL REFERENCES company.staff,
    bound_at timestamptz NOT NULL,
    PRIMARY KEY (issuer, subject),
    UNIQUE (issuer, staff_id)
);
"""


def upgrade() -> None:
    op.execute(SQL)
