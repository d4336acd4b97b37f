"""Posts to groups and in moments become tasks: one content to the groups of one owner, or to the moments of many members.

Which task carries a post is written down together with the task, so that a worker who is killed leaves either both or none. Tasks
are made within the hours in which members are asked to confirm; what comes later waits for the next morning.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from siyu.domain.contacts import reading as contacts
from siyu.domain.content import reading as contents
from siyu.domain.groups import reading as groups
from siyu.domain.sends import service as sends
from siyu.domain.sends.contracts import GROUPS_MAX, SENDERS_MAX, NewPostTask, PostKind, PostOutcome, WaitingPost
from siyu.domain.sends.reading import content_key, task_body
from siyu.engines.reach.gate import ACTOR
from siyu.engines.reach.tasks_planning import DAY_BEGINS, DAY_ENDS, WINDOW_MIN
from siyu.kernel.ids import derived_hex
from siyu.platform.postgres.database import Database, UnitOfWork

AT_ONCE = 5_000


@dataclass
class _Bundle:
    """Posts of one content that go in one task."""

    kind: PostKind
    corp_id: str
    body: Mapping[str, Any]
    sender: str
    subjects: dict[int, str] = field(default_factory=dict)


def plan_posts_once(database: Database, zone: ZoneInfo, corp_ids: Collection[str]) -> int:
    """Makes tasks of posts that wait, in the corps that are connected; gives how many were taken."""
    local = database.clock.now().astimezone(zone)
    ends_at = local.replace(hour=DAY_ENDS, minute=0, second=0, microsecond=0)
    if local.hour < DAY_BEGINS or ends_at - local < WINDOW_MIN:
        return 0
    with database.begin() as work:
        waiting = sends.lock_waiting_posts(work, ACTOR, AT_ONCE)
        if not waiting:
            return 0
        gone: dict[int, PostOutcome] = {}
        sends.plan_post_tasks(work, ACTOR, _tasks(work, waiting, ends_at, corp_ids, gone))
        sends.settle_posts(work, ACTOR, gone)
        return len(waiting)


def _tasks(
    work: UnitOfWork,
    waiting: Sequence[WaitingPost],
    ends_at: datetime,
    corp_ids: Collection[str],
    gone: dict[int, PostOutcome],
) -> list[NewPostTask]:
    """The tasks of what waits; `gone` gets what cannot be in one."""
    places = contents.messages_at(work, {(each.definition_id, each.version, each.step) for each in waiting})
    owned = groups.addresses_of(work, {each.subject_id for each in waiting if each.kind is PostKind.GROUP})
    members = contacts.members_of_staff(work, {each.subject_id for each in waiting if each.kind is PostKind.MOMENT})
    bundles: dict[tuple[PostKind, str, str, int], _Bundle] = {}
    for post in waiting:
        kept = places.get((post.definition_id, post.version, post.step))
        address = _address(post, owned, members)
        if kept is None or address is None or address[0] not in corp_ids:
            gone[post.post_id] = PostOutcome.GONE
            continue
        corp_id, sender, subject = address
        body = task_body(kept.content)
        _put(bundles, _Bundle(post.kind, corp_id, body, sender), post.post_id, subject)
    return [
        NewPostTask(
            task_key=derived_hex("post task", corp_id, key, ends_at.isoformat(), *map(str, sorted(bundle.subjects))),
            kind=kind,
            corp_id=corp_id,
            content_key=key,
            body=bundle.body,
            sender=bundle.sender,
            ends_at=ends_at,
            subjects=bundle.subjects,
        )
        for (kind, corp_id, key, _), bundle in bundles.items()
    ]


def _put(bundles: dict[tuple[PostKind, str, str, int], _Bundle], fresh: _Bundle, post_id: int, subject: str) -> None:
    """Into the first task of this content that has room, and not the same place already: a group is told a thing once a task."""
    most = GROUPS_MAX if fresh.kind is PostKind.GROUP else SENDERS_MAX
    key = content_key(fresh.body, fresh.sender)
    number = 0
    while True:
        bundle = bundles.setdefault((fresh.kind, fresh.corp_id, key, number), fresh)
        if len(bundle.subjects) < most and subject not in bundle.subjects.values():
            bundle.subjects[post_id] = subject
            return
        number += 1


def _address(
    post: WaitingPost,
    owned: Mapping[int, tuple[str, str, str]],
    members: Mapping[int, tuple[str, str]],
) -> tuple[str, str, str] | None:
    """(corp, sender, name outside) of a post."""
    if post.kind is PostKind.GROUP:
        found = owned.get(post.subject_id)
        return (found[0], found[2], found[1]) if found is not None else None
    member = members.get(post.subject_id)
    return (member[0], "", member[1]) if member is not None else None
