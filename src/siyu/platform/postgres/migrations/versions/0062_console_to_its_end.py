"""Who of an identity provider logs in to whose account; pages hear of work in bulk and of welcomes in groups."""

from alembic import op

revision = "0062"
down_revision = "0060"

SQL = """
-- Whom an account belongs to at a provider: one each. Known by e-mail the first time, by this ever after.
CREATE TABLE company.sign_on_subjects (
    issuer text NOT NULL,
    subject text NOT NULL,
    staff_id bigint NOT NULL REFERENCES company.staff,
    bound_at timestamptz NOT NULL,
    PRIMARY KEY (issuer, subject),
    UNIQUE (issuer, staff_id)
);
"""

TOLD = {
    "customers.bulks": "bulks",
    "groups.welcomes": "welcomes",
    "enquiries.enquiries": "enquiries",
    "sends.parts": "sends",
    "sends.tasks": "sends",
}
"""Which table's changes are which topic, beside those that there are."""


def upgrade() -> None:
    op.execute(SQL)
    for table, topic in TOLD.items():
        for what, rows in (("insert", "NEW"), ("update", "NEW"), ("delete", "OLD")):
            op.execute(
                f"CREATE TRIGGER tells_live_{what} AFTER {what.upper()} ON {table} REFERENCING {rows} TABLE AS changed"
                f" FOR EACH STATEMENT EXECUTE FUNCTION log.tell_live('{topic}')"
            )
