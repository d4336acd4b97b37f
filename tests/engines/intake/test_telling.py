"""What some events mean to rooms."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from siyu.domain.customers.reading import may_receive
from siyu.engines.intake.telling import ORDER_COMPLETED, ToldOrders, record_told_consents
from siyu.kernel.events import Event
from siyu.kernel.ids import derived_id
from siyu.platform.eventlog.consuming import Consumer, consume_once
from siyu.platform.postgres.database import Database
from tests.conftest import START
from tests.engines.intake.test_door import track
from tests.engines.intake.test_draining import drained, named, put
from tests.platform.eventlog.test_log import everything, sequence

ORDERS = Consumer("orders", {ORDER_COMPLETED: [ToldOrders("USD").record_told_orders]})
CONSENTS = Consumer("consents", {name: [record_told_consents] for name in ("consent_granted", "consent_withdrawn")})


def told(database: Database, consumer: Consumer, *events: dict[str, Any]) -> list[Event]:
    put(database, *events)
    drained(database)
    while consume_once(database, consumer):
        pass
    sequence(database)
    return everything(database)


def order(number: int, **properties: Any) -> dict[str, Any]:
    return track(number, event="Order Completed", properties=properties)


def test_a_completed_order_is_paid_once(database: Database) -> None:
    products = [{"sku": "a", "quantity": 2}, {"sku": "b"}, "odd", {"quantity": -4}]
    first = order(1, order_id="A1", total=12.3, currency="eur", products=products)
    events = told(database, ORDERS, first, order(2, order_id="A1", total=12.3, currency="eur", products=products))
    (paid,) = named(events, "order_paid")
    assert paid.properties == {"shop": "default", "order_id": "A1", "total_fen": 1230, "currency": "EUR", "quantity": 3}
    assert paid.event_id == derived_id("order_paid", "default", "A1")


def test_an_amount_without_a_currency_is_in_the_installations(database: Database) -> None:
    (paid,) = named(told(database, ORDERS, order(1, orderId=7, revenue="8")), "order_paid")
    assert (paid.properties["order_id"], paid.properties["currency"], paid.properties["total_fen"]) == ("7", "USD", 800)


@pytest.mark.parametrize(
    "properties",
    [{"total": 1}, {"order_id": "A"}, {"order_id": "A", "total": "much"}, {"order_id": "A", "total": True},
     {"order_id": "A", "total": -1}, {"order_id": "", "total": 1}, {"order_id": {"a": 1}, "total": 1}],
)  # fmt: skip
def test_what_makes_no_order_stays_an_event(database: Database, properties: dict[str, Any]) -> None:
    events = told(database, ORDERS, order(1, **properties))
    assert named(events, "order_paid") == []
    assert len(named(events, "order_completed")) == 1


def test_the_last_word_on_consent_counts(database: Database) -> None:
    at = (START - timedelta(hours=1)).isoformat()
    earlier = track(1, userId="u", event="Consent Granted", properties={"channel": "webhook"}, timestamp=at)
    later = track(2, userId="u", event="Consent Withdrawn", properties={"channel": "webhook"})
    other = track(3, userId="v", event="Consent Granted", properties={"channel": "webhook"})
    odd = track(4, userId="v", event="Consent Granted", properties={"channel": ["sms"]})
    events = told(database, CONSENTS, later, earlier, other, odd)
    profile_of = {event.event_id: event.profile_id for event in events}
    profiles = sorted(set(profile_of.values()))
    with database.read() as reading:
        allowed = may_receive(reading, profiles, "webhook")
        assert may_receive(reading, profiles, "sms") == set()
    granted = {event.profile_id for event in named(events, "consent_granted")}
    withdrawn = {event.profile_id for event in named(events, "consent_withdrawn")}
    assert allowed == granted - withdrawn
    assert len(allowed) == 1


def consent(number: int, name: str = "Consent Granted", **properties: Any) -> dict[str, Any]:
    return track(number, userId="u", event=name, properties=properties)


def ledger(database: Database) -> list[Any]:
    with database.read() as reading:
        return reading.driver.execute(
            "SELECT purpose, channel, state, source, notice, reference, policy_version"
            " FROM customers.consent_records ORDER BY record_id"
        ).fetchall()


def test_a_word_is_kept_with_its_proof(database: Database) -> None:
    proof = {"notice": "同意接收短信" + "x" * 3000, "reference": "https://a.cn/p", "policy_version": "3", "source": "y"}
    told(
        database,
        CONSENTS,
        consent(1, channel="sms", **proof),
        consent(2, purpose="partner_sharing", policy_version=3),
        consent(3, "Consent Withdrawn"),
    )
    assert ledger(database) == [
        ("marketing", "sms", "granted", "event:web", ("同意接收短信" + "x" * 3000)[:2000], "https://a.cn/p", "3"),
        ("partner_sharing", "*", "granted", "event:web", "", "", ""),
        ("marketing", "*", "withdrawn", "event:web", "", "", ""),
    ]


@pytest.mark.parametrize(
    "properties",
    [{"channel": "sms", "purpose": "anything"}, {"channel": "sms", "purpose": ["marketing"]}, {"channel": "S M S"}, {},
     {"channel": "sms", "purpose": "profiling"}, {"channel": 7}, {"channel": None}],
)  # fmt: skip
def test_what_makes_no_consent_stays_an_event(database: Database, properties: dict[str, Any]) -> None:
    events = told(database, CONSENTS, consent(1, **properties))
    assert (len(named(events, "consent_granted")), ledger(database)) == (1, [])
