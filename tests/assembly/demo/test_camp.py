"""The camp demo is loaded once and whole, and says what its population says."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from siyu.assembly.demo import wecom as demo_wecom
from siyu.assembly.demo.camp.brand import CAMP
from siyu.assembly.demo.camp.company import TEACHERS
from siyu.assembly.demo.camp.looks import PAGE_AFTER
from siyu.assembly.demo.camp.segments import LADDERS, SCHEMES, SEGMENTS
from siyu.assembly.demo.camp.stores import ROOMS
from siyu.assembly.demo.errands import CALLED, run_errands
from siyu.assembly.demo.filling import fill_demo, is_filled, join_outside
from siyu.assembly.demo.home import plan_path
from siyu.assembly.demo.outside import demo_settings
from siyu.assembly.installation import Installation
from siyu.domain.entries.reading import codes_of_states
from siyu.kernel.clock import ManualClock
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database
from siyu.platform.settings import Settings
from siyu.world.population.camp.population import Population
from siyu.world.wecom.brand import brand_secrets, build_brand_corp
from siyu.world.wecom.brand_plan import BrandPlan
from siyu.world.wecom.corp import Corp
from tests.assembly.demo.reading import out_of_time, readers, rows

PEOPLE = 80
ANCHOR = datetime(2026, 6, 1, tzinfo=Settings().zone)
"""The beginning of the day on which the tests' clock starts."""


@pytest.fixture
def installation(database: Database, columns: Columns, columns_url: str, tmp_path: Path) -> Installation:
    settings = demo_settings(Settings(home=tmp_path, database_url=database.url, columns_url=columns_url), CAMP)
    return Installation(settings, database, columns, "a secret key of the test")


def fill(installation: Installation) -> None:
    fill_demo(installation, CAMP, PEOPLE, lambda *_: None)


def counted(installation: Installation, name: str) -> Any:
    return rows(installation, f"SELECT count(*) FROM log.events WHERE name = '{name}'")[0][0]  # noqa: S608 - a name of ours


def staged(installation: Installation) -> dict[str, Any]:
    """What is to be seen beside the history: sends by their state, enquiries, calls of the brand's own program."""
    calls = "SELECT e.name, c.state, count(*) FROM hooks.endpoints e LEFT JOIN hooks.calls c USING (endpoint_id) GROUP BY 1, 2"
    return {
        "sends": dict(rows(installation, "SELECT state, count(*) FROM sends.runs GROUP BY 1")),
        "names": {
            name for (name,) in rows(installation, "SELECT name FROM definitions.definitions WHERE kind = 'send'")
        },
        "enquiries": dict(rows(installation, "SELECT state, count(*) FROM enquiries.enquiries GROUP BY 1")),
        "lists": rows(
            installation,
            "SELECT name, size FROM segments.lists l JOIN definitions.definitions d ON d.definition_id = l.list_id",
        ),
        "filters": rows(installation, "SELECT name FROM segments.filters"),
        "calls": {(name, state): count for name, state, count in rows(installation, calls)},
        "bulks": dict(rows(installation, "SELECT action, total FROM customers.bulks")),
        "tag_bulks": rows(installation, "SELECT count(*) FROM tags.bulks"),
        "requests": {(kind, state) for kind, state in rows(installation, "SELECT kind, state FROM privacy.requests")},
        "imports": rows(installation, "SELECT file_name, state FROM imports.imports"),
        "exports": rows(installation, "SELECT count(*) FROM segments.exports"),
        "stores": {name for (name,) in rows(installation, "SELECT name FROM entries.stores")},
    }


def check_looks(installation: Installation, population: Population) -> None:
    """Whoever paid since the codes hang saw that of their platform, on that day."""
    hung = "SELECT min(published_at) FROM definitions.definitions d JOIN definitions.versions v USING (definition_id)"
    since = rows(installation, f"{hung} WHERE d.kind = 'code'")[0][0]
    paid = [way.paid_at for way in map(population.way_of, range(PEOPLE)) if way.paid_at is not None]
    seen = [at + PAGE_AFTER for at in paid if since <= at + PAGE_AFTER < ANCHOR]
    counted = rows(
        installation,
        "SELECT c.day, sum(c.visitors)::int FROM entries.code_days c"
        " JOIN definitions.definitions d ON d.definition_id = c.code_id WHERE d.name LIKE '%一元小白营' GROUP BY 1",
    )
    assert dict(counted) == Counter(at.astimezone(ANCHOR.tzinfo).date() for at in seen)
    told = rows(
        installation,
        "SELECT occurred_at FROM log.events WHERE name = 'code_viewed' AND properties ->> 'code' LIKE '%一元小白营'",
    )
    assert sorted(at for (at,) in told) == sorted(seen)
    assert len(seen) > 0


def check_codes(installation: Installation, population: Population, plan: BrandPlan, corp: Corp) -> None:
    """WeCom says of friends by which code of Siyu's they came; and nothing there is older than whom it is about, or yet to come."""
    ways = [(population.person(number), population.way_of(number)) for number in range(PEOPLE)]
    calls = [population.call_of(*each) for each in ways]
    added = sum(way.added_at is not None for _, way in ways)
    added += sum(way.added_at is not None and way.vip_at is not None for _, way in ways)
    added += sum(call is not None and call.adds for call in calls)
    states = {state for each in plan.codes for state in each.states.values()}
    relations = [
        relation
        for one in corp.staff.members
        for number in corp.people.numbers_of(one.userid)
        if (relation := corp.people.relation(one.userid, number)) is not None
    ]
    assert len(relations) == added
    with installation.database.read() as reading:
        led = codes_of_states(reading, {each.state for each in relations})
    assert led.keys() <= states
    by_codes = {each.state for each in relations if each.created_at >= min(code.since for code in plan.codes)}
    assert led.keys() == {state for state in by_codes if state.startswith("syc.")} != set()
    assert all(each.created_at < ANCHOR.timestamp() for each in relations)
    for chat in corp.chats.chats.values():
        assert chat.created_at < ANCHOR.timestamp()
        assert chat.created_at <= min(each.joined_at for each in chat.members.values())


def test_it_is_all_there_and_agrees_with_its_population(
    installation: Installation, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with readers(installation, "columns", "flow"):
        fill(installation)
    assert is_filled(installation)
    assert demo_wecom.ahead_path(installation.settings).exists(), "the outside makes its WeCom meanwhile"
    population = Population(CAMP.seed, PEOPLE, ANCHOR, installation.settings.zone)
    ways = [population.way_of(number) for number in range(PEOPLE)]
    deeds = [deed for *_, deed in population.deeds()]
    for name in ("order_completed", "order_refunded", "lesson_opened", "lesson_finished", "checked_in", "quiz_taken"):
        assert counted(installation, name) == sum(deed.name == name for deed in deeds), name
    paid = [way for way in ways if way.paid_at is not None]
    assert len(paid) > PEOPLE // 4
    sums = rows(installation, "SELECT count(DISTINCT profile_id), count(*), sum(total_fen)::bigint FROM orders.orders")
    orders = [deed for deed in deeds if deed.name == "order_completed"]
    assert sums == [(len(paid), len(orders), sum(round(deed.properties["total"] * 100) for deed in orders))]
    keepers = "SELECT split_part(s.email, '@', 1) FROM customers.custody LEFT JOIN company.staff s USING (staff_id)"
    kept_by = [name for (name,) in rows(installation, keepers)]
    assert len(kept_by) == len(paid)
    assert set(kept_by) <= set(TEACHERS)

    live = "SELECT name FROM definitions.definitions WHERE kind = '{}' AND status = 'live'"
    assert {name for (name,) in rows(installation, live.format("segment"))} >= set(SEGMENTS)
    assert {name for (name,) in rows(installation, live.format("rfm"))} == set(SCHEMES)
    assert {name for (name,) in rows(installation, live.format("ladder"))} == set(LADDERS)
    told = rows(installation, "SELECT count(*) FROM entries.answers")[0][0]
    since = ANCHOR - timedelta(days=27)
    assert told == sum(way.surveyed_at is not None and since <= way.surveyed_at < ANCHOR for way in ways) > 0

    assert out_of_time(installation) == {}
    check_looks(installation, population)

    before = rows(installation, "SELECT count(*) FROM log.events")
    clock.advance(timedelta(days=2))
    fill(installation)
    assert rows(installation, "SELECT count(*) FROM log.events") == before

    monkeypatch.setattr(demo_wecom, "READY_SECONDS", 0.0)  # nobody listens in this test
    with readers(installation, "audience"):
        join_outside(installation)
    made = staged(installation)
    join_outside(installation)
    assert staged(installation) == made
    assert made["sends"] == dict.fromkeys(("waiting", "planned", "paused", "cancelled"), 1) | {"planned": 2}
    assert made["names"] == {each.name for each in CAMP.sends}
    assert made["enquiries"] == {"open": 3, "answered": 3}
    assert made["lists"] == [(CAMP.desk.invited, 16)]
    assert made["filters"] == [(CAMP.desk.filtered,)]
    assert made["calls"] == {("课程平台 · 开课与学籍", "waiting"): 1}
    assert made["bulks"] == {"tag": 16, "task": CALLED}
    assert made["tag_bulks"] == made["exports"] == [(1,)]
    assert made["requests"] == {("export", "queued"), ("erasure", "declined"), ("erasure", "waiting")}
    assert made["imports"] == [(f"{CAMP.errands.guests}.csv", "waiting")]
    assert made["stores"] == {name for name, *_ in ROOMS}
    with installation.database.begin() as work:
        work.driver.execute("TRUNCATE customers.bulks CASCADE")
    older = replace(CAMP, errands=replace(CAMP.errands, invited_tag=("nobody designed it", "")))
    run_errands(installation, older)  # of a demo that an older Siyu filled
    assert staged(installation) == made | {"bulks": {}}
    assert not demo_wecom.ahead_path(installation.settings).exists()
    plan = BrandPlan.from_json(plan_path(installation.settings).read_text())
    corp, _ = build_brand_corp(plan, clock, brand_secrets("key"))
    check_codes(installation, population, plan, corp)
    joined = sum(way.joined_at is not None and way.left_at is None for way in ways)
    assert sum(len(chat.members) - 1 for chat in corp.chats.chats.values()) == joined > 0
