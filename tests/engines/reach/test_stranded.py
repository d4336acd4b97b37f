"""What waits for a channel that was disconnected."""

from __future__ import annotations

from datetime import timedelta

from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import ConsentState
from siyu.domain.messages import service as messages
from siyu.domain.messages.reading import stranded
from siyu.engines.reach import deliver_once
from siyu.engines.reach.ending import fall_back_once, give_up_stranded_once
from siyu.engines.reach.gate import ACTOR
from siyu.kernel.clock import ManualClock
from siyu.platform.postgres.database import Database
from tests.engines.reach.fake_channel import FakeChannel
from tests.engines.reach.reaching import ask, consumer_of, reach_by, set_rules
from tests.engines.reach.test_ending import agree, rows, step
from tests.engines.scenery import SIYU, drain, some_customers


def test_what_waits_for_a_channel_that_is_gone_is_given_up_and_told(database: Database, clock: ManualClock) -> None:
    set_rules(database, quiet=None)
    sms, mail = FakeChannel("sms"), FakeChannel("mail")
    reach = reach_by(sms, mail)
    waits, dies, serves = some_customers(database, 3)
    agree(database, [waits, dies, serves], "sms", "mail")
    with database.begin() as work:
        customers.set_consent(work, SIYU, serves, channel="sms", purpose="service", state=ConsentState.GRANTED)
    ask(database, reach, [dies], step("sms", "mail", hours=12))
    with database.begin() as work:
        assert len(messages.claim(work, ACTOR, "sms", size=1, lease=timedelta(minutes=5))) == 1  # and its worker dies
    ask(database, reach, [waits], step("sms", "mail", hours=72))
    ask(database, reach, [serves], step("sms", purpose="service"))
    reach = reach_by(mail)
    with database.read() as reading:
        since = clock.now()
        assert stranded(reading, ["mail"]) == {"sms": (3, since)}
        assert stranded(reading, ["mail", "sms"]) == {}
    clock.advance(timedelta(hours=7))
    assert [give_up_stranded_once(database, present) for present in (["mail", "sms"], ["mail"], ["mail"])] == [0, 1, 0]
    clock.advance(timedelta(hours=18))
    assert give_up_stranded_once(database, ["mail"]) == 2
    assert rows(database) == [
        ("sms", "failed", "outcome_unknown"),
        ("sms", "held", "no_channel"),
        ("sms", "held", "no_channel"),
    ]
    assert fall_back_once(database) == 1  # what may be there is asked for nowhere else
    drain(database, consumer_of(reach))
    assert deliver_once(database, reach) == 1
    assert [message.customer_id for message in mail.messages] == [waits]
