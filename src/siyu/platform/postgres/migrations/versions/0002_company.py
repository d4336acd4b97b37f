"""The company: units, staff, sessions, keys, log-in attempts, and the audit."""

from alembic import op

revision = "0002"
down_revision = "0001"

SQL = """
CREATE SCHEMA company;

-- The tree of units. path: the ids from the root to the unit itself, each followed by a dot ("1.4.9.").
CREATE TABLE company.units (
    unit_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    parent_id bigint REFERENCES company.units,
    name text NOT NULL,
    path text NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX units_path ON company.units (path text_pattern_ops);
CREATE UNIQUE INDEX units_one_root ON company.units ((true)) WHERE parent_id IS NULL;
CREATE INDEX units_parent ON company.units (parent_id);

CREATE TABLE company.staff (
    staff_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL UNIQUE CHECK (email = lower(email)),
    name text NOT NULL,
    password_hash text NOT NULL,
    role text NOT NULL,
    unit_id bigint NOT NULL REFERENCES company.units,
    own_only boolean NOT NULL,
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL
);

-- A session is known by the hash of its token: who reads this table cannot log in with it.
CREATE TABLE company.sessions (
    token_hash bytea PRIMARY KEY,
    staff_id bigint NOT NULL REFERENCES company.staff,
    opened_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX sessions_staff ON company.sessions (staff_id);
CREATE INDEX sessions_expires ON company.sessions (expires_at);

CREATE TABLE company.keys (
    key_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('write', 'api')),
    name text NOT NULL,
    prefix text NOT NULL,
    secret_hash bytea NOT NULL UNIQUE,
    role text CHECK ((role IS NOT NULL) = (kind = 'api')),
    unit_id bigint REFERENCES company.units,
    created_at timestamptz NOT NULL,
    created_by text NOT NULL,
    last_used_at timestamptz,
    revoked_at timestamptz
);

-- Failed log-ins, by the hash of the e-mail or of the address they came from.
CREATE TABLE company.attempts (
    subject_hash bytea PRIMARY KEY,
    failures integer NOT NULL,
    failed_at timestamptz NOT NULL,
    blocked_until timestamptz NOT NULL
);
CREATE INDEX attempts_failed ON company.attempts (failed_at);

CREATE TABLE company.audit (
    audit_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    actor_kind text NOT NULL,
    actor_id text NOT NULL,
    verb text NOT NULL,
    subject text NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('allowed', 'denied')),
    fields jsonb NOT NULL
);

CREATE FUNCTION company.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit is append-only';
END $$;
CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON company.audit
    FOR EACH STATEMENT EXECUTE FUNCTION company.refuse_change();
"""


def upgrade() -> None:
    op.execute(SQL)
