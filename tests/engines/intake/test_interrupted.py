"""An import that is killed at any point goes on where it was: every row once, every refused row once."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from siyu.engines.intake import importing
from siyu.engines.intake import importing_state as state
from siyu.engines.intake.importing import FileChangedError, import_file, run_import
from siyu.engines.intake.importing_files import digest_of
from siyu.engines.intake.importing_mapping import AnyColumns, mapping_document
from siyu.engines.intake.importing_orders import OrderColumns
from siyu.engines.intake.importing_rows import FileSource
from siyu.engines.intake.importing_state import ImportMovedError, ImportState
from siyu.kernel.actors import system_actor
from siyu.platform.postgres.database import Database

SYSTEM = system_actor("test")
SHANGHAI = ZoneInfo("Asia/Shanghai")
ORDERS = OrderColumns(customer="who", paid_at="when", total="yuan")
ROWS = 6_000
KILLS = 6
PROGRAM = "tests.engines.intake.interrupted"


def write_orders(path: Path) -> None:
    """Rows without keys, of which many are equal to one before, and some cannot be imported."""
    chance = random.Random(7)
    with path.open("w") as file:
        file.write("who,when,yuan\n")
        for _ in range(ROWS):
            yuan = "much" if chance.random() < 0.05 else chance.randint(1, 30)
            file.write(f"{chance.randint(1, 400)},2026-05-{chance.randint(1, 28):02d},{yuan}\n")


def waiting_import(database: Database, source: FileSource, kind: AnyColumns) -> int:
    with database.begin() as work:
        actor = ("system", "test")
        import_id = state.insert_import(
            work.driver,
            state=ImportState.WAITING,
            file_name=source.path.name,
            digest=digest_of(source.path),
            bytes_total=source.path.stat().st_size,
            source_name=source.name,
            actor=actor,
            now=work.clock.now(),
        )
        state.set_started(
            work.driver,
            import_id,
            state=ImportState.WAITING,
            source_name=source.name,
            reading=source.reading(),
            mapping=mapping_document(kind),
            actor=(*actor, ()),
        )
    return import_id


def stored(database: Database) -> list[Any]:
    with database.read() as reading:
        return reading.driver.execute(
            "SELECT o.order_id, p.kind, p.value, o.paid_at, o.total_fen FROM orders.orders o"
            " JOIN customers.profiles p USING (profile_id) ORDER BY 1"
        ).fetchall()


def events(database: Database) -> Any:
    with database.read() as reading:
        return reading.driver.execute("SELECT name, count(*) FROM log.events GROUP BY 1 ORDER BY 1").fetchall()


def rows_done(database: Database, import_id: int) -> int:
    with database.read() as reading:
        return state.get_import(reading.driver, import_id).rows_done


def test_a_killed_import_ends_as_one_that_was_left_alone(
    database: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = FileSource(tmp_path / "orders.csv", "till", SHANGHAI)
    write_orders(source.path)
    rejects = tmp_path / "rejects.csv"
    import_id = waiting_import(database, source, ORDERS)
    chance, died_at = random.Random(11), []
    for _ in range(KILLS):
        before = rows_done(database, import_id)
        aim = before + chance.randint(1, ROWS // KILLS // 100) * 100
        victim = subprocess.Popen(
            [sys.executable, "-m", PROGRAM, database_url, str(import_id), str(source.path), str(rejects)],
            stdout=subprocess.PIPE,
        )
        until = time.monotonic() + 60
        while rows_done(database, import_id) < aim and victim.poll() is None:
            assert time.monotonic() < until, "it does not come on"
            time.sleep(chance.random() / 200)
        victim.kill()
        victim.communicate()
        died_at.append(rows_done(database, import_id))
    assert len(set(died_at)) > 2, f"it was killed at different points: {died_at}"
    assert 0 < died_at[0] < ROWS
    done = run_import(database, import_id, source.path, rejects)
    killed = (stored(database), events(database), rejects.read_bytes())
    assert run_import(database, import_id, source.path, rejects) == done, "there is nothing left to do"

    with database.begin() as work:
        work.driver.execute("TRUNCATE customers.profiles, orders.orders, log.events CASCADE")
    monkeypatch.setattr(importing, "ROWS_PER_TRANSACTION", 100)
    other = tmp_path / "others.csv"
    alone = import_file(database, SYSTEM, source, ORDERS, rejects=other)
    assert alone == done
    assert (stored(database), events(database), other.read_bytes()) == killed
    assert len(killed[0]) == done.new == ROWS - done.rejected
    with database.read() as reading:
        assert reading.driver.execute("SELECT count(*) FROM imports.met_rows").fetchone() == (0,)


def cut_off(database: Database, source: FileSource, rejects: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An import that stops with an error after its first hundred rows."""

    def stop(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(importing, "ROWS_PER_TRANSACTION", 100)
    with pytest.raises(KeyboardInterrupt):
        import_file(database, SYSTEM, source, ORDERS, rejects=rejects, on_progress=stop)


def test_the_same_command_goes_on_with_what_was_cut_off(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = FileSource(tmp_path / "orders.csv", "till", SHANGHAI)
    write_orders(source.path)
    cut_off(database, source, tmp_path / "rejects.csv", monkeypatch)
    seen: list[int] = []
    done = import_file(
        database,
        SYSTEM,
        source,
        ORDERS,
        rejects=tmp_path / "rejects.csv",
        on_progress=lambda now: seen.append(now.rows),
    )
    assert seen[0] == 200, "the first hundred were not gone through again"
    assert (done.rows, done.known) == (ROWS, 0)


def test_where_the_refused_rows_are_gone_it_begins_anew(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = FileSource(tmp_path / "orders.csv", "till", SHANGHAI)
    write_orders(source.path)
    rejects = tmp_path / "rejects.csv"
    cut_off(database, source, rejects, monkeypatch)
    rejects.unlink()
    done = import_file(database, SYSTEM, source, ORDERS, rejects=rejects)
    assert (done.rows, len(rejects.read_text().splitlines())) == (ROWS, done.rejected + 1)
    assert done.known > 0


def test_a_file_that_was_changed_is_not_gone_on_with(database: Database, tmp_path: Path) -> None:
    source = FileSource(tmp_path / "orders.csv", "till", SHANGHAI)
    write_orders(source.path)
    import_id = waiting_import(database, source, ORDERS)
    with source.path.open("a") as file:
        file.write("7,2026-05-01,1\n")
    with pytest.raises(FileChangedError):
        run_import(database, import_id, source.path, None)
    with database.read() as reading:
        found = state.get_import(reading.driver, import_id)
    assert (found.state, found.fault_code, found.rows_done) == (ImportState.FAILED, "file_changed", 0)


def test_a_file_that_changes_meanwhile_is_noticed(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = FileSource(tmp_path / "orders.csv", "till", SHANGHAI)
    write_orders(source.path)
    monkeypatch.setattr(importing, "ROWS_PER_TRANSACTION", 100)

    def overwrite(_: object) -> None:
        source.path.write_text("who,when,yuan\n")

    with pytest.raises(FileChangedError):
        import_file(database, SYSTEM, source, ORDERS, on_progress=overwrite)


def test_two_processes_do_not_do_the_same_rows(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = FileSource(tmp_path / "orders.csv", "till", SHANGHAI)
    write_orders(source.path)
    import_id = waiting_import(database, source, ORDERS)
    monkeypatch.setattr(importing, "ROWS_PER_TRANSACTION", 1_000)
    others: list[importing.ImportProgress] = []

    def another(progress: importing.ImportProgress) -> None:
        if not others:
            others.append(progress)
            others.append(run_import(database, import_id, source.path, None))

    with pytest.raises(ImportMovedError):
        run_import(database, import_id, source.path, None, another)
    assert others[1].rows == ROWS
    assert len(stored(database)) == others[1].new


def test_what_was_cancelled_stops_after_the_rows_it_is_at(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = FileSource(tmp_path / "orders.csv", "till", SHANGHAI)
    write_orders(source.path)
    import_id = waiting_import(database, source, ORDERS)
    monkeypatch.setattr(importing, "ROWS_PER_TRANSACTION", 1_000)

    def cancel(_: object) -> None:
        with database.begin() as work:
            state.set_ended(work.driver, import_id, ImportState.CANCELLED, work.clock.now())

    with pytest.raises(ImportMovedError):
        run_import(database, import_id, source.path, None, cancel)
    assert rows_done(database, import_id) == 1_000
