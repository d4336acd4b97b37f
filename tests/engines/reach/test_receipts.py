"""What channels tell later of messages that they took: once, whatever comes twice or in the wrong order."""

from __future__ import annotations

from siyu.domain.messages import service as messages
from siyu.domain.messages.contracts import SendOutcome
from siyu.domain.messages.service import Receipt
from siyu.engines.reach import Reach, deliver_once
from siyu.platform.postgres.database import Database
from tests.engines.reach.fake_channel import FakeChannel, answering
from tests.engines.reach.reaching import ask
from tests.engines.reach.test_delivery import outcomes, the_message
from tests.engines.scenery import SIYU, some_customers


def told(database: Database, *receipts: Receipt, channel: str = "webhook") -> int:
    with database.begin() as work:
        return messages.record_receipts(work, SIYU, channel, receipts)


def test_receipts_count_once(database: Database, reach: Reach, channel: FakeChannel) -> None:
    she, he, they = some_customers(database, 3)
    ask(database, reach, [she, he, they])
    keys = [the_message(database, number).message_key for number in (1, 2, 3)]
    assert told(database, Receipt(keys[0], is_delivered=True)) == 0  # nobody has sent it
    channel.answer = lambda message: answering(
        SendOutcome.DEFERRED if message.customer_id == they else SendOutcome.ACCEPTED, "later"
    )(message)
    deliver_once(database, reach)
    assert told(database, Receipt(keys[0], is_delivered=True), Receipt("nobody's", is_delivered=True)) == 1
    assert told(database, Receipt(keys[0], is_delivered=True), Receipt(keys[0], is_delivered=False)) == 0
    assert told(database, Receipt(keys[1], is_delivered=True), channel="sms") == 0
    assert told(database, Receipt(keys[1], is_delivered=False, reason="blocked")) == 1
    assert (the_message(database, 2).state, the_message(database, 2).reason) == ("failed", "blocked")
    # It was believed to have failed, and arrived; another was believed not to be there.
    assert told(database, Receipt(keys[1], is_delivered=True), Receipt(keys[2], is_delivered=True)) == 2
    assert [the_message(database, number).state for number in (1, 2, 3)] == ["delivered"] * 3
    assert deliver_once(database, reach) == 0
    assert outcomes(database) == [
        ("message_sent", she),
        ("message_sent", he),
        ("message_delivered", she),
        ("message_failed", he),
        ("message_sent", he),
        ("message_delivered", he),
        ("message_sent", they),
        ("message_delivered", they),
    ]
