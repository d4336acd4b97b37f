"""Messages of a journey on their way to the planner, as on an installation: who moves entries, the log and the gate, and who plans
tasks of staff are each a process of their own, and all of them are at work at once.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from multiprocessing import get_context
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from typing import Final
from zoneinfo import ZoneInfo

from siyu.domain.content.contracts import SignedAddresses
from siyu.domain.messages.contracts import MESSAGE_REQUESTED
from siyu.domain.sends.contracts import WECOM_CHANNEL, SendRules
from siyu.engines.orchestration import advance_once
from siyu.engines.reach.gate import CONSUMER_NAME, Reach
from siyu.engines.reach.tasks_channel import TaskChannel
from siyu.engines.reach.tasks_planning import plan_tasks_once
from siyu.kernel.clock import ManualClock
from siyu.platform.collection import collect_seldom
from siyu.platform.eventlog.consuming import Consumer, Handler, consume_once
from siyu.platform.eventlog.sequencer import sequence_once
from siyu.platform.postgres.database import Database

RELEASE_HOUR: Final = 10
ZONE: Final = ZoneInfo("Asia/Shanghai")
IDLE_SECONDS: Final = 0.01
IDLE_SECONDS_MAX: Final = 120.0
"""Who has nothing to do for so long waits for what does not come."""
Work = Callable[[], int]
"""Does some of it; how many messages that were."""


def release_time(now: datetime) -> datetime:
    """The next moment at which tasks are made of what journeys asked for."""
    return now + timedelta(hours=(RELEASE_HOUR - now.astimezone(ZONE).hour) % 24)


def planned(url: str, at: datetime, messages: int) -> float:
    """Seconds until so many messages that entries are about to ask for are in tasks."""
    spawning = get_context("spawn")
    barrier = spawning.Barrier(len(_STAGES))
    told: Queue[tuple[float | None, float]] = spawning.Queue()
    stages = [spawning.Process(target=_run, args=(name, url, at, messages, barrier, told)) for name in _STAGES]
    for each in stages:
        each.start()
    times: list[tuple[float | None, float]] = [told.get(timeout=IDLE_SECONDS_MAX + 600) for _ in stages]
    for each in stages:
        each.join()
    begun = [begin for begin, _ in times if begin is not None]
    if len(begun) < len(times):
        raise RuntimeError("somebody waited for messages that did not come, so this is the time of nothing")
    return max(end for _, end in times) - min(begun)


def _run(
    name: str, url: str, at: datetime, messages: int, barrier: Barrier, told: Queue[tuple[float | None, float]]
) -> None:
    collect_seldom()  # as a worker does
    database = Database(url, clock=ManualClock(at))
    try:
        work = _STAGES[name](database)
        barrier.wait()
        begin = busy_at = time.perf_counter()
        done = 0
        while done < messages and time.perf_counter() - busy_at < IDLE_SECONDS_MAX:
            some = work()
            done += some
            if some:
                busy_at = time.perf_counter()
            else:
                time.sleep(IDLE_SECONDS)
        told.put((begin if done == messages else None, time.perf_counter()))
    finally:
        database.close()


def _moving(database: Database) -> Work:
    return lambda: advance_once(database)


def _judging(database: Database) -> Work:
    """Gives the log its order, as one process does, and has the gate read it."""
    judged: list[int] = []
    gate = gate_of(lambda _, events: judged.append(len(events)))

    def judge() -> int:
        with database.autocommit() as driver:
            sequence_once(driver)
        consume_once(database, gate)
        some = sum(judged)
        judged.clear()
        return some

    return judge


def gate_of(*more: Handler) -> Consumer:
    """The gate as a reader of the log; `more` hear the requests after it."""
    return Consumer(CONSUMER_NAME, {MESSAGE_REQUESTED: [_reach().judge_requests, *more]})


def _planning(database: Database) -> Work:
    reach = _reach()
    return lambda: plan_tasks_once(database, reach, SendRules())


def _reach() -> Reach:
    addresses = SignedAddresses("https://bench.example", "a secret of this bench")
    return Reach({WECOM_CHANNEL: TaskChannel()}, addresses, ZONE)


_STAGES: Final[dict[str, Callable[[Database], Work]]] = {
    "moving": _moving,
    "judging": _judging,
    "planning": _planning,
}
