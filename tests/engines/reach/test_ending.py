"""Messages that do not just go out: nights, outcomes nobody knows, other channels, and staff who send by hand."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from siyu.domain.company import service as company
from siyu.domain.company.contracts import Role
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import AttributeChange, ConsentState
from siyu.domain.messages import service as messages
from siyu.domain.messages.contracts import (
    ChannelRules,
    HandTaskState,
    Limits,
    MessageRequest,
    Recent,
    Repeating,
    SendOutcome,
    SendResult,
    UnknownHandTaskError,
)
from siyu.domain.messages.reading import recent_of_channels
from siyu.domain.messages.service import Receipt
from siyu.engines.reach import Reach, deliver_once
from siyu.engines.reach.backoff import ATTEMPTS_MAX
from siyu.engines.reach.by_hand import ByHand
from siyu.engines.reach.ending import fall_back_once, hand_out_once
from siyu.engines.reach.gate import ACTOR
from siyu.kernel.actors import Actor, ActorKind, Scope
from siyu.kernel.clock import ManualClock
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Database
from tests.engines.reach.fake_channel import FakeChannel, accept, answering
from tests.engines.reach.reaching import ask, consumer_of, reach_by, set_rules
from tests.engines.scenery import SIYU, drain, send, some_customers, the_log

NIGHT = datetime(2026, 6, 1, 14, 0, tzinfo=UTC)  # ten in the evening in Shanghai, four in the afternoon in Berlin


class AskedChannel(FakeChannel):
    """One whose other side says what it has."""

    def __init__(self) -> None:
        super().__init__("sms")
        self.repeating = Repeating.ASKED
        self.told: dict[str, SendOutcome] = {}
        self.asked: list[str] = []

    def find_outcomes(self, message_keys: Collection[str]) -> Mapping[str, SendResult]:
        self.asked += message_keys
        return {key: SendResult(key, self.told[key]) for key in message_keys if key in self.told}


def rows(database: Database) -> list[tuple[Any, ...]]:
    """(channel, state, reason) of all messages, in their order."""
    with database.read() as reading:
        return reading.driver.execute(
            "SELECT channel, state, reason FROM messages.messages ORDER BY message_id"
        ).fetchall()


def agree(database: Database, customer_ids: list[int], *channels: str) -> None:
    with database.begin() as work:
        for channel in channels:
            at = dict.fromkeys(customer_ids, work.clock.now())
            customers.set_consents(work, SIYU, at, channel=channel, purpose="marketing", state=ConsentState.GRANTED)


def withdraw(database: Database, customer_id: int) -> None:
    with database.begin() as work:
        at = {customer_id: work.clock.now()}
        customers.set_consents(work, SIYU, at, channel="wecom", purpose="marketing", state=ConsentState.WITHDRAWN)


def step(*channels: str, hours: int | None = None, **more: Any) -> dict[str, Any]:
    return {**send(), "channel": channels[0], "fallbacks": channels[1:], "fall_back_after_hours": hours, **more}


def test_at_night_messages_wait_for_the_morning_of_their_customer(
    database: Database, reach: Reach, channel: FakeChannel, clock: ManualClock
) -> None:
    here, there, nowhere = some_customers(database, 3)
    zones = {there: "Europe/Berlin", nowhere: "Mars/Olympus"}
    with database.begin() as work:
        changes = [AttributeChange(who, {"time_zone": zone}, clock.now()) for who, zone in zones.items()]
        customers.set_attributes(work, SIYU, changes)
    clock.set(NIGHT)
    journey = ask(database, reach, [here, there, nowhere], send(), step("webhook", purpose="service"))
    with database.begin() as work:
        late = MessageRequest("late", here, journey, 1, 0, ("webhook",), expires_at=NIGHT + timedelta(hours=9))
        early = MessageRequest("early", here, journey, 1, 0, ("webhook",), expires_at=NIGHT + timedelta(hours=12))
        messages.request_messages(work, SIYU, [late, early])
    drain(database, consumer_of(reach))
    assert deliver_once(database, reach) == 4  # his, and what is owed to each of them
    clock.set(NIGHT + timedelta(hours=10, minutes=59))
    assert deliver_once(database, reach) == 0
    clock.advance(timedelta(minutes=1))
    assert deliver_once(database, reach) == 3
    assert rows(database).count(("webhook", "held", "quiet_hours")) == 1
    # what is to be tried again waits for the morning too, and does not use up a try by it
    clock.set(datetime(2026, 6, 4, 12, 55, tzinfo=UTC))
    channel.answer = answering(SendOutcome.DEFERRED, "queue full", 600)
    ask(database, reach, [here])
    assert deliver_once(database, reach) == 1
    channel.answer = accept
    clock.advance(timedelta(minutes=10))
    assert deliver_once(database, reach) == 1
    assert rows(database)[-1][1] == "requested"
    clock.advance(timedelta(hours=12))
    assert deliver_once(database, reach) == 1
    assert rows(database)[-1][1] == "sent"


def test_what_may_have_gone_out_does_not_go_twice(database: Database, clock: ManualClock) -> None:
    channel = FakeChannel("sms")
    channel.repeating = Repeating.NEVER
    reach = reach_by(channel)
    who = some_customers(database, 3)
    agree(database, who, "sms")
    channel.answer = answering(SendOutcome.UNREACHABLE, "ReadTimeout")
    ask(database, reach, who[:1], step("sms"))
    assert deliver_once(database, reach) == 1
    assert rows(database) == [("sms", "failed", "outcome_unknown")]
    # nobody took up the connection: that one may go
    clock.advance(timedelta(minutes=2))
    channel.answer = lambda message: SendResult(message.message_key, SendOutcome.UNREACHABLE, "refused", is_unsent=True)
    ask(database, reach, who[1:2], step("sms"))
    assert deliver_once(database, reach) == 1
    channel.answer = accept
    clock.advance(timedelta(minutes=2))
    assert deliver_once(database, reach) == 1
    # a sender that died
    ask(database, reach, who[2:], step("sms"))
    with database.begin() as work:
        assert len(messages.claim(work, ACTOR, "sms", size=9, lease=timedelta(minutes=5))) == 1
    clock.advance(timedelta(minutes=6))
    sent = len(channel.messages)
    assert deliver_once(database, reach) == 1
    assert len(channel.messages) == sent
    assert [row[1:] for row in rows(database)] == [
        ("failed", "outcome_unknown"),
        ("sent", None),
        ("failed", "outcome_unknown"),
    ]
    # a company that would rather send twice than not at all
    set_rules(database, channels={"sms": ChannelRules(may_repeat=True)})
    ask(database, reach, who[2:], step("sms"))
    channel.answer = answering(SendOutcome.UNREACHABLE, "ReadTimeout")
    assert deliver_once(database, reach) == 1
    assert rows(database)[-1][1:] == ("requested", "ReadTimeout")


def test_who_can_be_asked_is_asked_and_gets_only_what_they_have_not(database: Database, clock: ManualClock) -> None:
    channel = AskedChannel()
    reach = reach_by(channel)
    who = some_customers(database, 4)
    agree(database, who, "sms")
    channel.answer = answering(SendOutcome.UNREACHABLE, "ReadTimeout")
    ask(database, reach, who, step("sms"))
    assert deliver_once(database, reach) == 4
    assert {row[1:] for row in rows(database)} == {("sending", "ReadTimeout")}
    keys = [message.message_key for message in channel.messages]
    fates = (SendOutcome.ACCEPTED, SendOutcome.DELIVERED, SendOutcome.DEFERRED)
    channel.told = dict(zip(keys, fates, strict=False))
    channel.answer = accept
    clock.advance(timedelta(minutes=2))
    assert deliver_once(database, reach) == 4
    assert sorted(channel.asked) == sorted(keys)
    assert [row[1] for row in rows(database)] == ["sent", "delivered", "requested", "sending"]
    clock.advance(timedelta(minutes=10))
    while deliver_once(database, reach):
        clock.advance(timedelta(hours=2))
    assert [message.message_key for message in channel.messages] == [*keys, keys[2]]
    assert [row[1:] for row in rows(database)] == [
        ("sent", None),
        ("delivered", None),
        ("sent", None),
        ("failed", "outcome_unknown"),
    ]


def test_the_next_channel_is_asked_when_the_first_did_not_get_through(database: Database, clock: ManualClock) -> None:
    sms, mail = FakeChannel("sms"), FakeChannel("mail")
    reach = reach_by(sms, mail, ByHand())
    who = some_customers(database, 3)
    agree(database, who, "sms", "mail", "wecom")
    she, he, they = who
    fates = {she: SendOutcome.OVER_QUOTA, he: SendOutcome.ACCEPTED, they: SendOutcome.DELIVERED}
    sms.answer = lambda message: SendResult(message.message_key, fates[message.customer_id])
    ask(database, reach, who, step("sms", "mail", hours=4))
    assert deliver_once(database, reach) == 3
    assert fall_back_once(database) == 1
    drain(database, consumer_of(reach))
    assert deliver_once(database, reach) == 1
    assert [each.customer_id for each in mail.messages] == [she]
    (first, *_) = [event.properties["message_key"] for event in the_log(database, "message_requested")]
    assert mail.messages[0].message_key == f"{first}:mail"
    # his was taken, but this channel tells when something arrives, and of his nobody did
    assert fall_back_once(database) == 0
    clock.advance(timedelta(hours=4))
    assert fall_back_once(database) == 1
    drain(database, consumer_of(reach))
    assert deliver_once(database, reach) == 1
    assert [each.customer_id for each in mail.messages] == [she, he]
    with database.read() as reading:
        assert recent_of_channels(reading) == {"sms": Recent(2, 1), "mail": Recent(2, 0)}


def test_a_message_that_has_not_gone_is_called_back_before_another_is_asked(
    database: Database, clock: ManualClock
) -> None:
    sms, mail = FakeChannel("sms"), FakeChannel("mail")
    (she,) = some_customers(database, 1)
    agree(database, [she], "sms", "mail")
    reach = reach_by(sms, mail)
    ask(database, reach, [she], step("sms", "mail", hours=1))
    with database.begin() as work:
        messages.rest_channel(work, ACTOR, "sms", clock.now() + timedelta(hours=3))
    clock.advance(timedelta(hours=1))
    assert fall_back_once(database) == 1
    drain(database, consumer_of(reach))
    clock.advance(timedelta(hours=3))
    assert deliver_once(database, reach) == 1
    assert rows(database) == [("sms", "cancelled", "fell_back"), ("mail", "sent", None)]
    (cancelled,) = the_log(database, "message_cancelled")
    assert cancelled.properties["reason"] == "fell_back"


def test_the_last_resort_is_a_task_of_the_staff_member_who_keeps_the_customer(
    database: Database, clock: ManualClock
) -> None:
    sms = FakeChannel("sms", identity_kinds=frozenset({"user_id"}))
    reach = reach_by(sms, ByHand())
    kept, another, nobodys = some_customers(database, 3)
    agree(database, [kept, another, nobodys], "sms", "wecom")
    with database.begin() as work:
        company.ensure_first_admin(work, "boss@brand.example", "a long enough password", "茶")
    with database.begin() as work:
        unit = company.list_units(work, SIYU)[0].unit_id
        staff = [
            company.create_staff(
                work, SIYU, f"店员{n}", f"s{n}@brand.example", "a long enough password", Role.FRONTLINE, unit
            ).staff_id
            for n in range(2)
        ]
        for customer, keeper in zip((kept, another), staff, strict=True):
            customers.set_custody(work, SIYU, customer, unit_id=unit, staff_id=keeper)
    sms.unreachable = {kept, another, nobodys}
    ask(database, reach, [kept, another, nobodys], step("sms", "hand"))
    assert rows(database) == [
        ("hand", "requested", None),
        ("hand", "requested", None),
        ("sms", "held", "unreachable"),
    ]
    assert deliver_once(database, reach) == 0
    assert hand_out_once(database, reach) == 2
    assert hand_out_once(database, reach) == 0
    first, second = (
        Actor(ActorKind.STAFF, f"{each}", frozenset({"messages.read", "contacts.write"}), Scope(own_only=True))
        for each in staff
    )
    with database.begin() as work:
        (task,) = messages.list_hand_tasks(work, first, PageRequest()).rows
        assert (task.customer_id, task.state) == (kept, HandTaskState.OPEN)
        assert len(messages.list_hand_tasks(work, SIYU, PageRequest(), customer_id=kept).rows) == 1
        assert messages.list_hand_tasks(work, SIYU, PageRequest(), only_own=True).rows == []
        with pytest.raises(UnknownHandTaskError):
            messages.end_hand_task(work, second, task.message_id, is_sent=True)
        assert messages.end_hand_task(work, first, task.message_id, is_sent=True).state is HandTaskState.DONE
        with pytest.raises(UnknownHandTaskError):
            messages.end_hand_task(work, first, task.message_id, is_sent=True)
        (other,) = messages.list_hand_tasks(work, second, PageRequest()).rows
        messages.end_hand_task(work, second, other.message_id, is_sent=False)
        assert messages.list_hand_tasks(work, SIYU, PageRequest()).rows == []
    assert [row[1:] for row in rows(database)[:2]] == [("sent", None), ("failed", "not_confirmed")]
    assert len(the_log(database, "message_awaiting_staff")) == 2
    # who wants no more is written to by nobody: neither what waits nor what a staff member has
    set_rules(database, quiet=None, limits=Limits())
    ask(database, reach, [kept, another], step("hand", hours=1))
    clock.advance(timedelta(seconds=1))
    withdraw(database, kept)
    assert hand_out_once(database, reach) == 2
    assert [row[1:] for row in rows(database)[3:]] == [("held", "no_consent"), ("awaiting_staff", None)]
    withdraw(database, another)
    drain(database, consumer_of(reach))
    assert rows(database)[-1][1:] == ("held", "no_consent")
    clock.advance(timedelta(seconds=1))
    agree(database, [another], "wecom")
    # a send or journey that is called back takes the work from staff, and asks no other channel
    journey = ask(database, reach, [another], step("hand", "sms", hours=1))
    assert hand_out_once(database, reach) == 1
    with database.begin() as work:
        assert messages.call_back(work, ACTOR, journey, 1, "called_back") == 1
        assert messages.list_hand_tasks(work, SIYU, PageRequest()).rows == []
    clock.advance(timedelta(hours=2))
    assert fall_back_once(database) == 0
    assert rows(database)[-1] == ("hand", "cancelled", "called_back")


def test_what_cannot_be_filled_or_has_expired_or_is_not_wanted_there_has_its_word(
    database: Database, clock: ManualClock
) -> None:
    sms = FakeChannel("sms")
    reach = reach_by(sms)
    named, nameless, gone, blocked = some_customers(database, 4)
    agree(database, [named, nameless, gone, blocked], "sms")
    with database.begin() as work:
        customers.set_attributes(
            work, SIYU, [AttributeChange(who, {"name": "小林"}, clock.now()) for who in (named, gone, blocked)]
        )
    own = {"template_id": "T1", "fields": {"first": "{{ name }}", "city": "{{ city|上海 }}"}}
    reasons = {gone: "expired_media", blocked: "not_a_friend"}
    sms.answer = lambda message: (
        SendResult(message.message_key, SendOutcome.REJECTED, reasons[message.customer_id])
        if message.customer_id in reasons
        else accept(message)
    )
    journey = ask(database, reach, [named, nameless, gone, blocked], step("sms", overrides={"sms": own}))
    assert deliver_once(database, reach) == 4
    (template,) = [each.template for each in sms.messages if each.customer_id == named]
    assert template is not None
    assert (template.template_id, template.fields) == ("T1", {"first": "小林", "city": "上海"})
    assert [row[1:] for row in rows(database)] == [
        ("sent", None),
        ("held", "missing_value"),
        ("failed", "expired_media"),
        ("failed", "not_a_friend"),
    ]
    at = clock.now()
    with database.begin() as work:
        wanted = [
            MessageRequest(key, named, journey, 1, 0, ("sms",), expires_at=at + timedelta(minutes=minutes))
            for key, minutes in (("over", 0), ("soon", 5))
        ]
        messages.request_messages(work, SIYU, wanted)
    drain(database, consumer_of(reach))
    clock.advance(timedelta(minutes=6))
    assert deliver_once(database, reach) == 1
    assert [row[1:] for row in rows(database)[4:]] == [("held", "expired"), ("failed", "expired")]


def test_the_cheaper_way_is_learnt_from_what_got_through(database: Database, clock: ManualClock) -> None:
    sms, mail = FakeChannel("sms"), FakeChannel("mail")
    sms.cost_fen, mail.cost_fen = 5, 2
    reach = reach_by(sms, mail)
    who = some_customers(database, 10)
    agree(database, who, "sms", "mail")
    mail.answer = answering(SendOutcome.REJECTED, "blocked")
    set_rules(database, choosing="cheapest")
    ask(database, reach, who, step("sms", "mail"))
    assert deliver_once(database, reach) == 10
    assert {row[0] for row in rows(database)} == {"mail"}
    ask(database, reach, who, step("sms", "mail"))
    assert [row[0] for row in rows(database)[10:]] == ["sms"] * 10
    with database.read() as reading:
        found = reading.driver.execute("SELECT DISTINCT channel, routed_by FROM messages.messages").fetchall()
    assert sorted(found) == [("mail", "cheapest"), ("sms", "cheapest")]


def test_another_channel_is_asked_where_the_author_wants_that_and_nobody_may_have_it(
    database: Database, clock: ManualClock
) -> None:
    set_rules(database, quiet=None, limits=Limits())
    sms, mail = FakeChannel("sms"), FakeChannel("mail")
    reach = reach_by(sms, mail)
    (she,) = some_customers(database, 1)
    agree(database, [she], "sms", "mail")
    sms.answer = answering(SendOutcome.REJECTED, "blocked")
    ask(database, reach, [she], step("sms", "mail"))
    assert deliver_once(database, reach) == 1
    assert fall_back_once(database) == 0
    # the last word is that nobody answered: the other side drops what it has, and may have it
    sms.answer = answering(SendOutcome.UNREACHABLE, "ReadTimeout")
    ask(database, reach, [she], step("sms", "mail", hours=4))
    for _ in range(ATTEMPTS_MAX):
        deliver_once(database, reach)
        clock.advance(timedelta(hours=2))
    assert rows(database)[1:] == [("sms", "failed", "ReadTimeout")]
    assert fall_back_once(database) == 0
    # receipts that come late change what is known, and ask nobody twice
    sms.answer = accept
    ask(database, reach, [she], step("sms", "mail", hours=1))
    assert deliver_once(database, reach) == 1
    key = sms.messages[-1].message_key
    with database.begin() as work:
        assert messages.record_receipts(work, ACTOR, "sms", [Receipt(key, is_delivered=False, reason="blocked")]) == 1
    assert [fall_back_once(database) for _ in range(2)] == [1, 0]
    with database.begin() as work:
        assert messages.record_receipts(work, ACTOR, "sms", [Receipt(key, is_delivered=True)]) == 1
    drain(database, consumer_of(reach))
    assert fall_back_once(database) == 0
    assert deliver_once(database, reach) == 1
    assert len(mail.messages) == 1
    with database.read() as reading:
        assert recent_of_channels(reading) == {"sms": Recent(1, 2), "mail": Recent(1, 0)}
