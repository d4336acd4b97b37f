"""The sleepers are woken: approved, confirmed by one, ignored by two, cancelled at the end, one text message to those left, the
lift against those whom the company holds out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta

from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import ConsentState
from siyu.domain.definitions.contracts import EventMatch
from siyu.domain.messages import service as messages
from siyu.domain.metrics.contracts import LastPeriods, Length, Sends
from siyu.domain.sends import service as sends
from siyu.domain.sends.rules import parse_send
from siyu.engines.insight.questions.asking import Asking
from siyu.engines.insight.questions.sends import sends_lifts
from siyu.engines.projection.projecting import columns_projector
from siyu.engines.reach.planning_preview import preview
from siyu.kernel.events import NewEvent
from siyu.platform.columns.client import Columns
from siyu.platform.eventlog.projecting import project_once
from siyu.platform.postgres.database import Database
from siyu.world.wecom.building import Size
from tests.engines.mirror.conftest import Mirrored, mirror_of
from tests.engines.reach.fake_channel import FakeChannel
from tests.engines.reach.sending import ANNA, BEN, ZONE, Sending, a_send
from tests.engines.scenery import SIYU, drain

__all__ = ["mirror_of"]

MakeCorp = Callable[[Database, Size], Mirrored]


def buy(sending: Sending, database: Database, columns: Columns, people: Iterable[int]) -> None:
    """Each orders something; the columns know, and an hour goes by."""
    with database.begin() as work:
        work.record(
            NewEvent("order_completed", work.ids.new_id(), who, work.clock.now(), "test", {"total_fen": 100})
            for who in people
        )
    drain(database)
    while project_once(database, columns_projector(columns)):
        pass
    sending.mirrored.clock.advance(timedelta(hours=1))


def told(sending: Sending, sms: FakeChannel) -> tuple[list[int], list[int]]:
    """(whom members sent it to, whom a text message reached), once for each time."""
    shown = sending.mirrored.rows(
        "SELECT DISTINCT p.customer_id, m.state FROM messages.messages m JOIN customers.profiles p"
        " ON p.profile_id = m.profile_id WHERE m.channel = 'wecom' AND m.state = 'delivered' ORDER BY 1"
    )
    return [row[0] for row in shown], sorted(each.customer_id for each in sms.messages)


def test_the_sleepers(database: Database, columns: Columns, mirror_of: MakeCorp) -> None:
    sms = FakeChannel("sms")
    sending = Sending(mirror_of(database, Size(members=3, customers=80, chats=0)), columns, others=(sms,))
    segment_id, people = sending.begin(), sending.people
    with database.begin() as work:
        at = dict.fromkeys(people, work.clock.now())
        customers.set_consents(work, SIYU, at, channel="sms", purpose="marketing", state=ConsentState.GRANTED)
        messages.set_hold_out(work, SIYU, 40)
    document = a_send(segment_id, channels=["wecom", "sms"])
    document["content"]["fall_back_after_hours"] = 1
    with database.read() as reading:
        seen = preview(reading, columns, sending.reach, ANNA, parse_send(document))
    held_out = seen.reasons["held_out"]
    assert (seen.segment, seen.reached) == (len(people), len(people) - held_out)
    assert (seen.members, seen.staff_seconds) == (3, 3 * sending.rules.confirmation_seconds)

    design = sending.ask(document, approve_above=10)
    sending.move()
    assert sending.states() == {}
    assert design.run is not None
    with database.begin() as work:
        sends.approve_send(work, BEN, design.send_id, design.run.version, ZONE)
    sending.move(2)
    (task,) = sending.mirrored.api.corp.mass.messages.values()
    keen, *idle = sorted(task.tasks, key=lambda each: -len(task.tasks[each].outcomes))
    sending.confirm(keen)
    for userid in idle:
        sending.mirrored.api.door("staff/ignore", userid=userid, msgid=task.msgid)
    sending.move(2)
    by_members, by_sms = told(sending, sms)
    assert (len(by_members), by_sms) == (len(task.tasks[keen].outcomes), [])
    while not task.is_cancelled:
        assert sms.messages == []  # members may confirm still
        sending.move(1, hours=1)
    sending.move(16, hours=1)  # the night is quiet, and the next morning comes
    assert told(sending, sms)[0] == by_members
    by_sms = told(sending, sms)[1]
    assert len(by_sms) == len(set(by_sms))
    assert not set(by_sms) & set(by_members)
    reached = {*by_members, *by_sms}
    assert len(reached) == seen.reached
    with database.read() as reading:
        ended = sends.get_send(reading, ANNA, design.send_id).run
    assert ended is not None
    assert ended.state == "done"

    apart = sorted(set(people) - reached)
    buyers = [*sorted(reached)[::2], *apart[::8]]
    buy(sending, database, columns, buyers)
    question = Sends(LastPeriods(7), "journey", None, (EventMatch("order_completed"),), Length(2))
    (lift,) = sends_lifts(Asking(columns, database.clock.now(), ZONE), question)
    assert (lift.meant, lift.held_out) == (len(reached), held_out)
    assert (lift.meant_converted, lift.held_out_converted) == (
        len(set(buyers) & reached),
        len(set(buyers) & set(apart)),
    )
    assert lift.verdict is not None
    assert lift.verdict.low > 0
