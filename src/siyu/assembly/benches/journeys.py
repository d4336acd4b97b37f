"""Benchmark `journeys`: everybody walks a graph of waits, branches and tags, and a part of them one with a message.

The members of a segment are taken in; then they rest, part by what segment they are in, are tagged, rest again, part again, are
tagged again, rest, and end. A step is one node that one of them is done with. Time stands still but for the waits; the log is
sequenced, and segments are told to have followed it, between two rounds, as others do meanwhile. The same is done with a
hundredth of the customers before, for the slope.

A message counts when it is planned: asked for by its node, in the log, let through by the gate (consent, hold-outs, quiet hours,
caps, quotas, route), and in a mass task of WeCom within its customer's quota.
"""

from __future__ import annotations

import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from siyu.assembly.benches.figures import BenchOptions, Figures, Tell
from siyu.assembly.benches.journey_sends import gate_of, planned, release_time
from siyu.domain.content.contracts import MessageContent
from siyu.domain.content.service import keep_messages
from siyu.domain.definitions import service as definitions
from siyu.domain.journeys import service as journeys
from siyu.domain.journeys.contracts import (
    JOURNEY_KIND,
    BranchPlan,
    JourneyPlan,
    MessagePlan,
    NodePlan,
    TagPlan,
    TriggerPlan,
    WaitPlan,
    WayPlan,
)
from siyu.domain.segments.contracts import AUDIENCE_CONSUMER
from siyu.domain.sends.contracts import WECOM_CHANNEL
from siyu.domain.tags import service as tags
from siyu.engines.orchestration import advance_once, take_in_once
from siyu.kernel.actors import system_actor
from siyu.kernel.clock import ManualClock, SystemClock
from siyu.platform.eventlog.consuming import consume_once
from siyu.platform.eventlog.reading import head_position
from siyu.platform.eventlog.sequencer import sequence_once
from siyu.platform.postgres.database import Database
from siyu.platform.postgres.migrate import migrate
from siyu.platform.postgres.running import running_postgres
from siyu.platform.postgres.server import PostgresTuning

ACTOR = system_actor("bench")
MILLION: Final = 1_000_000
QUICK: Final = 20_000
FEWER: Final = 100
"""By how much fewer customers the slope is measured against."""
SENDS: Final = 200_000
MEMBERS: Final = 500
WORKERS: Final = 2
CHUNK_BITS: Final = 4096
HOUR: Final = timedelta(hours=1)


def run(options: BenchOptions, tell: Tell) -> Figures:
    """Steps and messages in a second, seconds for 100,000 who come in, and by how much a step takes longer with all customers
    than with a hundredth of them (but 10,000 at least)."""
    customers = options.customers or (QUICK if options.is_quick else MILLION)
    few = min(customers, max(10_000, customers // FEWER))
    with tempfile.TemporaryDirectory(prefix="siyu-bench-") as folder:
        home = Path(folder)
        home.chmod(0o711)
        with running_postgres(home / "postgres", PostgresTuning(shared_buffers_mb=512)) as url:
            clock = ManualClock(SystemClock().now())
            database = Database(url, clock=clock)
            try:
                migrate(database.engine)
                bench = _Bench(url, database, clock, tell)
                bench.fill(customers)
                small = bench.steps(few)
                large = bench.steps(customers)
                sends = bench.sends(min(customers, SENDS))
            finally:
                database.close()
    return {
        "steps_per_second": large.steps / large.seconds,
        "sends_per_second": sends.messages / sends.seconds,
        "enrol_100k_s": large.enrol_seconds / customers * 100_000,
        "slope": (large.seconds / large.steps) / (small.seconds / small.steps),
    }


@dataclass(frozen=True, slots=True)
class _Walked:
    enrol_seconds: float
    seconds: float
    steps: int


@dataclass(frozen=True, slots=True)
class _Planned:
    seconds: float
    messages: int


@dataclass(frozen=True, slots=True)
class _Bench:
    url: str
    database: Database
    clock: ManualClock
    tell: Tell

    def fill(self, customers: int) -> None:
        """Customers of whom nothing is known but that they are."""
        with self.database.autocommit() as driver:
            driver.execute(
                "INSERT INTO customers.profiles (profile_id, customer_id, kind, value, first_seen_at, last_seen_at)"
                " SELECT n, n, 'external_userid', 'bench-' || n, now(), now() FROM generate_series(1, %s::bigint) AS n",
                (customers,),
            )
            driver.execute("VACUUM ANALYZE customers.profiles")
        self.tell(f"{customers:,} customers")

    def segment(self, customers: int, pattern: str) -> int:
        """A segment of those of the first so many whose bit is set in the pattern, which repeats."""
        with self.database.begin() as work:
            made = definitions.create(work, ACTOR, "segment", "人群", {})
            definitions.publish(work, ACTOR, made.definition_id)
            work.driver.execute(
                "INSERT INTO segments.membership (chunk, segment_id, members) SELECT n, %s,"
                " repeat(%s, %s)::bit(4096) & (CASE WHEN (n + 1) * 4096 - 1 <= %s THEN ~(0::bit(4096))"
                " ELSE (~(0::bit(4096))) << greatest(0, ((n + 1) * 4096 - 1 - %s)::integer) END)"
                " FROM generate_series(0, %s / 4096) AS n",
                (made.definition_id, pattern, CHUNK_BITS // len(pattern), customers, customers, customers),
            )
            work.driver.execute(
                "UPDATE segments.membership SET members = set_bit(members, 0, 0) WHERE segment_id = %s AND chunk = 0",
                (made.definition_id,),
            )
            work.driver.execute(
                "INSERT INTO segments.states (segment_id, version, document, size, built_at, cost_ms)"
                " VALUES (%s, 1, '{}', %s, now(), 0)",
                (made.definition_id, customers),
            )
        return made.definition_id

    def befriend(self, customers: int) -> None:
        """The first so many customers agree to messages, and each is the contact of a member."""
        with self.database.autocommit() as driver:
            driver.execute(
                "INSERT INTO customers.consents (profile_id, channel, purpose, state, changed_at)"
                " SELECT n, 'wecom', 'marketing', 'granted', now() FROM generate_series(1, %s::bigint) AS n",
                (customers,),
            )
            driver.execute(
                "INSERT INTO contacts.members (corp_id, userid, told_userid, staff_id, is_ours, name)"
                " SELECT 'bench', 'm' || n, 'm' || n, n, true, 'm' || n FROM generate_series(1, %s) AS n",
                (MEMBERS,),
            )
            driver.execute(
                "INSERT INTO contacts.relations (profile_id, member_id, fingerprint, remark, description, company, add_way, state,"
                " is_by_member, tag_ids, added_at, told_at) SELECT n, m.member_id, '', '', '', '', 0, '', false, '{}', now(), now()"
                " FROM generate_series(1, %s::bigint) AS n"
                " JOIN contacts.members m ON m.staff_id = n %% %s + 1",
                (customers, MEMBERS),
            )
            for table in ("customers.consents", "contacts.members", "contacts.relations"):
                driver.execute(f"VACUUM ANALYZE {table}")

    def tag(self, name: str) -> int:
        with self.database.begin() as work:
            group = tags.create_group(work, ACTOR, name, "blue", is_exclusive=False, owner_id=None)
            return tags.create_tag(work, ACTOR, group.group_id, name).tags[0].tag_id

    def journey(self, segment_id: int, *nodes: NodePlan) -> int:
        plan = JourneyPlan(nodes, 0, (TriggerPlan("segment_entered", segment_id=segment_id, include_members=True),))
        with self.database.begin() as work:
            made = definitions.create(work, ACTOR, JOURNEY_KIND, "旅程", {})
            definitions.publish(work, ACTOR, made.definition_id, kind=JOURNEY_KIND)
            journeys.keep_plan(work, ACTOR, made.definition_id, 1, plan)
        return made.definition_id

    def follow(self) -> None:
        """What others do meanwhile: the log gets its order, and segments follow it. Tables are looked after."""
        with self.database.autocommit() as driver:
            while sequence_once(driver):
                pass
            driver.execute(
                "INSERT INTO log.consumers (name, position) VALUES (%s, %s)"
                " ON CONFLICT (name) DO UPDATE SET position = excluded.position",
                (AUDIENCE_CONSUMER, head_position(driver)),
            )
            driver.execute("VACUUM journeys.entries")

    def enrol(self, customers: int) -> float:
        started = time.perf_counter()
        while take_in_once(self.database):
            pass
        seconds = time.perf_counter() - started
        self.tell(f"{customers:,} came in within {seconds:.2f} s")
        return seconds

    def advance(self) -> float:
        """Seconds until everybody rests again."""
        started = time.perf_counter()
        with ThreadPoolExecutor(WORKERS) as pool:
            list(pool.map(lambda _: self._worker(), range(WORKERS)))
        while advance_once(self.database):
            pass
        seconds = time.perf_counter() - started
        self.follow()
        return seconds

    def _worker(self) -> None:
        while advance_once(self.database):
            pass

    def steps(self, customers: int) -> _Walked:
        """Seven nodes each."""
        members, half = self.segment(customers, "1"), self.segment(customers, "10")
        names = [f"{customers}-{n}" for n in range(3)]
        one, other, last = (self.tag(name) for name in names)
        journey_id = self.journey(
            members,
            WaitPlan("first", 10, 1),
            BranchPlan("part", (WayPlan("in", half, 2),), 3),
            TagPlan("one", (one,), (), 4),
            TagPlan("other", (other,), (), 4),
            WaitPlan("second", 10, 5),
            BranchPlan("again", (WayPlan("in", half, 6),), 7),
            TagPlan("last", (last,), (), 7),
            WaitPlan("third", 10, None),
        )
        return self._walked(journey_id, customers, rounds=4)

    def sends(self, customers: int) -> _Planned:
        """A message each, by WeCom, from its node to its mass task."""
        self.befriend(customers)
        self.clock.set(release_time(self.clock.now()))
        journey_id = self.journey(self.segment(customers, "1"), MessagePlan("message", (WECOM_CHANNEL,), "你好", None))
        with self.database.begin() as work:
            keep_messages(work, ACTOR, journey_id, 1, {0: MessageContent("你好", "今天店里有新茶，来坐坐", None)})
        self.enrol(customers)
        self.follow()
        while consume_once(self.database, gate_of()):
            pass
        seconds = planned(self.url, self.clock.now(), customers)
        with self.database.read() as reading:
            row = reading.driver.execute("SELECT count(*) FROM sends.task_parts").fetchone()
        if row is None or row[0] != customers:
            raise RuntimeError(f"{row} of {customers} are in tasks")
        self.tell(f"{customers:,} messages planned in {seconds:.2f} s: {customers / seconds:,.0f} a second")
        return _Planned(seconds, customers)

    def _walked(self, journey_id: int, customers: int, rounds: int) -> _Walked:
        enrol_seconds = self.enrol(customers)
        self.follow()
        seconds = 0.0
        for _ in range(rounds):
            took = self.advance()
            self.tell(f"  everybody has moved within {took:.2f} s")
            seconds += took
            self.clock.advance(HOUR)
        with self.database.read() as reading:
            row = reading.driver.execute(
                "SELECT coalesce(sum(amount) FILTER (WHERE way >= 0), 0)::bigint,"
                " coalesce(sum(amount) FILTER (WHERE way = -5), 0)::bigint FROM journeys.counts WHERE journey_id = %s",
                (journey_id,),
            ).fetchone()
        steps, completed = (int(row[0]), int(row[1])) if row else (0, 0)
        if completed != customers:
            raise RuntimeError(f"{completed} of {customers} have been through")
        self.tell(f"{steps:,} steps in {seconds:.2f} s: {steps / seconds:,.0f} a second")
        return _Walked(enrol_seconds, seconds, steps)
