"""The simulation: what it lives through, that it is the same again, and that it sees what is broken."""

from __future__ import annotations

import hmac
import json
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from siyu.assembly.simulation import running, seeds, texts
from siyu.assembly.simulation.checks import find_faults
from siyu.assembly.simulation.company import CARE, RECEIPT
from siyu.assembly.simulation.diary import Diary
from siyu.assembly.simulation.gate_checks import Words, advertising_faults
from siyu.assembly.simulation.killing import KINDS, REFUSED, Fates, Killed, MortalDatabase, Shares, is_refusal
from siyu.assembly.simulation.line import Line, Post
from siyu.assembly.simulation.meetings import Meetings
from siyu.assembly.simulation.message_checks import Arrival
from siyu.assembly.simulation.office import MEMBERS, add_townspeople, build_office, unionid_of
from siyu.assembly.simulation.outside import Outside
from siyu.assembly.simulation.people import TOLD, plan_deeds
from siyu.assembly.simulation.running import KEYS, Simulation
from siyu.assembly.simulation.simulated import BEGINS_AT, Simulated, Town
from siyu.assembly.simulation.texts import SIGN, VENDOR_URL, Vendor
from siyu.assembly.simulation.trace import Trace
from siyu.assembly.simulation.wecom_checks import relations_of
from siyu.channels.sms.aliyun import AliyunSms
from siyu.domain.customers import reading as customers_reading
from siyu.domain.journeys import moving
from siyu.domain.messages import rules as message_rules
from siyu.domain.messages.contracts import Repeating
from siyu.domain.sends import service as sends_service
from siyu.engines.intake import draining
from siyu.engines.reach import delivery, gate, planning_runs
from siyu.kernel.clock import ManualClock
from siyu.kernel.ids import SeededIds
from siyu.platform.columns.client import Columns
from siyu.platform.http import UnreachableError
from siyu.platform.postgres.database import Database
from siyu.platform.settings import Settings, load_settings
from siyu.world.population.chance import Chance
from siyu.world.wecom.doors import open_door
from tests.conftest import cloned

ZONE = ZoneInfo("Asia/Shanghai")
PEACE = Shares(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({}, home=tmp_path)


@pytest.fixture
def second_database_url(postgres_url: str, template: str) -> Iterator[str]:
    with cloned(postgres_url, template) as url:
        yield url


def fates_of(seed: int, shares: Shares = PEACE) -> Fates:
    return Fates(Chance(seed), ManualClock(BEGINS_AT), shares)


def town_of(fates: Fates, door: Any) -> tuple[Simulated, Diary]:
    """A small town whose callbacks knock at a door."""
    diary, corp = Diary(), build_office(fates.clock, 1)
    line = Line(corp, fates)
    corp.postman = post = Post(corp, diary, fates, Chance(2), door)
    meetings = Meetings(corp, line, diary, fates, 1)
    vendor = Vendor(fates, diary, 1, lambda _signature, _body: 200)
    outside = Outside(fates.clock, fates, line, vendor)
    return Simulated(1, Town(), fates.clock, fates, outside, corp, post, meetings, vendor), diary


def live(found: Simulated, diary: Diary, until_hours: float) -> None:
    until = BEGINS_AT + timedelta(hours=until_hours)
    while (following := diary.next_until(until)) is not None:
        found.clock.set(max(following[0], found.clock.now()))
        following[1]()


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Days pass in few steps."""
    monkeypatch.setattr(running, "TICK", timedelta(hours=8))
    monkeypatch.setattr(running, "WORKED_SHARE", 0.03)
    monkeypatch.setattr(running, "REST_DAYS", 4)
    monkeypatch.setattr(running, "REST_TICK", timedelta(hours=24))


BROKEN_BOOKS = {
    "times in the log": "DELETE FROM log.events WHERE name = 'order_completed'",
    "people paid": "UPDATE orders.orders SET total_fen = total_fen + 1",
    "Segment lookers": "UPDATE segments.membership SET members = ~members",
    "came to node": "UPDATE journeys.counts SET amount = amount + 1 WHERE way >= 0",
    "are counted as active": "UPDATE journeys.counts SET amount = amount + 1 WHERE way = -1",
    "are counted as entered": "UPDATE journeys.counts SET amount = amount + 1 WHERE way = -3",
    "keep that they did": "DELETE FROM journeys.passages",
    "who went through": "UPDATE journeys.entries SET state = 'exited' WHERE state = 'completed'",
    "are active when all": "UPDATE journeys.entries SET state = 'active', ended_at = NULL"
    " WHERE entry_id = (SELECT max(entry_id) FROM journeys.entries)",
    "and arrived": "UPDATE messages.messages SET state = 'held', reason = 'no_consent' WHERE state = 'delivered'",
    "on the books are": "DELETE FROM messages.messages WHERE channel = 'webhook'",
    "nobody sent it": "DELETE FROM messages.messages",
    "nobody here knows of it": "DELETE FROM sends.tasks",
    "the books say": "UPDATE sends.posts SET outcome = 'refused' WHERE outcome = 'sent'",
    "is still running": "UPDATE sends.runs SET state = 'running'",
    "approved by who had asked": "UPDATE sends.runs SET decided_by = asked_by",
    "tasks are open": "UPDATE tasks.tasks SET state = 'open'",
    "leads at once": "DROP INDEX entries.leads_open; UPDATE entries.leads SET state = 'open'; INSERT INTO entries.leads"
    " (profile_id, stage, source, opened_at, touched_at) SELECT profile_id, stage, source, opened_at, touched_at"
    " FROM entries.leads",
    "are friends": "UPDATE contacts.relations SET lost_at = now() WHERE lost_at IS NULL",
}
"""What breaks the books, by words of what is said of it then."""


def test_in_a_town_where_everything_goes_wrong_the_books_are_right_and_broken_ones_are_seen(
    settings: Settings, database_url: str, columns: Columns, small: None
) -> None:
    simulation = Simulation(settings, database_url, columns, 2, Town(people=5, days=4))
    database = Database(database_url, keys=KEYS)
    try:
        found = simulation.run()
        assert find_faults(found, database, columns, settings.zone) == []
        assert found.fates.kills > 10
        assert found.fates.refusals > 0
        assert min(len(found.outside.received), found.outside.calls, len(found.vendor.arrived)) > 0
        unseen = []
        for words, statement in BROKEN_BOOKS.items():
            with database.begin() as work:
                work.driver.execute(statement.encode())
            if words not in "\n".join(find_faults(found, database, columns, settings.zone)):
                unseen.append(words)
        assert unseen == []
    finally:
        simulation.close()
        database.close()


def test_a_product_that_does_wrong_is_found_out(
    settings: Settings, database_url: str, columns: Columns, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of these takes away what holds one rule; one town is enough to miss them all."""
    monkeypatch.setattr(message_rules.Usage, "exceeded", lambda *_given, **_named: None)
    for engine in (gate, delivery):
        monkeypatch.setattr(engine, "quiet_ends", lambda *_given: {})
    monkeypatch.setattr(customers_reading, "may_receive", lambda _reading, ids, *_given: set(ids))
    for asking in (sends_service, planning_runs):
        monkeypatch.setattr(asking, "needs_approval", lambda *_given: False)
    monkeypatch.setattr(AliyunSms, "repeating", Repeating.KEYED)
    monkeypatch.setattr(moving, "_count", lambda *_given: None)
    monkeypatch.setattr(texts, "LOST_ANSWER_SHARE", 0.6)
    report = seeds.run_seed(settings, database_url, columns, 3, Town(people=6, days=4))
    told = "\n".join(report.faults)
    wanted = (
        "had not agreed",
        "by webhook at",
        "advertisements through on",
        "let out by nobody",
        "reached a telephone twice",
    )
    assert [words for words in (*wanted, "came to node") if words not in told] == []


def test_what_is_counted_twice_is_seen_and_seen_again(
    settings: Settings, database_url: str, columns: Columns, monkeypatch: pytest.MonkeyPatch, second_database_url: str
) -> None:
    """A seed that fails takes the same course again, to the last call, and fails in the same way."""

    def remember_all(_driver: Any, keys: Collection[tuple[int, str]]) -> set[tuple[int, str]]:
        return set(keys)

    monkeypatch.setattr(draining, "remember_new", remember_all)
    monkeypatch.setattr(running, "ASKED_TWICE_SHARE", 1.0)
    monkeypatch.setattr(running, "WORKED_SHARE", 0.5)
    monkeypatch.setattr(running, "GROUPS", ("intake",))
    monkeypatch.setattr(running, "TICK", timedelta(hours=12))
    monkeypatch.setattr(running, "REST_DAYS", 0)
    first = seeds.run_seed(settings, database_url, columns, 3, Town(people=2, days=1))
    second = seeds.run_seed(settings, second_database_url, columns, 3, Town(people=2, days=1))
    assert any("2 times in the log" in fault for fault in first.faults)
    assert second == first


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

    def door(_signature: str, body: bytes) -> int:
        knocks.append(len(body))
        return 200 if len(knocks) > 20 else 500

    vendor = Vendor(fates, diary, 2, door)
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
