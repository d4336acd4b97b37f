"""Sends by mass tasks against the emulated WeCom: nobody twice, nothing lost, every message with its outcome."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from siyu.domain.contacts.contracts import Refusal, SourceRefusedError
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import AttributeChange
from siyu.domain.messages.contracts import Limits
from siyu.domain.sends import reading as sends_reading
from siyu.domain.sends import service as sends
from siyu.domain.sends.contracts import (
    LeftOutReason,
    MadeTask,
    MassTasks,
    Outcome,
    OwnSendError,
    RunState,
    SendRunsError,
    Task,
    WrongRunStateError,
)
from siyu.domain.sends.rules import parse_send
from siyu.engines.reach.planning_preview import preview
from siyu.engines.reach.planning_runs import ask_messages_once, call_back, start_runs_once
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database
from siyu.world.wecom import friends
from siyu.world.wecom.building import Size
from tests.engines.mirror.conftest import Mirrored, mirror_of
from tests.engines.reach.reaching import consumer_of, set_rules
from tests.engines.reach.sending import ANNA, BEN, ZONE, Sending, a_send
from tests.engines.scenery import SIYU, drain
from tests.world.wecom.driving import CORP_ID

__all__ = ["mirror_of"]

SIZE = Size(members=3, customers=24, chats=1)
MakeCorp = Callable[[Database, Size], Mirrored]


class Deaf:
    """Asks for tasks and hears no answer, as often as told."""

    def __init__(self, port: MassTasks, silences: int) -> None:
        self._port, self.silences = port, silences

    def __getattr__(self, name: str) -> object:
        return getattr(self._port, name)

    def make(self, task: Task, external_userids: Sequence[str]) -> MadeTask:
        made = self._port.make(task, external_userids)
        if self.silences:
            self.silences -= 1
            raise SourceRefusedError(Refusal.RETRY, 0)
        return made


def test_a_send_from_approval_to_its_last_outcome(database: Database, columns: Columns, mirror_of: MakeCorp) -> None:
    sending = Sending(mirror_of(database, SIZE), columns)
    segment_id = sending.begin()
    design = sending.ask(a_send(segment_id), approve_above=10)
    assert design.run is not None
    assert design.run.state is RunState.WAITING
    send_id, version = design.send_id, design.run.version
    sending.move()
    assert sending.states() == {}
    with pytest.raises(OwnSendError), database.begin() as work:
        sends.approve_send(work, ANNA, send_id, version, ZONE)
    with pytest.raises(WrongRunStateError), database.begin() as work:
        sends.approve_send(work, BEN, send_id, version + 1, ZONE)
    with database.begin() as work:
        assert sends.approve_send(work, BEN, send_id, version, ZONE).run is not None
    sending.move()
    assert sending.states() == {("awaiting_staff", None): len(sending.people)}
    with database.begin() as work:
        sends.save_send(work, ANNA, send_id, "改了", a_send(segment_id, days=2))
    with pytest.raises(SendRunsError), database.begin() as work:
        sends.ask_for_send(work, ANNA, send_id, ZONE, recipients=1, approve_above=None)

    corp = sending.mirrored.api.corp
    (message,) = corp.mass.messages.values()
    userids = sorted(message.tasks, key=lambda each: -len(message.tasks[each].outcomes))
    first, second = userids[:2]
    gone = message.tasks[first].outcomes[0].target
    assert isinstance(gone, int)
    friends.delete_member(corp, first, gone)
    sending.confirm(first)
    sending.move(2)
    theirs = len(message.tasks[first].outcomes)
    waiting = len(sending.people) - theirs
    assert sending.states() == {
        ("delivered", None): theirs - 1,
        ("failed", "not_a_friend"): 1,
        ("awaiting_staff", None): waiting,
    }
    with database.read() as reading:
        run = sends.get_send(reading, ANNA, send_id).run
        assert run is not None
        numbers = sends_reading.numbers(reading, ANNA, run)
        assert numbers.by_outcome == {Outcome.SENT: theirs - 1, Outcome.NOT_A_FRIEND: 1, Outcome.WAITING: waiting}
        assert numbers.members[0] == (CORP_ID, first, theirs, theirs - 1, True)
        since = reading.clock.now() - timedelta(hours=12)
        packs = sends_reading.packs_of(reading, ANNA, {(CORP_ID, first.upper()), (CORP_ID, second)}, since)
        (item,) = packs[CORP_ID, second]
        assert [each.is_confirmed for each in packs[CORP_ID, first]] == [True]
        assert (item.customers, item.is_confirmed) == (len(message.tasks[second].outcomes), False)

    sending.move(4, hours=3)  # the evening comes, somebody was reminded, nobody else confirms
    assert message.is_cancelled
    assert len(message.reminded_at) == 2
    sending.move(3)
    assert sending.states()["failed", "not_confirmed"] == waiting
    with database.read() as reading:
        ended = sends.get_send(reading, ANNA, send_id).run
    assert ended is not None
    assert (ended.state, ended.people) == (RunState.DONE, len(sending.people))
    assert len(corp.mass.messages) == 1


def test_an_answer_that_was_lost_makes_no_second_task(
    database: Database, columns: Columns, mirror_of: MakeCorp
) -> None:
    sending = Sending(mirror_of(database, SIZE), columns)
    segment_id = sending.begin()
    deaf = Deaf(sending.ports[CORP_ID], silences=1)
    sending.ports = {CORP_ID: deaf}  # type: ignore[dict-item]  # the rest is handed on
    sending.ask(a_send(segment_id))
    sending.move(4)
    assert deaf.silences == 0
    assert len(sending.mirrored.api.corp.mass.messages) == 1
    ((state, msgid),) = sending.mirrored.rows("SELECT state, msgid FROM sends.tasks")
    assert (state, msgid) == ("open", next(iter(sending.mirrored.api.corp.mass.messages)))


def test_the_only_slot_of_the_day_goes_to_what_is_worth_more(
    database: Database, columns: Columns, mirror_of: MakeCorp
) -> None:
    """Two sends on a day: the first for everybody, a later one for a few, worth more; and a third that nobody has room for."""
    sending = Sending(mirror_of(database, SIZE), columns)
    everybody = sending.begin()
    few = sending.people[:5]
    with database.begin() as work:
        at = work.clock.now()
        customers.set_attributes(work, SIYU, [AttributeChange(each, {"budget": 88}, at) for each in few])
    later = (database.clock.now() + timedelta(hours=2)).isoformat()
    worth = {"by": "attribute", "attribute": "budget", "percent": 10}
    sending.ask(
        a_send(sending.segment_of(few), starts_at=later, worth=worth, content={"title": "会员", "body": "会员日"})
    )
    first = sending.ask(a_send(everybody))
    sending.move(2)
    assert first.run is not None
    with database.read() as reading:
        assert sends_reading.left_out(reading, first.run.run_id) == {LeftOutReason.WORTH_MORE_ELSEWHERE: 5}
        behind = sends_reading.left_out_people(reading, first.run.run_id, LeftOutReason.WORTH_MORE_ELSEWHERE)
        assert behind.tolist() == few
    for userid in ("staff0001", "staff0002", "staff0003"):
        sending.confirm(userid)
    sending.move(2, hours=2)
    third = sending.ask(a_send(everybody, content={"title": "第三条", "body": "第三条"}))
    sending.move(2)
    for userid in ("staff0001", "staff0002", "staff0003"):
        sending.confirm(userid)
    sending.move(2, minutes=6)
    assert sending.states() == {("delivered", None): len(sending.people)}
    assert third.run is not None
    with database.read() as reading:
        assert sends_reading.left_out(reading, third.run.run_id) == {LeftOutReason.QUOTA_USED: len(sending.people)}


def test_what_is_on_its_way_without_a_task_holds_its_slots_unless_another_is_worth_more(
    database: Database, columns: Columns, mirror_of: MakeCorp
) -> None:
    sending = Sending(mirror_of(database, SIZE), columns)
    everybody = sending.begin()
    few = sending.people[:3]
    with database.begin() as work:
        at = work.clock.now()
        customers.set_attributes(work, SIYU, [AttributeChange(each, {"budget": 88}, at) for each in few])
    sending.ask(a_send(everybody))
    second = a_send(everybody, content={"title": "第二条", "body": "第二条"})
    dear = {**second, "worth": {"by": "attribute", "attribute": "budget", "percent": 10}}

    def reached(document: dict[str, object]) -> int:
        with database.read() as reading:
            return preview(reading, columns, sending.reach, ANNA, parse_send(document)).reached

    assert start_runs_once(database, columns, sending.rules, ZONE) == 1
    assert (reached(second), reached(dear)) == (0, len(few))
    assert ask_messages_once(database, ZONE) == len(sending.people)
    drain(database, consumer_of(sending.reach))
    set_rules(database, limits=Limits())
    assert (reached(second), reached(dear)) == (0, len(few))


def test_a_send_that_is_called_back_sends_nothing_more(
    database: Database, columns: Columns, mirror_of: MakeCorp
) -> None:
    sending = Sending(mirror_of(database, SIZE), columns)
    design = sending.ask(a_send(sending.begin()))
    sending.move()
    with database.begin() as work:
        assert call_back(work, ANNA, design.send_id).run is not None
    sending.move(3)
    (message,) = sending.mirrored.api.corp.mass.messages.values()
    assert message.is_cancelled
    assert sending.states() == {("failed", "not_confirmed"): len(sending.people)}
