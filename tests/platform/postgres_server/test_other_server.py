"""A PostgreSQL that is not ours: what it must be, and a good part of the suite run on it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import psycopg
import pytest

from siyu.platform.postgres.shape import UnsuitableServerError, is_current, require_suitable
from tests.conftest import DATABASE_VARIABLE, administer, named
from tests.other_postgres import find_system_postgres, running_other_postgres

ROOT = Path(__file__).resolve().parents[3]
PART = (
    "tests/platform/eventlog",
    "tests/platform/jobs",
    "tests/domain/segments/test_service.py",
    "tests/engines/intake/test_draining.py",
    "tests/engines/reach/test_gate.py",
)
"""Migrations, the log, jobs, identities, membership and the gate. All of the suite is run so by hand (operations.md)."""


def driver_of(version: int, encoding: str, may_create: bool = True) -> psycopg.Connection[Any]:
    def status(name: str) -> str:
        assert name == "server_encoding"
        return encoding

    info = SimpleNamespace(server_version=version, parameter_status=status)
    answer = SimpleNamespace(fetchone=lambda: (may_create,))
    return cast("psycopg.Connection[Any]", SimpleNamespace(info=info, execute=lambda _: answer))


def test_a_server_is_new_enough_holds_every_text_and_may_be_shaped() -> None:
    require_suitable(driver_of(150000, "UTF8"))
    for driver, why in (
        (driver_of(140022, "UTF8"), "version 14; 15 or later"),
        (driver_of(180000, "LATIN1"), "LATIN1"),
        (driver_of(180000, "UTF8", may_create=False), "owner"),
    ):
        with pytest.raises(UnsuitableServerError, match=why):
            require_suitable(driver)


def test_no_start_on_a_database_that_cannot_hold_every_text(postgres_url: str) -> None:
    name = f"ascii_{os.getpid()}"
    administer(postgres_url, f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'")
    with pytest.raises(UnsuitableServerError, match="SQL_ASCII"):
        is_current(named(postgres_url, name))
    administer(postgres_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.timeout(600)
def test_a_part_of_the_suite_passes_on_the_server_of_the_operating_system() -> None:
    with running_other_postgres() as url:
        with psycopg.connect(url) as driver:
            version = driver.info.server_version // 10_000
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *PART, "-q", "-n0", "-p", "no:cacheprovider"],
            cwd=ROOT,
            env={**os.environ, DATABASE_VARIABLE: url},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-8000:]
    binaries = find_system_postgres()
    assert version == (18 if binaries is None else int(binaries.parent.name))
