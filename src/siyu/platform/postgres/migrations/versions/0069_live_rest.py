"""Pages hear of what is looked up in others: stores, personas, pools of codes, staff, keys, groups and tags."""

from alembic import op

revision = "0069"
down_revision = "0068"

TOLD = {
    "entries.stores": "stores",
    "company.personas": "personas",
    "company.persona_accounts": "personas",
    "company.persona_dressings": "personas",
    "company.persona_complaints": "personas",
    "company.account_health": "personas",
    "promotions.pools": "coupons",
    "company.staff": "staff",
    "company.units": "staff",
    "company.keys": "keys",
    "groups.groups": "groups",
    "tags.groups": "tags",
    "tags.tags": "tags",
}
"""Which table's changes are which topic, beside those that there are. Who is in a group changes with what is told of the group."""


def upgrade() -> None:
    for table, topic in TOLD.items():
        for what, rows in (("insert", "NEW"), ("update", "NEW"), ("delete", "OLD")):
            # Of the topic's own name: a change of staff ends sessions, too.
            op.execute(
                f"CREATE TRIGGER tells_live_{topic}_{what} AFTER {what.upper()} ON {table} REFERENCING {rows} TABLE AS changed"
                f" FOR EACH STATEMENT EXECUTE FUNCTION log.tell_live('{topic}')"
            )
