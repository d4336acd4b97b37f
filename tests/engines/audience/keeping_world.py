"""A world in which everything happens that can happen to membership, in any order, and a slow witness of who should be in."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from siyu.domain.customers import reading as customers_reading
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import AttributeChange, ConsentState, Identity
from siyu.domain.definitions.contracts import DefinitionInUseError, InvalidDefinitionError
from siyu.domain.segments import lists, reading, service
from siyu.domain.segments.contracts import (
    SEGMENT_ENTERED,
    SEGMENT_EXITED,
    SEGMENT_MOVED,
    AllCondition,
    AnyCondition,
    AttributeCondition,
    CalendarWindow,
    Condition,
    Duration,
    EventCondition,
    ListCondition,
    ListMode,
    MomentCondition,
    NotCondition,
    RollingWindow,
    SegmentCondition,
)
from siyu.domain.segments.definition import as_document
from siyu.engines.audience.building import build_waiting
from siyu.engines.audience.keeping import Audience, tick_once
from siyu.engines.projection.projecting import columns_projector
from siyu.kernel.actors import system_actor
from siyu.kernel.clock import ManualClock
from siyu.kernel.events import NewEvent
from siyu.platform.eventlog.projecting import project_once
from siyu.platform.eventlog.reading import ANY_NAME, Stretch, head_position, read_stored
from siyu.platform.postgres.database import Database
from tests.domain.segments.definitions import EVENTS, NAMES, NUMBERS, PROPERTIES, TEXTS, random_condition
from tests.engines.audience.histories import Happening, History, Person
from tests.engines.audience.keeping_steps import SHANGHAI, follow, project, sequence
from tests.engines.audience.reference import matching

SIYU = system_actor("test")
KINDS = (
    *(
        "attribute",
        "event",
        "event",
        "moment",
        "event_value",
        "sequence",
        "regular",
        "resumed",
        "stopped",
        "anniversary",
        "acted",
    ),
    *("consent", "identity", "entry", "sample", "segment", "list"),
)
SEGMENTS_MAX = 11


def _telling(list_ids: Sequence[int]) -> list[Condition]:
    """Conditions that each of the ways in which somebody is looked at again is needed for."""
    event, hour, week = EVENTS[0], Duration(1, "hour"), Duration(7)
    return [
        ListCondition(list_ids[0]),
        NotCondition(ListCondition(list_ids[1])),
        MomentCondition(event, "last", RollingWindow(most=hour)),
        MomentCondition(event, "last", RollingWindow(least=week)),
        EventCondition(event, "at_least", 1, window=CalendarWindow("day")),
        EventCondition(EVENTS[1], "exactly", 1, window=RollingWindow(most=week)),
        AttributeCondition(NAMES[0], "is_set"),
    ]


@dataclass
class World:
    """Some people and segments, and a random hand that moves them."""

    audience: Audience
    clock: ManualClock
    random: Random
    names: list[str] = field(default_factory=list)
    profiles: list[int] = field(default_factory=list)
    segment_ids: list[int] = field(default_factory=list)
    fixed: list[int] = field(default_factory=list)
    stopped: set[int] = field(default_factory=set)
    list_ids: list[int] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    @property
    def database(self) -> Database:
        return self.audience.database

    def begin(self, people: int = 7) -> None:
        self.names = [f"u{n}" for n in range(people)]
        with self.database.begin() as work:
            groups: dict[Sequence[Identity], datetime] = {
                (Identity("user_id", name),): work.clock.now() for name in self.names
            }
            found = customers.resolve(work, SIYU, groups)
            self.profiles = [found[Identity("user_id", name)] for name in self.names]
            self.list_ids = [lists.create_list(work, SIYU, f"名单{n}").list_id for n in range(2)]
        for condition in _telling(self.list_ids):
            self.publish(condition)
        self.fixed = list(self.segment_ids)
        self.publish()

    def step(self) -> None:
        """Something happens."""
        verbs: list[tuple[int, Callable[[], None]]] = [
            (8, self.happen),
            (4, self.tell_attributes),
            (2, self.say),
            (3, self.join),
            (2, self.part),
            (1, self.erase),
            (2, self.publish),
            (2, self.edit),
            (1, self.stop),
            (2, self.resume),
            (1, self.delete),
            (4, self.change_list),
            (8, self.pass_time),
            (2, self.set_clock_back),
        ]
        verb = self.random.choices([each for _, each in verbs], [weight for weight, _ in verbs])[0]
        self.done.append(verb.__name__)
        verb()

    def interrupt(self) -> None:
        """Some of those who follow the log have followed, others not yet."""
        for _ in range(self.random.randint(0, 3)):
            what = self.random.choice(["sequence", "project", "project_one", "follow", "tick", "build"])
            self.done.append(what)
            if what == "sequence":
                sequence(self.database)
            elif what == "project":
                project(self.audience)
            elif what == "project_one":
                project_once(self.database, columns_projector(self.audience.columns))
            elif what == "follow":
                follow(self.database)
            elif what == "tick":
                tick_once(self.audience)
            else:
                build_waiting(self.audience)

    # --- what happens to people

    def happen(self) -> None:
        now = self.clock.now()
        with self.database.begin() as work:
            for _ in range(self.random.randint(1, 4)):
                ago = self.random.choice([timedelta(), timedelta(hours=5), timedelta(days=1), timedelta(days=7)])
                late = self.random.choice(
                    [timedelta(), timedelta(), timedelta(days=29), -timedelta(hours=3), -timedelta(days=2)]
                )
                work.record(
                    [
                        NewEvent(
                            self.random.choice(EVENTS),
                            work.ids.new_id(),
                            self.random.choice(self.profiles),
                            now - ago - late,
                            self.random.choice(["test", "segments"]),
                            {
                                each: self.random.choice([1, 2, 5, -3, 2.5])
                                for each in PROPERTIES
                                if self.random.random() < 0.6
                            },
                        )
                    ]
                )

    def tell_attributes(self) -> None:
        values: list[Any] = [*TEXTS, *NUMBERS, True, "2026-05-31", "2026-06-02", ["上海", "5"], None]
        told = {name: self.random.choice(values) for name in NAMES if self.random.random() < 0.4}
        with self.database.begin() as work:
            customers.set_attributes(
                work, SIYU, [AttributeChange(self.random.choice(self.profiles), told, work.clock.now())]
            )

    def say(self) -> None:
        with self.database.begin() as work:
            customers.set_consents(
                work,
                SIYU,
                {self.random.choice(self.profiles): work.clock.now()},
                channel=self.random.choice(["sms", "webhook"]),
                purpose="marketing",
                state=self.random.choice([ConsentState.GRANTED, ConsentState.WITHDRAWN]),
            )

    def join(self) -> None:
        one, other = self.random.sample(self.names, 2)
        with self.database.begin() as work:
            group = (Identity("user_id", one), Identity("user_id", other))
            found = customers.resolve(work, SIYU, {group: work.clock.now()})
            for name in (one, other):  # who was erased comes back as somebody new
                self.profiles[self.names.index(name)] = found[Identity("user_id", name)]

    def part(self) -> None:
        with self.database.begin() as work:
            now_of = customers_reading.current_customer_ids(work, self.profiles)
            erased = customers_reading.erased_among(work, set(now_of.values()))
            merged = [each for each in self.profiles if now_of[each] != each and now_of[each] not in erased]
            if merged:
                loser = self.random.choice(merged)
                customers.split(work, SIYU, now_of[loser], profile_ids=[loser], reason="不是一个人")

    def erase(self) -> None:
        with self.database.begin() as work:
            customers.lock_erasing(work, SIYU)
            chosen = self.random.choice(self.profiles)
            now_of = customers_reading.current_customer_ids(work, [chosen])
            everyone = customers_reading.profiles_of(work, [now_of[chosen]])[now_of[chosen]]
            service.leave_segments(work, SIYU, everyone)
            lists.leave_lists(work, SIYU, everyone)
            customers.forget_profiles(work, SIYU, everyone)

    # --- what happens to segments

    def publish(self, condition: Condition | None = None) -> None:
        if len(self.segment_ids) >= SEGMENTS_MAX:
            return
        with self.database.begin() as work:
            made = service.create(work, SIYU, "一群人", as_document(condition or self.condition(None)))
            service.publish(work, SIYU, made.segment_id)
            self.segment_ids.append(made.segment_id)

    def edit(self) -> None:
        segment_id = self.random.choice([each for each in self.segment_ids if each not in self.fixed] or self.fixed)
        try:
            with self.database.begin() as work:
                service.save(work, SIYU, segment_id, "另一群人", as_document(self.condition(segment_id)))
                service.publish(work, SIYU, segment_id)
                self.stopped.discard(segment_id)
        except InvalidDefinitionError:  # it would close a circle
            self.done.append("refused")

    def stop(self) -> None:
        live = [each for each in self.segment_ids if each not in self.stopped]
        if len(live) > 1:
            with self.database.begin() as work:
                self.stopped.add(service.stop(work, SIYU, self.random.choice(live)).segment_id)

    def resume(self) -> None:
        if self.stopped:
            with self.database.begin() as work:
                resumed = service.resume(work, SIYU, self.random.choice(sorted(self.stopped)))
                self.stopped.discard(resumed.segment_id)

    def delete(self) -> None:
        others = [each for each in self.segment_ids if each not in self.fixed]
        if others:
            segment_id = self.random.choice(others)
            try:
                with self.database.begin() as work:
                    service.delete(work, SIYU, segment_id)
            except DefinitionInUseError:
                return
            self.segment_ids.remove(segment_id)
            self.stopped.discard(segment_id)

    def change_list(self) -> None:
        with self.database.begin() as work:
            some = self.random.sample(self.profiles, self.random.randint(1, 4))
            lists.change_list(work, SIYU, self.random.choice(self.list_ids), self.random.choice(list(ListMode)), some)

    def condition(self, segment_id: int | None) -> Condition:
        others = [each for each in self.segment_ids if each != segment_id]
        return self._real(random_condition(self.random, kinds=KINDS), others)

    def _real(self, condition: Condition, others: Sequence[int]) -> Condition:
        """The condition, referring to segments and lists that there are."""
        if isinstance(condition, AllCondition):
            return AllCondition(tuple(self._real(each, others) for each in condition.of))
        if isinstance(condition, AnyCondition):
            return AnyCondition(tuple(self._real(each, others) for each in condition.of))
        if isinstance(condition, NotCondition):
            return NotCondition(self._real(condition.of, others))
        if isinstance(condition, SegmentCondition) and others:
            return SegmentCondition(self.random.choice(others))
        if isinstance(condition, SegmentCondition | ListCondition):
            return ListCondition(self.random.choice(self.list_ids))
        return condition

    # --- time

    def pass_time(self) -> None:
        self.clock.advance(
            self.random.choice(
                [timedelta(seconds=30), timedelta(hours=1), timedelta(hours=13), timedelta(days=1), timedelta(days=6)]
            )
        )

    def set_clock_back(self) -> None:
        self.clock.set(
            self.clock.now() - self.random.choice([timedelta(seconds=50), timedelta(minutes=3), timedelta(days=3)])
        )

    # --- the witness

    def check(self) -> None:
        """Everybody is where the slow reference says, sizes are right, and the log tells the same story."""
        with self.database.read() as work:
            standing = reading.standing(work)
            kept = reading.kept(work)
            assert standing.as_of is not None
            assert {each.segment_id for each in kept} == set(self.segment_ids) - self.stopped
            sets: Mapping[tuple[str, int], Sequence[int]] = {
                **{("segment", each): reading.members_of(work, each).tolist() for each in self.segment_ids},
                **{("list", each): reading.list_members_of(work, each).tolist() for each in self.list_ids},
            }
            states = reading.states_of(work, self.segment_ids)
        history = self.history()
        for each in kept:
            expected = matching(history, each.document, standing.as_of, zone=SHANGHAI, sets=sets)
            assert sets["segment", each.segment_id] == expected, (each, self.done)
            assert states[each.segment_id].size == len(expected), self.done
        told = self.told()
        for segment_id in self.segment_ids:
            assert sorted(told.get(segment_id, set())) == sets["segment", segment_id], (segment_id, self.done)

    def history(self) -> History:
        with self.database.read() as work:
            everyone = customers_reading.profiles_after(work, 0, 1000)
            people = [
                Person(
                    each.customer_id,
                    each.attributes,
                    each.unit_path,
                    each.is_merged,
                    each.is_erased,
                    consents=[(said.purpose, said.channel, said.state.value) for said in each.consents],
                    identity_kinds=each.identity_kinds,
                    entry_channel=each.entry_channel,
                )
                for each in customers_reading.traits(work, everyone)
            ]
            stored = read_stored(work.driver, Stretch(0, head_position(work.driver), 0), [ANY_NAME])
        happenings = [
            Happening(
                each.name,
                each.profile_id,
                each.occurred_at,
                json.loads(each.properties_json),
                each.source,
                each.position,
            )
            for each in stored
        ]
        return History(sorted(people, key=lambda each: each.customer_id), happenings, everyone)

    def told(self) -> dict[int, set[int]]:
        """{segment: who is in} as the log tells it: each entering finds somebody out, each exit somebody in."""
        found: dict[int, set[int]] = {}
        with self.database.read() as work:
            stored = read_stored(
                work.driver,
                Stretch(0, head_position(work.driver), 0),
                [SEGMENT_ENTERED, SEGMENT_EXITED, SEGMENT_MOVED],
            )
        assert len({each.event_id for each in stored}) == len(stored)
        for each in stored:
            properties = json.loads(each.properties_json)
            members = found.setdefault(properties["segment_id"], set())
            if each.name == SEGMENT_MOVED:
                members.discard(properties["from_customer_id"])
                members.add(each.profile_id)
                continue
            assert properties["version"] >= 1
            assert (each.profile_id in members) == (each.name == SEGMENT_EXITED), (each, self.done)
            members ^= {each.profile_id}
        return found
