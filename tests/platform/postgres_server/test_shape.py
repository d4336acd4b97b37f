"""Which shape a database has, and waiting for it."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from siyu.platform.postgres.database import Database
from siyu.platform.postgres.migrate import migrate
from siyu.platform.postgres.shape import ShapeError, is_current, wait_until_answering, wait_until_current
from tests.conftest import cloned

NOBODY = "postgresql://nobody@127.0.0.1:1/none"


@pytest.fixture
def empty_url(postgres_url: str) -> Iterator[str]:
    """A database without a shape."""
    with cloned(postgres_url, "template0") as url:
        yield url


def test_a_database_is_current_when_it_is_migrated_and_not_before(empty_url: str) -> None:
    assert not is_current(empty_url)
    with pytest.raises(ShapeError):
        wait_until_current(empty_url, 0.1)
    database = Database(empty_url)
    waiting = threading.Thread(target=wait_until_current, args=(empty_url, 60.0))
    waiting.start()
    migrate(database.engine)
    waiting.join(10)
    assert not waiting.is_alive()
    assert is_current(empty_url)
    with database.begin() as work:
        work.driver.execute("UPDATE alembic_version SET version_num = '0001'")
    assert not is_current(empty_url)
    database.close()


def test_a_database_that_does_not_answer_is_waited_for_so_long_and_no_longer(empty_url: str) -> None:
    wait_until_answering(empty_url, 0.0)
    assert not is_current(NOBODY)
    with pytest.raises(ShapeError):
        wait_until_answering(NOBODY, 0.2)
