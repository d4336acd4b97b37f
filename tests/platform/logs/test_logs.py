"""What is not known to be harmless is never printed, whoever logs it."""

from __future__ import annotations

import io
import json
import logging
import socket
import threading
import time
import urllib.request
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
import structlog
import uvicorn
from starlette.types import Receive, Scope, Send

from siyu.kernel.clock import ManualClock, SystemClock
from siyu.kernel.errors import NotFoundError
from siyu.platform import logs
from siyu.platform.logs import LOGGABLE, configure_logs, dropped_fields, get_logger

SECRET = "13800138000-hunter2"
NOON = datetime(2026, 6, 1, 4, tzinfo=UTC)


@pytest.fixture
def printed() -> Iterator[io.StringIO]:
    """What is printed while the logs are as in a running process; afterwards they are as before."""
    root = logging.getLogger()
    before = (list(root.handlers), root.level, warnings.showwarning)
    known = {name: logging.getLogger(name) for name in list(logging.root.manager.loggerDict)}
    kept = {name: (list(each.handlers), each.propagate, each.disabled) for name, each in known.items()}
    stream = io.StringIO()
    configure_logs("debug", stream=stream, clock=ManualClock(NOON), process="api-1")
    yield stream
    root.handlers[:], level, warnings.showwarning = before
    root.setLevel(level)
    for name, (handlers, propagate, disabled) in kept.items():
        known[name].handlers[:] = handlers
        known[name].propagate, known[name].disabled = propagate, disabled
    logging.getLogger("uvicorn.access").disabled = False
    logs._configure_entries(logging.INFO, None, SystemClock(), None)


def _entries(printed: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in printed.getvalue().splitlines()]


def test_an_entry_is_one_json_line_with_what_is_allowed(printed: io.StringIO) -> None:
    get_logger("siyu.trial").info("segment_refreshed", segment_id=7, elapsed_ms=1.5)
    assert _entries(printed) == [
        {
            "at": "2026-06-01T04:00:00.000+00:00",
            "level": "info",
            "event": "segment_refreshed",
            "module": "siyu.trial",
            "process": "api-1",
            "segment_id": 7,
            "elapsed_ms": 1.5,
        }
    ]


MADE_AT_IMPORT = get_logger("siyu.early")


def test_a_logger_made_before_the_configuration_follows_it(printed: io.StringIO) -> None:
    MADE_AT_IMPORT.debug("trial_done")
    assert [(entry["module"], entry["process"]) for entry in _entries(printed)] == [("siyu.early", "api-1")]


def test_unknown_fields_are_dropped_and_counted(printed: io.StringIO) -> None:
    before = dropped_fields()
    get_logger("siyu.trial").warning("log_in_failed", email=SECRET, password=SECRET, count=1, rows=[SECRET])
    (entry,) = _entries(printed)
    assert entry["dropped_fields"] == 3
    assert entry["count"] == 1
    assert dropped_fields() == before + 3
    assert SECRET not in printed.getvalue()


def test_bound_context_passes_the_same_sieve(printed: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(request_id="r1", token=SECRET):
        get_logger("siyu.trial").info("trial_done")
    (entry,) = _entries(printed)
    assert entry["request_id"] == "r1"
    assert SECRET not in printed.getvalue()


def test_an_event_is_a_name_and_not_a_text(printed: io.StringIO) -> None:
    get_logger("siyu.trial").info(f"customer {SECRET} came")
    assert _entries(printed)[0]["event"] == "misnamed_event"
    assert SECRET not in printed.getvalue()


def test_of_an_exception_type_and_place_are_told_and_not_the_text(printed: io.StringIO) -> None:
    def fail() -> None:
        try:
            raise psycopg.errors.UniqueViolation(f"Key (email)=({SECRET}) already exists.")
        except psycopg.Error as error:
            raise NotFoundError(SECRET) from error

    try:
        fail()
    except NotFoundError:
        get_logger("siyu.trial").exception("trial_failed")
    (entry,) = _entries(printed)
    assert entry["error_type"] == "NotFoundError < UniqueViolation"
    assert entry["code"] == "not_found"
    assert entry["error_at"].endswith(":fail")
    assert SECRET not in printed.getvalue()


def test_libraries_are_heard_without_what_they_put_into_their_text(printed: io.StringIO) -> None:
    library = logging.getLogger("somelibrary.http")
    library.warning("GET %s answered %d", f"https://example.com/?token={SECRET}", 200)
    library.error(f"no connection to {SECRET}")
    library.info("not worth a line")
    told = _entries(printed)
    assert [(entry["event"], entry.get("template")) for entry in told] == [
        ("library_logged", "GET %s answered %d"),
        ("library_logged", None),
    ]
    assert SECRET not in printed.getvalue()


def test_warnings_are_told_by_type(printed: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = logs._show_warning
        warnings.warn(SECRET, UserWarning, stacklevel=1)
    assert _entries(printed)[0]["error_type"] == "UserWarning"
    assert SECRET not in printed.getvalue()


def test_the_server_logs_neither_query_strings_nor_addresses_nor_errors_texts(printed: io.StringIO) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        if scope["path"] == "/fail":
            raise RuntimeError(SECRET)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body"})

    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(app, log_config=None, lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            address = f"http://127.0.0.1:{listener.getsockname()[1]}"
            _wait_for(server)
            with urllib.request.urlopen(f"{address}/?token={SECRET}") as answer:  # noqa: S310  # our own server
                assert answer.status == 200
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(f"{address}/fail?token={SECRET}")  # noqa: S310  # our own server
            refused.value.close()
        finally:
            server.should_exit = True
            thread.join(timeout=20)
    text = printed.getvalue()
    assert "RuntimeError" in text
    assert SECRET not in text
    assert "127.0.0.1" not in text


def _wait_for(server: uvicorn.Server) -> None:
    until = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < until
        time.sleep(0.01)


def test_nothing_personal_is_on_the_list() -> None:
    personal = {
        "email",
        "phone",
        "name",
        "address",
        "password",
        "token",
        "secret",
        "key",
        "body",
        "query",
        "url",
        "path",
    }
    assert not LOGGABLE & personal
