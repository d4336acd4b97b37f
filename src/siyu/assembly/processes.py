"""What runs when Siyu serves: the engines, the one who brings them into shape, the faces, the workers."""

from __future__ import annotations

import http.client
import socket
import sys
from collections.abc import Iterable, Sequence
from dataclasses import fields
from pathlib import Path

from siyu.assembly.stores import embedded_columns, embedded_postgres
from siyu.kernel.errors import SiyuError
from siyu.platform.processes import ProcessSpec
from siyu.platform.settings import Settings
from siyu.platform.whole import require_whole

JOBS_GROUP = "jobs"
GROUPS = ("intake", "columns", "audience", "flow", JOBS_GROUP)
"""Worker processes: each runs one group of loops, or the jobs, so that none starves another of its processor."""


class PortTakenError(SiyuError):
    """Another program answers on a port that Siyu needs. End it, or choose another port."""

    code = "port_taken"


def process_specs(settings: Settings) -> list[ProcessSpec]:
    """The processes of an installation with these settings; each reads the settings itself, from file and environment.

    The faces load while the stores are brought into shape, and answer when they have it; the workers come last, so that a
    page is there as soon as can be.
    """
    require_whole(settings)
    engines = _engine_specs(settings)
    shape = ProcessSpec(
        name="migrate",
        command=siyu_command("migrate"),
        environment=child_environment(settings),
        depends_on=[engine.name for engine in engines],
        ready_seconds=600,
        is_task=True,
    )
    apis = [
        ProcessSpec(
            name=f"api-{number}",
            command=siyu_command("api"),
            environment=child_environment(settings),
            is_ready=lambda: answers(settings),
            ready_seconds=900,
            depends_on=[engine.name for engine in engines],
        )
        for number in range(1, settings.api_processes + 1)
    ]
    workers = [
        ProcessSpec(
            name=f"worker-{group}",
            command=siyu_command("worker", group),
            environment=child_environment(settings),
            stop_seconds=30,
            depends_on=[shape.name, *(api.name for api in apis)],
        )
        for group in GROUPS
    ]
    return [*engines, shape, *apis, *workers]


def answers(settings: Settings) -> bool:
    """Whether the HTTP face answers."""
    connection = http.client.HTTPConnection(_reachable(settings.host), settings.port, timeout=1)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def require_silence(addresses: Iterable[tuple[str, int]]) -> None:
    """PortTakenError where somebody answers at one of these (host, port). Asked before anything starts: faces share their port, so
    another installation's would get half of the visitors and nobody would be told; and what another answers is taken for our
    own."""
    for host, port in addresses:
        if not _is_silent(host, port):
            raise PortTakenError(
                f"端口 {port} 上已有别的程序，请换一个 --port · another program answers on port {port}, choose another --port"
            )


def _is_silent(host: str, port: int) -> bool:
    try:
        socket.create_connection((_reachable(host), port), timeout=1).close()
    except TimeoutError:
        return False  # somebody who is too busy to answer
    except OSError:
        return True
    return False


def address_of(settings: Settings) -> str:
    """Where somebody on this machine reaches the HTTP face."""
    host = _reachable(settings.host)
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - read, not listened on


def _engine_specs(settings: Settings) -> list[ProcessSpec]:
    specs = []
    if (postgres := embedded_postgres(settings)) is not None:
        specs.append(
            ProcessSpec(
                name="postgres",
                command=postgres.command(),
                environment=postgres.environment(),
                is_ready=postgres.is_ready,
                is_stuck=postgres.is_stuck,
                stop_signal=postgres.stop_signal,
                stop_seconds=30,
                prepare=postgres.initialise,
            )
        )
    if (columns := embedded_columns(settings)) is not None:
        if not columns.is_ready():
            columns.claim()
        specs.append(
            ProcessSpec(
                name="columns",
                command=columns.command(),
                environment=columns.environment(),
                is_ready=columns.is_ready,
            )
        )
    return specs


def child_environment(settings: Settings) -> dict[str, str]:
    """The settings as a child reads them, whatever else its environment and the file say."""
    values = {each.name: getattr(settings, each.name) for each in fields(Settings)}
    told = {f"SIYU_{name.upper()}": str(value) for name, value in values.items() if value != ""}
    return {**told, "PROMETHEUS_MULTIPROC_DIR": str(metrics_folder(settings))}


def metrics_folder(settings: Settings) -> Path:
    """Where the processes keep what they count, so that any of them can show the sum."""
    return settings.runtime_folder / "metrics"


def siyu_command(*arguments: str) -> Sequence[str]:
    """A command of Siyu's own command line, as a child runs it."""
    return [sys.executable, "-P", "-m", "siyu", *arguments]
