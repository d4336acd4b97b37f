"""As `test_keeping`, of what rooms know of people: tags, keepers, units, consents; while people are merged, split and erased."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random

import pytest

from siyu.domain.company import service as company
from siyu.domain.company.contracts import Role, UnitCycleError
from siyu.domain.customers import reading as customers_reading
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import UnknownKeeperError
from siyu.domain.segments.contracts import Condition, KeeperCondition, TagCondition, UnitCondition
from siyu.domain.tags import reading as tags_reading
from siyu.domain.tags import service as tags
from siyu.engines.tagging.working import expire_once
from siyu.kernel.clock import ManualClock
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database
from tests.domain.segments.definitions import random_condition
from tests.engines.audience.histories import History
from tests.engines.audience.keeping_steps import an_audience, settle
from tests.engines.audience.keeping_world import SIYU, World

STEPS = 20
KINDS = ("tag", "tag", "keeper", "unit", "consent", "identity", "entry", "attribute", "segment", "list")


@dataclass
class TraitWorld(World):
    """People who are tagged and kept."""

    unit_ids: list[int] = field(default_factory=list)
    staff_ids: list[int] = field(default_factory=list)
    tag_ids: list[int] = field(default_factory=list)

    def begin(self, people: int = 7) -> None:
        with self.database.begin() as work:
            company.ensure_first_admin(work, "a@example.com", "correct horse", "云岭咖啡")
            (root,) = company.list_units(work, SIYU)
            self.unit_ids = [company.create_unit(work, SIYU, f"门店{n}", root.unit_id).unit_id for n in range(3)]
            self.staff_ids = [
                company.create_staff(
                    work, SIYU, "店员", f"{n}@example.com", "correct horse", Role.FRONTLINE, unit_id
                ).staff_id
                for n, unit_id in enumerate(self.unit_ids)
            ]
            for is_exclusive in (False, True):
                group = tags.create_group(
                    work, SIYU, f"组{is_exclusive}", colour="grey", owner_id=None, is_exclusive=is_exclusive
                )
                for n in range(2):
                    found = tags.create_tag(work, SIYU, group.group_id, f"标签{n}")
                self.tag_ids += [each.tag_id for each in found.tags]
        super().begin(people)
        self.publish(TagCondition(tuple(self.tag_ids[2:3])))
        self.publish(UnitCondition((self.unit_ids[0],)))
        self.publish(KeeperCondition((self.staff_ids[1],)))

    def step(self) -> None:
        verbs: list[Callable[[], None]] = [
            self.tag,
            self.tag,
            self.untag,
            self.keep,
            self.keep,
            self.move_unit,
            self.end,
        ]
        if self.random.random() < 0.5:
            verb = self.random.choice(verbs)
            self.done.append(verb.__name__)
            verb()
        else:
            super().step()

    def condition(self, segment_id: int | None) -> Condition:
        others = [each for each in self.segment_ids if each != segment_id]
        return self._real(random_condition(self.random, kinds=KINDS), others)

    def some(self) -> Sequence[int]:
        return self.random.sample(self.profiles, self.random.randint(1, 4))

    def tag(self) -> None:
        until = self.random.choice([None, self.clock.now() + timedelta(hours=self.random.randint(1, 30))])
        with self.database.begin() as work:
            tags.tag(work, SIYU, self.random.choice(self.tag_ids), self.some(), expires_at=until)

    def untag(self) -> None:
        with self.database.begin() as work:
            tags.untag(work, SIYU, self.random.choice(self.tag_ids), self.some())

    def end(self) -> None:
        expire_once(self.database)

    def keep(self) -> None:
        place = self.random.randrange(3)
        with self.database.begin() as work:
            now_of = customers_reading.current_customer_ids(work, self.profiles)
            erased = customers_reading.erased_among(work, set(now_of.values()))
            living = sorted(set(now_of.values()) - set(erased))
            if living:
                staff_id = None if self.random.random() < 0.2 else self.staff_ids[place]
                try:
                    customers.set_custody(
                        work, SIYU, self.random.choice(living), unit_id=self.unit_ids[place], staff_id=staff_id
                    )
                except UnknownKeeperError:
                    self.done.append("refused")

    def move_unit(self) -> None:
        one, other = self.random.sample(self.unit_ids, 2)
        try:
            with self.database.begin() as work:
                company.move_unit(work, SIYU, one, other)
        except UnitCycleError:
            self.done.append("refused")

    def history(self) -> History:
        found = super().history()
        with self.database.read() as work:
            everyone = [each.customer_id for each in found.people]
            borne = tags_reading.traits(work, everyone)
            kept = {each.customer_id: each.staff_ids for each in customers_reading.traits(work, everyone)}
        return replace(
            found,
            people=[
                each
                if each.is_erased or each.is_deleted
                else replace(each, tag_ids=borne.get(each.customer_id, ()), staff_ids=kept[each.customer_id])
                for each in found.people
            ],
        )


@pytest.mark.parametrize("seed", range(3))
def test_membership_follows_what_rooms_know(
    database: Database, columns: Columns, clock: ManualClock, seed: int
) -> None:
    world = TraitWorld(an_audience(database, columns), clock, Random(seed))
    world.begin()
    settle(world.audience)
    world.check()
    for _ in range(STEPS):
        for _ in range(world.random.choice([1, 1, 2, 4])):
            world.step()
            world.interrupt()
        settle(world.audience)
        world.check()
