"""Traces: off they are nothing; on they tell names, hang together, and hold nobody's data."""

from __future__ import annotations

import subprocess
import sys
import threading
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from siyu.assembly.loops import Loop
from siyu.domain.company.contracts import KeyKind
from siyu.domain.company.service import create_key
from siyu.engines.intake.draining import drain_once
from siyu.faces.api.app import create_app
from siyu.faces.api.context import ApiContext
from siyu.faces.worker import run_loop
from siyu.kernel.actors import system_actor
from siyu.platform import tracing
from siyu.platform.columns.client import Columns
from siyu.platform.eventlog.waking import LogBell
from siyu.platform.http import OutgoingHttp
from siyu.platform.postgres.database import Database
from siyu.platform.settings import Settings
from tests.channels.receiver import receiving
from tests.conftest import KEYS
from tests.platform.tracing.collector import Collector, collecting, told

CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
SECRET = "13800138000"


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as collector:
        tracing.configure_traces(collector.url, process="test")
        yield collector
        tracing.stop_traces()


@pytest.fixture
def traced_database(collector: Collector, database_url: str) -> Iterator[Database]:
    """Opened after tracing began, as in every process."""
    database = Database(database_url, keys=KEYS)
    yield database
    database.close()


@pytest.fixture
def client(traced_database: Database, tmp_path: Path) -> Iterator[TestClient]:
    context = ApiContext(Settings(home=tmp_path), traced_database, secret_key="a secret of the tests")
    with TestClient(create_app(context), raise_server_exceptions=False) as client:
        yield client


def sent(client: TestClient, database: Database, **headers: str) -> int:
    with database.begin() as work:
        secret = create_key(work, system_actor("test"), KeyKind.WRITE, "site").secret
    basic = "Basic " + b64encode(f"{secret}:".encode()).decode()
    event = {"userId": "u1", "event": "Numbered", "properties": {"phone": SECRET}}
    return client.post(f"/v1/track?q={SECRET}", json=event, headers={"Authorization": basic, **headers}).status_code


def run_steps(loop: Loop) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=run_loop, args=(loop, LogBell(), stop))
    thread.start()
    stop.wait(0.3)
    stop.set()
    thread.join(10)


def test_a_request_its_statements_and_its_draining_hang_together(
    collector: Collector, client: TestClient, traced_database: Database
) -> None:
    assert sent(client, traced_database, traceparent=CALLER) == 200
    client.get("/healthz")
    for shard in range(2):
        run_steps(Loop(f"intake:{shard}", lambda shard=shard: bool(drain_once(traced_database, shard)), 0.02))  # type: ignore[misc]  # mypy cannot type a default
    tracing.stop_traces()
    request = collector.one("POST /v1/track")
    assert request.trace_id.hex() == CALLER.split("-")[1]
    assert request.parent_span_id.hex() == CALLER.split("-")[2]
    assert told(request) == {
        "http.request.method": "POST",
        "http.route": "/v1/track",
        "http.response.status_code": 200,
    }
    insert = collector.one("INSERT inbox.batches")
    assert (insert.trace_id, insert.parent_span_id) == (request.trace_id, request.span_id)
    assert told(insert)["db.system.name"] == "postgresql"
    steps = [span for span in collector.spans if span.name.startswith("intake:")]
    assert len(steps) == 1, "a step that found nothing is not told"
    assert [link.trace_id for link in steps[0].links] == [request.trace_id]
    below = [span for span in collector.spans if span.trace_id == steps[0].trace_id and span.parent_span_id]
    assert any("log.events" in span.name for span in below)
    assert not any("healthz" in span.name for span in collector.spans)
    assert collector.processes == {"test"}


def test_nothing_personal_is_told(collector: Collector, client: TestClient, traced_database: Database) -> None:
    sent(client, traced_database)
    client.get(f"/api/customers/{SECRET}", headers={"Cookie": f"siyu_session={SECRET}"})
    client.get(f"/l/{SECRET}")
    with pytest.raises(RuntimeError), tracing.span("trial"):
        raise RuntimeError(SECRET)
    with traced_database.begin() as work, pytest.raises(sa.exc.DBAPIError), tracing.span("around"):
        work.connection.execute(sa.text("SELECT '13800138000' FROM nowhere WHERE phone = :phone"), {"phone": SECRET})
    tracing.stop_traces()
    assert len(collector.spans) > 5
    assert SECRET.encode() not in collector.raw
    assert told(collector.one("trial"))["error.type"] == "RuntimeError"
    failed = collector.one("SELECT nowhere")
    assert told(failed)["error.type"] == "UndefinedTable"


def test_calls_out_carry_the_trace(collector: Collector) -> None:
    with receiving() as receiver, OutgoingHttp() as http:
        with tracing.span("around"):
            http.post(receiver.url, b"{}", {})
        (request,) = receiver.requests
    tracing.stop_traces()
    call = collector.one("POST 127.0.0.1")
    assert request.headers["traceparent"].split("-")[1:3] == [call.trace_id.hex(), call.span_id.hex()]
    assert told(call)["http.response.status_code"] == 200
    assert call.parent_span_id == collector.one("around").span_id


def test_statements_in_the_columns_are_told(collector: Collector, columns: Columns) -> None:
    with tracing.span("around"):
        columns.query("SELECT count() FROM events WHERE name = {name:String}", {"name": SECRET})
    tracing.stop_traces()
    assert told(collector.one("SELECT events"))["db.system.name"] == "clickhouse"
    assert SECRET.encode() not in collector.raw


def test_a_job_is_a_span_and_says_how_it_failed(collector: Collector) -> None:
    def fail() -> None:
        raise ValueError(SECRET)

    with pytest.raises(ValueError, match=SECRET):
        tracing.traced("job fail", fail)()
    tracing.stop_traces()
    assert told(collector.one("job fail")) == {"error.type": "ValueError"}


def test_a_share_is_kept_and_strangers_do_not_decide_it(collector: Collector) -> None:
    tracing.configure_traces(collector.url, process="test", percent=0)
    with tracing.span("never"), tracing.span("inside"):
        pass
    with tracing.span("asked for", parent=CALLER):
        pass
    tracing.configure_traces(collector.url, process="test", percent=100)
    with tracing.span("not wanted by its caller", parent=CALLER[:-1] + "0"):
        pass
    for broken in ("", "00-0-0-00", CALLER + "x", "00-" + "0" * 32 + "-" + "0" * 16 + "-01", "私域"):
        with tracing.span("kept", parent=broken):
            pass
    tracing.stop_traces()
    assert {span.name for span in collector.spans} == {"kept"}
    assert len(collector.spans) == 5


def test_a_collector_that_is_away_holds_nobody_up() -> None:
    tracing.configure_traces("http://127.0.0.1:1/v1/traces", process="test")
    with tracing.span("lost"):
        pass
    tracing.stop_traces()
    assert not tracing.is_tracing()


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT * FROM log.events WHERE a = 'x'", ("SELECT", "log.events")),
        ("  insert into inbox.batches (a) values (1)", ("INSERT", "inbox.batches")),
        ("UPDATE customers.profiles p SET a = 1", ("UPDATE", "customers.profiles")),
        ("WITH a AS (SELECT 1) SELECT * FROM b", ("SELECT", "b")),
        ("COPY t (a) FROM STDIN", ("COPY", "t")),
        ("SELECT '13800138000'", ("SELECT", "")),
        ("SAVEPOINT x", ("SAVEPOINT", "")),
        ("", ("", "")),
    ],
)
def test_a_statement_is_told_by_its_operation_and_table(sql: str, expected: tuple[str, str]) -> None:
    assert tracing.named(sql) == expected


def test_off_nothing_is_loaded() -> None:
    """But for the framework, which loads the interface of OpenTelemetry by itself."""
    code = (
        "import sys; import siyu.faces.api.app, siyu.faces.worker, siyu.platform.jobs;"
        " from siyu.platform import tracing; tracing.configure_traces('', process='x');"
        " tracing.span('x').__enter__(); loaded = ('opentelemetry.sdk', 'opentelemetry.exporter', 'google.', 'requests');"
        " print([name for name in sys.modules if name.startswith(loaded)])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
