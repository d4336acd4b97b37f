"""What a simulated town is made of: its people, faults, line, vendor and the checks of what reached whom."""

from __future__ import annotations

import hmac
import json
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from siyu.assembly.simulation.company import CARE, RECEIPT
from siyu.assembly.simulation.diary import Diary
from siyu.assembly.simulation.gate_checks import Words, advertising_faults
from siyu.assembly.simulation.killing import KINDS, REFUSED, Killed, MortalDatabase, Shares, is_refusal
from siyu.assembly.simulation.message_checks import Arrival
from siyu.assembly.simulation.office import MEMBERS, add_townspeople, unionid_of
from siyu.assembly.simulation.people import TOLD, plan_deeds
from siyu.assembly.simulation.running import KEYS
from siyu.assembly.simulation.simulated import BEGINS_AT
from siyu.assembly.simulation.texts import SIGN, VENDOR_URL, Vendor
from siyu.assembly.simulation.trace import Trace
from siyu.assembly.simulation.wecom_checks import relations_of
from siyu.kernel.clock import ManualClock
from siyu.kernel.ids import SeededIds
from siyu.platform.http import UnreachableError
from siyu.world.wecom.doors import open_door
from tests.assembly.towns import PEACE, fates_of, live, nothing_is_heard, town_of

ZONE = ZoneInfo("Asia/Shanghai")


def test_advertisements_by_night_and_against_somebodys_will_are_seen() -> None:
    found, _ = town_of(fates_of(1), lambda _told, _body: 200)
    deeds = plan_deeds(1, 30, BEGINS_AT, 5)
    (granted, withdrawn) = next(
        (one, other)
        for one in deeds
        for other in deeds
        if one.name == "consent_granted" and other.name == "consent_withdrawn" and one.user_id == other.user_id
        if one.channel == other.channel == "webhook"
    )
    days = -(-(withdrawn.at - BEGINS_AT) // timedelta(days=1))
    noon, before = BEGINS_AT + timedelta(days=days, hours=2), withdrawn.at
    found.acknowledged = {granted.number: granted}

    def wrong(at: datetime, title: str = CARE) -> list[str]:
        return list(advertising_faults(Arrival(granted.user_id, title, "webhook", at), Words(found), ZONE))

    night = BEGINS_AT + timedelta(days=days, hours=12)
    assert wrong(noon) == []
    assert wrong(night) == [f"{granted.user_id} got “{CARE}” by webhook at 22:00."]
    assert wrong(night, RECEIPT) == []
    assert "had not agreed" in wrong(granted.at - timedelta(seconds=1))[-1]
    found.acknowledged[withdrawn.number] = withdrawn
    assert wrong(noon) == []  # who could know of it
    found.heard[withdrawn.number] = before + timedelta(minutes=1)
    assert "had said no" in wrong(noon)[-1]


def test_whether_somebody_agreed_is_known_for_sure_when_all_have_heard() -> None:
    found, _ = town_of(fates_of(1), lambda _told, _body: 200)
    granted = next(deed for deed in plan_deeds(1, 30, BEGINS_AT, 5) if deed.name == "consent_granted")
    found.acknowledged = {granted.number: granted}
    heard_at = granted.at + timedelta(hours=1)
    who, channel = granted.user_id, granted.channel
    assert not Words(found).surely_yes(who, channel, heard_at)
    found.heard[granted.number] = heard_at
    assert Words(found).surely_yes(who, channel, heard_at)
    assert not Words(found).surely_yes(who, channel, granted.at)
    assert not Words(found).surely_yes("person-99", channel, heard_at)
    found.vendor.said_no[who], found.vendor.heard_no[who] = heard_at, heard_at
    found.meetings.said_no[who] = heard_at
    assert Words(found).surely_no(who, "sms", heard_at)
    assert not Words(found).surely_yes(who, "wecom", heard_at)


def test_deeds_are_the_same_for_a_seed_and_in_the_order_of_time() -> None:
    deeds = plan_deeds(7, 20, BEGINS_AT, 5)
    assert deeds == plan_deeds(7, 20, BEGINS_AT, 5)
    assert deeds != plan_deeds(8, 20, BEGINS_AT, 5)
    assert deeds == sorted(deeds, key=lambda deed: deed.at)
    assert {deed.user_id for deed in deeds if deed.name == TOLD} == {f"person-{n}" for n in range(20)}
    assert all(BEGINS_AT <= deed.at < BEGINS_AT + timedelta(days=5) for deed in deeds)


def test_a_process_dies_before_or_after_its_commit_and_the_database_refuses(database_url: str) -> None:
    """By the server's own errors, of every kind, at statements and at commits; and it may have committed all the same."""
    shares = Shares(killed=0.2, slow=0.5, ages=0.0, statement=0.2, refused=0.2, unanswered=0.2, spell=0.1)
    fates = fates_of(1, shares)
    clock = fates.clock
    database = MortalDatabase(database_url, clock, SeededIds(1), KEYS, fates)
    survived = died_after = died_before = refused = unanswered = 0
    states = set[str | None]()
    with database.autocommit() as driver:
        driver.execute("CREATE TABLE written (n integer)")
        for n in range(120):
            try:
                with database.begin() as work:
                    work.driver.execute("INSERT INTO written VALUES (%s)", (n,))
                survived += 1
            except (Killed, *REFUSED) as error:
                is_there = driver.execute("SELECT 1 FROM written WHERE n = %s", (n,)).fetchone() is not None
                if isinstance(error, REFUSED) and is_refusal(error):
                    states.add(getattr(error, "sqlstate", "lost"))
                refused += isinstance(error, REFUSED) and not is_there
                unanswered += isinstance(error, REFUSED) and is_there
                died_after += isinstance(error, Killed) and is_there
                died_before += isinstance(error, Killed) and not is_there
    database.close()
    assert min(survived, died_after, died_before, refused, unanswered) > 3
    assert survived + died_after + died_before + refused + unanswered == 120
    assert fates.kills == died_after + died_before
    assert fates.refusals >= refused + unanswered
    assert states == {"40001", "40P01", "57014", "lost", None}
    assert len(states) == len(KINDS) + 1
    assert not is_refusal(RuntimeError())
    assert clock.now() > BEGINS_AT
    fates.rest()
    assert not any(fates.dies() for _ in range(100))


def test_a_slow_database_is_slow_for_everybody_for_a_while() -> None:
    fates = fates_of(1, replace(PEACE, spell=1.0))
    fates.dawdle()
    first = fates.clock.now()
    assert first > BEGINS_AT
    fates.shares = PEACE
    for _ in range(50):
        fates.dawdle()
        fates.drag()
    slow = fates.clock.now()
    assert slow > first + timedelta(minutes=2)
    fates.clock.advance(timedelta(hours=1))
    over = fates.clock.now()
    fates.dawdle()
    fates.drag()
    assert fates.clock.now() == over


def test_while_a_call_takes_ages_others_work() -> None:
    fates, took_over = fates_of(1, replace(PEACE, ages=1.0)), list[datetime]()
    fates.meanwhile = lambda: took_over.append(fates.clock.now())
    with fates.peace():
        fates.take_ages()
    assert took_over == []
    fates.take_ages()
    assert took_over == [fates.clock.now()]
    assert fates.clock.now() > BEGINS_AT


def test_a_trace_tells_runs_apart() -> None:
    clock = ManualClock(BEGINS_AT)
    one, other, later = Trace(clock), Trace(clock), Trace(clock)
    one.note("step", "intake")
    other.note("step", "intake")
    assert one.digest == other.digest != later.digest
    clock.advance(timedelta(microseconds=1))
    later.note("step", "intake")
    assert later.digest != one.digest


def test_a_diary_keeps_the_order_of_time_and_then_of_writing() -> None:
    diary, done = Diary(), list[str]()
    for name, hours in (("third", 2), ("first", 1), ("second", 1), ("never", 9)):
        diary.note(BEGINS_AT + timedelta(hours=hours), partial(done.append, name))
    while (following := diary.next_until(BEGINS_AT + timedelta(hours=5))) is not None:
        following[1]()
    assert done == ["first", "second", "third"]
    assert diary


def test_a_callback_that_nobody_answers_knocks_three_times_and_one_that_is_refused_once() -> None:
    answers, knocked = [0, 0, 0, 500], list[int]()

    def door(told: Any, body: bytes) -> int:
        assert set(told) == {"msg_signature", "timestamp", "nonce"}
        assert b"<Encrypt>" in body
        knocked.append(answers.pop(0))
        return knocked[-1]

    found, diary = town_of(fates_of(1), door)
    (person,) = add_townspeople(found.corp, 1)
    with found.fates.peace():
        open_door(found.corp, "customer/add", {"external_userid": person, "userid": MEMBERS[0]})
        live(found, diary, 1.0)
        assert knocked == [0, 0, 0]
        assert found.post.is_leaving_heard == {}
        open_door(found.corp, "customer/delete-member", {"external_userid": person, "userid": MEMBERS[0]})
        live(found, diary, 2.0)
    assert knocked == [0, 0, 0, 500]
    assert found.post.is_leaving_heard == {(MEMBERS[0], person): False}
    assert relations_of(found.corp) == {}
    assert found.corp.people.person(0).unionid == unionid_of(0)


def test_a_welcome_that_nothing_stood_in_the_way_of_is_missed() -> None:
    """And one that something went wrong beside is not."""
    found, diary = town_of(fates_of(1), lambda _told, _body: 200)
    found.fates.rest()
    found.meetings.plan(add_townspeople(found.corp, 12), BEGINS_AT, 1)
    live(found, diary, 30.0)
    assert len(found.meetings.missed) == found.meetings.judged > 3
    assert relations_of(found.corp)

    found, diary = town_of(fates_of(1), lambda _told, _body: 200)
    found.meetings.plan(add_townspeople(found.corp, 12), BEGINS_AT, 1)
    while (following := diary.next_until(BEGINS_AT + timedelta(days=2))) is not None:
        found.clock.set(max(following[0], found.clock.now()))
        following[1]()
        found.fates.troubles += 1
    assert found.meetings.missed == []


def test_the_line_does_what_is_asked_and_may_say_nothing() -> None:
    fates = fates_of(5)
    found, _ = town_of(fates, lambda _told, _body: 200)
    statuses, silences = set[int](), 0
    for _ in range(300):
        try:
            answer = found.outside.get("http://wecom.invalid/cgi-bin/get_api_domain_ip?access_token=none")
        except UnreachableError:
            silences += 1
        else:
            statuses.add(answer.status)
    assert statuses == {200, 502}
    assert 3 < silences < 60
    assert found.outside.calls == 300
    fates.rest()
    with pytest.raises(UnreachableError):
        found.outside.get("http://elsewhere.invalid/")


def test_the_vendor_takes_a_text_and_may_say_nothing(database_url: str) -> None:
    """What it told is heard when somebody answers the door; of a protocol that drops nothing the same text arrives twice."""
    fates = fates_of(3)
    found, diary = town_of(fates, lambda _told, _body: 200)
    knocks = list[int]()

    def door(_account: str, _signature: str, body: bytes) -> int:
        knocks.append(len(body))
        return 200 if len(knocks) > 20 else 500

    vendor = Vendor(fates, diary, 2, door, nothing_is_heard)
    body = json.dumps(
        {"messages": [{"key": "one", "phone": "13800000007", "text": f"【{SIGN}】你好", "sign_name": SIGN}]}
    )
    silences = 0
    for _ in range(60):
        at = int(fates.clock.now().timestamp())
        digest = hmac.new(b"the-vendors-secret", f"{at}.".encode() + body.encode(), "sha256").hexdigest()
        try:
            vendor.answer(f"{VENDOR_URL}/sms/messages", body.encode(), {"Siyu-Signature": f"t={at},v1={digest}"})
        except UnreachableError:
            silences += 1
    assert 3 < silences < 30
    assert [(one.key, one.user_id) for one in vendor.arrived] == [("one", "person-7")]
    assert vendor.twice == []
    live(found, diary, 48.0)
    assert knocks
    assert vendor.told.keys() <= {"one"}
