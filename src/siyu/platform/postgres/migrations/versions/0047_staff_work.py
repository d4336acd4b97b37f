"""Staff work: tasks, leads with the public pool and its rules, and follow-ups."""

from alembic import op

revision = "0047"
down_revision = "0048"

SQL = """
CREATE SCHEMA tasks;

-- With a member of the staff, or on a unit's list. is_for_keeper: it goes with whoever keeps the customer.
CREATE TABLE tasks.tasks (
    task_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    task_key text NOT NULL UNIQUE,
    profile_id bigint NOT NULL,
    staff_id bigint,
    unit_id bigint,
    is_for_keeper boolean NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    script_id bigint,
    source text NOT NULL CHECK (source IN ('journey', 'hand', 'advice')),
    definition_id bigint,
    version integer,
    step integer,
    due_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'skipped', 'expired')),
    result text NOT NULL DEFAULT '',
    note text NOT NULL DEFAULT '',
    handed_by bigint,
    handed_note text NOT NULL DEFAULT '',
    reminded_at timestamptz,
    requested_at timestamptz NOT NULL,
    ended_at timestamptz,
    ended_by bigint
);
CREATE INDEX tasks_staff ON tasks.tasks (staff_id, due_at, task_id) WHERE state = 'open';
CREATE INDEX tasks_unassigned ON tasks.tasks (unit_id, due_at) WHERE state = 'open' AND staff_id IS NULL;
CREATE INDEX tasks_expiring ON tasks.tasks (expires_at) WHERE state = 'open';
CREATE INDEX tasks_reminding ON tasks.tasks (due_at) WHERE state = 'open' AND reminded_at IS NULL AND staff_id IS NOT NULL;
CREATE INDEX tasks_ended ON tasks.tasks (ended_at) WHERE state <> 'open';
CREATE INDEX tasks_profile ON tasks.tasks (profile_id);
CREATE INDEX tasks_definition ON tasks.tasks (definition_id, version) WHERE definition_id IS NOT NULL;

-- Each change is a version; the last one is in force.
CREATE TABLE entries.lead_rules (
    version integer PRIMARY KEY,
    document jsonb NOT NULL,
    set_at timestamptz NOT NULL,
    set_by text NOT NULL
);

-- A customer to be won. Without staff_id in the pool of unit_id. given_at: since when its owner has it; touched_at: when somebody
-- last did something about it. former_staff_id: who had it before it came back to the pool.
CREATE TABLE entries.leads (
    lead_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    profile_id bigint NOT NULL,
    unit_id bigint,
    staff_id bigint,
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'won', 'lost', 'joined')),
    stage text NOT NULL,
    intent text NOT NULL DEFAULT '',
    source text NOT NULL,
    note text NOT NULL DEFAULT '',
    loss_reason text NOT NULL DEFAULT '',
    next_at timestamptz,
    opened_at timestamptz NOT NULL,
    given_at timestamptz,
    given_how text NOT NULL DEFAULT '',
    touched_at timestamptz NOT NULL,
    former_staff_id bigint,
    released_at timestamptz,
    recycled integer NOT NULL DEFAULT 0,
    ended_at timestamptz,
    ended_by bigint
);
CREATE UNIQUE INDEX leads_open ON entries.leads (profile_id) WHERE state = 'open';
CREATE INDEX leads_staff ON entries.leads (staff_id, lead_id) WHERE state = 'open' AND staff_id IS NOT NULL;
CREATE INDEX leads_pool ON entries.leads (unit_id, lead_id) WHERE state = 'open' AND staff_id IS NULL;
CREATE INDEX leads_touched ON entries.leads (touched_at) WHERE state = 'open' AND staff_id IS NOT NULL;
CREATE INDEX leads_profile ON entries.leads (profile_id);
CREATE INDEX leads_opened ON entries.leads (opened_at);

-- What was handed over once is not handed over again.
CREATE TABLE entries.lead_keys (
    lead_key text PRIMARY KEY,
    lead_id bigint NOT NULL REFERENCES entries.leads ON DELETE CASCADE
);
CREATE INDEX lead_keys_lead ON entries.lead_keys (lead_id);

-- How many leads somebody took from the pool on a business day.
CREATE TABLE entries.lead_claims (
    staff_id bigint NOT NULL,
    claimed_on date NOT NULL,
    claims integer NOT NULL,
    PRIMARY KEY (staff_id, claimed_on)
);

-- What was said and agreed with a customer. is_latest: nothing was recorded of that profile since.
CREATE TABLE entries.follow_ups (
    follow_up_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    profile_id bigint NOT NULL,
    staff_id bigint,
    way text NOT NULL,
    text text NOT NULL,
    intent text NOT NULL DEFAULT '',
    next_at timestamptz,
    is_latest boolean NOT NULL DEFAULT true,
    recorded_at timestamptz NOT NULL
);
CREATE INDEX follow_ups_profile ON entries.follow_ups (profile_id, follow_up_id);
CREATE INDEX follow_ups_due ON entries.follow_ups (staff_id, next_at) WHERE is_latest AND next_at IS NOT NULL;
"""


def upgrade() -> None:
    op.execute(SQL)
