"""Moving an installation's rows: embedded, another server of another version, and back, with life in between."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from siyu.assembly.installation import open_installation
from siyu.assembly.moving import move_rows
from siyu.assembly.stores import EMBEDDED, rows_at
from siyu.kernel.clock import ManualClock
from siyu.kernel.errors import InvalidError
from siyu.platform.alone import alone
from siyu.platform.columns.client import Columns
from siyu.platform.postgres import loading
from siyu.platform.postgres.loading import CopyDiffersError, DatabaseInUseError, TargetNotEmptyError
from siyu.platform.postgres.shape import ShapeError
from siyu.platform.processes import AlreadyRunningError
from siyu.platform.settings import Settings, load_settings
from tests.assembly.living import fill, goes_on, rows_of, shape_of
from tests.conftest import cloned
from tests.other_postgres import running_other_postgres


@pytest.fixture
def home() -> Iterator[Path]:
    # Not in pytest's own folder: other runs close that to the system user that PostgreSQL runs as.
    with tempfile.TemporaryDirectory(prefix="siyu-moving-") as name:
        Path(name).chmod(0o711)
        yield Path(name) / "home"


@pytest.fixture(scope="module")
def other_url() -> Iterator[str]:
    with running_other_postgres() as url:
        yield url


@pytest.fixture
def embedded(home: Path, columns: Columns, columns_url: str) -> Settings:
    """An installation whose rows are in the embedded server, which does not run just now. Its columns are empty."""
    return load_settings({}, home=home, columns_url=columns_url)


def test_there_and_back_nothing_is_missing_and_life_goes_on(
    embedded: Settings, other_url: str, clock: ManualClock
) -> None:
    away = replace(embedded, database_url=other_url)
    with rows_at(embedded, EMBEDDED) as url:
        with open_installation(replace(embedded, database_url=url), clock=clock) as installation:
            fill(installation)
        before = rows_of(url), shape_of(url)

    seen: list[str] = []
    moved = move_rows(embedded, other_url, replaces=False, on_table=seen.append)
    assert (rows_of(other_url), shape_of(other_url)) == before
    assert (moved.tables, moved.rows) == (len(before[0]), sum(each.rows for each in before[0].values()))
    assert seen == list(before[0])
    assert before[0]["log.events_0"].rows > 300
    assert before[0]["public.procrastinate_jobs"].rows == 1
    with open_installation(away, clock=clock) as installation:
        goes_on(installation, range(300, 400))
    later = rows_of(other_url), shape_of(other_url)
    assert later[0]["log.events_0"].rows > before[0]["log.events_0"].rows

    with pytest.raises(TargetNotEmptyError, match="--replace"):
        move_rows(away, EMBEDDED, replaces=False, on_table=seen.append)
    move_rows(away, EMBEDDED, replaces=True, on_table=seen.append)
    with rows_at(embedded, EMBEDDED) as url:
        assert (rows_of(url), shape_of(url)) == later
        with open_installation(replace(embedded, database_url=url), clock=clock) as installation:
            goes_on(installation, range(400, 500))


def test_what_goes_wrong_half_way_leaves_the_target_as_it_was(
    embedded: Settings, postgres_url: str, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = replace(embedded, database_url=database_url)
    with cloned(postgres_url, "template0") as target:
        with psycopg.connect(target) as driver:
            driver.execute("CREATE TABLE theirs (); CREATE TYPE mood AS ENUM ('calm')")
        with pytest.raises(TargetNotEmptyError, match=r"not Siyu's, such as public\.theirs"):
            move_rows(here, target, replaces=True, on_table=lambda _: None)
        with psycopg.connect(target) as driver:
            driver.execute("DROP TABLE theirs; DROP TYPE mood")

        def lose_rows(_driver: object, _table: object, rows: Iterable[bytes]) -> None:
            for _ in rows:
                pass

        with monkeypatch.context() as patch:
            patch.setattr(loading, "_load", lose_rows)
            with psycopg.connect(database_url) as driver:
                driver.execute("INSERT INTO log.batches (size) VALUES (1)")
            with pytest.raises(CopyDiffersError):
                move_rows(here, target, replaces=False, on_table=lambda _: None)
        assert loading.is_empty(target)
        move_rows(here, target, replaces=False, on_table=lambda _: None)
        assert not loading.is_empty(target)
        kept = rows_of(target)
        assert kept["log.batches"].rows == 1

        def stop(_: str) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            move_rows(here, target, replaces=True, on_table=stop)
        assert rows_of(target) == kept


def test_nothing_moves_while_somebody_is_at_work(embedded: Settings, postgres_url: str, database_url: str) -> None:
    here = replace(embedded, database_url=database_url)
    with cloned(postgres_url, "template0") as target:
        with psycopg.connect(database_url), pytest.raises(DatabaseInUseError):
            move_rows(here, target, replaces=False, on_table=lambda _: None)
        with alone(here.runtime_folder), pytest.raises(AlreadyRunningError):
            move_rows(here, target, replaces=False, on_table=lambda _: None)
        with pytest.raises(InvalidError):
            move_rows(here, database_url, replaces=False, on_table=lambda _: None)
        assert loading.is_empty(target)
        with pytest.raises(ShapeError):
            move_rows(replace(embedded, database_url=target), database_url, replaces=True, on_table=lambda _: None)
