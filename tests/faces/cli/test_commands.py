"""The command line, as an operator types it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from siyu.domain.company.service import write_key_source
from siyu.engines.projection.projecting import columns_projector
from siyu.faces.cli import app, main
from siyu.platform.columns.client import Columns
from siyu.platform.eventlog.projecting import project_once
from siyu.platform.inbox.inbox import InboxBatch
from siyu.platform.inbox.quarantine import put_aside
from siyu.platform.postgres.database import Database
from siyu.platform.sealing.ring import written_keys
from tests.conftest import KEYS, START
from tests.engines.intake.test_door import track
from tests.engines.intake.test_draining import drained, named
from tests.engines.scenery import some_customers
from tests.platform.eventlog.test_log import sequence

Run = Callable[..., Any]
ORDERS = "id,who,when,yuan\nA,7,2026-05-01,12.30\nB,8,2026-05-02,much\n"


@pytest.fixture
def run(
    database: Database,
    database_url: str,
    columns: Columns,
    columns_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Run:
    """Runs a command against the test's stores."""
    monkeypatch.setenv("SIYU_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SIYU_DATABASE_URL", database_url)
    monkeypatch.setenv("SIYU_COLUMNS_URL", columns_url)
    return lambda *arguments: CliRunner().invoke(app, list(arguments), catch_exceptions=False)


def test_orders_are_imported_and_what_is_refused_is_told(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "till.csv"
    file.write_text(ORDERS)
    command = (
        "import",
        "orders",
        str(file),
        "--customer",
        "who",
        "--paid-at",
        "when",
        "--total",
        "yuan",
        "--order-id",
        "id",
    )
    first = run(*command)
    assert first.exit_code == 0
    assert "new 1" in first.output
    assert "refused 1" in first.output
    rejects = tmp_path / "till.csv.rejects.csv"
    assert "yuan: 'much' is no amount of money" in rejects.read_text()
    assert "new 0   已有 · known 1" in run(*command).output
    file.write_text(ORDERS.replace("much", "1"))
    assert "new 1" in run(*command).output
    assert not rejects.exists()


def test_events_need_a_name_from_somewhere(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "visits.csv"
    file.write_text("who,when\n7,2026-05-01\n")
    assert run("import", "events", str(file), "--customer", "who", "--at", "when").exit_code == 2
    done = run("import", "events", str(file), "--customer", "who", "--at", "when", "--event-name", "Store Visited")
    assert "new 1" in done.output


def test_the_columns_are_made_anew(run: Run, database: Database, columns: Columns, tmp_path: Path) -> None:
    file = tmp_path / "till.csv"
    file.write_text(ORDERS)
    run("import", "orders", str(file), "--customer", "who", "--paid-at", "when", "--total", "yuan")
    sequence(database)
    while project_once(database, columns_projector(columns)):
        pass
    before = columns.query("SELECT name, count() FROM events GROUP BY name ORDER BY name")
    columns.command("TRUNCATE TABLE events")
    assert "events rebuilt" in run("columns", "rebuild").output
    assert columns.query("SELECT name, count() FROM events GROUP BY name ORDER BY name") == before != []


def test_settings_are_listed_without_secrets(run: Run) -> None:
    output = run("settings").output
    assert "SIYU_PORT=8400" in output
    assert "SIYU_DATABASE_URL=(已设置 · set)" in output
    assert "postgresql://" not in output


def test_a_write_key_is_made_and_shown_once(run: Run, database: Database) -> None:
    secret = run("create-key", "web").output.strip()
    with database.begin() as work:
        assert write_key_source(work, secret) == "web"


def test_the_api_is_described_without_any_store() -> None:
    described = json.loads(CliRunner().invoke(app, ["openapi"]).output)
    assert "/v1/batch" in described["paths"]


def test_an_error_is_told_in_a_line(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "till.csv"
    file.write_text("a,b\n")
    arguments = ["siyu", "import", "orders", str(file), "--customer", "who", "--paid-at", "when", "--total", "yuan"]
    monkeypatch.setattr("sys.argv", arguments)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    told = capsys.readouterr().err
    assert "has no column 'who'" in told
    assert "Traceback" not in told


def test_events_in_quarantine_are_listed_and_put_back(
    run: Run, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIYU_DATA_KEYS", written_keys([KEYS.key(1)]))
    with database.begin() as work:
        put_aside(work, InboxBatch(0, "web", START, None, 1, json.dumps([track(1)]).encode()), "KeyError", START)
    shown = run("intake", "list").output.splitlines()
    assert shown[0].split("\t") == ["1", "2026-06-01T04:00:00Z", "web", "KeyError", "1"]
    assert shown[1].startswith("1 ")
    assert run("intake", "retry").output.startswith("1 ")
    assert run("intake", "list").output.startswith("0 ")
    assert len(named(drained(database), "page_seen")) == 1


def test_what_is_allowed_is_made_anew_from_the_ledger(run: Run, database: Database) -> None:
    some_customers(database, 3)
    with database.begin() as work:
        work.driver.execute("DELETE FROM customers.consents")
    assert run("consents", "rebuild").stdout.startswith("3 ")
    with database.read() as reading:
        assert reading.driver.execute("SELECT count(*) FROM customers.consents").fetchone() == (3,)


def test_keys_are_added_rotated_to_listed_and_dropped(run: Run) -> None:
    assert run("keys", "list").output == ""
    assert "密钥 2 已启用" in run("keys", "add").output
    listed = run("keys", "list").output.splitlines()
    assert [line.split()[0] for line in listed] == ["2", "1"]
    assert listed[1].endswith(
        "log_batches 0  inbox 0  requests 0  answers 0  conversations 0  connections 0  sign_on 0  wecom 0  hooks 0"
        "  channels 0"
        "  suppressed 0"
    )
    assert run("keys", "rotate").output.startswith("\r0 ")
    assert "key 1 is gone" in run("keys", "drop", "1").output
    assert len(run("keys", "list").output.splitlines()) == 1
