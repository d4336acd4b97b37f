"""Sends where something happens in between: the segment grows, the day has its hours, a send is called back and asked for anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from siyu.domain.company import service as company
from siyu.domain.company.contracts import AccountDraft, PersonaDraft
from siyu.domain.contacts.reading import staff_of
from siyu.domain.content.contracts import MessageContent
from siyu.domain.content.service import keep_messages
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import AttributeChange, ConsentState
from siyu.domain.definitions import service as definitions
from siyu.domain.messages import service as messages
from siyu.domain.messages.contracts import MessageRequest
from siyu.domain.sends import reading as sends_reading
from siyu.domain.sends import service as sends
from siyu.domain.sends.contracts import MassResult, MassTasks, Outcome, RunState, SendRules
from siyu.domain.sends.rules import parse_send
from siyu.engines.reach import planning_runs, tasks_planning
from siyu.engines.reach.abandoning import end_abandoned_tasks_once
from siyu.engines.reach.planning_preview import people_behind, preview, recipients
from siyu.engines.reach.planning_runs import call_back
from siyu.kernel.actors import Actor, ActorKind, Scope
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database
from siyu.world.wecom.building import Size
from tests.engines.mirror.conftest import Mirrored, mirror_of
from tests.engines.reach.fake_channel import FakeChannel
from tests.engines.reach.reaching import consumer_of
from tests.engines.reach.sending import ANNA, BEN, ZONE, Sending, a_send
from tests.engines.scenery import SIYU, drain
from tests.world.wecom.driving import CORP_ID

__all__ = ["mirror_of"]

SIZE = Size(members=3, customers=24, chats=1)
MakeCorp = Callable[[Database, Size], Mirrored]


class Late:
    """Tells of confirmed messages only when asked a second time."""

    def __init__(self, port: MassTasks) -> None:
        self._port, self._asked = port, set[str]()

    def __getattr__(self, name: str) -> object:
        return getattr(self._port, name)

    def results(self, msgid: str, userid: str) -> Sequence[MassResult]:
        found = self._port.results(msgid, userid)
        if any(each.outcome is Outcome.SENT for each in found) and userid not in self._asked:
            self._asked.add(userid)
            return [replace(each, outcome=Outcome.WAITING) for each in found]
        return found


def test_a_segment_that_grew_past_the_limit_waits_for_a_second_person(
    database: Database, columns: Columns, mirror_of: MakeCorp
) -> None:
    sending = Sending(mirror_of(database, SIZE), columns, rules=SendRules(approve_above=10))
    segment_id = sending.begin()
    with database.begin() as work:
        made = sends.create_send(work, ANNA, "周末半价", a_send(segment_id))
        asked = sends.ask_for_send(work, ANNA, made.send_id, ZONE, recipients=3, approve_above=10)
    assert asked.run is not None
    assert asked.run.state is RunState.PLANNED
    sending.move()
    with database.read() as reading:
        (waits,) = sends.list_approvals(reading, BEN)
    assert (waits.run.state, waits.run.recipients, sending.states()) == (RunState.WAITING, len(sending.people), {})
    with database.begin() as work:
        sends.approve_send(work, BEN, made.send_id, waits.run.version, ZONE)
    sending.move()
    assert sending.states() == {("awaiting_staff", None): len(sending.people)}


def test_a_send_goes_to_nobody_whom_its_asker_cannot_see(
    database: Database, columns: Columns, mirror_of: MakeCorp
) -> None:
    """Whatever the segment is: as it is looked at before, as many as need a second person, and as it goes out."""
    sending = Sending(mirror_of(database, SIZE), columns)
    document = a_send(sending.begin())
    own = sending.people[:2]
    with database.begin() as work:
        staff_id = staff_of(work, CORP_ID, ["staff0001"])["staff0001"]
        unit_id = company.list_units(work, SIYU)[0].unit_id
        customers.give_custody(work, SIYU, dict.fromkeys(sending.people, (unit_id, None)))
        customers.give_custody(work, SIYU, dict.fromkeys(own, (unit_id, staff_id)))
    clerk = Actor(ActorKind.STAFF, str(staff_id), ANNA.rights, Scope(own_only=True))
    with database.read() as reading:
        seen = preview(reading, columns, sending.reach, clerk, parse_send(document))
        assert recipients(reading, clerk, parse_send(document)) == len(own)
    assert (seen.segment, seen.reached) == (len(own), len(own))
    with database.begin() as work:
        made = sends.create_send(work, clerk, "周末半价", document)
        sends.ask_for_send(work, clerk, made.send_id, ZONE, recipients=len(own), approve_above=len(own))
    sending.rules = SendRules(approve_above=len(own))
    sending.move()
    to = sending.mirrored.rows("SELECT customer_id FROM messages.messages")
    assert sorted(row[0] for row in to) == own


def test_tasks_keep_to_the_hours_of_their_send(database: Database, columns: Columns, mirror_of: MakeCorp) -> None:
    """Members may confirm only between its hours; what they did not goes into a task of the next day's hours. A day's quota of
    today says nothing of how many a later send is for."""
    sending = Sending(mirror_of(database, SIZE), columns)
    segment_id = sending.begin()
    now = database.clock.now().astimezone(ZONE)
    hour = now.hour * 60
    design = sending.ask(a_send(segment_id, begins=hour, ends=hour + 120, days=2))
    sending.move()

    def ends() -> list[datetime]:
        rows = sending.mirrored.rows("SELECT ends_at FROM sends.tasks ORDER BY task_id")
        return [row[0].astimezone(ZONE) for row in rows]

    first = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=2)
    assert ends() == [first]
    assert design.draft is None
    with database.read() as reading:
        assert design.send is not None
        assert recipients(reading, ANNA, design.send) == len(sending.people)
    sending.move(4, hours=1)
    assert sending.states() == {("requested", "not_confirmed"): len(sending.people)}
    sending.move(2, hours=9)
    assert len(ends()) == 1
    sending.move(2, hours=3)
    assert (ends(), sending.states()) == (
        [first, first + timedelta(days=1)],
        {("awaiting_staff", "not_confirmed"): len(sending.people)},
    )


def test_what_is_asked_for_anew_is_not_called_back_with_the_former(
    database: Database, columns: Columns, mirror_of: MakeCorp
) -> None:
    sending = Sending(mirror_of(database, SIZE), columns)
    segment_id = sending.begin()
    design = sending.ask(a_send(segment_id))
    sending.move()
    with database.begin() as work:
        call_back(work, ANNA, design.send_id)
    sending.move(3)
    with database.begin() as work:
        sends.save_send(work, ANNA, design.send_id, "改了", a_send(segment_id, days=2))
        sends.ask_for_send(work, ANNA, design.send_id, ZONE, recipients=len(sending.people), approve_above=None)
    ports, sending.ports = sending.ports, {}
    planning_runs.start_runs_once(database, columns, sending.rules, ZONE)
    sending.move()
    sending.ports = ports
    sending.move(2)
    assert sending.states()["awaiting_staff", None] == len(sending.people)


def test_results_that_come_late_are_read_again(database: Database, columns: Columns, mirror_of: MakeCorp) -> None:
    """A member confirmed, and WeCom tells what went out only a little later: nothing is taken for not confirmed."""
    sending = Sending(mirror_of(database, SIZE), columns)
    sending.ask(a_send(sending.begin()))
    sending.ports = {CORP_ID: Late(sending.ports[CORP_ID])}  # type: ignore[dict-item]  # the rest is handed on
    sending.move()
    for userid in ("staff0001", "staff0002", "staff0003"):
        sending.confirm(userid)
    sending.move(3)
    assert sending.states() == {("delivered", None): len(sending.people)}


def test_a_run_of_many_tasks_keeps_each_members_customers_together(
    database: Database, columns: Columns, mirror_of: MakeCorp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning_runs, "CUSTOMERS_MAX", 5)
    sending = Sending(mirror_of(database, SIZE), columns)
    sending.ask(a_send(sending.begin()))
    planning_runs.start_runs_once(database, columns, sending.rules, ZONE)
    with database.begin() as work:
        (run,) = sends.open_runs(work, planning_runs.ACTOR)
        taken = sends.take_part(work, planning_runs.ACTOR, run.run_id)
        assert taken is not None
        asked = taken[1].profile_ids
        send = sends_reading.send_of(work, run)
        members = planning_runs._members(work, asked, first_for_many=True).tolist()
    assert sorted(asked.tolist()) == sending.people
    one, other, *_ = asked.tolist()
    requests = planning_runs._requests(taken[0], send, taken[1], {one: 7, other: 7})
    assert [each.message_key for each in requests[:2]] == ["send:1:7"] * 2  # merged meanwhile: one person, one message
    changes = sum(one != other for one, other in pairwise(members))
    assert changes == len(set(members)) - 1


def test_a_drop_takes_all_that_was_there_when_it_began(
    database: Database, columns: Columns, mirror_of: MakeCorp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks_planning, "CUSTOMERS_MAX", 5)
    sending = Sending(mirror_of(database, SIZE), columns)
    sending.begin()
    clock = sending.mirrored.clock
    clock.set(clock.now().astimezone(ZONE).replace(hour=10, minute=5) + timedelta(days=1))
    with database.begin() as work:
        journey_id = definitions.create(work, SIYU, "journey", "唤回", {}).definition_id
        keep_messages(work, SIYU, journey_id, 1, {0: MessageContent("你好", "来坐坐", None)})

    def ask(key: str, people: Sequence[int]) -> None:
        clock.advance(timedelta(minutes=1))
        with database.begin() as work:
            wanted = [MessageRequest(f"{key}:{who}", who, journey_id, 1, 0, ("wecom",)) for who in people]
            messages.request_messages(work, SIYU, wanted)
        drain(database, consumer_of(sending.reach))

    def planned() -> int:
        return tasks_planning.plan_tasks_once(database, sending.reach, sending.rules)

    ask("first", sending.people)
    taken = [planned() for _ in range(len(sending.people) // 5 + 1)]
    assert sum(taken) == len(sending.people) > max(taken) == 5
    ask("late", sending.people[:1])
    assert planned() == 0
    clock.advance(timedelta(hours=4))
    assert planned() == 1


def test_a_run_whose_segment_was_never_built_ends(database: Database, columns: Columns, mirror_of: MakeCorp) -> None:
    sending = Sending(mirror_of(database, SIZE), columns)
    design = sending.ask(a_send(sending.begin()))
    with database.begin() as work:
        work.driver.execute("DELETE FROM segments.states")
    sending.move(3, days=1)
    with database.read() as reading:
        run = sends.get_send(reading, ANNA, design.send_id).run
        assert run is not None
        assert (run.state, run.people) == (RunState.DONE, 0)
        assert sends_reading.left_out(reading, run.run_id) == {}


@pytest.mark.parametrize("is_called_back", [False, True])
def test_those_whose_member_did_not_confirm_get_one_text_message(
    database: Database, columns: Columns, mirror_of: MakeCorp, is_called_back: bool
) -> None:
    """At the end of the window the task is cancelled, and only then the next channel has a word, when the night is over; not for
    a send that was called back."""
    sms = FakeChannel("sms")
    sending = Sending(mirror_of(database, SIZE), columns, others=(sms,))
    segment_id = sending.begin()
    with database.begin() as work:
        at = dict.fromkeys(sending.people, work.clock.now())
        customers.set_consents(work, SIYU, at, channel="sms", purpose="marketing", state=ConsentState.GRANTED)
    content = {"title": "周末半价", "body": "周末第二杯半价", "fall_back_after_hours": 1}
    design = sending.ask(a_send(segment_id, channels=["wecom", "sms"], content=content))
    sending.move()
    sending.confirm("staff0001")
    sending.move(3, hours=2)
    confirmed = sending.states()["delivered", None]
    assert sms.messages == []
    if is_called_back:
        with database.begin() as work:
            call_back(work, ANNA, design.send_id)
    sending.move(8, hours=3)
    texted = [message.customer_id for message in sms.messages]
    assert len(texted) == len(set(texted)) == (0 if is_called_back else len(sending.people) - confirmed)
    with database.read() as reading:
        run = sends.get_send(reading, ANNA, design.send_id).run
    assert run is not None
    assert run.state is (RunState.CANCELLED if is_called_back else RunState.DONE)


def test_what_a_persona_cannot_say_and_a_template_lacks_is_foreseen(
    database: Database, columns: Columns, mirror_of: MakeCorp
) -> None:
    sending = Sending(mirror_of(database, SIZE), columns, others=(FakeChannel("sms"),))
    segment_id = sending.begin()
    with database.begin() as work:
        persona = company.create_persona(work, SIYU, PersonaDraft("福利官"), ZONE)
        staff_id = staff_of(work, CORP_ID, ["staff0001"])["staff0001"]
        account = AccountDraft("wecom", "staff0001", "小一", corp_id=CORP_ID, staff_id=staff_id)
        company.add_account(work, SIYU, persona.persona_id, account, ZONE)
    document = a_send(segment_id, persona_id=persona.persona_id)
    with database.read() as reading:
        seen = preview(reading, columns, sending.reach, ANNA, parse_send(document))
    sending.ask(document)
    sending.move()
    assert 0 < seen.reached < len(sending.people)
    assert sending.states() == {
        ("awaiting_staff", None): seen.reached,
        ("failed", "no_address"): seen.reasons["no_address"],
    }
    assert (seen.members, seen.tasks) == (1, 1)
    named, *others = sending.people
    with database.begin() as work:
        at = work.clock.now()
        agreed = dict.fromkeys(sending.people, at)
        customers.set_consents(work, SIYU, agreed, channel="sms", purpose="marketing", state=ConsentState.GRANTED)
        customers.set_attributes(work, SIYU, [AttributeChange(named, {"city": "杭州"}, at)])
    template = {"template_id": "SMS_1", "fields": {"city": "{{ city }}", "day": "周五"}}
    content = {"title": "会员日", "body": "会员日", "overrides": {"sms": template}}
    with database.read() as reading:
        texted = parse_send(a_send(segment_id, channels=["sms"], content=content))
        lacking = preview(reading, columns, sending.reach, ANNA, texted)
        who = people_behind(reading, columns, sending.reach, ANNA, texted, "missing_value")
    assert (lacking.reached, lacking.reasons) == (1, {"missing_value": len(others)})
    assert who.tolist() == sorted(others)


def test_tasks_of_a_corp_that_was_switched_off_come_to_an_end(
    database: Database, columns: Columns, mirror_of: MakeCorp
) -> None:
    """What WeCom was never asked for goes elsewhere; of what it had nobody knows, and nothing goes out in its place."""
    sms = FakeChannel("sms")
    sending = Sending(mirror_of(database, SIZE), columns, others=(sms,))
    sending.ask(a_send(sending.begin(), channels=["wecom", "sms"]))
    sending.move()
    with database.begin() as work:  # one task more, which was never asked for
        work.driver.execute(
            "INSERT INTO sends.tasks (task_key, corp_id, content_key, body, sender, worth_fen, state, asked_at, due_at, ends_at)"
            " SELECT 'other', corp_id, 'c', body, sender, worth_fen, 'new', asked_at, due_at, ends_at FROM sends.tasks"
        )
        ((message_id,),) = work.driver.execute("SELECT min(message_id) FROM sends.task_parts").fetchall()
        work.driver.execute(
            "UPDATE sends.task_parts SET task_id = (SELECT task_id FROM sends.tasks WHERE state = 'new')"
            " WHERE message_id = %s",
            (message_id,),
        )
    sending.ports = {}
    sending.move(2, hours=16)
    assert end_abandoned_tasks_once(database, []) == 0
    sending.move(1, hours=24)
    assert end_abandoned_tasks_once(database, [CORP_ID]) == 0
    assert end_abandoned_tasks_once(database, []) == 2
    assert end_abandoned_tasks_once(database, []) == 0
    ended = {("failed", "outcome_unknown"): len(sending.people) - 1, ("failed", "not_confirmed"): 1}
    assert sending.states() == ended
    (run,) = sending.mirrored.rows("SELECT state FROM sends.runs")
    sending.move()
    assert (run, sending.mirrored.rows("SELECT state FROM sends.runs")) == (("running",), [("done",)])


def test_a_picture_that_is_gone_ends_the_task_with_its_reason(
    database: Database, columns: Columns, mirror_of: MakeCorp
) -> None:
    sending = Sending(mirror_of(database, SIZE), columns)
    document = a_send(sending.begin())
    document["content"]["attachments"] = [{"kind": "image", "url": "https://siyu.example/gone.png"}]
    sending.ask(document)
    sending.move(2)
    assert sending.states() == {("failed", "expired_media"): len(sending.people)}
    assert not sending.mirrored.api.corp.mass.messages
