"""Names of customers are indexed by their beginning alone: a name told from outside may be longer than an index can hold."""

from alembic import op

revision = "0009"
down_revision = "0008"

SQL = """
DROP INDEX customers.profiles_name;
CREATE INDEX profiles_name ON customers.profiles (left(attributes -> 'name' ->> 0, 64) text_pattern_ops)
    WHERE attributes ? 'name';
"""


def upgrade() -> None:
    op.execute(SQL)
