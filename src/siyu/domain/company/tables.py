"""Shape of the tables of room `company`; the migration makes them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

metadata = sa.MetaData(schema="company")


def _instant(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True))


units = sa.Table(
    "units",
    metadata,
    sa.Column("unit_id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("parent_id", sa.BigInteger),
    sa.Column("name", sa.Text),
    sa.Column("path", sa.Text),
    _instant("created_at"),
)

staff = sa.Table(
    "staff",
    metadata,
    sa.Column("staff_id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("email", sa.Text),
    sa.Column("name", sa.Text),
    sa.Column("password_hash", sa.Text),
    sa.Column("role", sa.Text),
    sa.Column("unit_id", sa.BigInteger),
    sa.Column("own_only", sa.Boolean),
    sa.Column("is_active", sa.Boolean),
    _instant("created_at"),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("token_hash", sa.LargeBinary, primary_key=True),
    sa.Column("staff_id", sa.BigInteger),
    _instant("opened_at"),
    _instant("seen_at"),
    _instant("expires_at"),
)

keys = sa.Table(
    "keys",
    metadata,
    sa.Column("key_id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("kind", sa.Text),
    sa.Column("name", sa.Text),
    sa.Column("prefix", sa.Text),
    sa.Column("secret_hash", sa.LargeBinary),
    sa.Column("role", sa.Text),
    sa.Column("unit_id", sa.BigInteger),
    _instant("created_at"),
    sa.Column("created_by", sa.Text),
    _instant("last_used_at"),
    _instant("revoked_at"),
)

attempts = sa.Table(
    "attempts",
    metadata,
    sa.Column("subject_hash", sa.LargeBinary, primary_key=True),
    sa.Column("failures", sa.Integer),
    _instant("failed_at"),
    _instant("blocked_until"),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("audit_id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    _instant("at"),
    sa.Column("actor_kind", sa.Text),
    sa.Column("actor_id", sa.Text),
    sa.Column("verb", sa.Text),
    sa.Column("subject", sa.Text),
    sa.Column("outcome", sa.Text),
    sa.Column("fields", JSONB),
)
