"""What nodes do elsewhere, for many at once and each by its key; all of it commits with the move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

import numpy as np

from siyu.domain.content.contracts import Template
from siyu.domain.customers import reading as customers_reading
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import AttributeChange
from siyu.domain.entries import service as leads
from siyu.domain.experiments import service as experiments
from siyu.domain.hooks import service as hooks
from siyu.domain.hooks.contracts import CallRequest
from siyu.domain.journeys import service as journeys
from siyu.domain.journeys.contracts import (
    Arrival,
    AttributePlan,
    CouponPlan,
    DueEntries,
    EnterPlan,
    GroupMessagePlan,
    HandOverPlan,
    MessagePlan,
    MomentPlan,
    Numbers,
    Subject,
    TagPlan,
    TaskPlan,
    WebhookPlan,
)
from siyu.domain.messages import service as messages
from siyu.domain.messages.contracts import MessageRequest
from siyu.domain.promotions import service as promotions
from siyu.domain.segments import reading as segments
from siyu.domain.sends import service as sends
from siyu.domain.sends.contracts import GroupPost, MomentPost
from siyu.domain.tags import service as tags
from siyu.domain.tags.contracts import AT_ONCE_MAX, How, Way
from siyu.domain.tasks import service as tasks
from siyu.domain.tasks.contracts import TaskRequest
from siyu.kernel.actors import Actor
from siyu.kernel.ids import derived_id
from siyu.platform.postgres.database import UnitOfWork

CODES_AT_ONCE_MAX: Final = 10_000


@dataclass(frozen=True, slots=True)
class Effects:
    """For the entries of one version, in one unit of work."""

    work: UnitOfWork
    actor: Actor
    entries: DueEntries
    now: datetime

    def keys(self, place: int, some: Numbers) -> list[str]:
        """For each what happens to it here once: an entry comes to a place once in a visit."""
        ids, visits = self.entries.entry_ids[some].tolist(), self.entries.visits[some].tolist()
        return [f"journey:{entry}:{place}:{visit}" for entry, visit in zip(ids, visits, strict=True)]

    def _whose(self, some: Numbers) -> list[int]:
        whose: list[int] = self.entries.subject_ids[some].tolist()
        return whose

    def _version(self) -> tuple[int, int]:
        return int(self.entries.journey_ids[0]), int(self.entries.versions[0])

    def arms(self, experiment_id: int, some: Numbers) -> list[str]:
        """The arm of each, "" of who is in none."""
        whose = self._whose(some)
        given = experiments.assign(self.work, self.actor, experiment_id, set(whose), segments.is_member)
        return [given.get(each, "") for each in whose]

    def message(self, place: int, plan: MessagePlan, some: Numbers) -> None:
        """Asks for messages."""
        journey_id, version = self._version()
        arms = self.arms(plan.experiment_id, some) if plan.experiment_id is not None else [""] * len(some)
        steps = {each.arm: each.step for each in plan.variants}
        hours = plan.expires_after_hours
        expires_at = self.now + timedelta(hours=hours) if hours is not None else None
        messages.request_messages(
            self.work,
            self.actor,
            (
                MessageRequest(
                    message_key=key,
                    profile_id=customer_id,
                    definition_id=journey_id,
                    version=version,
                    step=steps.get(arm, place),
                    channels=plan.channels,
                    purpose=plan.purpose,
                    persona_id=plan.persona_id,
                    expires_at=expires_at,
                )
                for key, customer_id, arm in zip(self.keys(place, some), self._whose(some), arms, strict=True)
            ),
        )

    def task(self, place: int, plan: TaskPlan, some: Numbers) -> None:
        """Asks staff. What stands in the places of a text is looked up, and masked, where it is read."""
        journey_id, version = self._version()
        due_at = self.now + timedelta(minutes=plan.deadline_minutes)
        tasks.request_tasks(
            self.work,
            self.actor,
            [
                TaskRequest(
                    task_key=key,
                    customer_id=customer_id,
                    staff_id=plan.staff_id,
                    persona_id=plan.persona_id,
                    title=plan.title,
                    body=plan.script,
                    script_id=plan.script_id,
                    due_at=due_at,
                    definition_id=journey_id,
                    version=version,
                    step=place,
                    expires_at=due_at if plan.wait else None,
                )
                for key, customer_id in zip(self.keys(place, some), self._whose(some), strict=True)
            ],
        )

    def tag(self, _place: int, plan: TagPlan, some: Numbers) -> None:
        """Gives tags and takes others."""
        way = Way(How.JOURNEY, by=f"journey:{self._version()[0]}")
        for part in _parts(self._whose(some), AT_ONCE_MAX):
            for tag_id in plan.add:
                tags.keep_tagged(self.work, self.actor, tag_id, dict.fromkeys(part), way)
            for tag_id in plan.remove:
                tags.keep_untagged(self.work, self.actor, tag_id, part, way)

    def attribute(self, _place: int, plan: AttributePlan, some: Numbers) -> None:
        """Sets an attribute."""
        self._set(dict.fromkeys(self._whose(some), plan.value), plan.name)

    def _set(self, values: Mapping[int, object], name: str) -> None:
        changes = [AttributeChange(customer_id, {name: value}, self.now) for customer_id, value in values.items()]
        customers.set_attributes(self.work, self.actor, changes)

    def webhook(self, place: int, plan: WebhookPlan, some: Numbers) -> None:
        """Asks for calls."""
        texts = {name: _parsed(text) for name, text in plan.fields.items()}
        whose = self._whose(some)
        personal = any(each.attributes for each in texts.values())
        known = customers_reading.attributes_of(self.work, whose) if personal else {}
        hooks.request_calls(
            self.work,
            self.actor,
            [
                CallRequest(
                    key, plan.endpoint_id, who, {name: text.render(known.get(who, {})) for name, text in texts.items()}
                )
                for key, who in zip(self.keys(place, some), whose, strict=True)
            ],
        )

    def coupon(self, place: int, plan: CouponPlan, some: Numbers) -> Numbers:
        """Issues codes; who got one (1), and who got none (0)."""
        whose = self._whose(some)
        keys = self.keys(place, some)
        given: dict[str, str] = {}
        for part in _parts(list(range(len(keys))), CODES_AT_ONCE_MAX):
            given |= promotions.issue_codes(
                self.work, self.actor, plan.pool_id, {keys[each]: whose[each] for each in part}
            )
        self._set({who: given[key] for key, who in zip(keys, whose, strict=True) if key in given}, plan.attribute)
        return np.array([int(key in given) for key in keys], dtype=np.int64)

    def enter(self, place: int, plan: EnterPlan, subject: Subject, some: Numbers) -> None:
        """Lets them into another journey."""
        profiles = self.entries.profile_ids[some].tolist()
        arrivals = [
            Arrival(plan.journey_id, who, profile_id or None, self.now, derived_id("journey_node", key))
            for key, who, profile_id in zip(self.keys(place, some), self._whose(some), profiles, strict=True)
        ]
        journeys.start_entries(self.work, self.actor, arrivals, subject=subject)

    def hand_over(self, place: int, plan: HandOverPlan, some: Numbers) -> None:
        """Gives customers to somebody, or to the pool."""
        handed = list(zip(self.keys(place, some), self._whose(some), strict=True))
        leads.hand_over(self.work, self.actor, handed, plan.staff_id, plan.note, source=f"journey:{self._version()[0]}")

    def group_message(self, place: int, _plan: GroupMessagePlan, some: Numbers) -> None:
        """Posts into groups."""
        journey_id, version = self._version()
        posts = [
            GroupPost(key, group_id, journey_id, version, place)
            for key, group_id in zip(self.keys(place, some), self._whose(some), strict=True)
        ]
        sends.request_group_posts(self.work, self.actor, posts)

    def moment(self, place: int, _plan: MomentPlan, some: Numbers) -> None:
        """Posts moments."""
        journey_id, version = self._version()
        posts = [
            MomentPost(key, staff_id, journey_id, version, place)
            for key, staff_id in zip(self.keys(place, some), self._whose(some), strict=True)
        ]
        sends.request_moments(self.work, self.actor, posts)


def _parts(ids: list[int], size: int) -> list[list[int]]:
    return [ids[start : start + size] for start in range(0, len(ids), size)]


@lru_cache(maxsize=1000)
def _parsed(text: str) -> Template:
    return Template.parse(text)
