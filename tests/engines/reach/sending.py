"""A send over an emulated corp: its people, its log, its tasks, driven as workers do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from siyu.channels.wecom.carrying import Carrier
from siyu.channels.wecom.mass import WecomMassTasks
from siyu.channels.wecom.mirror import WecomMirror
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import ConsentState
from siyu.domain.messages.contracts import Channel
from siyu.domain.sends import service as sends
from siyu.domain.sends.contracts import MassTasks, SendDesign, SendRules
from siyu.engines.mirror.syncing import sync_corp
from siyu.engines.reach import Reach, deliver_once
from siyu.engines.reach.ending import fall_back_once
from siyu.engines.reach.planning_runs import ask_messages_once, end_runs_once, start_runs_once
from siyu.engines.reach.tasks_channel import TaskChannel
from siyu.engines.reach.tasks_planning import plan_tasks_once
from siyu.engines.reach.tasks_working import work_tasks_once
from siyu.kernel.actors import Actor, ActorKind
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database
from siyu.world.wecom import mass
from tests.engines.mirror.conftest import Mirrored
from tests.engines.reach.reaching import ADDRESSES, consumer_of
from tests.engines.scenery import SIYU, a_segment, drain
from tests.world.wecom.driving import CORP_ID

ZONE = ZoneInfo("Asia/Shanghai")
ANNA, BEN = (Actor(ActorKind.STAFF, n, frozenset({f"sends.{verb}" for verb in ("read", "write", "publish", "approve")}))
             for n in ("1", "2"))  # fmt: skip


@dataclass
class Sending:
    """A corp whose customers are known here, and a send to all of them."""

    mirrored: Mirrored
    columns: Columns
    rules: SendRules = field(default_factory=SendRules)
    ports: dict[str, MassTasks] = field(default_factory=dict)
    people: list[int] = field(default_factory=list)
    others: tuple[Channel, ...] = ()

    @property
    def database(self) -> Database:
        return self.mirrored.database

    @property
    def reach(self) -> Reach:
        channels: tuple[Channel, ...] = (TaskChannel(), *self.others)
        return Reach({channel.name: channel for channel in channels}, ADDRESSES, ZONE)

    def begin(self) -> int:
        """Everybody in the corp is known, consents and is in one segment, which is given."""
        sync_corp(self.database, self.mirrored.corp)
        source = self.mirrored.corp.source
        assert isinstance(source, WecomMirror)
        carrier = Carrier(source._wecom, self.mirrored.clock, lambda _url: None)
        self.ports = {CORP_ID: WecomMassTasks(source._wecom, carrier)}
        self.people = [row[0] for row in self.mirrored.rows(
            "SELECT DISTINCT p.customer_id FROM customers.profiles p JOIN contacts.relations r USING (profile_id) ORDER BY 1"
        )]  # fmt: skip
        with self.database.begin() as work:
            at = work.clock.now()
            customers.set_consents(
                work,
                SIYU,
                dict.fromkeys(self.people, at),
                channel="wecom",
                purpose="marketing",
                state=ConsentState.GRANTED,
            )
        return self.segment_of(self.people)

    def segment_of(self, members: Sequence[int]) -> int:
        return segment_of(self.database, members)

    def ask(self, document: dict[str, Any], *, approve_above: int | None = None) -> SendDesign:
        """A send that was asked for by Anna."""
        with self.database.begin() as work:
            made = sends.create_send(work, ANNA, "周末半价", document)
            return sends.ask_for_send(
                work, ANNA, made.send_id, ZONE, recipients=len(self.people), approve_above=approve_above
            )

    def move(self, steps: int = 1, **time: float) -> None:
        """Workers do what there is to do, some time after each other."""
        for _ in range(steps):
            start_runs_once(self.database, self.columns, self.rules, ZONE)
            while ask_messages_once(self.database, ZONE):
                pass
            reach = self.reach
            drain(self.database, consumer_of(reach))
            while plan_tasks_once(self.database, reach, self.rules):
                pass
            work_tasks_once(self.database, self.ports, self.rules)
            while self.others and fall_back_once(self.database):
                drain(self.database, consumer_of(reach))
            while self.others and deliver_once(self.database, reach):
                pass
            end_runs_once(self.database)
            self.mirrored.clock.advance(timedelta(**(time or {"seconds": 40})))

    def confirm(self, userid: str) -> None:
        """A member confirms everything that waits for them."""
        corp = self.mirrored.api.corp
        for message in list(corp.mass.messages.values()):
            if userid in message.tasks and message.tasks[userid].status == mass.WAITING and not message.is_cancelled:
                mass.confirm(corp, message.msgid, userid)

    def states(self) -> dict[tuple[str, str | None], int]:
        """{(state, reason): messages}."""
        rows = self.mirrored.rows("SELECT state, reason, count(*) FROM messages.messages GROUP BY 1, 2")
        return {(row[0], row[1]): row[2] for row in rows}


def segment_of(database: Database, members: Sequence[int]) -> int:
    """A live segment of these customers, as it is once it is built."""
    segment_id = a_segment(database)
    bits = bytearray(512)
    for member in members:
        bits[member // 8] |= 128 >> (member % 8)
    with database.begin() as work:
        work.driver.execute(
            "INSERT INTO segments.membership (chunk, segment_id, members) VALUES (0, %s, %s::bit(4096))",
            (segment_id, "".join(f"{byte:08b}" for byte in bits)),
        )
        work.driver.execute(
            "INSERT INTO segments.states (segment_id, version, document, size, built_at, cost_ms)"
            " VALUES (%s, 1, '{}', %s, %s, 0)",
            (segment_id, len(members), work.clock.now()),
        )
    return segment_id


def a_send(segment_id: int, **rest: Any) -> dict[str, Any]:
    content = {"title": "周末半价", "body": "{{ name|朋友 }}，周末第二杯半价", "link_url": "https://siyu.example/half"}
    return {"segment_id": segment_id, "content": content, "channels": ["wecom"], **rest}
