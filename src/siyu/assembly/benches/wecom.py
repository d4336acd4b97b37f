"""Benchmark `wecom`: new contacts greeted at 100 a second, a corp of a million customers taken over, tags written there.

The emulated WeCom, the HTTP face and PostgreSQL are processes of their own; the lane, the sync and the writing run in this one. A
welcome is timed from the moment in which somebody adds a member there until WeCom has taken it; every other one comes by a channel
code that has words of its own. peak_memory_gb is of all these processes but the emulated WeCom.
"""

from __future__ import annotations

import http.client
import json
import queue
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from siyu.assembly.benches.children import running_face, running_wecom
from siyu.assembly.benches.figures import BenchOptions, Figures, Tell
from siyu.assembly.benches.memory import watched_memory
from siyu.assembly.mirroring import find_corp
from siyu.assembly.wecom import WecomClients
from siyu.assembly.wecom_working import welcome_clients, welcome_lane
from siyu.channels.wecom.welcomes_store import EndedWelcome, WelcomeOutcome, delete_welcomes, lock_ended_welcomes
from siyu.domain.company.contracts import WecomSecrets, WelcomeMessage, WelcomePlan
from siyu.domain.company.service import ensure_first_admin, save_wecom_corp, save_wecom_welcome
from siyu.domain.contacts.contracts import Removal, WriteBack
from siyu.domain.contacts.service import (
    ensure_members,
    known_tags,
    list_synced_groups,
    queue_tags,
    save_tag_rules,
)
from siyu.domain.entries.contracts import state_of
from siyu.domain.entries.service import create_code, publish_code
from siyu.engines.mirror.contracts import Corp
from siyu.engines.mirror.syncing import keep_staff, sync_corp
from siyu.engines.mirror.writing import write_once
from siyu.kernel.actors import system_actor
from siyu.kernel.clock import Clock
from siyu.platform.collection import collect_seldom
from siyu.platform.postgres.database import Database
from siyu.platform.postgres.migrate import migrate
from siyu.platform.postgres.running import running_postgres
from siyu.platform.postgres.server import PostgresTuning
from siyu.platform.sealing.files import ensure_key_ring
from siyu.platform.settings import Settings
from siyu.world.wecom.process import CORP_ID

ACTOR = system_actor("bench")
CUSTOMERS, MEMBERS = 1_000_000, 500
CUSTOMERS_QUICK, MEMBERS_QUICK = 20_000, 20
PER_SECOND, SECONDS, SECONDS_QUICK = 100, 60, 5
CONNECTIONS = 8
LAST_SECONDS_MAX = 30
CODES = 20
WRITES, WRITES_QUICK = 5_000, 500
TOLD_TIMES = 10
ZONE = ZoneInfo("Asia/Shanghai")
AGENT_ID = 1000002
SECRET, TOKEN = "secret-of-the-benchmark", "TokenOfTheBenchmark"  # of an emulated corp
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"


def run(options: BenchOptions, tell: Tell) -> Figures:
    """welcome_p99_s (and what part was greeted), sync_customers_per_second, tags_written_per_second, peak_memory_gb."""
    customers = options.customers or (CUSTOMERS_QUICK if options.is_quick else CUSTOMERS)
    members = options.members or (MEMBERS_QUICK if options.is_quick else MEMBERS)
    seconds = SECONDS_QUICK if options.is_quick else SECONDS
    collect_seldom()
    with tempfile.TemporaryDirectory(prefix="siyu-bench-") as folder, watched_memory("siyu.world") as peak:
        home = Path(folder)
        home.chmod(0o711)
        with (
            running_postgres(home / "postgres", PostgresTuning()) as url,
            running_wecom(members, customers, {"customers_per_member_max": 1_000_000}) as world_url,
        ):
            database = Database(url, keys=ensure_key_ring(Settings(home=home)))
            migrate(database.engine)
            _connect(database, world_url)
            clients = WecomClients(database)
            corp = _corp(clients)
            states = _codes(database, corp)
            with running_face(home, url, {}) as port:
                tell(f"{PER_SECOND} new contacts a second for {seconds} s")
                waits, greeted = _welcome(database, world_url, port, Newcomers(members, seconds, states))
            tell(f"{greeted} of {len(waits)} were greeted; taking over {customers} customers of {members} members")
            synced = _sync(database, corp, customers, tell)
            tell(f"{synced:.0f} customers a second; writing tags")
            written = _write(database, corp, WRITES_QUICK if options.is_quick else WRITES)
            clients.close()
            database.close()
    waits.sort()
    return {
        "welcome_p50_s": statistics.median(waits),
        "welcome_p99_s": waits[int(len(waits) * 0.99)],
        "welcome_max_s": waits[-1],
        "greeted_share": greeted / (PER_SECOND * seconds),
        "sync_customers_per_second": synced,
        "tags_written_per_second": written,
        "peak_memory_gb": peak.bytes / 1e9,
    }


def _connect(database: Database, world_url: str) -> None:
    with database.begin() as work:
        ensure_first_admin(work, "bench@example.com", work.ids.new_secret(), "bench")
        secrets = WecomSecrets(SECRET, "", TOKEN, AES_KEY)
        save_wecom_corp(work, ACTOR, CORP_ID, "bench", agent_id=AGENT_ID, secrets=secrets, base_url=world_url)
        save_wecom_welcome(work, ACTOR, CORP_ID, WelcomePlan(WelcomeMessage("您好")))
    with _door(world_url) as door:
        door.ask("app/add", agentid=AGENT_ID, secret=SECRET, name="bench")


def _corp(clients: WecomClients) -> Corp:
    corp = find_corp(clients, CORP_ID)
    if corp is None:
        raise RuntimeError("the corp is not connected")
    return corp


def _codes(database: Database, corp: Corp) -> list[str]:
    """Channel codes with words of their own; the states that who comes by them brings along."""
    followers = corp.source.followers()
    keep_staff(database, corp, followers)
    states = []
    with database.begin() as work:
        members = ensure_members(work, ACTOR, CORP_ID, followers)
        staff_ids = sorted(staff_id for _, staff_id, _ in members.values())
        for number in range(CODES):
            document = {
                "title": "加我领券",
                "corp_id": CORP_ID,
                "mode": "direct",
                "staff_ids": [staff_ids[number % len(staff_ids)]],
                "welcomes": [{"text": f"欢迎来到 {number} 号店"}],
            }
            made = create_code(work, ACTOR, f"门店 {number}", document, ZONE)
            publish_code(work, ACTOR, made.code_id, ZONE)
            states.append(state_of(made.code_id, 0))
    return states


@dataclass(frozen=True, slots=True)
class Newcomers:
    """Who comes: for so many seconds, to so many members, every other one by one of the codes."""

    members: int
    seconds: int
    states: Sequence[str]

    def given(self, number: int) -> dict[str, str]:
        """What one brings along."""
        state = {"state": self.states[number // 2 % len(self.states)]} if number % 2 else {}
        return {"userid": f"staff{number % self.members + 1:04}", **state}


def _welcome(database: Database, world_url: str, port: int, newcomers: Newcomers) -> tuple[list[float], int]:
    """How long each waited for the welcome, and how many got one."""
    callback = f"http://127.0.0.1:{port}/callbacks/wecom/{CORP_ID}"
    with _door(world_url) as door:
        door.insist("app/callback", secret=SECRET, url=callback, token=TOKEN, encoding_aes_key=AES_KEY)
        people = [
            str(door.ask("person/add", name="新客")["external_userid"]) for _ in range(PER_SECOND * newcomers.seconds)
        ]
    clients, stop = welcome_clients(database), threading.Event()
    lane = welcome_lane(database, clients, ZONE)

    def serve() -> None:
        while not stop.is_set():
            if not lane.step():
                stop.wait(0.05)

    server = threading.Thread(target=serve)
    server.start()
    added_at = _arrive(database.clock, world_url, people, newcomers)
    ended: list[EndedWelcome] = []
    until = time.monotonic() + LAST_SECONDS_MAX
    while len(ended) < len(people) and time.monotonic() < until:
        with database.begin() as work:
            found = lock_ended_welcomes(work, 1000)
            delete_welcomes(work, [each.welcome_id for each in found])
        ended += found
        time.sleep(0 if found else 0.2)
    stop.set()
    server.join()
    lane.close()
    clients.close()
    sent = [each for each in ended if each.outcome in (WelcomeOutcome.SENT, WelcomeOutcome.ASSUMED)]
    # Who was not greeted has waited for as long as a code lives, whatever the reason.
    waits = [each.done_at.timestamp() - added_at[each.greeted.external_userid] for each in sent]
    return waits + [20.0] * (len(people) - len(sent)), len(sent)


def _arrive(clock: Clock, world_url: str, people: list[str], newcomers: Newcomers) -> dict[str, float]:
    """They add members, at an even pace over a few connections; when each did."""
    due: queue.Queue[tuple[float, int, str] | None] = queue.Queue()
    added_at: dict[str, float] = {}

    def add() -> None:
        with _door(world_url) as door:
            while (one := due.get()) is not None:
                at, number, person = one
                time.sleep(max(0.0, at - time.monotonic()))
                added_at[person] = clock.now().timestamp()
                door.ask("customer/add", external_userid=person, **newcomers.given(number))

    started = time.monotonic()
    for number, person in enumerate(people):
        due.put((started + number / PER_SECOND, number, person))
    threads = [threading.Thread(target=add) for _ in range(CONNECTIONS)]
    for thread in threads:
        due.put(None)
        thread.start()
    for thread in threads:
        thread.join()
    return added_at


def _sync(database: Database, corp: Corp, customers: int, tell: Tell) -> float:
    """Customers taken over in a second, tags and groups with them."""
    kept, told = 0, 0

    def count(relations: int) -> None:
        nonlocal kept, told
        kept += relations
        if kept - told >= customers / TOLD_TIMES:
            told = kept
            tell(f"{kept} after {time.perf_counter() - started:.0f} s")

    started = time.perf_counter()
    sync_corp(database, corp, on_kept=count)
    return kept / (time.perf_counter() - started)


def _write(database: Database, corp: Corp, count: int) -> float:
    """Tags given here to relations that have them not there, written in a second."""
    with database.begin() as work:
        (tag_id, *_), *_ = known_tags(work, ACTOR, CORP_ID).values()
        for group in list_synced_groups(work, ACTOR, CORP_ID):
            save_tag_rules(
                *(work, ACTOR, CORP_ID, group.outside_id),
                is_synced=True,
                write_back=WriteBack.ALL,
                removal=Removal.OWN,
            )
        profile_ids = work.driver.execute(
            "SELECT profile_id FROM contacts.relations WHERE lost_at IS NULL GROUP BY 1 ORDER BY 1 LIMIT %s", (count,)
        ).fetchall()
        waiting = queue_tags(work, ACTOR, [(profile_id, tag_id) for (profile_id,) in profile_ids], [])
    started = time.perf_counter()
    while write_once(database, {CORP_ID: corp}):
        pass
    return waiting / (time.perf_counter() - started)


class _Door:
    """The doors of the emulated world over one connection."""

    def __init__(self, connection: http.client.HTTPConnection) -> None:
        self._connection = connection

    def ask(self, door: str, **given: object) -> dict[str, Any]:
        self._connection.request("POST", f"/world/{door}", json.dumps(given).encode())
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{door} answered {answer.status}")
        return dict(json.loads(body))

    def insist(self, door: str, **given: object) -> None:
        """As `ask`, until it is done: the address has to answer within a second, and the first answer takes longest."""
        until = time.monotonic() + LAST_SECONDS_MAX
        while True:
            try:
                self.ask(door, **given)
            except RuntimeError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)
            else:
                return


@contextmanager
def _door(world_url: str) -> Iterator[_Door]:
    parts = urlsplit(world_url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    try:
        yield _Door(connection)
    finally:
        connection.close()
