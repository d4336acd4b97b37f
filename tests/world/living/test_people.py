"""The living: the same every time, in their own hours, and only as patient as people are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from siyu.world.living.doors import Message
from siyu.world.living.plan import BrandName
from siyu.world.population.behaviour import Mood
from tests.world.living.doubles import CODE, told_at
from tests.world.living.worlds import BEGINS, World


@pytest.mark.parametrize(("brand", "customers"), [("camp", 450), ("tea", 1_200)])
def test_the_same_seed_lives_the_same_days(brand: BrandName, customers: int) -> None:
    one, other, another = World(brand, customers), World(brand, customers), World(brand, customers, seed=8)
    for world in (one, other, another):
        world.run(48)
    assert one.siyu.happened == other.siyu.happened
    assert one.fake.acts == other.fake.acts
    assert one.siyu.opened == other.siyu.opened
    assert len({each.key for each in one.siyu.happened}) == len(one.siyu.happened) > 50
    assert one.siyu.happened != another.siyu.happened
    assert {"scan", "write", "answer"} <= {act for act, *_ in one.fake.acts}, "they add, write, and are answered"


def test_who_comes_pays_and_learns_comes_by_the_doors_in_turn() -> None:
    world = World(customers=1_000)
    world.run(9 * 24)
    newcomers = {each.who.number for each in world.siyu.happened if each.who.is_new}
    paid = {each.who.number for each in world.siyu.happened if each.who.is_new and each.name == "order_completed"}
    scanned = {int(act[1].removeprefix("wm")) for act in world.fake.acts if act[0] == "scan"}
    assert len(newcomers) == pytest.approx(1_000 / 90 * 9, rel=0.3)
    assert 0 < len(paid) < len(newcomers)
    assert len(scanned & paid) > len(paid) / 2
    for number in sorted(paid)[:40]:
        own = [each for each in world.siyu.happened if each.who.number == number]
        lessons = [each.at for each in own if each.name == "lesson_opened"]
        bought = min(each.at for each in own if each.name == "order_completed")
        assert all(at > bought for at in lessons)
        assert all(not each.is_known for each in own if each.at < bought - timedelta(minutes=1))
    assert told_at(world.siyu, "lesson_finished")


def test_nobody_does_anything_in_hours_that_are_not_theirs() -> None:
    world = World()
    world.run(48)
    souls = world.living.people.stage.souls
    looked = 0
    for number in range(60):
        who = souls.cast.of(number)
        at = souls.when(who, BEGINS, souls.draw(souls.of(number, world.clock.now()), "test"))
        if at - BEGINS < timedelta(hours=72):
            assert souls.cast.presence(who, at.astimezone(souls.zone).hour) > 0
            looked += 1
    assert looked > 50
    asleep = [number for number in range(400) if souls.cast.presence(souls.cast.of(number), 3) == 0]
    night = datetime(2026, 6, 3, 3, 5, tzinfo=souls.zone)
    world.clock.set(night.astimezone(UTC))
    opened = len(world.siyu.opened)
    for number in asleep[:20]:
        world.post(number, Message("mass", "an", "新课上线", (CODE,)))
    world.run(0.5)
    assert {number for number, _ in world.siyu.opened[opened:]}.isdisjoint(asleep[:20])
    world.run(40)
    assert {number for number, _ in world.siyu.opened[opened:]} & set(asleep[:20]), "in the morning they look"


def test_too_much_annoys_until_there_is_silence() -> None:
    world = World()
    souls = world.living.people.stage.souls
    numbers = [number for number in range(200) if not souls.of(number, world.clock.now()).is_gone]
    number = min(numbers, key=lambda each: souls.cast.of(each).character.patience)
    for _ in range(60):
        world.post(number, Message("mass", "an", "限时优惠"), Message("moment", "an", "海报"))
        world.run(20)
        if souls.of(number, world.clock.now()).is_gone:
            break
    own = [act for act in world.fake.acts if act[1] == f"wm{number}"]
    assert ("block", f"wm{number}", "an") in own
    assert ("leave", f"wm{number}", "wr1") in own
    before, told = len(own), len([each for each in world.siyu.happened if each.who.number == number])
    for _ in range(10):
        world.post(number, Message("chat", "an", "在吗", (CODE,)))
        world.run(24)
    assert len([act for act in world.fake.acts if act[1] == f"wm{number}"]) == before
    assert len([each for each in world.siyu.happened if each.who.number == number]) == told


def test_a_link_is_opened_by_those_who_are_minded() -> None:
    world = World()
    souls = world.living.people.stage.souls
    here = [number for number in range(80) if not souls.of(number, world.clock.now()).is_gone][:40]
    for place, number in enumerate(here):
        soul = souls.of(number, world.clock.now())
        soul.mood = Mood(0.98 if place < 20 else 0.01)
        world.post(number, Message("welcome", "an", "资料在这里", (CODE,)))
        assert soul.looks_at is not None
    world.run(1.5)
    opened = [number for number, url in world.siyu.opened if url == CODE and number in here]
    assert len([each for each in opened if each in here[:20]]) > 2 * len([each for each in opened if each in here[20:]])


def test_a_queue_that_falls_behind_skips_and_bounds_hold() -> None:
    world = World(customers=200)
    living = world.living
    for number in range(500):
        living.diary.note(BEGINS, 200 + number, "arrive")
    living.acts_per_second_max = 10
    acts = living.people.acts
    living.step()
    assert living.people.acts - acts <= 11
    world.clock.advance(timedelta(minutes=10))
    world.real_seconds += 1
    living.step()
    assert living.skipped > 400
    assert len(living.diary) < 200


def test_the_file_of_the_day_holds_what_is_dear() -> None:
    world = World(customers=60, import_key="k")
    for number in range(60):
        soul = world.living.people.stage.souls.of(number, BEGINS)
        soul.is_gone, soul.has_course, soul.has_paid, soul.mood = False, False, True, Mood(1.0)
        soul.finished = set(range(1, 8))
        for _ in range(6):
            world.living.diary.note(BEGINS, number, "offer", 7)
    world.run(24)
    sold = [order for file in world.siyu.files for order in file]
    assert sold
    assert all(order.total_fen >= 198_000 for order in sold)
    assert len({order.order_id for order in sold}) == len(sold)
    told = [each for each in world.siyu.happened if each.name == "order_completed" and each.properties["total"] > 1]
    assert told == [], "what stands in the file is not told twice"


def test_texts_and_pushes_are_prompts_too() -> None:
    world = World()
    people = world.living.people
    souls = people.stage.souls
    here = [number for number in range(60) if not souls.of(number, BEGINS).is_gone]
    for number in here:
        soul = souls.of(number, BEGINS)
        soul.mood = Mood(0.95)
        assert people.number_of_phone(soul.who.phone.value) == number
        people.posted(number, Message("sms", "", "开营啦", (CODE,)), world.clock.now())
    assert people.number_of_phone("13800138000") is None
    world.run(20)
    assert {number for number, url in world.siyu.opened if url == CODE} & set(here)
