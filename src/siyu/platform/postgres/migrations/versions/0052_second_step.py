"""The second step of log-ins."""

from alembic import op

revision = "0052"
down_revision = "0046"

SQL = """
-- In force where confirmed_at stands. What the phone was given follows from the nonce and a key that is not here; recovery codes
-- are hashes. Codes of steps of time up to last_step are used up.
CREATE TABLE company.second_steps (
    staff_id bigint PRIMARY KEY REFERENCES company.staff,
    nonce bytea NOT NULL,
    begun_at timestamptz NOT NULL,
    confirmed_at timestamptz,
    last_step bigint NOT NULL DEFAULT 0,
    recovery bytea[] NOT NULL DEFAULT '{}'
);
"""


def upgrade() -> None:
    op.execute(SQL)
