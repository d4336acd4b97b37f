"""Reading sends, for engines and faces; on their own account, without rights where no actor is asked."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from siyu.domain.customers.reading import living_customers
from siyu.domain.definitions import reading as definitions
from siyu.domain.sends import posts_store, store, tasks_store
from siyu.domain.sends.contracts import (
    Ids,
    LeftOutReason,
    MassQuota,
    PackItem,
    PostTask,
    Run,
    RunNumbers,
    Send,
    Task,
    Worths,
)
from siyu.domain.sends.rules import (
    asker_of,
    content_key,
    is_in_hours,
    is_personal,
    is_seen,
    needs_approval,
    quota_most,
    quota_since,
    stored_send,
    task_body,
    times_of,
    window_end,
)
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import Reading, UnitOfWork

__all__ = [
    "asker_of",
    "content_key",
    "contents_on",
    "has_waiting",
    "is_in_hours",
    "is_personal",
    "is_seen",
    "learned_members",
    "left_out",
    "left_out_of",
    "left_out_people",
    "left_out_seen",
    "lock_slots_left",
    "may_be_over",
    "needs_approval",
    "numbers",
    "packs_of",
    "quota_most",
    "quota_used",
    "runs_of",
    "send_of",
    "task_body",
    "times_of",
    "told_of",
    "unasked_people",
    "waiting_profiles",
    "window_end",
]
"""What of this door is written in the files beside it."""

LATE, RUNS_MAX = timedelta(days=90), 50
"""How far back, and through how many runs at most, it is looked who was left out."""

TOLD = ("definition_id", "version", "outcome", "member", "counted_on")


def send_of(reading: Reading, run: Run) -> Send:
    """What a run says, and to whom: the version that it pinned."""
    return stored_send(definitions.get_version(reading, run.send_id, run.version).document)


def waiting_posts(reading: Reading, task: PostTask) -> dict[str, int]:
    """{group's or member's name outside: post} of those of a task that have no outcome."""
    return posts_store.waiting_subjects(reading.driver, task.task_id)


def sent_posts(reading: Reading, task: PostTask) -> dict[str, int]:
    """As waiting_posts, of those that were posted."""
    return posts_store.sent_subjects(reading.driver, task.task_id)


def runs_of(reading: Reading, send_ids: Collection[int]) -> dict[tuple[int, int], Run]:
    """{(send, version): run} of all runs of sends."""
    return store.runs_of(reading.driver, send_ids)


def left_out(reading: Reading, run_id: int) -> dict[LeftOutReason, int]:
    """How many of the segment are not among a run's people, by reason."""
    return store.left_out(reading.driver, run_id)


def left_out_seen(reading: Reading, actor: Actor, run: Run) -> dict[LeftOutReason, int]:
    """As left_out, of those whom the actor may see."""
    found = store.left_out(reading.driver, run.run_id)
    if is_seen(actor, run):
        return found
    people = {reason: store.left_out_people(reading.driver, run.run_id, reason).tolist() for reason in found}
    seen = {reason: len(living_customers(reading, actor, ids)) for reason, ids in people.items()}
    return {reason: count for reason, count in seen.items() if count}


def left_out_of(reading: Reading, profile_ids: Collection[int]) -> list[tuple[int, LeftOutReason, datetime]]:
    """(send, why, when it began) of sends of late that left out one customer, of these profiles; the latest first."""
    return store.left_out_of(reading.driver, profile_ids, reading.clock.now() - LATE, RUNS_MAX)


def left_out_people(reading: Reading, run_id: int, reason: LeftOutReason) -> Ids:
    """The profiles that are left out for a reason."""
    return store.left_out_people(reading.driver, run_id, reason)


def numbers(reading: Reading, actor: Actor, run: Run) -> RunNumbers:
    """Where the messages of a run are that go by tasks, to customers whom the actor may see, and which members have them."""
    actor.require("sends.read")
    return RunNumbers(
        tasks_store.outcomes(reading.driver, actor, run.send_id, run.version),
        tasks_store.members(reading.driver, run.send_id, run.version),
        tasks_store.count_tasks(reading.driver, run.send_id, run.version),
    )


def packs_of(
    reading: Reading, actor: Actor, members: Collection[tuple[str, str]], since: datetime
) -> dict[tuple[str, str], list[PackItem]]:
    """{(corp, userid in lower case): what they are asked to confirm, worth most first, and then what they confirmed since} of those
    members, (corp, userid), who have anything."""
    actor.require("sends.read")
    return tasks_store.packs_of(reading.driver, members, since)


def may_be_over(reading: Reading, run: Run) -> bool:
    """Whether everybody of a run was asked for, and no task with a message of it is open."""
    return not store.has_parts_left(reading.driver, run.run_id) and not tasks_store.has_open_tasks(
        reading.driver, run.send_id, run.version
    )


def first_task_since(reading: Reading, definition_id: int, version: int, since: datetime) -> datetime | None:
    """When the first task of a version was made since then."""
    return tasks_store.first_task_since(reading.driver, definition_id, version, since)


def contents_on(reading: Reading, day: date) -> int:
    """How many different contents members are asked to confirm on a day."""
    return tasks_store.contents_on(reading.driver, day)


def lock_slots_left(work: UnitOfWork, profile_ids: Collection[int], quota: MassQuota, day: date) -> dict[int, int]:
    """How many mass messages each profile may still get in the period; who got none yet is left out. Nobody else counts until the
    commit."""
    used = tasks_store.used_by_profile(work.driver, profile_ids, quota_since(quota, day))
    most = quota_most(quota, day)
    return {profile_id: max(0, most - count) for profile_id, count in used.items()}


def quota_used(reading: Reading, quota: MassQuota, day: date) -> dict[int, int]:
    """{customer as of now: mass messages in the period} of everybody who was given any."""
    return dict(tasks_store.all_used(reading.driver, quota_since(quota, day)))


def learned_members(reading: Reading, profile_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """{profile: (corp, member)} to whom WeCom handed each last: nobody else tells with whom a customer talked last."""
    return tasks_store.learned_members(reading.driver, profile_ids)


def waiting_profiles(reading: Reading, task: Task) -> list[int]:
    """The profiles in a task of which nothing is known yet."""
    return tasks_store.waiting_profiles(reading.driver, task.task_id)


def unasked_people(reading: Reading, run_id: int) -> tuple[Ids, Worths]:
    """The people of a run who were not asked for yet, and what the message is worth for each."""
    return store.unasked_people(reading.driver, run_id)


def has_waiting(reading: Reading, task: Task) -> bool:
    """Whether any message in a task has no outcome yet."""
    return tasks_store.has_waiting(reading.driver, task.task_id)


def told_of(reading: Reading, profile_ids: Collection[int]) -> list[dict[str, Any]]:
    """Mass messages that went, or were to go, to the profiles, for the person herself."""
    rows = tasks_store.select_told(reading.driver, profile_ids)
    return [dict(zip(TOLD, row, strict=True)) for row in rows]
