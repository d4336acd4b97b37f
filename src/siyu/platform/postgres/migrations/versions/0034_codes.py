"""Channel codes: what each brought on which day, whose turn it is, and their ways in WeCom."""

from alembic import op

revision = "0034"
down_revision = "0033"

SQL = """
-- What a code brought, by business day and member; member 0 where WeCom chose, or nobody could serve.
CREATE TABLE entries.code_days (
    code_id bigint NOT NULL REFERENCES definitions.definitions,
    staff_id bigint NOT NULL,
    day date NOT NULL,
    visitors integer NOT NULL DEFAULT 0,
    adds integer NOT NULL DEFAULT 0,
    PRIMARY KEY (code_id, day, staff_id)
);

-- Who served last. The row is locked while somebody is chosen.
CREATE TABLE entries.code_turns (
    code_id bigint PRIMARY KEY REFERENCES definitions.definitions,
    last_staff_id bigint NOT NULL DEFAULT 0
);

-- Places that are kept for who is scanning now. Nobody is named.
CREATE TABLE entries.code_places (
    place_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code_id bigint NOT NULL,
    staff_id bigint NOT NULL,
    until timestamptz NOT NULL
);
CREATE INDEX code_places_code ON entries.code_places (code_id, staff_id);

-- Ways in WeCom: what they should be (userids, skips_verification) and what was made there last (made_*, config_id). Member 0 is
-- the one way of a direct code. attempts counts those of which nobody knows yet what came of them.
CREATE TABLE entries.ways (
    way_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code_id bigint NOT NULL REFERENCES definitions.definitions,
    staff_id bigint NOT NULL,
    corp_id text NOT NULL,
    state text NOT NULL UNIQUE,
    remark text NOT NULL,
    userids text[] NOT NULL,
    skips_verification boolean NOT NULL,
    made_userids text[],
    made_skips boolean,
    config_id text,
    qr_code text NOT NULL DEFAULT '',
    is_wanted boolean NOT NULL DEFAULT true,
    is_recycled boolean NOT NULL DEFAULT false,
    attempts integer NOT NULL DEFAULT 0,
    refusal integer NOT NULL DEFAULT 0,
    asked_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX ways_code ON entries.ways (code_id);
CREATE INDEX ways_due ON entries.ways (due_at);
"""


def upgrade() -> None:
    op.execute(SQL)
