"""The staff: late, in their hours, ill some days."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from statistics import median

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


def test_a_month_of_a_company_whose_staff_are_late_ill_and_gone_as_often_as_the_playbook_says() -> None:
    """Every member is asked for something every working day; what they do is held against who is ill, off, or gone."""
    team = [f"u{place}" for place in range(20)]
    world = World("tea", 40, wecom=FakeWecom(userids=team))
    staff, days = world.living.staff, 30
    staff.manners = replace(MANNERS, resigns_a_day=0.01)
    asked_at: dict[str, datetime] = {}
    acts: list[tuple[str, str, datetime]] = []
    told: dict[str, datetime] = {}

    def see() -> None:
        for kind, userid, *which in world.fake.acts:
            if kind in ("confirm", "ignore", "resign"):
                acts.append((kind, userid, world.clock.now()))
                told.setdefault(which[0] if which else "", world.clock.now())
        world.fake.acts.clear()

    for day in range(days):
        now = world.clock.now()
        for userid in team:
            task = Task("message", f"{userid} {day}", int(now.timestamp()))
            asked_at[task.task_id] = now
            world.fake.waiting.setdefault(userid, []).append(task)
        world.run(24, see)

    local = [(kind, userid, at.astimezone(staff.zone)) for kind, userid, at in acts]
    midnight = BEGINS.astimezone(staff.zone).replace(hour=0)
    ill = {
        (userid, day) for userid in team for day in range(days) if staff.is_ill(userid, midnight + timedelta(days=day))
    }
    assert 0.5 * MANNERS.ill_share < len(ill) / (len(team) * days) < 2 * MANNERS.ill_share
    busy = {(userid, (at - midnight).days) for _, userid, at in local}
    assert not busy & ill, "who is ill does nothing"
    gone = {userid: at for kind, userid, at in acts if kind == "resign"}
    assert 1 <= len(gone) <= len(team) * (1 - MANNERS.stays_share)
    assert all(at <= gone[userid] for _, userid, at in acts if userid in gone)
    here = {(userid, day) for userid, day in ill if userid not in gone and day < days - 4}
    later = [told[f"{userid} {day}"] - asked_at[f"{userid} {day}"] for userid, day in here if f"{userid} {day}" in told]
    assert len(later) == len(here) > 5, "but it is done when they are back"
    assert min(later) > timedelta(hours=12)
    kinds = Counter(kind for kind, *_ in acts)
    assert 0.4 < kinds["ignore"] / (kinds["ignore"] + kinds["confirm"]) / MANNERS.ignored_share < 2.5
    hours = [(told[task] - at).total_seconds() / 3_600 for task, at in asked_at.items() if task in told]
    assert median(hours) > MANNERS.delay_hours_median / 2
