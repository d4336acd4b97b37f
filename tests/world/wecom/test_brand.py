"""The brand's WeCom has the brand's own people, is the same each time it is made, and never gives an id twice."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from siyu.kernel.clock import ManualClock
from siyu.world.population.tea.brand import REGIONS, STORES
from siyu.world.population.tea.population import Population
from siyu.world.wecom import brand
from siyu.world.wecom.brand import (
    AHEAD_SUFFIX,
    BrandWecom,
    brand_secrets,
    build_brand_account,
    build_brand_corp,
    outside_of,
)
from siyu.world.wecom.brand_plan import BrandCode, BrandMember, BrandPlan, BrandUnit
from siyu.world.wecom.corp import Corp
from siyu.world.wecom.people import Person
from siyu.world.wecom.server import WecomServer
from tests.world.test_receiver import a_free_port

ANCHOR = datetime(2026, 6, 1, tzinfo=ZoneInfo("Asia/Shanghai"))
UNITS = [
    BrandUnit(1, None, "晨曦茶饮"),
    *(BrandUnit(2 + place, 1, region) for place, region in enumerate(REGIONS)),
    *(BrandUnit(10 + place, 2 + REGIONS.index(store.region), store.name) for place, store in enumerate(STORES)),
]
STAFF = [
    BrandMember("boss", "林晓", "boss@chenxi.example", 1, has_customers=False),
    *(BrandMember(f"m{unit.unit_id}", "店长", f"m{unit.unit_id}@chenxi.example", unit.unit_id, True) for unit in UNITS[1:]),
]  # fmt: skip
PLAN = BrandPlan("tea", "晨曦茶饮", 20, 120, ANCHOR.isoformat(), "Asia/Shanghai", UNITS, STAFF)
NUMBERS = range(PLAN.customers)
SINCE = int((ANCHOR - timedelta(days=60)).timestamp())
CODES = [
    BrandCode(store.name, SINCE, {one.userid: f"syc.{place}.{one.unit_id}" for one in STAFF[1:]})
    for place, store in enumerate(STORES, start=1)
]
WHOLE = replace(PLAN, codes=CODES)


def a_corp(clock: ManualClock) -> Corp:
    return build_brand_corp(BrandPlan.from_json(PLAN.to_json()), clock, brand_secrets("key"))[0]


def told(corp: Corp) -> list[object]:
    people = corp.people
    friends = [(people.id_of(one), people.person(one), people.followers(one)) for one in range(people.count)]
    tags = {group.name: list(group.tags) for group in corp.tags.live}
    return [friends, list(corp.staff.members), corp.staff.departments, tags, corp.chats.chats]


def test_its_customers_are_those_whom_the_mini_program_knows(clock: ManualClock) -> None:
    corp = a_corp(clock)
    population = Population(PLAN.seed, PLAN.customers, ANCHOR, ANCHOR.tzinfo or ZoneInfo("UTC"))
    known_at = {
        population.person(one).unionid.value: at for one in NUMBERS if (at := population.known_to_wechat_at(one))
    }
    told_at = {
        identity.value: at
        for at, *_, deed in reversed(list(population.deeds()))
        for identity in deed.identities
        if identity.kind == "unionid"
    }
    assert known_at == told_at
    assert 20 < corp.people.count < len(known_at)
    for number in range(corp.people.count):
        followers = corp.people.followers(number)
        assert {each.userid for each in followers} <= {one.userid for one in STAFF if one.has_customers}
        assert known_at[corp.people.person(number).unionid].timestamp() < followers[0].created_at < ANCHOR.timestamp()
    assert any(len(corp.people.followers(number)) > 1 for number in range(corp.people.count))
    assert sum(len(chat.members) - 1 for chat in corp.chats.chats.values()) > 0
    assert [one.name for one in corp.staff.departments.values()] == [unit.name for unit in UNITS]


def test_made_again_it_is_the_same_and_gives_no_id_again(clock: ManualClock) -> None:
    one = a_corp(clock)
    clock.advance(timedelta(days=1))
    again = a_corp(clock)
    assert told(one) == told(again)
    newcomers = [corp.people.id_of(corp.people.add_person(Person("新客", 1, ""))) for corp in (one, again)]
    assert len({*newcomers, one.new_key("oU"), again.new_key("oU")}) == 4
    assert [corp.people.find(each) for corp, each in zip((one, again), newcomers, strict=True)] == [
        one.people.count - 1
    ] * 2
    assert again.people.find(newcomers[0]) is None


def states(corp: Corp) -> dict[tuple[str, int], tuple[str, int]]:
    numbers = [(one.userid, number) for one in STAFF for number in corp.people.numbers_of(one.userid)]
    found = {key: relation for key in numbers if (relation := corp.people.relation(*key)) is not None}
    return {key: (relation.state, relation.created_at) for key, relation in found.items()}


def test_who_came_since_a_code_hangs_came_by_it(clock: ManualClock) -> None:
    before, after = states(a_corp(clock)), states(build_brand_corp(WHOLE, clock, brand_secrets("key"))[0])
    code_of = {each.channel: each for each in CODES}
    assert {key: at for key, (_, at) in before.items()} == {key: at for key, (_, at) in after.items()}
    for (userid, number), (state, at) in before.items():
        code = code_of.get(state) if at >= SINCE else None
        assert after[userid, number][0] == (code.states[userid] if code is not None else state)
    assert {state for state, at in before.values() if at < SINCE} & set(code_of)
    assert any(state.startswith("syc.") for state, _ in after.values())


def test_some_of_its_friends_follow_the_account_since_they_are_friends(clock: ManualClock) -> None:
    corp = a_corp(clock)
    outside = replace(outside_of("tea"), follows_share=0.4)
    fans = list(build_brand_account(corp, PLAN.seed, outside, brand_secrets("key")).fans.values())
    assert 0.2 < len(fans) / corp.people.count < 0.6
    for fan in fans:
        number = corp.people.find_unionid(fan.unionid)
        assert number is not None
        assert fan.subscribed_at == corp.people.followers(number)[0].created_at


def test_told_ahead_it_is_made_and_lets_nobody_in_before_it_is_joined(
    tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, opened = threading.Event(), threading.Event()
    corps: list[Corp] = []

    def making(*told: Any) -> Any:
        found = build_brand_corp(*told)
        corps.append(found[0])
        made.set()
        return found

    class Opening(WecomServer):
        def start(self) -> None:
            super().start()
            opened.set()

    monkeypatch.setattr(brand, "build_brand_corp", making)
    monkeypatch.setattr(brand, "WecomServer", Opening)
    plan, nowhere = tmp_path / "plan.json", f"http://127.0.0.1:{a_free_port()}"
    ahead = plan.with_suffix(AHEAD_SUFFIX)
    ahead.write_text(PLAN.to_json(), encoding="utf-8")
    wecom = BrandWecom(plan, a_free_port(), "key", nowhere, nowhere, clock)
    wecom.start()
    try:
        assert made.wait(30)
        assert not opened.wait(0.5)
        ahead.write_text(WHOLE.to_json(), encoding="utf-8")
        ahead.replace(plan)
        assert opened.wait(30)
        assert states(corps[0]) == states(build_brand_corp(WHOLE, clock, brand_secrets("key"))[0])
    finally:
        wecom.stop()
