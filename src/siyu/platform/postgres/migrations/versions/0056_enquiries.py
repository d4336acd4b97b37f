"""Enquiries: what the front line asks and the middle office answers."""

from alembic import op

revision = "0056"
down_revision = "0053"

SQL = """
CREATE SCHEMA enquiries;

-- What a member of the staff does not know, and the answer. subject and answer are what others find where it is shared; text is for
-- who asked and who answers. A wish is that a step of a journey be changed; it stands until somebody has looked at it.
CREATE TABLE enquiries.enquiries (
    enquiry_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    asked_by bigint NOT NULL REFERENCES company.staff,
    asked_at timestamptz NOT NULL,
    text text NOT NULL,
    profile_id bigint,
    task_id bigint,
    script_id bigint,
    journey_id bigint,
    step integer,
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'answered', 'closed')),
    subject text NOT NULL DEFAULT '',
    answer text NOT NULL DEFAULT '',
    is_shared boolean NOT NULL DEFAULT false,
    ended_by bigint,
    ended_at timestamptz,
    read_at timestamptz,
    made_script_id bigint,
    wish_journey_id bigint,
    wish_step integer,
    wish text NOT NULL DEFAULT '',
    wished_by bigint,
    wished_at timestamptz,
    settled_at timestamptz
);
CREATE INDEX enquiries_asked ON enquiries.enquiries (asked_by, enquiry_id);
CREATE INDEX enquiries_open ON enquiries.enquiries (enquiry_id) WHERE state = 'open';
CREATE INDEX enquiries_shared ON enquiries.enquiries (enquiry_id) WHERE state = 'answered' AND is_shared;
CREATE INDEX enquiries_profile ON enquiries.enquiries (profile_id) WHERE profile_id IS NOT NULL;
CREATE INDEX enquiries_wishes ON enquiries.enquiries (wish_journey_id)
    WHERE wish_journey_id IS NOT NULL AND settled_at IS NULL;
"""


def upgrade() -> None:
    op.execute(SQL)
