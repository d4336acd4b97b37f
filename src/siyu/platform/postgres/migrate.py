"""Brings a database to the shape this version of Siyu needs."""

from __future__ import annotations

from importlib.resources import files

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

LOCK_KEY = 0x5349_5955_0001
"""Advisory lock held while migrating, so that processes that start together do not migrate twice."""


def migrate(engine: sa.Engine) -> None:
    """Runs every migration that is missing, in one transaction."""
    with engine.begin() as connection:
        migrate_on(connection)


def migrate_on(connection: sa.Connection) -> None:
    """As `migrate`, in the transaction of the caller, who commits."""
    config = Config()
    config.set_main_option("script_location", str(files("siyu.platform.postgres") / "migrations"))
    connection.execute(sa.text("SET LOCAL statement_timeout = 0"))  # an index of a large table takes its time
    connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK_KEY})
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
