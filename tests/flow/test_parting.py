"""Two people who shared a device are parted: through the real flow, everything that follows customers follows them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from siyu.assembly.flow import consumers
from siyu.domain.customers import reading as customers_reading
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import Identity
from siyu.domain.journeys import reading as journeys
from siyu.domain.messages import reading as messages
from siyu.domain.messages.contracts import Limits
from siyu.domain.segments import reading as segments
from siyu.engines import orchestration
from siyu.engines.audience.keeping import Audience
from siyu.engines.audience.refresh import refresh_all
from siyu.engines.insight.timeline import timeline
from siyu.engines.intake.telling import ToldOrders
from siyu.engines.projection.projecting import COLUMNS_CONSUMER, ROW_EVENTS, columns_projector
from siyu.engines.projection.rebuilding import rebuild_columns
from siyu.engines.reach import Reach
from siyu.kernel.actors import system_actor
from siyu.kernel.clock import ManualClock
from siyu.kernel.paging import PageRequest
from siyu.platform.columns.client import Columns
from siyu.platform.columns.schema import CUSTOMER_OF
from siyu.platform.eventlog.consuming import consume_once
from siyu.platform.eventlog.projecting import project_once
from siyu.platform.eventlog.sequencer import sequence_once
from siyu.platform.postgres.database import Database
from tests.engines.audience.keeping_scenes import a_segment
from tests.engines.intake.test_door import track
from tests.engines.intake.test_draining import drained, identify, put
from tests.engines.reach.fake_channel import FakeChannel
from tests.engines.reach.reaching import ADDRESSES, set_rules
from tests.engines.scenery import a_journey, send, wait

SIYU = system_actor("test")
BUYERS = {"kind": "event", "event": "order_paid", "operator": "at_least", "value": 1}
ORDERS = "SELECT :who AS c, count() FROM events WHERE name = 'order_paid' GROUP BY c".replace(":who", CUSTOMER_OF)


class House:
    """All consumers, projectors and the audience, as they run when Siyu serves."""

    def __init__(self, database: Database, columns: Columns) -> None:
        self.database, self.columns = database, columns
        self.reach = Reach({"webhook": FakeChannel()}, ADDRESSES, ZoneInfo("Asia/Shanghai"))
        self.audience = Audience(database, columns, (COLUMNS_CONSUMER,), ZoneInfo("Asia/Shanghai"), ROW_EVENTS)
        set_rules(database, limits=Limits(per_day=5))

    def settle(self) -> None:
        """Everything has gone everywhere, and every segment was looked at since."""
        clock = self.database.clock
        assert isinstance(clock, ManualClock)
        for _ in range(3):
            drained(self.database)
            self._follow()
            clock.advance(timedelta(minutes=15))
            refresh_all(self.audience)
            self._follow()
            while orchestration.advance_once(self.database):
                pass
            self._follow()

    def _follow(self) -> None:
        busy = True
        while busy:
            with self.database.autocommit() as driver:
                busy = sequence_once(driver) > 0
            while project_once(self.database, columns_projector(self.columns)):
                busy = True
            for consumer in consumers(self.reach, ToldOrders("CNY")):
                while consume_once(self.database, consumer) is not None:
                    busy = True

    def customer(self, kind: str, value: str) -> int:
        identity = Identity(kind, value)
        with self.database.begin() as work:
            profile_id = customers.resolve(work, SIYU, {(identity,): work.clock.now()})[identity]
            return customers_reading.current_customer_ids(work, [profile_id])[profile_id]

    def picture(self, segment: int, whose: Sequence[int]) -> dict[str, Any]:
        """What each place says of these customers."""
        counted = self.columns.query(ORDERS)
        rows = self.columns.query("SELECT customer_id, attributes FROM customers FINAL ORDER BY 1")
        with self.database.read() as reading:
            return {
                "orders": {who: dict(counted).get(who, 0) for who in whose},
                "attributes": {who: dict(rows).get(who) for who in whose},
                "members": [who for who in whose if segment in segments.segments_of(reading, who)],
                "journeys": {who: [each.state for each in journeys.journeys_of(reading, who)] for who in whose},
                "messages": {
                    who: [m.message_id for n in range(1, 9) if (m := messages.find_message(reading, n)) and m.customer_id == who]
                    for who in whose
                },
                "timeline": {
                    who: sum(
                        each.name == "order_completed"
                        for each in timeline(
                            self.columns, customers_reading.profiles_of(reading, [who]).get(who, []), PageRequest()
                        ).rows
                    )
                    for who in whose
                },
            }  # fmt: skip


@pytest.fixture
def house(database: Database, columns: Columns) -> House:
    return House(database, columns)


def order(number: int, user: str) -> dict[str, Any]:
    return track(number, userId=user, event="Order Completed", properties={"order_id": f"A{number}", "total": 10})


def agree(number: int, user: str) -> dict[str, Any]:
    return track(number, userId=user, event="Consent Granted", properties={"channel": "webhook"})


def test_everything_follows_a_split_and_the_device_does_not_join_them_again(house: House, database: Database) -> None:
    segment = a_segment(database, BUYERS)
    a_journey(database, segment, send(), wait(600))
    put(database, identify(1, "mum", "tablet", city="上海"), agree(2, "mum"), order(3, "mum"), order(4, "mum"))
    put(database, identify(5, "son", "phone-of-son", city="苏州"), agree(6, "son"), order(7, "son"))
    house.settle()
    mum, son = house.customer("user_id", "mum"), house.customer("user_id", "son")
    whose = (mum, son)
    apart = house.picture(segment, whose)
    hers, his = apart["messages"][mum], apart["messages"][son]
    assert apart == {
        "orders": {mum: 2, son: 1},
        "attributes": {mum: {"city": "上海"}, son: {"city": "苏州"}},
        "members": [mum, son],
        "journeys": {mum: ["active"], son: ["active"]},
        "messages": {mum: hers, son: his},
        "timeline": {mum: 2, son: 1},
    }
    assert sorted(hers + his) == [1, 2]

    put(database, identify(8, "son", "tablet"))
    house.settle()
    winner, loser = sorted(whose)
    one = house.picture(segment, whose)
    assert one["orders"] == one["timeline"] == {winner: 3, loser: 0}
    assert one["members"] == [winner]
    assert one["attributes"] == {winner: {"city": "苏州"}, loser: None}
    assert (one["journeys"][winner].count("active"), one["journeys"][loser]) == (1, [])
    assert one["messages"] == {winner: [1, 2], loser: []}

    with database.read() as reading:
        (last, *_) = customers_reading.history_of(reading, SIYU, winner)
    with database.begin() as work:
        assert customers.split(work, SIYU, winner, merge_id=last.merge_id, reason="母子共用平板") == loser
    put(database, identify(9, "son", "tablet"), order(10, "son"))
    house.settle()
    parted = house.picture(segment, whose)
    assert parted["orders"] == parted["timeline"] == {mum: 2, son: 2}
    assert parted["attributes"] == apart["attributes"]
    assert parted["members"] == [mum, son]
    assert parted["messages"] == apart["messages"]
    assert house.customer("anonymous_id", "tablet") == mum

    rebuild_columns(database, house.columns, lambda done, total: None)
    assert house.picture(segment, whose) == parted
