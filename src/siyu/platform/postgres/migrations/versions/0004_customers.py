"""Customers and their orders."""

from alembic import op

revision = "0004"
down_revision = "0003"

SQL = """
CREATE SCHEMA customers;
CREATE SEQUENCE customers.profile_ids;

-- One row for each identity ever seen. Only customer_id changes, by merge and split. entry_channel is the source of what told of it
-- first.
CREATE TABLE customers.profiles (
    profile_id bigint PRIMARY KEY,
    customer_id bigint NOT NULL,
    kind text NOT NULL,
    value text NOT NULL,
    first_seen_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    attributes jsonb NOT NULL DEFAULT '{}',
    entry_channel text NOT NULL DEFAULT '',
    UNIQUE (kind, value)
) WITH (fillfactor = 85);
CREATE INDEX profiles_customer ON customers.profiles (customer_id);
CREATE INDEX profiles_value ON customers.profiles (value text_pattern_ops);
CREATE INDEX profiles_name ON customers.profiles ((attributes -> 'name' ->> 0) text_pattern_ops)
    WHERE attributes ? 'name';

-- Every merge: which profiles moved, so that it can be told and undone.
CREATE TABLE customers.merges (
    merge_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    winner_id bigint NOT NULL,
    loser_id bigint NOT NULL,
    profile_ids bigint[] NOT NULL,
    merged_at timestamptz NOT NULL
);
CREATE INDEX merges_winner ON customers.merges (winner_id);
CREATE INDEX merges_loser ON customers.merges (loser_id);

-- Each word given on consent; the latest of a customer's profiles counts.
CREATE TABLE customers.consents (
    profile_id bigint NOT NULL REFERENCES customers.profiles,
    channel text NOT NULL,
    purpose text NOT NULL,
    state text NOT NULL CHECK (state IN ('granted', 'withdrawn')),
    changed_at timestamptz NOT NULL,
    source text NOT NULL,
    PRIMARY KEY (profile_id, channel, purpose)
);

CREATE TABLE customers.custody (
    profile_id bigint PRIMARY KEY REFERENCES customers.profiles,
    unit_id bigint NOT NULL,
    staff_id bigint
);
CREATE INDEX custody_unit ON customers.custody (unit_id);
CREATE INDEX custody_staff ON customers.custody (staff_id) WHERE staff_id IS NOT NULL;

CREATE SCHEMA orders;

CREATE TABLE orders.orders (
    shop text NOT NULL,
    order_id text NOT NULL,
    profile_id bigint NOT NULL,
    paid_at timestamptz NOT NULL,
    total_fen bigint NOT NULL,
    currency text NOT NULL,
    quantity integer NOT NULL,
    content_hash uuid NOT NULL,
    PRIMARY KEY (shop, order_id)
);
CREATE INDEX orders_profile ON orders.orders (profile_id, paid_at);
"""


def upgrade() -> None:
    op.execute(SQL)
