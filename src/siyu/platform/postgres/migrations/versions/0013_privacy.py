"""Privacy: requests of export and erasure with their proof, rules of retention, who is not to come back by an import."""

from alembic import op

revision = "0013"
down_revision = "0012"

SQL = """
-- Since when nothing of this profile is known any more: a husk under which its orders and events still count.
ALTER TABLE customers.profiles ADD COLUMN erased_at timestamptz;
CREATE INDEX profiles_erased ON customers.profiles (erased_at) WHERE erased_at IS NOT NULL;
CREATE INDEX profiles_silent ON customers.profiles (last_seen_at) WHERE kind = 'anonymous_id' AND erased_at IS NULL;

CREATE SCHEMA privacy;

-- profile_id: the customer who was asked for, by the number that stays. profile_ids: those that were told or erased.
-- step: how far a running one has come.
-- sealed_values: what was erased, encrypted, only until the search for it is over.
CREATE TABLE privacy.requests (
    request_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('export', 'erasure')),
    profile_id bigint NOT NULL,
    profile_ids bigint[] NOT NULL DEFAULT '{}',
    state text NOT NULL CHECK (state IN ('waiting', 'queued', 'running', 'done', 'declined')),
    step text,
    reason text NOT NULL,
    requested_by text NOT NULL,
    requested_at timestamptz NOT NULL,
    decided_by text,
    decided_at timestamptz,
    ended_at timestamptz,
    counts jsonb NOT NULL DEFAULT '{}',
    traces integer,
    certificate text,
    signature text,
    sealed_values bytea,
    file_name text,
    expires_at timestamptz
);
CREATE UNIQUE INDEX requests_one_open ON privacy.requests (profile_id, kind)
    WHERE state IN ('waiting', 'queued', 'running');
CREATE INDEX requests_open ON privacy.requests (kind, state) WHERE state IN ('queued', 'running');
CREATE INDEX requests_expiring ON privacy.requests (expires_at) WHERE file_name IS NOT NULL;

-- Keyed hashes of erased identities: a file imported again does not bring them back.
CREATE TABLE privacy.suppressed (
    token bytea PRIMARY KEY,
    suppressed_at timestamptz NOT NULL
);

-- One row: how many days each class of data is kept; what is not named is kept for its default.
CREATE TABLE privacy.retention (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    days jsonb NOT NULL,
    changed_at timestamptz NOT NULL,
    changed_by text NOT NULL
);

-- What the daily removal took away.
CREATE TABLE privacy.removals (
    removal_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    class text NOT NULL,
    removed bigint NOT NULL,
    removed_at timestamptz NOT NULL
);
CREATE INDEX removals_removed ON privacy.removals (removed_at);

-- How far work that walks through the log has come.
CREATE TABLE privacy.progress (
    name text PRIMARY KEY,
    place bigint NOT NULL
);

-- The audit may be shortened at its old end by who says so, and never below the half year that the law asks for.
CREATE FUNCTION company.refuse_shortening() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(current_setting('siyu.shortens_audit', true), '') <> 'yes'
        OR OLD.at > clock_timestamp() - interval '180 days' THEN
        RAISE EXCEPTION 'the audit is append-only';
    END IF;
    RETURN OLD;
END $$;
DROP TRIGGER audit_is_append_only ON company.audit;
CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR TRUNCATE ON company.audit
    FOR EACH STATEMENT EXECUTE FUNCTION company.refuse_change();
CREATE TRIGGER audit_is_shortened_by_rule BEFORE DELETE ON company.audit
    FOR EACH ROW EXECUTE FUNCTION company.refuse_shortening();
"""


def upgrade() -> None:
    op.execute(SQL)
