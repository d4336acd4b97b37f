"""What a send did, as it is told of columns, against a count by hand: from the segment to the difference from those held out."""

from __future__ import annotations

from datetime import timedelta

from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import ConsentState
from siyu.domain.definitions.contracts import EventMatch
from siyu.domain.messages import service as messages
from siyu.domain.metrics.contracts import LastPeriods, Length, Sends
from siyu.domain.sends import service as sends
from siyu.domain.sends.contracts import SendRules
from siyu.engines.insight.experiments.comparing import of_shares
from siyu.engines.insight.questions.asking import Asking
from siyu.engines.insight.questions.sends import sends as asked_of_sends
from siyu.engines.insight.questions.sends import sends_lifts
from siyu.engines.projection.projecting import columns_projector
from siyu.engines.reach import deliver_once
from siyu.engines.reach.planning_runs import ask_messages_once, end_runs_once, start_runs_once
from siyu.kernel.clock import ManualClock
from siyu.kernel.events import NewEvent
from siyu.platform.columns.client import Columns
from siyu.platform.eventlog.projecting import project_once
from siyu.platform.postgres.database import Database
from tests.engines.reach.fake_channel import FakeChannel
from tests.engines.reach.reaching import consumer_of, reach_by
from tests.engines.reach.sending import ANNA, ZONE, segment_of
from tests.engines.scenery import SIYU, drain, some_customers

PEOPLE = 60
RULES = SendRules(approve_above=None)


def test_the_lift_of_a_send_is_that_of_a_count_by_hand(
    database: Database, columns: Columns, clock: ManualClock
) -> None:
    sms = FakeChannel("sms")
    reach = reach_by(sms)
    people = some_customers(database, PEOPLE)
    agreeing = people[:-10]
    with database.begin() as work:
        at = dict.fromkeys(agreeing, clock.now())
        customers.set_consents(work, SIYU, at, channel="sms", purpose="marketing", state=ConsentState.GRANTED)
        messages.set_hold_out(work, SIYU, 50)
    document = {
        "segment_id": segment_of(database, people),
        "content": {"title": "周末半价", "body": "周末第二杯半价"},
        "channels": ["sms"],
    }
    with database.begin() as work:
        made = sends.create_send(work, ANNA, "周末半价", document)
        sends.ask_for_send(work, ANNA, made.send_id, ZONE, recipients=PEOPLE, approve_above=None)
    start_runs_once(database, columns, RULES, ZONE)
    assert ask_messages_once(database, ZONE) == PEOPLE
    drain(database, consumer_of(reach))
    while deliver_once(database, reach):
        pass
    end_runs_once(database)
    reached = {message.customer_id for message in sms.messages}
    held_out = set(agreeing) - reached
    assert len(reached) > 10 < len(held_out)

    clock.advance(timedelta(hours=2))
    # three of four whom it reached come to buy, one of four of the others, and some who never agreed
    buyers = sorted(reached)[: len(reached) * 3 // 4] + sorted(held_out)[: len(held_out) // 4] + people[-5:]
    with database.begin() as work:
        work.record(
            NewEvent("order_completed", work.ids.new_id(), who, clock.now(), "test", {"total_fen": 100})
            for who in buyers
        )
    drain(database)
    while project_once(database, columns_projector(columns)):
        pass
    clock.advance(timedelta(hours=1))
    question = Sends(LastPeriods(7), "journey", None, (EventMatch("order_completed"),), Length(1))
    asking = Asking(columns, clock.now(), ZONE)
    whole, ours = asked_of_sends(asking, question)
    assert (whole.key, ours.key) == ("", str(made.send_id))
    assert ours.counts["requested"] == PEOPLE
    assert (ours.counts["sent"], ours.counts["converted"]) == (len(reached), len(set(buyers) & reached))
    assert ours.reasons == {"held_out": len(held_out), "no_consent": 10}
    (lift,) = sends_lifts(asking, question)
    bought, bought_without = len(set(buyers) & reached), len(set(buyers) & held_out)
    assert (lift.meant, lift.meant_converted) == (len(reached), bought)
    assert (lift.held_out, lift.held_out_converted) == (len(held_out), bought_without)
    assert lift.verdict == of_shares((len(held_out), bought_without), (len(reached), bought), 0.05)
    assert lift.verdict is not None
    assert lift.verdict.low > 0
