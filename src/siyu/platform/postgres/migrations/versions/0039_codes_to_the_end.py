"""Codes that lead to groups and stores, acquisition links; who opened a code's page is no more told as a form."""

from alembic import op

revision = "0039"
down_revision = "0042"

SQL = """
ALTER TABLE entries.openings RENAME COLUMN form_id TO definition_id;
ALTER TABLE entries.code_days RENAME COLUMN staff_id TO target_id;
ALTER TABLE entries.code_turns RENAME COLUMN last_staff_id TO last_target_id;
ALTER TABLE entries.code_places RENAME COLUMN staff_id TO target_id;

-- A way is a code to add members (contact), a code to join a group (group), or an acquisition link (link). target_id: the member,
-- the group, or 0 for the one of all members. is_automatic: people are added unasked, or a new group is made when this one is
-- full. is_unusable: WeCom told that the link cannot be used.
ALTER TABLE entries.ways RENAME COLUMN staff_id TO target_id;
ALTER TABLE entries.ways RENAME COLUMN userids TO leads_to;
ALTER TABLE entries.ways RENAME COLUMN made_userids TO made_leads_to;
ALTER TABLE entries.ways RENAME COLUMN skips_verification TO is_automatic;
ALTER TABLE entries.ways RENAME COLUMN made_skips TO made_automatic;
ALTER TABLE entries.ways RENAME COLUMN qr_code TO address;
ALTER TABLE entries.ways ADD COLUMN kind text NOT NULL DEFAULT 'contact';
ALTER TABLE entries.ways ALTER COLUMN kind DROP DEFAULT;
ALTER TABLE entries.ways ADD COLUMN is_unusable boolean NOT NULL DEFAULT false;
ALTER TABLE entries.ways DROP CONSTRAINT ways_state_key;
ALTER TABLE entries.ways ADD UNIQUE (state, kind);

-- Places are told as maps of China tell them (GCJ-02). hours: [{weekdays, begins, ends}], none for always open.
CREATE TABLE entries.stores (
    store_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    number text NOT NULL UNIQUE,
    name text NOT NULL,
    city text NOT NULL,
    address text NOT NULL,
    latitude double precision NOT NULL,
    longitude double precision NOT NULL,
    hours jsonb NOT NULL,
    unit_id bigint REFERENCES company.units,
    code_id bigint REFERENCES definitions.definitions,
    group_code_id bigint REFERENCES definitions.definitions,
    is_active boolean NOT NULL DEFAULT true
);
CREATE INDEX stores_code ON entries.stores (code_id);
CREATE INDEX stores_group_code ON entries.stores (group_code_id);

-- How many customers links may still bring to a corp, as WeCom told it last.
CREATE TABLE entries.link_quotas (
    corp_id text PRIMARY KEY,
    total integer NOT NULL,
    remaining integer NOT NULL,
    read_at timestamptz NOT NULL
);

-- Who came by a code's acquisition link to which member, and whether they have written.
CREATE TABLE entries.link_customers (
    code_id bigint NOT NULL REFERENCES definitions.definitions,
    profile_id bigint NOT NULL REFERENCES customers.profiles,
    staff_id bigint NOT NULL,
    has_written boolean NOT NULL,
    told_at timestamptz NOT NULL,
    PRIMARY KEY (code_id, profile_id, staff_id)
);
CREATE INDEX link_customers_profile ON entries.link_customers (profile_id);
"""


def upgrade() -> None:
    op.execute(SQL)
