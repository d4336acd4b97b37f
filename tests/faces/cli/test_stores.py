"""Moving, backing up and restoring, as an operator types it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from siyu.faces.cli import app
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database
from tests.assembly.living import rows_of
from tests.conftest import cloned
from tests.engines.scenery import some_customers


def run(*arguments: str) -> str:
    done = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture
def home(
    database: Database, columns: Columns, columns_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """An installation with five customers. Nobody is connected to its rows."""
    some_customers(database, 5)
    database.engine.dispose()
    assert columns.query("SELECT count() FROM events") == [(0,)]
    for name, value in {
        "HOME": str(tmp_path / "home"),
        "DATABASE_URL": database.url,
        "COLUMNS_URL": columns_url,
        "DATA_KEYS": "1:" + "QUFB" * 10 + "QUE",
    }.items():
        monkeypatch.setenv(f"SIYU_{name}", value)
    return tmp_path / "home"


def test_rows_are_moved_and_what_to_set_next_is_told(
    home: Path, database: Database, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with cloned(postgres_url, "template0") as target:
        told = run("stores", "move", "--to", target)
        assert "customers.profiles" in told
        assert "SIYU_DATABASE_URL" in told
        assert target not in told, "it may hold a password"
        assert rows_of(target) == rows_of(database.url)
        assert "TargetNotEmptyError" in repr(CliRunner().invoke(app, ["stores", "move", "--to", target]).exception)
        run("stores", "move", "--to", target, "--replace")
        monkeypatch.setenv("SIYU_DATABASE_URL", target)
    assert home.exists()


def test_a_backup_is_made_listed_verified_and_restored(
    home: Path, database: Database, postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = str(tmp_path / "backups")
    told = run("backup", "make", folder, "--prune")
    assert str(home / "secret_key") in told
    assert "SIYU_DATA_KEYS" in told
    assert "siyu-2" in run("backup", "list", folder)
    assert "whole" in run("backup", "verify", folder)
    there = tmp_path / "there"
    there.mkdir()
    shutil.copy(home / "secret_key", there)
    with cloned(postgres_url, "template0") as target:
        monkeypatch.setenv("SIYU_HOME", str(there))
        monkeypatch.setenv("SIYU_DATABASE_URL", target)
        assert "restored" in run("restore", folder)
        assert rows_of(target) == rows_of(database.url)
