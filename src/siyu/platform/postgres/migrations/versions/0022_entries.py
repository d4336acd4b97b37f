"""Forms: how many answers each has, who opened it, and the answers."""

from alembic import op

revision = "0022"
down_revision = "0020"

SQL = """
CREATE SCHEMA entries;

-- A row for each form that was ever published. Who answers locks it: so that there are never more answers than there may be, and
-- of one customer never two at once.
CREATE TABLE entries.tallies (
    form_id bigint PRIMARY KEY REFERENCES definitions.definitions,
    answers bigint NOT NULL DEFAULT 0
);

-- Who opened a form on which business day: each is told of once.
CREATE TABLE entries.openings (
    form_id bigint NOT NULL REFERENCES definitions.definitions,
    profile_id bigint NOT NULL REFERENCES customers.profiles,
    opened_on date NOT NULL,
    PRIMARY KEY (form_id, profile_id, opened_on)
);
CREATE INDEX openings_profile ON entries.openings (profile_id);

-- An answer. `choices` holds, by the keys of questions, what may be counted; what somebody typed is sealed, all of it together.
CREATE TABLE entries.answers (
    answer_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    form_id bigint NOT NULL REFERENCES definitions.definitions,
    version integer NOT NULL,
    profile_id bigint NOT NULL REFERENCES customers.profiles,
    page_id text NOT NULL,
    revision integer NOT NULL DEFAULT 1,
    answered_at timestamptz NOT NULL,
    changed_at timestamptz,
    score integer,
    band text,
    choices jsonb NOT NULL,
    sealed bytea,
    sealed_under smallint
);
-- The same page sent twice is one answer.
CREATE UNIQUE INDEX answers_page ON entries.answers (form_id, profile_id, page_id);
CREATE INDEX answers_form ON entries.answers (form_id, answer_id);
CREATE INDEX answers_profile ON entries.answers (profile_id);
CREATE INDEX answers_sealed ON entries.answers (sealed_under) WHERE sealed_under IS NOT NULL;
"""


def upgrade() -> None:
    op.execute(SQL)
