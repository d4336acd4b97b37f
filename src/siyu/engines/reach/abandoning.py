"""Tasks of a corp that was switched off while they were open: nobody can be asked any more what became of them.

For a day after the end of their window they wait, for the corp may be switched on again. Then what was surely never asked for
counts as not confirmed, and all else as unknown: members may have sent it, or may yet, so that nothing goes out in its place.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Final

from siyu.domain.messages import reading as messages_reading
from siyu.domain.messages import service as messages
from siyu.domain.sends import reading as sends_reading
from siyu.domain.sends import service as sends
from siyu.domain.sends.contracts import Outcome, PostOutcome, PostTaskState, TaskState
from siyu.engines.reach.gate import ACTOR
from siyu.engines.reach.tasks_working import settlement
from siyu.platform.postgres.database import Database

WAITED_FOR: Final = timedelta(days=1)
AT_ONCE: Final = 20


def end_abandoned_tasks_once(database: Database, corp_ids: Collection[str]) -> int:
    """Ends mass tasks of all corps but these; gives how many."""
    with database.begin() as work:
        now = work.clock.now()
        tasks = sends.lock_abandoned_tasks(work, ACTOR, corp_ids, now - WAITED_FOR, AT_ONCE)
        for task in tasks:
            outcome = Outcome.NOT_CONFIRMED if task.state is TaskState.NEW else Outcome.UNKNOWN
            sends.move_task(work, ACTOR, task, TaskState.CLOSED, now)
            outcomes = sends.settle_rest(work, ACTOR, task, outcome)
            claimed = messages_reading.awaiting_staff(work, outcomes)
            messages.settle(work, ACTOR, [settlement(each, outcomes[each.message_id], now, 0) for each in claimed])
        return len(tasks)


def end_abandoned_posts_once(database: Database, corp_ids: Collection[str]) -> int:
    """Ends tasks of posts of all corps but these; gives how many."""
    with database.begin() as work:
        now = work.clock.now()
        tasks = sends.lock_abandoned_post_tasks(work, ACTOR, corp_ids, now - WAITED_FOR, AT_ONCE)
        for task in tasks:
            outcome = PostOutcome.NOT_CONFIRMED if task.state is PostTaskState.NEW else PostOutcome.UNKNOWN
            waiting = sends_reading.waiting_posts(work, task)
            sends.settle_posts(work, ACTOR, dict.fromkeys(waiting.values(), outcome))
            sends.move_post_task(work, ACTOR, task, PostTaskState.CLOSED, now)
        return len(tasks)
