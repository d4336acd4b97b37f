"""Server-sent events: two windows hear of a change, each with its rights, without a thread for each, until their sessions end."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx2
import pytest

from siyu.domain.company.contracts import Role
from siyu.domain.company.service import create_staff
from siyu.faces.api.app import create_app
from siyu.faces.api.context import ApiContext
from siyu.faces.api.live_streams import RIGHTS_OF_TOPICS, STREAMS_OF_ONE_MAX, topics_of
from siyu.faces.server import server_of, shared_socket
from siyu.kernel.actors import Actor, ActorKind, system_actor
from siyu.platform.notices import HOT, SESSIONS
from siyu.platform.postgres.database import Database
from tests.faces.api.conftest import EMAIL, PASSWORD

LIVE = Path(__file__).parents[3] / "console" / "src" / "api" / "live.ts"


@contextmanager
def serving(context: ApiContext) -> Iterator[str]:
    listener = shared_socket("127.0.0.1", 0)
    server = server_of(create_app(context))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=8)
        assert not thread.is_alive(), "streams keep the server from ending"


class Window:
    """A log-in and its stream, read line by line."""

    def __init__(self, stack: ExitStack, address: str, email: str) -> None:
        self.client = stack.enter_context(httpx2.Client(base_url=address, timeout=20))
        answer = self.client.post("/api/session", json={"email": email, "password": PASSWORD})
        self.headers = {"X-CSRF-Token": answer.json()["csrf_token"]}
        stream = stack.enter_context(self.client.stream("GET", "/api/live"))
        assert (stream.status_code, stream.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
        self.lines = stream.iter_lines()
        assert self.next() == ("ready", {})

    def next(self) -> tuple[str, dict[str, list[str]]]:
        """The next event: its name and what it carries."""
        for line in self.lines:
            assert not line.startswith(":"), "nothing was told for as long as a heartbeat"
            if line.startswith("event: "):
                return line.removeprefix("event: "), json.loads(next(self.lines).removeprefix("data: "))
        return "ended", {}

    def hears(self, topic: str) -> bool:
        """Whether it hears of the topic next, after whatever else was told before."""
        while (told := self.next())[0] == "changed":
            if topic in told[1]["topics"]:
                return True
        return False


def test_windows_hear_of_changes_until_their_sessions_end(context: ApiContext, database: Database) -> None:
    with database.begin() as work:
        create_staff(work, system_actor("test"), "林", "lin@example.com", PASSWORD, Role.OPERATOR, 1)
    with serving(context) as address, ExitStack() as stack:
        assert httpx2.get(f"{address}/api/live").status_code == 401
        admin = Window(stack, address, EMAIL)
        other = Window(stack, address, "lin@example.com")
        made = admin.client.post("/api/units", json={"name": "门店", "parent_id": 1}, headers=admin.headers)
        assert made.status_code == 200
        assert admin.hears("staff")
        with database.begin() as work:
            work.driver.execute("UPDATE imports.imports SET state = state")  # there are none: that tells nothing
            work.driver.execute("INSERT INTO messages.channel_days (channel, day_on) VALUES ('mail', '2026-01-01')")
        assert admin.next() == ("changed", {"topics": ["sends"]})
        assert other.hears("sends")
        assert sum(thread.name == "live" for thread in threading.enumerate()) == 1

        for _ in range(STREAMS_OF_ONE_MAX - 1):
            stack.enter_context(other.client.stream("GET", "/api/live")).iter_lines()
        refused = other.client.get("/api/live")
        assert (refused.status_code, refused.json()["error"]["code"]) == (429, "too_many_streams")

        assert admin.client.delete("/api/session", headers=admin.headers).status_code == 204
        assert admin.hears("nothing") is False
        assert admin.next() == ("ended", {})
        with database.begin() as work:
            work.driver.execute("DELETE FROM messages.channel_days")
        assert other.hears("sends")
        with database.begin() as work:
            work.driver.execute("UPDATE groups.welcomes SET corp_id = corp_id")  # there are none: that tells nothing
            work.driver.execute("SET LOCAL session_replication_role = replica")  # no code needs to be there
            work.driver.execute(
                "INSERT INTO entries.code_days (code_id, target_id, day, visitors) VALUES (1, 1, now(), 1)"
            )
            work.driver.execute("SELECT pg_stat_force_next_flush()")
        assert other.next() == ("changed", {"topics": ["entries"]})


def test_every_topic_that_is_told_is_heard_of_by_somebody(database: Database) -> None:
    with database.read() as reading:
        told = reading.driver.execute(
            "SELECT DISTINCT tgargs FROM pg_trigger WHERE tgname LIKE 'tells_live%'"
        ).fetchall()
    topics = {bytes(args).rstrip(b"\0").decode() for (args,) in told} | set(HOT)
    assert topics - {SESSIONS} == set(RIGHTS_OF_TOPICS)
    asked = set(re.findall(r"^  (\w+): \[", LIVE.read_text(), re.MULTILINE))
    assert asked == set(RIGHTS_OF_TOPICS), "the console asks nothing again, or for ever in vain"


@pytest.mark.parametrize(("rights", "topics"), [((), {"definitions"}), (("imports.read",), {"definitions", "imports"})])
def test_nobody_hears_of_what_they_may_not_see(rights: tuple[str, ...], topics: set[str]) -> None:
    assert topics_of(Actor(ActorKind.STAFF, "7", frozenset(rights))) == topics
