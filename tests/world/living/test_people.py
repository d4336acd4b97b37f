"""The living: the same every time, in their own hours, and only as patient as people are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from statistics import mean
from typing import Any

import pytest

from siyu.kernel.clock import ManualClock
from siyu.world.living.camp import CampLife
from siyu.world.living.doors import Happened, Message
from siyu.world.living.plan import BrandName
from siyu.world.living.tea import TeaLife
from siyu.world.living.telephone import STOP
from siyu.world.population.behaviour import Mood
from siyu.world.population.camp.brand import ACCOUNT_SOURCE
from siyu.world.population.camp.population import Population as CampPopulation
from siyu.world.population.playbook import load_playbook
from siyu.world.population.tea.population import Population as TeaPopulation
from tests.world.living.doubles import CODE, told_at
from tests.world.living.worlds import ANCHOR, BEGINS, PLAN, World

FUNNEL = load_playbook("camp").camp.funnel


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
    paid = {
        each.who.number
        for each in world.siyu.happened
        if each.who.is_new and each.name == "order_completed" and each.properties["total"] == 1
    }
    scanned = {int(act[1].removeprefix("wm")) for act in world.fake.acts if act[0] == "scan"}
    assert len(newcomers) == pytest.approx(1_000 / 90 * 9 * world.living.people.story.grown(90), rel=0.2)
    assert len(paid) / len(newcomers) == pytest.approx(FUNNEL.pays, abs=0.12)
    assert len(scanned & paid) / len(paid) == pytest.approx(FUNNEL.adds_teacher, abs=0.15)
    for number in sorted(paid)[:40]:
        own = [each for each in world.siyu.happened if each.who.number == number]
        lessons = [each.at for each in own if each.name == "lesson_opened"]
        bought = min(each.at for each in own if each.name == "order_completed")
        assert all(at > bought for at in lessons)
        assert all(not each.is_known for each in own if each.at < bought - timedelta(minutes=1))
    assert told_at(world.siyu, "lesson_finished")


@pytest.mark.parametrize(("brand", "customers"), [("camp", 600), ("tea", 1_200)])
def test_the_days_after_the_history_are_as_busy_as_its_last_and_at_the_same_hours(
    brand: BrandName, customers: int
) -> None:
    world, names = (
        World(brand, customers, clock=ManualClock(ANCHOR.astimezone(UTC))),
        ("page_viewed", "order_completed"),
    )
    zone = world.living.people.stage.souls.zone
    world.run(24 * 7)
    seen_from = PLAN.seed, customers, ANCHOR, zone
    history = CampPopulation(*seen_from) if brand == "camp" else TeaPopulation(*seen_from)
    lately = [deed for *_, deed in history.deeds() if deed.at >= ANCHOR - timedelta(days=14)]
    for name in names:
        before, now = sum(each.name == name for each in lately) / 14, len(told_at(world.siyu, name)) / 7
        assert 0.6 < now / before < 2, name

    def late(moments: list[datetime]) -> float:
        return sum(at.astimezone(zone).hour >= 18 for at in moments) / len(moments)

    visits = told_at(world.siyu, "page_viewed")
    assert late(visits) == pytest.approx(late([each.at for each in lately if each.name == "page_viewed"]), abs=0.15)


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


def test_who_wants_it_pays_learns_and_buys_and_who_does_not_does_not() -> None:
    world = World(customers=60)
    souls = world.living.people.stage.souls
    for number in range(1_000, 1_080):
        soul = souls.of(number, BEGINS)
        soul.mood = Mood(1.0 if number % 2 else 0.0)
        world.living.people.do(number, "arrive", 0, BEGINS)
        soul.mood = Mood(1.0 if number % 2 else 0.0)
        soul.has_paid, soul.finished, soul.term = True, set(range(1, 8)) if number % 2 else set(), BEGINS.date()
        world.living.people.do(number, "offer", 7, BEGINS)
        world.living.people.do(number, "lesson", 3, BEGINS)
    world.run(2)

    def did(name: str, keen: bool) -> int:
        return len({each.who.number for each in world.siyu.happened if each.name == name and _is(each, keen)})

    def _is(each: Happened, keen: bool) -> bool:
        return 1_000 <= each.who.number < 1_080 and bool(each.who.number % 2) == keen

    assert did("lesson_opened", keen=True) > 15
    assert did("lesson_opened", keen=False) == 0
    assert did("order_completed", keen=True) > did("order_completed", keen=False) == 0


def test_the_account_is_followed_answers_and_is_told_to_stop() -> None:
    world = World(customers=60)
    people, now = world.living.people, world.clock.now()
    souls = people.stage.souls
    for number in range(1_000, 1_040):
        soul = souls.of(number, now)
        soul.platform = ACCOUNT_SOURCE
        people.do(number, "arrive", 0, now)
        soul.mood = Mood(0.95)
        if soul.follows:
            world.account.inboxes[soul.who.unionid.value] = [Message("welcome", "gh", "加老师", (CODE,))]
            people.rung(soul.who.unionid.value, now)
    followers = {number for number in range(1_000, 1_040) if souls.of(number, now).follows}
    assert 20 < len(followers) < 40
    world.run(1)
    assert len({number for number, url in world.siyu.opened if url == CODE} & followers) > 10, "its answer is a prompt"
    told = set()
    for number in followers:
        soul = souls.of(number, world.clock.now())
        soul.mood = Mood(0.5, annoyance=1.0)
        unionid = soul.who.unionid.value
        for message in (Message("account", "gh", "直播"), Message("sms", "", "直播")):
            world.account.acts.clear()
            people.stage.telephones.take(soul, [message], world.clock.now())
            told |= {act for act, whose, *_ in world.account.acts if whose == unionid}
            assert soul.is_gone == (("unfollow", unionid) in world.account.acts)
            soul.is_gone, soul.follows, soul.has_warned = False, True, False
    assert {"write", "unfollow"} <= told, "a word first, or none"
    assert {text for _, text in world.texts} == {"TD"}


def test_a_friend_is_one_whom_they_know_and_has_not_come_in() -> None:
    world = World()
    people, now = world.living.people, world.clock.now()
    souls = people.stage.souls
    known = {number: souls.cast.friends(number) for number in range(200)}
    number = next(each for each, friends in known.items() if any(not souls.of(one, now).has_paid for one in friends))
    before = {one: souls.of(one, now).mood.motivation for one in known[number]}
    people.do(number, "bring", 0, now)
    came = {each.who.number for each in world.siyu.happened}
    assert len(came) == 1
    assert came <= set(known[number])
    assert souls.of(came.pop(), now).platform == "朋友推荐"
    assert any(souls.of(one, now).mood.motivation > was for one, was in before.items())
    loner = 5_000
    people.do(loner, "bring", 0, now)
    assert max(each.who.number for each in world.siyu.happened) > 5_000_000, (
        "who knows nobody of them brings somebody new"
    )


def test_the_more_often_a_brand_writes_the_more_people_tell_it_to_stop_and_then_block_it() -> None:
    gone, warned, patience = {}, {}, {}
    for a_day in (1, 4):
        world = World("tea", 100)
        souls = world.living.people.stage.souls
        here = [number for number in range(60) if not souls.of(number, world.clock.now()).is_gone]
        for _ in range(14):
            for number in here:
                world.post(number, *[Message("mass", "an", "会员日")] * a_day)
            world.run(24)
        left = {number for number in here if souls.of(number, world.clock.now()).is_gone}
        said = {int(act[1].removeprefix("wm")) for act in world.fake.acts if act[0] == "write" and act[3] == STOP}
        gone[a_day], warned[a_day] = left, said & set(here)
        patience = {number: souls.cast.of(number).character.patience for number in here}
    assert len(gone[1]) < len(gone[4])
    assert len(warned[1]) < len(warned[4])
    assert warned[4] & gone[4], "a word was not enough"
    assert gone[4] - warned[4], "some say nothing first"
    stayed = patience.keys() - gone[4]
    assert mean(patience[each] for each in gone[4]) < mean(patience[each] for each in stayed)


@pytest.mark.parametrize(
    ("table", "name", "little", "much", "event"),
    [
        ("telephone", "comes_share", 0.0, 1.0, "arrivals"),
        ("visits", "shares", 0.0, 1.0, "share_sent"),
        ("visits", "reads", 0.0, 1.0, "article_read"),
        ("orders", "per_turn", 0.0001, 1.0, "order_completed"),
        ("behaviour", "action_line", 0.99, 0.01, "page_viewed"),
    ],
)
def test_a_number_of_the_playbook_moves_what_people_do(
    table: str, name: str, little: float, much: float, event: str
) -> None:
    """The same town, the same days, one number another."""
    counts = []
    for value in (little, much):
        told: dict[str, Any] = {name: value}
        world = World("tea", 300)
        stage, story = world.living.people.stage, world.living.people.story
        assert isinstance(story, TeaLife)
        story.rules = replace(story.rules, visits=replace(story.rules.visits, per_turn=0.3, shares=0.5))
        if table == "telephone":
            phones = stage.telephones
            phones.rules = replace(phones.rules, ties=replace(phones.rules.ties, **told))
        elif table == "behaviour":
            stage.souls.rules = replace(stage.souls.rules, **told)
        else:
            story.rules = replace(story.rules, **{table: replace(getattr(story.rules, table), **told)})
        world.run(72)
        friends = {each.who.number for each in world.siyu.happened if each.who.is_new}
        counts.append(len(friends if event == "arrivals" else told_at(world.siyu, event)))
    assert counts[0] < counts[1]


def test_how_often_the_camps_people_look_in_is_the_playbooks_word() -> None:
    visits = []
    for looks_in in (0.0, 0.8):
        world = World()
        story = world.living.people.story
        assert isinstance(story, CampLife)
        story.rules = replace(story.rules, afterwards=replace(story.rules.afterwards, looks_in=looks_in))
        world.run(48)
        visits.append(len([each for each in world.siyu.happened if each.name == "page_viewed" and not each.who.is_new]))
    assert visits[0] == 0 < visits[1]
