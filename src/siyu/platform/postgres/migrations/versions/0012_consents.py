"""The history of merges and splits, who is kept apart, and the ledger of consents."""

from alembic import op

revision = "0012"
down_revision = "0011"

SQL = """
-- A row for every merge and every split: what led to it and who said so. profile_ids went from one to the other.
ALTER TABLE customers.merges
    ADD COLUMN is_split boolean NOT NULL DEFAULT false,
    ADD COLUMN cause text NOT NULL,
    ADD COLUMN linked_ids bigint[] NOT NULL,
    ADD COLUMN actor text NOT NULL,
    ADD COLUMN reason text NOT NULL DEFAULT '';

-- People separated by hand. No profile on one side of a separation is ever joined with one on its other side by a link.
CREATE SEQUENCE customers.separation_ids;
CREATE TABLE customers.separations (
    profile_id bigint NOT NULL REFERENCES customers.profiles ON DELETE CASCADE,
    separation_id bigint NOT NULL,
    has_left boolean NOT NULL,
    PRIMARY KEY (profile_id, separation_id)
);
CREATE INDEX separations_id ON customers.separations (separation_id);

-- For the review of customers who have more accounts than one person has.
CREATE INDEX profiles_accounts ON customers.profiles (customer_id, kind)
    WHERE kind IN ('user_id', 'member_id', 'unionid', 'phone', 'email');

-- Every word given on consent, with its proof; only ever added to. customers.consents is what follows from it.
CREATE TABLE customers.consent_records (
    record_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    profile_id bigint NOT NULL REFERENCES customers.profiles,
    purpose text NOT NULL,
    channel text NOT NULL,
    state text NOT NULL CHECK (state IN ('granted', 'withdrawn')),
    told_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    source text NOT NULL,
    actor text NOT NULL,
    notice text NOT NULL DEFAULT '',
    reference text NOT NULL DEFAULT '',
    policy_version text NOT NULL DEFAULT '',
    UNIQUE (profile_id, purpose, channel, told_at, state, source)
);
ALTER TABLE customers.consents DROP COLUMN source;
"""


def upgrade() -> None:
    op.execute(SQL)
