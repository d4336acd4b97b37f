"""What waits for somebody today: of each kind how much, and only of what they may see and do something about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from siyu.channels.wecom.callbacks_store import count_callbacks
from siyu.domain.company import service as company
from siyu.domain.definitions.reading import live_versions
from siyu.domain.journeys import reading as journeys
from siyu.domain.journeys.contracts import JOURNEY_KIND
from siyu.domain.messages import reading as messages
from siyu.domain.metrics import service as metrics
from siyu.domain.sends import service as sends
from siyu.domain.tasks import reading as tasks
from siyu.domain.tasks.contracts import TaskView
from siyu.engines.orchestration.letting_in import others_in_scope
from siyu.kernel.actors import Actor
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Reading

QUOTA_SHARE_LOW: Final = 0.8
"""From this share of a day's messages on a channel's quota is something to look at."""
ALERTS_MAX: Final = 100


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits: `key` says what, `count` how much of it; `subject` which of several, `limit` what there is in all."""

    key: str
    count: int
    is_urgent: bool = False
    subject: str = ""
    limit: int | None = None


def waiting_for(reading: Reading, actor: Actor, zone: ZoneInfo) -> list[Waiting]:
    """All that waits for the actor, what is urgent first."""
    found = [each for right, look in _LOOKS if actor.may(right) for each in look(reading, actor, zone)]
    return sorted((each for each in found if each.count), key=lambda each: not each.is_urgent)


def _tasks(reading: Reading, actor: Actor, zone: ZoneInfo) -> Iterator[Waiting]:
    counts = tasks.count_tasks(reading, actor, TaskView.MINE, zone)
    yield Waiting("tasks_overdue", counts.overdue, is_urgent=True)
    yield Waiting("tasks_today", counts.today)


def _approvals(reading: Reading, actor: Actor, _zone: ZoneInfo) -> Iterator[Waiting]:
    yield Waiting("approvals", len(sends.list_approvals(reading, actor)), is_urgent=True)
    yield Waiting("post_approvals", len(sends.list_post_approvals(reading, actor)), is_urgent=True)


def _journeys(reading: Reading, actor: Actor, _zone: ZoneInfo) -> Iterator[Waiting]:
    """Journeys in which those are held by a fault whom the actor may see."""
    live = [each.definition_id for each in live_versions(reading, JOURNEY_KIND)]
    numbers = journeys.numbers(reading, live, actor, partial(others_in_scope, reading, actor))
    yield Waiting("journeys_held", sum(each.paused > 0 for each in numbers.values()), is_urgent=True)


def _alerts(reading: Reading, actor: Actor, _zone: ZoneInfo) -> Iterator[Waiting]:
    page = PageRequest(size=ALERTS_MAX, after=None)
    yield Waiting("alerts", len(metrics.list_alerts(reading, actor, page, is_open=True).rows))


def _quotas(reading: Reading, actor: Actor, zone: ZoneInfo) -> Iterator[Waiting]:
    """Channels whose messages of the day are nearly, or wholly, used up: told to who sees all customers, for all use them."""
    if not actor.scope.is_everything:
        return
    used = messages.let_through_on(reading, reading.clock.now().astimezone(zone).date())
    for channel, rules in messages.reach_rules(reading).rules.channels.items():
        quota, count = rules.quota_per_day, used.get(channel, 0)
        if quota is not None and count >= quota * QUOTA_SHARE_LOW:
            yield Waiting("quota", count, is_urgent=count >= quota, subject=channel, limit=quota)


def _callbacks(reading: Reading, actor: Actor, _zone: ZoneInfo) -> Iterator[Waiting]:
    """What WeCom called back with, and nobody could make anything of."""
    for corp in company.list_wecom_corps(reading, actor):
        yield Waiting("callbacks", count_callbacks(reading, corp.corp_id).get("failed", 0), subject=corp.name)


_LOOKS: Final[Sequence[tuple[str, Callable[[Reading, Actor, ZoneInfo], Iterator[Waiting]]]]] = (
    ("tasks.read", _tasks),
    ("sends.approve", _approvals),
    ("journeys.read", _journeys),
    ("metrics.read", _alerts),
    ("messages.read", _quotas),
    ("wecom.read", _callbacks),
)
