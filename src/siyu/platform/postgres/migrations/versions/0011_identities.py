"""Identities: which keys are in force, phones and e-mail sealed."""

from alembic import op

revision = "0011"
down_revision = "0010"

SQL = """
CREATE SCHEMA sealing;

-- The keys in force by number; the secrets are not here. mark tells a key from another of the same number.
CREATE TABLE sealing.keys (
    number smallint PRIMARY KEY,
    mark bytea NOT NULL,
    added_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE FUNCTION sealing.lock_key() RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT 91547110506504::bigint';

-- Lock first, then look, each statement with a snapshot of its own: all in one round trip.
CREATE FUNCTION sealing.held_keys() RETURNS SETOF sealing.keys LANGUAGE plpgsql VOLATILE AS '
BEGIN
    PERFORM pg_advisory_xact_lock_shared(sealing.lock_key());
    RETURN QUERY SELECT * FROM sealing.keys;
END';

-- Batches in which values may be sealed, and under which key; NULL where none are.
ALTER TABLE log.batches ADD COLUMN sealed_under smallint;
CREATE INDEX batches_sealed ON log.batches (sealed_under, batch_id) WHERE sealed_under IS NOT NULL;

-- Of a phone or an e-mail `value` is a blind token and `sealed` the value itself. sealed_under is the lowest number of the keys
-- under which anything in the row is sealed; NULL where nothing is.
ALTER TABLE customers.profiles ADD COLUMN sealed bytea, ADD COLUMN sealed_under smallint;
DROP INDEX customers.profiles_value;
CREATE INDEX profiles_value ON customers.profiles (value text_pattern_ops) WHERE sealed IS NULL;

-- Who was shown what in plain, for an hour's count; the audit keeps it for good.
CREATE TABLE customers.reveals (
    actor text NOT NULL,
    revealed_at timestamptz NOT NULL
);
CREATE INDEX reveals_actor ON customers.reveals (actor, revealed_at);
"""


def upgrade() -> None:
    op.execute(SQL)
