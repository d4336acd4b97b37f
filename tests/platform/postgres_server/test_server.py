"""The embedded PostgreSQL comes up, keeps what it acknowledged, and leaves nothing behind."""

from __future__ import annotations

from pathlib import Path

import psycopg

from siyu.platform.postgres.server import running_postgres


def test_it_answers_in_its_own_database() -> None:
    with running_postgres() as url, psycopg.connect(url) as connection:
        row = connection.execute("SELECT current_database(), current_setting('server_encoding')").fetchone()
    assert row == ("siyu", "UTF8")


def test_a_second_start_finds_what_the_first_wrote(tmp_path: Path) -> None:
    with running_postgres(tmp_path) as url, psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    with running_postgres(tmp_path) as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
