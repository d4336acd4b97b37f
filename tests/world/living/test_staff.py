"""The staff: late, in their hours, ill some days."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from siyu.world.living.doors import Leaver, Task
from siyu.world.population.playbook import load_playbook
from tests.world.living.doubles import FakeWecom
from tests.world.living.worlds import BEGINS, World

MANNERS = load_playbook("tea").staff


def _asked(world: World, count: int, at: datetime) -> None:
    for userid in world.fake.userids:
        tasks = [Task("message", f"m{place}-{userid}", int(at.timestamp())) for place in range(count)]
        world.fake.waiting[userid] = tasks


def test_staff_confirm_hours_late_and_let_some_lie() -> None:
    world = World("tea", 40)
    _asked(world, 40, BEGINS)
    done_at: dict[str, datetime] = {}

    def see() -> None:
        for act in world.fake.acts:
            if act[0] in ("confirm", "ignore"):
                done_at.setdefault(act[2], world.clock.now())

    world.run(24 * 6, see)
    assert len(done_at) == 120, "in the end each is sent or put aside"
    ignored = [act for act in world.fake.acts if act[0] == "ignore"]
    assert 0 < len(ignored) < 25
    late = [at - BEGINS for at in done_at.values()]
    assert sum(each > timedelta(hours=1) for each in late) > 60
    local = [at.astimezone(world.living.staff.zone) for at in done_at.values()]
    assert all(8 <= at.hour < 22 for at in local)


def test_who_is_ill_confirms_nothing_and_who_is_asked_on_a_sick_day_answers_later() -> None:
    world = World("tea", 40)
    world.living.staff.manners = replace(MANNERS, ill_share=1.0)
    _asked(world, 5, BEGINS)
    world.fake.desks["an"] = [("wm1", "在吗")]
    world.run(0.5)
    world.fake.acts.clear()
    world.run(24 * 4)
    staff_acts = [act for act in world.fake.acts if act[0] in ("confirm", "ignore", "answer")]
    assert staff_acts == []


def test_a_member_who_resigns_does_nothing_more_and_most_stay() -> None:
    world = World("tea", 40)
    world.living.staff.manners = replace(MANNERS, resigns_a_day=500.0, ill_share=0.0)
    world.run(24 * 8)
    resigned = [act for act in world.fake.acts if act[0] == "resign"]
    assert resigned == [], "three are too few for one to leave"
    many = World("tea", 40, wecom=FakeWecom(userids=[f"u{place}" for place in range(20)]))
    many.living.staff.manners = replace(MANNERS, resigns_a_day=500.0, ill_share=0.0)
    many.run(24 * 8)
    gone = [act[1] for act in many.fake.acts if act[0] == "resign"]
    assert len(gone) == len(set(gone)) == 6, "seven of ten stay"


def test_what_a_member_left_goes_to_others_once_it_has_lain_long_enough() -> None:
    world = World("tea", 40)
    world.living.staff.manners = replace(MANNERS, inherits_after_days=2.0)
    world.siyu.leavers = [Leaver(7, BEGINS - timedelta(days=3), 4), Leaver(8, BEGINS, 2)]
    world.run(2)
    assert world.siyu.handed_over == [(7, [1, 2])]
    world.run(24)
    assert len(world.siyu.handed_over) == 1
    world.run(48)
    assert world.siyu.handed_over[1:] == [(8, [1, 2])]
