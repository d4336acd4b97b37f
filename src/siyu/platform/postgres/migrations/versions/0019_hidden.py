"""Segments that belong to a ladder or an RFM scheme, and which stage each customer was last told to stand on."""

from alembic import op

revision = "0019"
down_revision = "0018"

SQL = """
-- part: the key of the cell or stage. Those that were taken away stay, for the history of movements.
CREATE TABLE segments.hidden (
    segment_id bigint PRIMARY KEY REFERENCES definitions.definitions,
    owner_id bigint NOT NULL REFERENCES definitions.definitions,
    part text NOT NULL
);
CREATE INDEX hidden_owner_id ON segments.hidden (owner_id);

-- What `stage_changed` last said; no row, no stage. Written with the cursor of consumer `ladders`.
CREATE TABLE segments.stages (
    ladder_id bigint NOT NULL REFERENCES definitions.definitions,
    customer_id bigint NOT NULL,
    stage text NOT NULL,
    since_at timestamptz NOT NULL,
    PRIMARY KEY (ladder_id, customer_id)
);
CREATE INDEX stages_customer_id ON segments.stages (customer_id);
"""


def upgrade() -> None:
    op.execute(SQL)
