"""What staff say and send: files, materials and scripts, their use, quick replies, tracked links and who opened them."""

from alembic import op

revision = "0048"
down_revision = "0049"

SQL = """
-- content_key names the bytes, which lie in the folder of files: the same bytes are kept once.
CREATE TABLE content.files (
    file_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    content_key text NOT NULL UNIQUE,
    kind text NOT NULL,
    media_type text NOT NULL,
    name text NOT NULL,
    bytes bigint NOT NULL,
    made_at timestamptz NOT NULL,
    made_by text NOT NULL
);

-- Where a channel keeps a file for some days, under an id of its own.
CREATE TABLE content.uploads (
    file_id bigint NOT NULL REFERENCES content.files ON DELETE CASCADE,
    account text NOT NULL,
    media_id text NOT NULL,
    dies_at timestamptz NOT NULL,
    PRIMARY KEY (file_id, account)
);

-- Materials and scripts as they are looked for; words is all that a search looks through, in small letters.
CREATE TABLE content.shelf (
    definition_id bigint PRIMARY KEY REFERENCES definitions.definitions,
    sort text NOT NULL,
    form text NOT NULL,
    folder text NOT NULL,
    name text NOT NULL,
    words text NOT NULL,
    is_live boolean NOT NULL,
    expires_on date,
    updated_at timestamptz NOT NULL
);
CREATE INDEX shelf_sort ON content.shelf (sort, updated_at);

CREATE TABLE content.uses (
    use_key uuid PRIMARY KEY,
    definition_id bigint NOT NULL REFERENCES content.shelf ON DELETE CASCADE,
    version integer NOT NULL,
    staff_id bigint NOT NULL REFERENCES company.staff,
    profile_id bigint NOT NULL,
    used_at timestamptz NOT NULL
);
CREATE INDEX uses_definition ON content.uses (definition_id, used_at);
CREATE INDEX uses_profile ON content.uses (profile_id);

CREATE TABLE content.favourites (
    staff_id bigint NOT NULL REFERENCES company.staff,
    definition_id bigint NOT NULL REFERENCES content.shelf ON DELETE CASCADE,
    PRIMARY KEY (staff_id, definition_id)
);

CREATE TABLE content.quick_replies (
    reply_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    staff_id bigint NOT NULL REFERENCES company.staff,
    title text NOT NULL,
    body text NOT NULL,
    changed_at timestamptz NOT NULL
);
CREATE INDEX quick_replies_staff ON content.quick_replies (staff_id);

-- A link that one of the staff gave to one customer, or to nobody in particular: to a material of ours, or to an address.
CREATE TABLE content.shares (
    share_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    share_key uuid NOT NULL UNIQUE,
    material_id bigint REFERENCES content.shelf,
    version integer,
    link_id bigint REFERENCES content.links,
    title text NOT NULL,
    staff_id bigint NOT NULL REFERENCES company.staff,
    profile_id bigint,
    made_at timestamptz NOT NULL,
    opens integer NOT NULL DEFAULT 0,
    visitors integer NOT NULL DEFAULT 0,
    forwards integer NOT NULL DEFAULT 0,
    read_seconds bigint NOT NULL DEFAULT 0,
    first_opened_at timestamptz,
    last_opened_at timestamptz
);
CREATE INDEX shares_staff ON content.shares (staff_id, share_id);
CREATE INDEX shares_profile ON content.shares (profile_id);
CREATE INDEX shares_material ON content.shares (material_id);

-- Who opened: a device, known by a cookie. is_own: it is taken for that of the customer to whom the link was given.
CREATE TABLE content.visits (
    share_id bigint NOT NULL REFERENCES content.shares ON DELETE CASCADE,
    device uuid NOT NULL,
    is_own boolean NOT NULL,
    opens integer NOT NULL,
    opened_at timestamptz NOT NULL,
    last_opened_at timestamptz NOT NULL,
    read_seconds integer NOT NULL DEFAULT 0,
    PRIMARY KEY (share_id, device)
);
CREATE INDEX visits_device ON content.visits (device) WHERE is_own;
"""


def upgrade() -> None:
    op.execute(SQL)
