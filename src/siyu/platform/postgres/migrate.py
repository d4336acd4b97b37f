"""Brings a database to the shape this version of Siyu needs."""

from __future__ import annotations

from contextlib import nullcontext
from importlib.resources import files

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from siyu.platform.postgres.patience import PatientConnection

LOCK_KEY = 0x5349_5955_0001
"""Advisory lock held while migrating, so that processes that start together do not migrate twice."""


def migrate(engine: sa.Engine) -> None:
    """Runs every migration that is missing, in one transaction."""
    with engine.begin() as connection:
        migrate_on(connection)


def migrate_on(connection: sa.Connection, revision: str = "head") -> None:
    """As `migrate`, up to `revision`, in the transaction of the caller, who commits."""
    config = Config()
    config.set_main_option("script_location", str(files("siyu.platform.postgres") / "migrations"))
    config.attributes["connection"] = connection
    driver = connection.connection.driver_connection
    with driver.waiting_for_ever() if isinstance(driver, PatientConnection) else nullcontext():
        connection.execute(sa.text("SET LOCAL statement_timeout = 0"))  # an index of a large table takes its time
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK_KEY})
        command.upgrade(config, revision)
