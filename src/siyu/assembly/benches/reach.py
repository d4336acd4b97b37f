"""Benchmark `reach`: a day's messages to a million customers planned within two scarce quotas.

Six messages of a day are asked for, each for two customers in five, worth more for some than others; every customer has one slot,
and each of 500 members confirms four contents. plan_million_s is the time in which it is decided who gets which, cut into tasks
with their keys, for a million customers. value_of_plan is what that is worth, over what would go out first come, first served.

gate_100k_s is the time in which a hundred thousand requests in the log pass the gate: consent, hold-out, stages, quiet hours, caps
of the day and quota of the channel are asked for each, and a message is written down.

A run that is not quick also takes down a million people of a real segment, with five other sends of the day: take_million_s.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from siyu.assembly.benches.figures import BenchOptions, Figures, Tell
from siyu.domain.content.contracts import SignedAddresses
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import MARKETING, ConsentState, Identity
from siyu.domain.definitions import service as definitions
from siyu.domain.messages import service as messages
from siyu.domain.messages.contracts import MESSAGE_REQUESTED, MessageRequest
from siyu.domain.sends import service as sends
from siyu.domain.sends.contracts import SendRules
from siyu.engines.reach.gate import CONSUMER_NAME, Reach
from siyu.engines.reach.planning import NOT_ASKED, Demand, choose, chunk_key, chunks_of, first_come, value_of
from siyu.engines.reach.planning_runs import start_runs_once
from siyu.kernel.actors import system_actor
from siyu.kernel.clock import EPOCH
from siyu.platform.columns.client import Columns
from siyu.platform.eventlog.consuming import Consumer, consume_once
from siyu.platform.eventlog.sequencer import sequence_once
from siyu.platform.postgres.database import Database, Reading
from siyu.platform.postgres.migrate import migrate
from siyu.platform.postgres.running import running_postgres

ACTOR = system_actor("bench")
MILLION, QUICK = 1_000_000, 20_000
MESSAGES, ASKED_SHARE, MEMBERS, CONFIRMATIONS = 6, 0.4, 500, 4
SEED = 1987
MEAN_WORTH_FEN = 3_000
CHUNK_BITS = 4096
REQUESTS, AT_ONCE = 100_000, 10_000


class _Everywhere:
    """Implements `messages.contracts.Channel`: reaches everybody who has agreed."""

    name = "sms"
    cost_fen = 5
    identity_kinds: frozenset[str] | None = frozenset({"user_id"})

    def reachable(
        self, _reading: Reading, customers: Mapping[int, Sequence[Identity]], _purpose: str, /
    ) -> Collection[int]:
        return customers.keys()


def run(options: BenchOptions, tell: Tell) -> Figures:
    """The figures; `options.customers` is how many there are, times are scaled to a million of them."""
    customers = options.customers or (QUICK if options.is_quick else MILLION)
    demand = _demand(customers)
    tell(f"{customers:,} customers, {MESSAGES} messages, {MEMBERS} members …")
    started = time.perf_counter()
    chosen = choose(demand)
    keys = 0
    for message in range(MESSAGES):
        ids = np.flatnonzero(chosen[:, message]).astype(np.uint64)
        keys += len({chunk_key("ww", str(message), EPOCH, part.tolist()) for part in chunks_of(ids)})
    seconds = time.perf_counter() - started
    tell(f"{int(chosen.sum()):,} messages in {keys} tasks, {seconds:.2f} s")
    figures = {
        "plan_million_s": seconds * MILLION / customers,
        "value_of_plan": value_of(demand.worths, chosen) / value_of(demand.worths, first_come(demand)),
    }
    figures["gate_100k_s"] = _judged(REQUESTS // 10 if options.is_quick else REQUESTS, tell)
    if not options.is_quick:
        figures["take_million_s"] = _taken(customers, tell) * MILLION / customers
    return figures


def _demand(customers: int) -> Demand:
    lot = np.random.default_rng(SEED)
    worths = lot.gamma(1.0, MEAN_WORTH_FEN, size=(customers, MESSAGES)).astype(np.int64)
    worths[lot.random((customers, MESSAGES)) >= ASKED_SHARE] = NOT_ASKED
    return Demand(worths, np.ones(customers, dtype=np.int64), lot.integers(0, MEMBERS, customers), CONFIRMATIONS)


def _taken(customers: int, tell: Tell) -> float:
    """How long it takes to write down who the people of a send are, with others of the day at hand."""
    with tempfile.TemporaryDirectory() as folder, running_postgres(Path(folder)) as url:
        database = Database(url)
        columns = Columns("http://127.0.0.1:9")  # nothing is asked of it: no worth is by estimates
        try:
            migrate(database.engine)
            for n in range(MESSAGES):
                _planned_send(database, customers, n)
            started = time.perf_counter()
            begun = start_runs_once(database, columns, SendRules(approve_above=None), ZoneInfo("Asia/Shanghai"))
            seconds = time.perf_counter() - started
            tell(f"{begun} runs begun in {seconds:.2f} s")
            if begun != MESSAGES:
                raise RuntimeError("not every run began, so this is the time of nothing")
            return seconds / begun
        finally:
            columns.close()
            database.close()


def _judged(requests: int, tell: Tell) -> float:
    """How long a hundred thousand requests take at the gate."""
    with tempfile.TemporaryDirectory() as folder, running_postgres(Path(folder)) as url:
        database = Database(url)
        try:
            migrate(database.engine)
            addresses = SignedAddresses("https://bench.example", "a secret of this bench")
            reach = Reach({"sms": _Everywhere()}, addresses, ZoneInfo("Asia/Shanghai"))
            gate = Consumer(CONSUMER_NAME, {MESSAGE_REQUESTED: [reach.judge_requests]})
            for start in range(0, requests, AT_ONCE):
                _request_messages(database, range(start, min(start + AT_ONCE, requests)))
            with database.autocommit() as driver:
                while sequence_once(driver):
                    pass
            started = time.perf_counter()
            while consume_once(database, gate):
                pass
            seconds = time.perf_counter() - started
            with database.read() as reading:
                found = reading.driver.execute("SELECT count(*) FROM messages.messages WHERE state = 'requested'")
                passed = (found.fetchone() or (0,))[0]
            tell(f"{passed:,} of {requests:,} requests passed the gate in {seconds:.2f} s")
            if passed != requests:
                raise RuntimeError("not every request passed, so this is the time of something else")
            return seconds * REQUESTS / requests
        finally:
            database.close()


def _request_messages(database: Database, numbers: range) -> None:
    """Customers who agree to messages, each of whom is to get one."""
    with database.begin() as work:
        at = work.clock.now()
        people: dict[Sequence[Identity], datetime] = {(Identity("user_id", f"u{n}"),): at for n in numbers}
        ids = sorted(customers.resolve(work, ACTOR, people).values())
        customers.set_consents(
            work, ACTOR, dict.fromkeys(ids, at), channel="sms", purpose=MARKETING, state=ConsentState.GRANTED
        )
        wanted = [MessageRequest(f"bench:{each}", each, 1, 1, 0, ("sms",)) for each in ids]
        messages.request_messages(work, ACTOR, wanted)


def _planned_send(database: Database, customers: int, number: int) -> None:
    """A live segment of everybody, and a send to it that begins now."""
    with database.begin() as work:
        segment = definitions.create(work, ACTOR, "segment", f"人群 {number}", {})
        definitions.publish(work, ACTOR, segment.definition_id)
        work.driver.execute(
            "INSERT INTO segments.membership (chunk, segment_id, members)"
            " SELECT n, %s, repeat('1', 4096)::bit(4096) FROM generate_series(0, %s) AS n",
            (segment.definition_id, customers // CHUNK_BITS),
        )
        work.driver.execute(
            "INSERT INTO segments.states (segment_id, version, document, size, built_at, cost_ms)"
            " VALUES (%s, 1, '{}', %s, now(), 0)",
            (segment.definition_id, customers),
        )
        content = {"title": f"消息 {number}", "body": f"今天的第 {number} 条"}
        document = {"segment_id": segment.definition_id, "content": content, "channels": ["wecom"]}
        made = sends.create_send(work, ACTOR, f"群发 {number}", {**document, "begins": 0, "ends": 1440, "days": 7})
        zone = ZoneInfo("Asia/Shanghai")
        sends.ask_for_send(work, ACTOR, made.send_id, zone, recipients=customers, approve_above=None)
