"""Shape of the tables of room `definitions`; the migration makes them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

metadata = sa.MetaData(schema="definitions")

definitions = sa.Table(
    "definitions",
    metadata,
    sa.Column("definition_id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("kind", sa.Text),
    sa.Column("name", sa.Text),
    sa.Column("status", sa.Text),
    sa.Column("draft", JSONB(none_as_null=True)),
    sa.Column("version", sa.Integer),
    sa.Column("revision", sa.Integer),
    sa.Column("created_at", sa.DateTime(timezone=True)),
    sa.Column("created_by", sa.Text),
    sa.Column("updated_at", sa.DateTime(timezone=True)),
    sa.Column("updated_by", sa.Text),
)

versions = sa.Table(
    "versions",
    metadata,
    sa.Column("definition_id", sa.BigInteger, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("document", JSONB),
    sa.Column("published_at", sa.DateTime(timezone=True)),
    sa.Column("published_by", sa.Text),
)

references = sa.Table(
    "references",
    metadata,
    sa.Column("definition_id", sa.BigInteger, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("refers_to", sa.BigInteger, primary_key=True),
)
