"""Reach as tests make it, and the way from customers to messages at the gate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from siyu.domain.content.contracts import SignedAddresses
from siyu.domain.messages import reading as messages_reading
from siyu.domain.messages import service as messages
from siyu.domain.messages.contracts import Channel, ReachRules
from siyu.engines import orchestration
from siyu.engines.reach import CONSUMER_NAME, Reach
from siyu.platform.eventlog.consuming import Consumer
from siyu.platform.postgres.database import Database
from tests.engines.scenery import SIYU, a_journey, a_segment, drain, enter, send

ADDRESSES = SignedAddresses("https://brand.example", "the secret of these tests")


def reach_by(*channels: Channel) -> Reach:
    return Reach({channel.name: channel for channel in channels}, ADDRESSES, ZoneInfo("Asia/Shanghai"))


def set_rules(database: Database, **rules: Any) -> None:
    """Puts rules of reaching customers in force that differ from the usual ones in this."""
    with database.begin() as work:
        version = messages_reading.reach_rules(work).version
        messages.set_rules(work, SIYU, ReachRules(**rules), version=version)


def consumer_of(reach: Reach) -> Consumer:
    return Consumer(CONSUMER_NAME, {name: [handler] for name, handler in reach.handlers.items()})


def ask(database: Database, reach: Reach, customers: list[int], *steps: Mapping[str, Any], judge: bool = True) -> int:
    """Lets the customers through a journey of these steps, up to the gate; gives the journey's id."""
    segment = a_segment(database)
    journey = a_journey(database, segment, *(steps or [send()]))
    enter(database, segment, customers)
    walk_on(database, reach if judge else None)
    return journey


def walk_on(database: Database, reach: Reach | None) -> None:
    """Lets everybody walk who has entered, up to the gate, and past it if there is one."""
    drain(database, orchestration.consumer())
    while orchestration.advance_once(database):
        pass
    if reach is not None:
        drain(database, consumer_of(reach))
