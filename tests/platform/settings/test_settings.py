"""Settings from environment and file, and the secret key."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path

import pytest

from siyu.platform.settings import (
    FILE_NAME,
    Settings,
    SettingsError,
    ensure_secret_key,
    load_settings,
    unknown_variables,
)


def test_the_environment_wins_over_the_file_and_arguments_over_both(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text('port = 1\nbrand_name = "茶"\nis_demo = true\n', encoding="utf-8")
    environment = {"SIYU_HOME": str(tmp_path), "SIYU_PORT": "2", "SIYU_HOST": "::1"}
    found = load_settings(environment, host="127.0.0.2")
    assert (found.port, found.brand_name, found.is_demo, found.host) == (2, "茶", True, "127.0.0.2")
    assert found.home == tmp_path


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("PORT", "http"),
        ("PORT", "70000"),
        ("PORT", ""),
        ("API_PROCESSES", "0"),
        ("INTAKE_SHARDS", "0"),
        ("INTAKE_LAG_SECONDS_MAX", "-1"),
        ("TIMEZONE", "Shanghai"),
        ("TIMEZONE", "../etc"),
        ("TIMEZONE", ""),
        ("CURRENCY", "yuan"),
        ("LOG_LEVEL", "loud"),
        ("IS_DEMO", "perhaps"),
        ("WEBHOOK_URL", "example.com/hook"),
    ],
)
def test_what_cannot_be_worked_with_is_told_at_the_start(tmp_path: Path, name: str, told: str) -> None:
    with pytest.raises(SettingsError, match=name.lower()):
        load_settings({f"SIYU_{name}": told}, home=tmp_path)


@pytest.mark.parametrize("text", ["prot = 1", "port = 8400.5", "port = true", "port", "\xff"])
def test_a_file_that_is_wrong_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE_NAME).write_bytes(text.encode("latin-1"))
    with pytest.raises(SettingsError):
        load_settings({}, home=tmp_path)


def test_secrets_are_not_shown() -> None:
    secret = "x" * 12 + "y"
    assert secret not in repr(
        Settings(database_url=secret, columns_url=secret, secret_key=secret, webhook_secret=secret)
    )


def test_all_who_start_together_have_one_key(tmp_path: Path) -> None:
    for number in range(20):
        settings = Settings(home=tmp_path / str(number))
        with ThreadPoolExecutor(8) as pool:
            keys = set(pool.map(lambda _, settings=settings: ensure_secret_key(settings), range(8)))
        assert len(keys) == 1
        assert len(keys.pop()) >= 48
        (file,) = settings.home.iterdir()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_an_empty_key_is_no_key(tmp_path: Path) -> None:
    (tmp_path / "secret_key").touch()
    with pytest.raises(SettingsError, match="empty"):
        ensure_secret_key(Settings(home=tmp_path))


def test_a_variable_that_is_no_setting_is_named_with_the_nearest_that_is() -> None:
    given = {
        "SIYU_DATABSE_URL": "x",
        "SIYU_PORT": "1",
        "SIYU_WEATHER": "fine",
        "SIYU_PYTHON": "python3",
        "SIYU_TEST_DATABASE_URL": "x",
        "PATH": "/bin",
    }
    assert unknown_variables(given) == {"SIYU_DATABSE_URL": "SIYU_DATABASE_URL", "SIYU_WEATHER": ""}
    assert unknown_variables({f"SIYU_{each.name.upper()}": "" for each in fields(Settings)}) == {}
