"""What the tests of tagging stand on: tags, segments, rules, and who comes and goes."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from siyu.assembly.flow import consumer
from siyu.domain.customers.contracts import CUSTOMERS_SPLIT
from siyu.domain.definitions import service as definitions
from siyu.domain.entries.contracts import FORM_ANSWERED
from siyu.domain.segments import rules as segment_rules
from siyu.domain.segments import store as segment_store
from siyu.domain.segments.contracts import SEGMENT_ENTERED, SEGMENT_EXITED
from siyu.domain.tags import reading, service
from siyu.domain.tags.contracts import (
    CUSTOMER_TAGGED,
    CUSTOMER_UNTAGGED,
)
from siyu.engines.tagging import rules
from siyu.engines.tagging.contracts import TAGGING_CONSUMER
from siyu.engines.tagging.follow import follow_segments
from siyu.kernel.events import NewEvent
from siyu.platform.postgres.database import Database, UnitOfWork
from tests.engines.scenery import SIYU, enter, leave, the_log

FOLLOWING = consumer(
    TAGGING_CONSUMER,
    (SEGMENT_ENTERED, follow_segments),
    (SEGMENT_EXITED, follow_segments),
    (CUSTOMERS_SPLIT, follow_segments),
)


def some_tags(database: Database, *names: str, is_exclusive: bool = False) -> list[int]:
    with database.begin() as work:
        group = service.create_group(work, SIYU, "组" + "".join(names), "blue", is_exclusive=is_exclusive)
        for name in names:
            group = service.create_tag(work, SIYU, group.group_id, name)
    return [tag.tag_id for name in names for tag in group.tags if tag.name == name]


def a_segment(database: Database, document: dict[str, Any] | None = None) -> int:
    given = document or {"kind": "attribute", "name": "city", "operator": "is", "value": "上海"}
    with database.begin() as work:
        made = definitions.create(work, SIYU, "segment", "上海的", given)
        definitions.publish(work, SIYU, made.definition_id)
    return made.definition_id


def a_rule(database: Database, **document: Any) -> int:
    with database.begin() as work:
        made = rules.create(work, SIYU, "规则", document)
        rules.publish(work, SIYU, made.rule_id)
    return made.rule_id


def turn(database: Database, segment_id: int, customer_ids: Collection[int]) -> None:
    """Lets customers into a segment who are not in it, and out of it who are."""
    with database.begin() as work:
        segment_store.flip(work.driver, segment_id, segment_rules.bits_of(segment_rules.ids_from(customer_ids)))


def come(database: Database, segment_id: int, customer_ids: list[int]) -> None:
    turn(database, segment_id, customer_ids)
    enter(database, segment_id, customer_ids)


def go(database: Database, segment_id: int, customer_ids: list[int]) -> None:
    turn(database, segment_id, customer_ids)
    leave(database, segment_id, customer_ids)


def bearing(database: Database, tag_id: int) -> set[int]:
    with database.read() as read:
        people = read.driver.execute("SELECT DISTINCT customer_id FROM customers.profiles").fetchall()
        found = reading.traits(read, [row[0] for row in people])
    return {customer_id for customer_id, tag_ids in found.items() if tag_id in tag_ids}


def told(database: Database) -> list[tuple[str, int, str]]:
    return [
        (each.name, each.profile_id, each.properties["how"])
        for each in the_log(database, CUSTOMER_TAGGED, CUSTOMER_UNTAGGED)
    ]


def fail(_: UnitOfWork) -> None:
    raise RuntimeError("the machine went away")


def answer(database: Database, profile_id: int, *tag_ids: int, form_id: int = 7, source: str = "entries") -> None:
    with database.begin() as work:
        told = {"form_id": form_id, "version": 1, "answer_id": 1, "tags": list(tag_ids)}
        work.record([NewEvent(FORM_ANSWERED, work.ids.new_id(), profile_id, work.clock.now(), source, told)])
