"""What the supervisor starts: the HTTP face, the workers, the migration. Seldom called by hand."""

from __future__ import annotations

import os
import signal
import threading
from typing import Annotated

import typer

from siyu.assembly.processes import GROUPS
from siyu.assembly.stores import database_url
from siyu.platform.collection import loading
from siyu.platform.postgres.shape import is_current, wait_until_answering, wait_until_current
from siyu.platform.settings import load_settings
from siyu.platform.watch import stop_when_parent_is_gone

SHAPE_SECONDS_MAX = 900.0
"""How long a face waits for the migration; a large installation may take its time."""

ANSWER_SECONDS_MAX = 60.0
"""How long the migration waits for a database that recovers, before it fails and is tried again."""


def add_commands(app: typer.Typer) -> None:
    """`migrate`, `api` and `worker`; hidden, for they are parts of `serve`."""
    app.command("migrate", hidden=True)(migrate)
    app.command("api", hidden=True)(api)
    app.command("worker", hidden=True)(worker)


def migrate() -> None:
    """Brings both stores to the shape that this version needs."""
    settings = load_settings()
    url = database_url(settings)
    wait_until_answering(url, ANSWER_SECONDS_MAX)
    if is_current(url):
        return  # the columns have theirs as well, or get it from the worker that fills them
    from siyu.assembly.installation import ensure_shape, open_installation
    from siyu.platform.logs import configure_logs

    configure_logs(settings.log_level, clock=settings.clock, process="migrate")
    with open_installation(settings) as installation:
        ensure_shape(installation)


def api() -> None:
    """Serves HTTP. Several such processes share the port."""
    with loading():
        from siyu.assembly.installation import open_installation
        from siyu.engines.insight.examples import look_ahead
        from siyu.faces.api.app import create_app
        from siyu.faces.api.context import ApiContext
        from siyu.faces.server import server_of, shared_socket
        from siyu.platform.logs import configure_logs
        from siyu.platform.tracing import configure_traces, stop_traces

    settings = load_settings()
    configure_logs(settings.log_level, clock=settings.clock, process="api")
    configure_traces(settings.traces_url, process="api", percent=settings.traces_percent)
    stop_when_parent_is_gone()
    with open_installation(settings, is_face=True) as installation:
        wait_until_current(installation.database.url, SHAPE_SECONDS_MAX)
        context = ApiContext(settings, installation.database, installation.columns, installation.secret_key)
        threading.Thread(target=look_ahead, args=(installation.columns,), name="look-ahead", daemon=True).start()
        server_of(create_app(context)).run(sockets=[shared_socket(settings.host, settings.port)])
    stop_traces()


def worker(group: Annotated[str, typer.Argument(help=f"One of {', '.join(GROUPS)}.")]) -> None:
    """Runs one group of loops."""
    if group not in GROUPS:
        raise typer.BadParameter(f"one of {', '.join(GROUPS)}")
    with loading():
        from siyu.assembly.installation import open_installation
        from siyu.faces.worker import run_worker
        from siyu.platform.logs import configure_logs
        from siyu.platform.tracing import configure_traces, stop_traces

    settings = load_settings()
    configure_logs(settings.log_level, clock=settings.clock, process=f"worker-{group}")
    configure_traces(settings.traces_url, process=f"worker-{group}", percent=settings.traces_percent)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    stop_when_parent_is_gone(stop_seconds=30)
    with open_installation(settings, uses_reserved_slots=group == "audience") as installation:
        has_ended = run_worker(installation, group, stop)
        stop_traces()
        if not has_ended:
            os._exit(0)  # a job that takes long would hold the process up; it is taken over by the next worker
