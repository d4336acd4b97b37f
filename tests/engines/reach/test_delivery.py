"""Delivery: what is sent, what is tried again, and what is written down."""

from __future__ import annotations

from datetime import timedelta

from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import AttributeChange, ConsentState, Identity
from siyu.domain.messages import reading as messages_reading
from siyu.domain.messages.contracts import Message, MessageNumbers, SendOutcome, SendResult
from siyu.engines.reach import Reach, deliver_once
from siyu.engines.reach.backoff import ATTEMPTS_MAX
from siyu.engines.reach.ending import fall_back_once
from siyu.kernel.clock import ManualClock
from siyu.platform.postgres.database import Database
from tests.engines.reach.fake_channel import FakeChannel, accept, answering
from tests.engines.reach.reaching import ADDRESSES, ask, consumer_of, reach_by, set_rules
from tests.engines.scenery import SIYU, drain, send, some_customers, the_log


def the_message(database: Database, message_id: int = 1) -> Message:
    with database.read() as reading:
        found = messages_reading.find_message(reading, message_id)
    assert found is not None
    return found


def outcomes(database: Database) -> list[tuple[str, int]]:
    """(event, customer) of everything told of messages after their request."""
    names = ("message_sent", "message_delivered", "message_failed", "message_held")
    return [(event.name, event.profile_id) for event in the_log(database, *names)]


def test_a_message_is_rendered_sent_and_told_of(
    database: Database, reach: Reach, channel: FakeChannel, clock: ManualClock
) -> None:
    she, he = some_customers(database, 2)
    with database.begin() as work:
        customers.set_attributes(work, SIYU, [AttributeChange(she, {"name": "小林 {{ city }}"}, clock.now())])
    journey = ask(
        database, reach, [she, he], send("致{{ name|你 }}", "{{name|朋友}}，看看", "https://shop.example/x?a=1")
    )
    assert deliver_once(database, reach) == 2
    assert deliver_once(database, reach) == 0
    (batch,) = channel.batches
    hers, his = batch
    assert (hers.customer_id, hers.title, hers.body) == (she, "致小林 {{ city }}", "小林 {{ city }}，看看")
    assert (his.customer_id, his.title, his.body) == (he, "致你", "朋友，看看")
    assert list(hers.identities) == [Identity("user_id", "u0")]
    assert hers.link_url is not None
    assert hers.link_url != his.link_url
    message = the_message(database)
    assert ADDRESSES.open_link(hers.link_url.rsplit("/", 1)[1]) == (1, message.message_id)
    assert ADDRESSES.open_preferences(hers.preferences_url.rsplit("/", 1)[1]) == (
        she,
        int(clock.now().timestamp()) // 3600,
    )
    assert (message.state, message.attempts, message.sent_at) == ("sent", 1, clock.now())
    assert outcomes(database) == [("message_sent", she), ("message_sent", he)]
    (sent, _) = the_log(database, "message_sent")
    assert sent.properties == {
        "message_id": message.message_id,
        "message_key": message.message_key,
        "channel": "webhook",
        "definition_id": journey,
        "version": 1,
        "step": 0,
    }


def test_each_outcome_is_told_once(database: Database, reach: Reach, channel: FakeChannel) -> None:
    she, he, they = some_customers(database, 3)
    answers = {
        she: answering(SendOutcome.DELIVERED),
        he: answering(SendOutcome.REJECTED, "no such member"),
        they: accept,
    }
    channel.answer = lambda message: answers[message.customer_id](message)
    journey = ask(database, reach, [she, he, they])
    assert deliver_once(database, reach) == 3
    assert outcomes(database) == [
        ("message_sent", she),
        ("message_delivered", she),
        ("message_failed", he),
        ("message_sent", they),
    ]
    (failed,) = the_log(database, "message_failed")
    assert (failed.properties["reason"], failed.properties["is_permanent"]) == ("no such member", True)
    with database.read() as reading:
        numbers = messages_reading.numbers(reading, [journey])[journey]
    assert numbers == MessageNumbers(sent=2, delivered=1, failed=1)


def test_a_deferred_message_is_tried_again_alone(
    database: Database, reach: Reach, channel: FakeChannel, clock: ManualClock
) -> None:
    she, he = some_customers(database, 2)
    ask(database, reach, [she, he])
    later = answering(SendOutcome.DEFERRED, "queue full", 120)
    channel.answer = lambda message: later(message) if message.customer_id == he else accept(message)
    assert deliver_once(database, reach) == 2
    clock.advance(timedelta(seconds=119))
    assert deliver_once(database, reach) == 0
    clock.advance(timedelta(seconds=1))
    channel.answer = accept
    assert deliver_once(database, reach) == 1
    assert [message.customer_id for message in channel.messages] == [she, he, he]
    assert outcomes(database) == [("message_sent", she), ("message_sent", he)]


def test_after_the_last_attempt_it_is_given_up(
    database: Database, reach: Reach, channel: FakeChannel, clock: ManualClock
) -> None:
    set_rules(database, quiet=None)
    (she,) = some_customers(database, 1)
    ask(database, reach, [she])
    channel.answer = answering(SendOutcome.UNREACHABLE, "http_503")
    for _ in range(ATTEMPTS_MAX + 3):
        deliver_once(database, reach)
        clock.advance(timedelta(hours=2))
    assert len(channel.messages) == ATTEMPTS_MAX
    (failed,) = the_log(database, "message_failed")
    assert (failed.properties["reason"], failed.properties["is_permanent"]) == ("http_503", False)


def test_an_unreachable_channel_is_left_alone_for_a_while(
    database: Database, channel: FakeChannel, clock: ManualClock
) -> None:
    channel.batch_max = 1
    reach = reach_by(channel)
    ask(database, reach, some_customers(database, 3))
    channel.answer = answering(SendOutcome.UNREACHABLE, "http_500")
    for rest_seconds in (1, 2, 4):
        assert deliver_once(database, reach) == 1
        assert deliver_once(database, reach) == 0
        clock.advance(timedelta(seconds=rest_seconds - 0.1))
        assert deliver_once(database, reach) == 0
        clock.advance(timedelta(seconds=0.1))
    assert len({message.message_key for message in channel.messages}) == 3
    channel.answer = accept
    clock.advance(timedelta(minutes=2))
    assert sum(deliver_once(database, reach) for _ in range(4)) == 3
    channel.answer = answering(SendOutcome.UNREACHABLE, "http_429", 300)
    ask(database, reach, some_customers(database, 3))
    assert deliver_once(database, reach) == 1
    clock.advance(timedelta(seconds=299))
    assert deliver_once(database, reach) == 0
    clock.advance(timedelta(seconds=1))
    assert deliver_once(database, reach) == 1


def test_what_a_dead_worker_left_is_sent_again_together(
    database: Database, channel: FakeChannel, clock: ManualClock
) -> None:
    channel.batch_max = 3
    reach = reach_by(channel)
    ask(database, reach, some_customers(database, 5))

    class Killed(BaseException):
        pass

    def die() -> None:
        raise Killed

    channel.during = die
    try:
        deliver_once(database, reach)
    except Killed:
        channel.during = lambda: None
    assert deliver_once(database, reach) == 2
    assert deliver_once(database, reach) == 0
    clock.advance(timedelta(minutes=5))
    assert deliver_once(database, reach) == 3
    dead, others, again = channel.batches
    assert again == dead
    assert not {message.message_key for message in others} & {message.message_key for message in dead}
    assert len(outcomes(database)) == 5


def test_a_late_worker_does_not_overwrite_who_took_over(
    database: Database, reach: Reach, channel: FakeChannel, clock: ManualClock
) -> None:
    (she,) = some_customers(database, 1)
    ask(database, reach, [she])
    inner: list[int] = []

    def somebody_else_takes_over() -> None:
        channel.during = lambda: None
        clock.advance(timedelta(minutes=5))
        inner.append(deliver_once(database, reach))
        channel.answer = answering(SendOutcome.REJECTED, "late")

    channel.during = somebody_else_takes_over
    assert deliver_once(database, reach) == 0
    assert inner == [1]
    assert the_message(database).state == "sent"
    assert outcomes(database) == [("message_sent", she)]


def test_a_message_whose_senders_keep_dying_is_given_up(
    database: Database, reach: Reach, channel: FakeChannel, clock: ManualClock
) -> None:
    (she,) = some_customers(database, 1)
    ask(database, reach, [she])

    def die() -> None:
        raise KeyboardInterrupt

    channel.during = die
    for _ in range(ATTEMPTS_MAX):
        try:
            deliver_once(database, reach)
        except KeyboardInterrupt:
            clock.advance(timedelta(minutes=5))
    assert deliver_once(database, reach) == 1
    assert len(channel.batches) == ATTEMPTS_MAX
    assert outcomes(database) == [("message_failed", she)]


def test_consent_withdrawn_meanwhile_holds_the_message(
    database: Database, reach: Reach, channel: FakeChannel, clock: ManualClock
) -> None:
    she, he = some_customers(database, 2)
    ask(database, reach, [she, he])
    clock.advance(timedelta(seconds=1))
    with database.begin() as work:
        customers.set_consent(work, SIYU, she, channel="webhook", purpose="marketing", state=ConsentState.WITHDRAWN)
    assert deliver_once(database, reach) == 2
    assert [message.customer_id for message in channel.messages] == [he]
    assert outcomes(database) == [("message_held", she), ("message_sent", he)]


def test_a_merge_between_gate_and_delivery_reaches_who_remains(
    database: Database, reach: Reach, channel: FakeChannel
) -> None:
    first, second = some_customers(database, 2)
    ask(database, reach, [second])
    with database.begin() as work:
        customers.resolve(work, SIYU, {(Identity("user_id", "u0"), Identity("user_id", "u1")): work.clock.now()})
    assert deliver_once(database, reach) == 1
    (message,) = channel.messages
    assert message.customer_id == first
    assert len(message.identities) == 2
    assert outcomes(database) == [("message_sent", first)]


def test_a_channel_that_forgets_a_message_is_asked_again(
    database: Database, reach: Reach, channel: FakeChannel
) -> None:
    ask(database, reach, some_customers(database, 1))
    channel.answer = lambda _: SendResult("the key of another", SendOutcome.ACCEPTED)
    assert deliver_once(database, reach) == 1
    assert (the_message(database).state, the_message(database).reason) == ("requested", "no_answer_for_message")


def test_what_may_be_there_goes_nowhere_else_whatever_holds_it_later(database: Database, clock: ManualClock) -> None:
    sms, mail = FakeChannel("sms"), FakeChannel("mail")
    reach = reach_by(sms, mail)
    she, he = some_customers(database, 2)
    change = {"purpose": "marketing", "state": ConsentState.GRANTED}
    with database.begin() as work:
        for who, name in ((she, "sms"), (she, "mail"), (he, "sms"), (he, "mail")):
            customers.set_consent(work, SIYU, who, channel=name, **change)  # type: ignore[arg-type]  # a test's short hand
    # hers got no answer, his was refused before anybody looked at it
    sms.answer = lambda message: SendResult(
        message.message_key, SendOutcome.UNREACHABLE, "ReadTimeout", is_unsent=message.customer_id == he
    )
    ask(database, reach, [she, he], {**send(), "channel": "sms", "fallbacks": ["mail"], "fall_back_after_hours": 1})
    assert deliver_once(database, reach) == 2
    withdrawn = ConsentState.WITHDRAWN
    with database.begin() as work:
        for who in (she, he):
            customers.set_consent(work, SIYU, who, channel="sms", purpose="marketing", state=withdrawn)
    clock.advance(timedelta(hours=2))
    assert deliver_once(database, reach) == 2
    assert [(the_message(database, n).state, the_message(database, n).reason) for n in (1, 2)] == [
        ("failed", "outcome_unknown"),
        ("held", "no_consent"),
    ]
    assert [fall_back_once(database) for _ in range(2)] == [1, 0]
    drain(database, consumer_of(reach))
    assert deliver_once(database, reach) == 1
    assert [message.customer_id for message in mail.messages] == [he]
