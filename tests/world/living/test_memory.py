"""Who has become somebody is so at the next start, too."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from siyu.kernel.clock import ManualClock
from siyu.world.living.doors import Message, SoldOrder
from siyu.world.living.memory import Memory
from siyu.world.population.behaviour import Mood
from tests.world.living.worlds import BEGINS, PLAN, World

GONE, BUYER, NEW = 3, 4, PLAN.customers + 77
TERM = date(2026, 6, 1)
SOLD = SoldOrder("L1", "ml0000004", BEGINS, 198_000, "K101", "财富自由实战课")


def lived() -> World:
    """A world in which one has left, one has bought, and one who was not in the history is in the midst of a term."""
    world = World()
    world.run(3)
    stage, now = world.living.people.stage, world.clock.now()
    gone, buyer, new = (stage.souls.of(number, now) for number in (GONE, BUYER, NEW))
    gone.is_gone, gone.looks_at, buyer.is_gone = True, None, False
    buyer.has_paid = buyer.has_course = new.has_paid = True
    buyer.order_id, buyer.inbox, buyer.looks_at = "L1", [Message("sms", "", "开课啦")], now.astimezone(stage.souls.zone)
    new.term, new.finished, new.mood = TERM, {1}, Mood(1.0, 0.1, 3)
    stage.sold.append(SOLD)
    world.living.staff.desks[1].seen, world.living.staff.desks[1].invited = 7, {"wm4"}
    return world


def test_moods_purchases_and_terms_outlive_a_new_start(tmp_path: Path) -> None:
    path, world = tmp_path / "living.kept", lived()
    stage = world.living.people.stage
    memory = Memory(path, PLAN, "run")
    memory.put_down(stage, world.living.staff)
    assert path.stat().st_mode & 0o077 == 0
    written = path.stat().st_mtime_ns
    memory.put_down(stage, world.living.staff)
    assert path.stat().st_mtime_ns == written

    later = ManualClock(world.clock.now() + timedelta(hours=20))
    again = World(clock=later, memory=Memory(path, PLAN, "run"))
    souls = again.living.people.stage.souls
    for before in stage.souls.everybody:
        after = souls.find(before.who.number)
        assert after is not None
        assert (after.who, after.is_gone, after.has_paid) == (before.who, before.is_gone, before.has_paid)
        assert (after.term, after.finished, after.order_id) == (before.term, before.finished, before.order_id)
    buyer = souls.of(BUYER, later.now())
    assert buyer.has_course
    assert [each.text for each in buyer.inbox] == ["开课啦"]
    assert buyer.looks_at is not None, "who was about to look still will"
    assert buyer.looks_at >= later.now()
    assert again.living.people.stage.sold == [SOLD]
    desks = again.living.staff.desks
    assert [desk.seen for desk in desks] == [desk.seen for desk in world.living.staff.desks]
    assert desks[1].invited == {"wm4"}, "nobody is answered or asked in again"

    again.run(5 * 24)
    learnt = [each for each in again.siyu.happened if each.who.number == NEW and each.name == "lesson_opened"]
    assert learnt, "who came since the history goes on with their term"
    assert all(each.properties["day"] > 1 for each in learnt)
    assert all(each.who.number != GONE for each in again.siyu.happened)


def test_a_corp_made_anew_and_another_plan_begin_anew(tmp_path: Path) -> None:
    path, world = tmp_path / "living.kept", lived()
    Memory(path, PLAN, "run").put_down(world.living.people.stage, world.living.staff)
    fresh = World().living
    others = fresh.people.stage, fresh.staff, BEGINS
    for memory in (Memory(path, PLAN, "another run"), Memory(path, replace(PLAN, seed=8), "run")):
        assert not memory.take_up(*others)
    assert fresh.people.stage.souls.find(NEW) is None
    moved = replace(PLAN, siyu_url="http://elsewhere.example", code_urls={})
    assert Memory(path, moved, "run").take_up(*others), "where Siyu is changes nobody"
