"""The simulation: what it lives through, that it is the same again, and that it sees what is broken."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from siyu.assembly.simulation import running, seeds
from siyu.assembly.simulation.checks import marketing_faults
from siyu.assembly.simulation.diary import Diary
from siyu.assembly.simulation.killing import DatabaseRefusedError, Fates, Killed, MortalDatabase, Shares
from siyu.assembly.simulation.line import Line, Post
from siyu.assembly.simulation.meetings import Meetings
from siyu.assembly.simulation.office import MEMBERS, add_townspeople, build_office, unionid_of
from siyu.assembly.simulation.outside import Outside
from siyu.assembly.simulation.people import TOLD, plan_deeds
from siyu.assembly.simulation.running import BEGINS_AT, KEYS, Simulated, Town
from siyu.assembly.simulation.trace import Trace
from siyu.assembly.simulation.wecom_checks import relations_of
from siyu.engines.intake import draining
from siyu.kernel.clock import ManualClock
from siyu.kernel.ids import SeededIds
from siyu.platform.columns.client import Columns
from siyu.platform.http import UnreachableError
from siyu.platform.settings import Settings, load_settings
from siyu.world.population.chance import Chance
from siyu.world.wecom.doors import open_door
from tests.conftest import cloned

ZONE = ZoneInfo("Asia/Shanghai")
PEACE = Shares(0.0, 0.0, 0.0, 0.0)


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
    return Simulated(1, Town(), fates.clock, fates, Outside(fates.clock, fates, line), corp, post, meetings), diary


def live(found: Simulated, diary: Diary, until_hours: float) -> None:
    until = BEGINS_AT + timedelta(hours=until_hours)
    while (following := diary.next_until(until)) is not None:
        found.clock.set(max(following[0], found.clock.now()))
        following[1]()


def test_in_a_town_where_everything_goes_wrong_the_books_are_right(
    settings: Settings, database_url: str, columns: Columns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "TICK", timedelta(hours=8))
    monkeypatch.setattr(running, "WORKED_SHARE", 0.03)
    monkeypatch.setattr(running, "REST_DAYS", 4)
    monkeypatch.setattr(running, "REST_TICK", timedelta(hours=24))
    report = seeds.run_seed(settings, database_url, columns, 2, Town(people=4, days=1))
    assert report.faults == ()
    assert report.kills > 10
    assert min(report.messages, report.calls) > 0


def test_what_is_counted_twice_is_seen_and_seen_again(
    settings: Settings, database_url: str, columns: Columns, monkeypatch: pytest.MonkeyPatch, second_database_url: str
) -> None:
    """A seed that fails takes the same course again, to the last call, and fails in the same way."""

    def remember_all(_driver: Any, keys: Collection[tuple[int, str]]) -> set[tuple[int, str]]:
        return set(keys)

    monkeypatch.setattr(draining, "remember_new", remember_all)
    monkeypatch.setattr(running, "ASKED_TWICE_SHARE", 1.0)
    monkeypatch.setattr(running, "GROUPS", ("intake",))
    monkeypatch.setattr(running, "TICK", timedelta(hours=12))
    monkeypatch.setattr(running, "REST_DAYS", 0)
    first = seeds.run_seed(settings, database_url, columns, 3, Town(people=2, days=1))
    second = seeds.run_seed(settings, second_database_url, columns, 3, Town(people=2, days=1))
    assert any("2 times in the log" in fault for fault in first.faults)
    assert second == first


def test_advertisements_by_night_and_against_somebodys_will_are_seen() -> None:
    found, _ = town_of(fates_of(1), lambda _told, _body: 200)
    granted = [deed for deed in plan_deeds(1, 30, BEGINS_AT, 5) if deed.name == "consent_granted"]
    consents = [deed for deed in granted if deed.channel == "webhook"]
    found.acknowledged = {deed.number: deed for deed in consents[:1]}
    agreed, silent = consents[0].user_id, consents[1].user_id
    noon, night = BEGINS_AT + timedelta(days=2, hours=2), BEGINS_AT + timedelta(days=2, hours=12)
    assert list(marketing_faults(found, agreed, noon, ZONE)) == []
    assert list(marketing_faults(found, agreed, night, ZONE)) == [f"{agreed} got an advertisement at 22:00."]
    assert list(marketing_faults(found, silent, noon, ZONE)) == [f"{silent} got an advertisement and never agreed."]
    found.withdrawn[agreed] = noon
    assert list(marketing_faults(found, agreed, noon, ZONE)) == []
    later = noon + timedelta(minutes=1)
    assert [*marketing_faults(found, agreed, later, ZONE)] == [
        f"{agreed} got an advertisement at {later.isoformat()} and had said no."
    ]


def test_deeds_are_the_same_for_a_seed_and_in_the_order_of_time() -> None:
    deeds = plan_deeds(7, 20, BEGINS_AT, 5)
    assert deeds == plan_deeds(7, 20, BEGINS_AT, 5)
    assert deeds != plan_deeds(8, 20, BEGINS_AT, 5)
    assert deeds == sorted(deeds, key=lambda deed: deed.at)
    assert {deed.user_id for deed in deeds if deed.name == TOLD} == {f"person-{n}" for n in range(20)}
    assert all(BEGINS_AT <= deed.at < BEGINS_AT + timedelta(days=5) for deed in deeds)


def test_a_process_dies_before_or_after_its_commit_and_the_database_refuses(database_url: str) -> None:
    fates = fates_of(1, Shares(killed=0.4, slow=0.5, ages=0.0, refused=0.4))
    clock = fates.clock
    database = MortalDatabase(database_url, clock, SeededIds(1), KEYS, fates)
    survived = died_after = died_before = refused = 0
    with database.autocommit() as driver:
        driver.execute("CREATE TABLE written (n integer)")
        for n in range(60):
            try:
                with database.begin() as work:
                    work.driver.execute("INSERT INTO written VALUES (%s)", (n,))
                survived += 1
            except (Killed, DatabaseRefusedError) as error:
                is_there = driver.execute("SELECT 1 FROM written WHERE n = %s", (n,)).fetchone() is not None
                refused += isinstance(error, DatabaseRefusedError) and not is_there
                died_after += is_there
                died_before += not is_there and isinstance(error, Killed)
    database.close()
    assert min(survived, died_after, died_before, refused) > 3
    assert survived + died_after + died_before + refused == 60
    assert fates.kills == died_after + died_before
    assert fates.troubles > fates.kills
    assert clock.now() > BEGINS_AT
    fates.rest()
    assert not any(fates.dies() for _ in range(100))


def test_while_a_call_takes_ages_others_work() -> None:
    fates, took_over = fates_of(1, Shares(0.0, 0.0, ages=1.0, refused=0.0)), list[datetime]()
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
