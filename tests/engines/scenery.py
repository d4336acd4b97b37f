"""What tests of journeys and reach begin with: segments, journeys, customers, and the log driven to its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import psycopg
import pytest

from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import ConsentState, Identity
from siyu.domain.definitions import service as definitions
from siyu.domain.segments.contracts import SEGMENT_ENTERED, SEGMENT_EXITED
from siyu.engines.orchestration import publishing
from siyu.kernel.actors import system_actor
from siyu.kernel.events import Event, NewEvent
from siyu.platform.eventlog.consuming import Consumer, consume_once
from siyu.platform.eventlog.reading import ANY_NAME, Stretch, head_position, read_events
from siyu.platform.eventlog.sequencer import sequence_once
from siyu.platform.postgres.database import Database
from tests.domain.journeys.documents import entering, journey

SIYU = system_actor("test")


def send(title: str = "你好", body: str = "{{ name|朋友 }}，看看这个", link_url: str | None = None) -> dict[str, Any]:
    return {"kind": "message", "channel": "webhook", "title": title, "body": body, "link_url": link_url}


def wait(minutes: int) -> dict[str, Any]:
    return {"kind": "wait", "minutes": minutes}


def a_segment(database: Database, *, is_live: bool = True) -> int:
    """A segment; its definition does not matter here."""
    with database.begin() as work:
        made = definitions.create(work, SIYU, "segment", "回头客", {})
        if is_live:
            definitions.publish(work, SIYU, made.definition_id)
    return made.definition_id


def a_draft(
    segment_id: int, *steps: Mapping[str, Any], members: bool = False, exit_on_leave: bool = True, **rest: object
) -> dict[str, Any]:
    """One step after the other, for those who enter the segment; a step without a key is called after its number."""
    exits = [{"kind": "segment_left", "segment_id": segment_id}] if exit_on_leave else []
    nodes = [{"key": f"n{number}", **step} for number, step in enumerate(steps)]
    return journey(*nodes, triggers=[entering(segment_id, members=members)], exits=exits, **rest)


def a_journey(
    database: Database, segment_id: int, *steps: Mapping[str, Any], members: bool = False, **rest: Any
) -> int:
    """A published journey."""
    with database.begin() as work:
        made = publishing.create(work, SIYU, "唤回", a_draft(segment_id, *steps, members=members, **rest))
        publishing.publish(work, SIYU, made.journey_id)
    return made.journey_id


def some_customers(database: Database, count: int, *, consenting: bool = True) -> list[int]:
    """Customers with a name, who agree to messages by webhook."""
    with database.begin() as work:
        at = work.clock.now()
        made = customers.resolve(work, SIYU, {(Identity("user_id", f"u{n}"),): at for n in range(count)})
        ids = sorted(made.values())
        if consenting:
            customers.set_consents(
                work, SIYU, dict.fromkeys(ids, at), channel="webhook", purpose="marketing", state=ConsentState.GRANTED
            )
    return ids


def tell(
    database: Database, name: str, segment_id: int, customer_ids: Sequence[int], at: datetime | None = None
) -> None:
    """Puts entering or leaving a segment into the log, as audience does."""
    with database.begin() as work:
        work.record(
            NewEvent(
                name,
                work.ids.new_id(),
                customer_id,
                at or work.clock.now(),
                "segments",
                {"segment_id": segment_id, "version": 1},
            )
            for customer_id in customer_ids
        )


def enter(database: Database, segment_id: int, customer_ids: Sequence[int]) -> None:
    tell(database, SEGMENT_ENTERED, segment_id, customer_ids)


def leave(database: Database, segment_id: int, customer_ids: Sequence[int]) -> None:
    tell(database, SEGMENT_EXITED, segment_id, customer_ids)


def split(database: Database, winner_id: int, loser_id: int) -> None:
    """Parts what was merged: the loser's own profile is a customer of its own again."""
    with database.begin() as work:
        assert customers.split(work, SIYU, winner_id, profile_ids=[loser_id], reason="两个人") == loser_id


def drain(database: Database, *consumers: Consumer) -> None:
    """Gives positions and lets the consumers handle everything there is, also what they cause."""
    busy = True
    while busy:
        with database.autocommit() as driver:
            busy = sequence_once(driver) > 0
        for consumer in consumers:
            while consume_once(database, consumer) is not None:
                busy = True


def the_log(database: Database, *names: str) -> list[Event]:
    """Everything in the log, or the events of these names."""
    with database.autocommit() as driver:
        while sequence_once(driver):
            pass
        return read_events(driver, Stretch(0, head_position(driver), 0), names or [ANY_NAME])


def recorded_statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A list that every statement from now on is put into, its beginning at least."""
    statements: list[str] = []
    original = psycopg.Connection.execute

    def execute(self: psycopg.Connection[Any], query: Any, *rest: Any, **more: Any) -> Any:
        statements.append(" ".join(str(query).split())[:100])
        return original(self, query, *rest, **more)

    monkeypatch.setattr(psycopg.Connection, "execute", execute)
    return statements
