"""What tests of keeping begin with: people, segments, things that happen, and what the log tells of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import AttributeChange, Identity
from siyu.domain.segments import service
from siyu.domain.segments.contracts import SEGMENT_ENTERED, SEGMENT_EXITED
from siyu.kernel.actors import system_actor
from siyu.kernel.events import Event, NewEvent
from siyu.platform.eventlog.reading import Stretch, head_position, read_events
from siyu.platform.postgres.database import Database
from tests.engines.audience.keeping_steps import sequence

SIYU = system_actor("test")
TWICE = {"kind": "event", "event": "order_paid", "operator": "at_least", "value": 2}
SILENT = {
    "kind": "moment",
    "event": "order_paid",
    "which": "last",
    "window": {"kind": "rolling", "least": {"amount": 90, "unit": "day"}},
}
SHANGHAI = {"kind": "attribute", "name": "city", "operator": "is", "value": "上海"}


def a_segment(database: Database, definition: Mapping[str, Any]) -> int:
    with database.begin() as work:
        made = service.create(work, SIYU, "一群人", definition)
        service.publish(work, SIYU, made.segment_id)
    return made.segment_id


def edited(database: Database, segment_id: int, definition: Mapping[str, Any]) -> None:
    with database.begin() as work:
        service.save(work, SIYU, segment_id, "一群人", definition)
        service.publish(work, SIYU, segment_id)


def known(database: Database, *names: str) -> list[int]:
    """The profiles of people known by these names."""
    with database.begin() as work:
        groups: dict[Sequence[Identity], datetime] = {(Identity("user_id", name),): work.clock.now() for name in names}
        profile_of = customers.resolve(work, SIYU, groups)
    return [profile_of[Identity("user_id", name)] for name in names]


def is_one_person(database: Database, one: str, other: str) -> None:
    with database.begin() as work:
        customers.resolve(work, SIYU, {(Identity("user_id", one), Identity("user_id", other)): work.clock.now()})


def buys(database: Database, *profile_ids: int, ago: timedelta = timedelta()) -> None:
    with database.begin() as work:
        at = work.clock.now() - ago
        work.record(
            NewEvent("order_paid", work.ids.new_id(), each, at, "orders", {"total_fen": 100}) for each in profile_ids
        )


def lives_in(database: Database, profile_id: int, city: str) -> None:
    with database.begin() as work:
        customers.set_attributes(work, SIYU, [AttributeChange(profile_id, {"city": city}, work.clock.now())])


def told_events(database: Database) -> list[Event]:
    """Who entered and who exited, each once."""
    sequence(database)
    with database.autocommit() as driver:
        events = read_events(driver, Stretch(0, head_position(driver), 0), [SEGMENT_ENTERED, SEGMENT_EXITED])
    assert len({event.event_id for event in events}) == len(events)
    return events


def told(database: Database) -> list[tuple[str, int]]:
    return [(event.name, event.profile_id) for event in told_events(database)]


def told_why(database: Database) -> list[tuple[str, int, str]]:
    return [(event.name, event.profile_id, event.properties["reason"]) for event in told_events(database)]
