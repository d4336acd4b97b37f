"""Which shape a database has, told without loading Alembic: a start that has nothing to migrate is quick."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import psycopg

from siyu.kernel.errors import SiyuError

POLL_SECONDS = 0.05
VERSION_MIN = 15


class ShapeError(SiyuError):
    """The database did not come into the shape that this version needs."""

    code = "database_shape"


class UnsuitableServerError(SiyuError):
    """This PostgreSQL cannot hold Siyu's data."""

    code = "unsuitable_server"


def require_suitable(driver: psycopg.Connection[Any]) -> None:
    """UnsuitableServerError where the server is too old, the database cannot hold every text, or we may not shape it."""
    version = driver.info.server_version // 10_000
    if version < VERSION_MIN:
        raise UnsuitableServerError(f"It is version {version}; {VERSION_MIN} or later is needed.")
    encoding = driver.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise UnsuitableServerError(f"The database is encoded in {encoding}; make one with ENCODING 'UTF8'.")
    row = driver.execute("SELECT has_database_privilege(current_database(), 'CREATE')").fetchone()
    if row is None or not row[0]:
        raise UnsuitableServerError("The role may not make schemas in the database; make it the database's owner.")


def require_suitable_at(url: str) -> None:
    """As `require_suitable`, of the database at `url`."""
    with psycopg.connect(url, connect_timeout=5) as driver:
        require_suitable(driver)


@cache
def revisions() -> Mapping[str, str]:
    """The migrations of this version, each with the one before it (empty for the first). Numbers say when one was begun, not its
    place."""
    versions = files("siyu.platform.postgres") / "migrations" / "versions"
    texts = [each.read_text(encoding="utf-8") for each in versions.iterdir() if each.name[:4].isdigit()]
    return {
        own.group(1): before.group(1) if (before := _BEFORE.search(text)) else ""
        for text in texts
        if (own := _OWN.search(text))
    }


_OWN = re.compile(r'^revision = "(\w+)"', re.MULTILINE)
_BEFORE = re.compile(r'^down_revision = "(\w+)"', re.MULTILINE)


def head_revision() -> str:
    """The last migration of this version."""
    known = revisions()
    return max(known.keys() - set(known.values()))


def is_current(url: str) -> bool:
    """Whether the database answers and has the newest shape; UnsuitableServerError where it never can."""
    try:
        with psycopg.connect(url, connect_timeout=5) as driver:
            require_suitable(driver)
            row = driver.execute("SELECT version_num FROM alembic_version").fetchone()
    except (psycopg.OperationalError, psycopg.errors.UndefinedTable):
        return False
    return row is not None and row[0] == head_revision()


def wait_until_answering(url: str, seconds_max: float) -> None:
    """Returns when the database answers; ShapeError where it does not in time. One that recovers from a crash answers soon."""
    until = time.monotonic() + seconds_max
    while True:
        try:
            psycopg.connect(url, connect_timeout=5).close()
        except psycopg.OperationalError as error:
            if time.monotonic() > until:
                raise ShapeError(f"Waited {seconds_max:.0f} s for the database to answer.") from error
            time.sleep(POLL_SECONDS)
        else:
            return


def wait_until_current(url: str, seconds_max: float) -> None:
    """Returns when the database has the newest shape; ShapeError where somebody else does not bring it there in time."""
    until = time.monotonic() + seconds_max
    while not is_current(url):
        if time.monotonic() > until:
            raise ShapeError(f"Waited {seconds_max:.0f} s for the database.")
        time.sleep(POLL_SECONDS)
