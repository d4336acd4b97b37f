"""How the worker of jobs talks to PostgreSQL: it outlives a database that is away, where procrastinate's own would end.

Its heart, its ear and its hand for new jobs each fail with the first statement that fails; the worker then waits for the jobs
that run, however long, takes no others, and ends without a word.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final, TypeVar

import psycopg
from procrastinate import PsycopgConnector, sql
from procrastinate.connector import Notify
from procrastinate.exceptions import ConnectorException, UniqueViolation

from siyu.platform.logs import get_logger
from siyu.platform.postgres.patience import NETWORK, options

STATEMENT_SECONDS_MAX = 60
CONNECT_SECONDS_MAX = 10
PAUSE_SECONDS = 1.0

_LOST: Final = """
SELECT id, status, task_name, priority, lock, queueing_lock, args, scheduled_at, queue_name, attempts, worker_id
FROM procrastinate_jobs WHERE status = 'doing' AND worker_id = %(worker_id)s AND id <> ALL(%(held)s::bigint[]) LIMIT 1
"""
"""A job that was given to this worker, of which it does not know."""

_Result = TypeVar("_Result")

log = get_logger(__name__)


class PatientConnector(PsycopgConnector):
    """procrastinate's connector, which tries again what failed for want of the database, until `stop` is set."""

    def __init__(self, conninfo: str, stop: threading.Event, *, connections_max: int) -> None:
        super().__init__(
            conninfo=conninfo,
            min_size=1,
            max_size=connections_max,
            timeout=CONNECT_SECONDS_MAX,
            kwargs={
                "connect_timeout": CONNECT_SECONDS_MAX,
                "options": options(STATEMENT_SECONDS_MAX),
                **NETWORK,
            },
        )
        self._stop = stop
        self._held: set[int] = set()

    async def execute_query_async(self, query: Any, **arguments: Any) -> None:
        """For what gives nothing. A job to be run again gives way to one of its kind that waits already."""
        try:
            await self._patiently(lambda: super(PatientConnector, self).execute_query_async(query, **arguments))
        except UniqueViolation:
            if query != sql.queries["retry_job"]:
                raise
            ended = {"job_id": arguments["job_id"], "status": "failed", "delete_job": True}
            await self.execute_query_async(sql.queries["finish_job"], **ended)
        if query in (sql.queries["finish_job"], sql.queries["retry_job"]):
            self._held.discard(arguments["job_id"])

    async def execute_query_one_async(self, query: Any, **arguments: Any) -> dict[str, Any]:
        """For what gives one row. Where the answer that told of a job was lost, it is asked for."""
        is_fetch, tries = query == sql.queries["fetch_job"], 0

        async def ask() -> dict[str, Any]:
            nonlocal tries
            tries += 1
            if is_fetch and tries > 1:
                lost = {"worker_id": arguments["worker_id"], "held": list(self._held)}
                rows: list[dict[str, Any]] = await super(PatientConnector, self).execute_query_all_async(_LOST, **lost)
                if rows:
                    return rows[0]
            told: dict[str, Any] = await super(PatientConnector, self).execute_query_one_async(query, **arguments)
            return told

        row = await self._patiently(ask)
        if is_fetch and row["id"] is not None:
            self._held.add(row["id"])
        return row

    async def execute_query_all_async(self, query: Any, **arguments: Any) -> list[dict[str, Any]]:
        """For what gives rows."""
        return await self._patiently(lambda: super(PatientConnector, self).execute_query_all_async(query, **arguments))

    async def listen_notify(self, on_notification: Notify, channels: Iterable[str]) -> None:
        """Listens until it is cancelled."""
        await self._patiently(lambda: super(PatientConnector, self).listen_notify(on_notification, channels))

    async def _patiently(self, ask: Callable[[], Awaitable[_Result]]) -> _Result:
        while True:
            try:
                return await ask()
            except ConnectorException as error:
                if self._stop.is_set() or not isinstance(error.__cause__, psycopg.OperationalError):
                    raise
                log.warning("jobs_wait_for_database", exc_info=error.__cause__)
            await asyncio.sleep(PAUSE_SECONDS)
