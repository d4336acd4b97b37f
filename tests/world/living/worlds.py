"""A brand's living under a clock that a test moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from siyu.kernel.clock import ManualClock
from siyu.world.living.doors import Message
from siyu.world.living.memory import Memory
from siyu.world.living.plan import BrandName, LivingPlan
from siyu.world.living.running import Living, living_of
from siyu.world.living.siyu_doors import SiyuOverHttp
from siyu.world.living.wecom_doors import EmulatedWecom
from tests.world.living.doubles import CODE, FakeAccount, FakeSiyu, FakeWecom

ANCHOR = datetime(2026, 6, 1, tzinfo=ZoneInfo("Asia/Shanghai"))
BEGINS = datetime(2026, 6, 1, 1, tzinfo=UTC)
PLAN = LivingPlan(
    "camp", 7, 400, ANCHOR.isoformat(), "Asia/Shanghai", "http://siyu.example", "a write key", {"arrival": CODE}
)


class World:
    """Real time stands still beside the clock, and sets no bounds. A `real` Siyu has a plan of its own. With a
    `memory` it goes on from there."""

    def __init__(
        self,
        brand: BrandName = "camp",
        customers: int = 400,
        seed: int = 7,
        *,
        clock: ManualClock | None = None,
        wecom: FakeWecom | EmulatedWecom | None = None,
        import_key: str | None = None,
        real: SiyuOverHttp | None = None,
        memory: Memory | None = None,
    ) -> None:
        self.clock = clock or ManualClock(BEGINS)
        self.fake = wecom if isinstance(wecom, FakeWecom) else FakeWecom()
        self.siyu, self.account, self.real_seconds = FakeSiyu(), FakeAccount(), 0.0
        self.texts: list[tuple[str, str]] = []
        told = replace(PLAN, brand=brand, seed=seed, customers=customers, import_key=import_key)
        plan = real.plan if real else told
        self.living: Living = living_of(
            plan, self.clock, real or self.siyu, wecom or self.fake, self.account, lambda *text: self.texts.append(text)
        )
        self.living.monotonic = lambda: self.real_seconds
        if memory is not None:
            memory.take_up(self.living.people.stage, self.living.staff, self.clock.now())
        self.living.begin()

    def run(self, hours: float, after_each: Callable[[], None] = lambda: None) -> None:
        """Goes from one entry of the diary to the next."""
        until = self.clock.now() + timedelta(hours=hours)
        while (at := self.living.diary.next_at) is not None and at <= until:
            self.clock.set(max(at, self.clock.now()))
            self.real_seconds += 1
            self.living.step()
            after_each()
        self.clock.set(until)

    def post(self, number: int, *messages: Message) -> None:
        """Something reaches a person's telephone."""
        external_userid = f"wm{number}"
        self.fake.inboxes.setdefault(external_userid, []).extend(messages)
        self.living.people.buzzed(self.fake.unionid(external_userid), external_userid, self.clock.now())
