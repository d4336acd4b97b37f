"""When, where and on what people act: what the columns find for everybody, one by one in plain Python."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siyu.domain.segments.reading import estimates
from siyu.engines.insight.estimating import compute_estimate
from siyu.engines.insight.scenes import SCENES_SQL, Cell, Named, bound, found_prior, heat, scene_of
from siyu.engines.insight.scenes_estimating import best_hours, estimator, prior_in_force, spread
from siyu.engines.insight.scenes_rules import (
    FIRST_SEND_HOUR,
    LAST_SEND_HOUR,
    NO_PRIOR,
    PRIOR_ACTS,
    SCALE,
    hours_of,
    prior_of,
)
from siyu.kernel.actors import Scope, system_actor
from siyu.kernel.clock import ManualClock
from siyu.platform.columns.client import Columns
from siyu.platform.columns.schema import CUSTOMERS
from siyu.platform.postgres.database import Database
from tests.engines.audience.histories import NOON, Happening, History, Person, put

SHANGHAI = ZoneInfo("Asia/Shanghai")
WEIGHTS = st.lists(st.integers(0, 5), min_size=24, max_size=24)
DAY = timedelta(days=1)

Row = tuple[int | None, float, int, str, str]
"""best_hour, weekend_share, active_hours, city, device"""


def asked(columns: Columns, prior: Sequence[int], *, parts: int = 1) -> dict[int, Row]:
    found: dict[int, Row] = {}
    for part in range(parts):
        given = {**bound(NOON, SHANGHAI), "prior": list(prior), "parts": parts, "part": part}
        found.update({row[0]: row[1:] for row in columns.query(SCENES_SQL, given)})
    return found


# --- the plain reading


def plain_hour(own: Mapping[int, int], prior: Sequence[int]) -> int:
    """The best hour, one hour after the other, the first of the best."""
    best, most = -1, -1
    for hour in range(8, 22):
        here = 0
        for other, part in ((hour - 1, 1), (hour, 2), (hour + 1, 1)):
            here += part * (own.get(other, 0) * 1_000_000 + prior[other])
        if here > most:
            best, most = hour, here
    return best


def plainly_acts(history: History) -> dict[int, list[Happening]]:
    """{living customer: what they did themselves in the last 90 days}"""
    living = {each.customer_id for each in history.people if not each.is_deleted and not each.is_erased}
    found: dict[int, list[Happening]] = {}
    for each in history.happenings:
        customer_id = history.merged.get(each.profile_id, each.profile_id)
        is_act = each.source == "web" or each.name == "order_paid"
        is_recent = NOON - 90 * DAY < each.occurred_at <= NOON
        if customer_id in living and is_act and is_recent and each.name != "order_completed":
            found.setdefault(customer_id, []).append(each)
    return found


def plain_own(acts: Sequence[Happening]) -> Counter[int]:
    own: Counter[int] = Counter()
    for each in acts:
        at = each.occurred_at.astimezone(SHANGHAI)
        if (at.hour, at.minute, at.second, at.microsecond) != (0, 0, 0, 0):
            own[at.hour] += 3 if each.name in ("order_paid", "banner_clicked") else 1
    return own


def plain_prior(history: History) -> list[int]:
    shares = [0] * 24
    for acts in plainly_acts(history).values():
        own = plain_own(acts)
        for hour, weight in own.items():
            shares[hour] += 1_000_000 * weight // own.total()
    return [8 * 1_000_000 * share // sum(shares) if sum(shares) else 0 for share in shares]


def plain_named(named: Sequence[tuple[str, datetime]]) -> str:
    counts = Counter(name for name, _ in named if name)
    last = {name: max(at for each, at in named if each == name) for name in counts}
    ordered = sorted(counts, key=lambda name: (-counts[name], -last[name].timestamp(), name))
    return ordered[0] if ordered else ""


def plainly(history: History, prior: Sequence[int]) -> dict[int, Row]:
    homes = {each.customer_id: each.attributes.get("city", "") for each in history.people}
    found: dict[int, Row] = {}
    for customer_id, acts in plainly_acts(history).items():
        own = plain_own(acts)
        weekend = sum(each.occurred_at.astimezone(SHANGHAI).weekday() >= 5 for each in acts)
        contexts = [(each.properties.get("context", {}), each.occurred_at) for each in acts]
        cities = [(said.get("location", {}).get("city", ""), at) for said, at in contexts]
        devices = [
            (said.get("device", {}).get("type", said.get("os", {}).get("name", "")), at) for said, at in contexts
        ]
        home = homes[customer_id]
        city = plain_named(cities) or (home if isinstance(home, str) else "")
        best = plain_hour(own, prior) if own else None
        found[customer_id] = (best, weekend / len(acts), len(own), city, plain_named(devices))
    return found


def a_history(random: Random) -> History:
    people = [
        Person(
            n,
            attributes=random.choice(({}, {"city": "上海"}, {"city": 5})),
            is_deleted=n == 21,
            is_erased=n == 22,
            unit_path=random.choice(("1.2.", "1.3.")),
        )
        for n in range(1, 23)
    ]
    happenings = [
        Happening(
            random.choice(("page_viewed", "banner_clicked", "order_paid", "order_completed", "segment_entered")),
            random.randrange(0, 27),
            NOON
            - random.choice((0, 90)) * DAY
            - timedelta(minutes=random.choice((0, 1, 719, 720, random.randrange(130_000)))),
            {
                "context": random.choice(
                    (
                        {},
                        {"location": {"city": random.choice(("上海", "北京"))}},
                        {"device": {"type": random.choice(("ios", "pos"))}, "os": {"name": "android"}},
                        {"os": {"name": random.choice(("android", "windows"))}},
                    )
                )
            },
            random.choice(("web", "web", "orders", "segments")),
        )
        for _ in range(400)
    ]
    return History(people, happenings, {24: 3, 25: 22})


@pytest.mark.parametrize("seed", range(2))
def test_everybody_is_told_what_each_is_told_by_hand(columns: Columns, seed: int) -> None:
    history = a_history(Random(seed))
    put(columns, history)
    prior = found_prior(columns, NOON, SHANGHAI)
    assert prior == plain_prior(history)
    assert sum(prior) == pytest.approx(PRIOR_ACTS * SCALE, abs=24)
    expected = plainly(history, prior)
    found = asked(columns, prior)
    assert found == expected
    assert asked(columns, prior, parts=3) == expected
    assert found_prior(columns, NOON, SHANGHAI, parts=3) == prior
    for customer_id in (3, 7):
        profiles = [customer_id, *(each for each, winner in history.merged.items() if winner == customer_id)]
        one = scene_of(columns, profiles, NOON, SHANGHAI, prior)
        best, share, hours, city, device = expected[customer_id]
        assert one.hours is not None
        assert (one.hours.best_hour, one.acts_at_weekends / one.acts) == (best, share)
        assert sum(weight > 0 for weight in one.hours.own) == hours
        assert [each.name for each in one.cities[:1]] == [city][: len(one.cities)]
        assert [each.name for each in one.devices[:1]] == [device] * bool(device)
    acts = [each for some in plainly_acts(history).values() for each in some]
    assert sum(each.acts for each in heat(columns, NOON, SHANGHAI, Scope())) == len(acts)
    assert heat(columns, NOON, SHANGHAI, Scope(own_only=True)) == []
    in_unit = {each.customer_id for each in history.people if each.unit_path == "1.2."}
    theirs = [each for who, some in plainly_acts(history).items() if who in in_unit for each in some]
    assert sum(each.acts for each in heat(columns, NOON, SHANGHAI, Scope("1.2."))) == len(theirs)


def test_places_and_devices_have_one_word_each(columns: Columns) -> None:
    def seen(who: int, **context: Mapping[str, str]) -> Happening:
        return Happening("page_viewed", who, NOON - DAY, {"context": context}, "web")

    devices = (
        "iPhone",
        " iPadOS",
        "iOS",
        "Android 14",
        "HarmonyOS",
        "Mac OS X",
        "macOS",
        "Windows NT",
        "Linux",
        "小程序",
    )
    people = [Person(n) for n in range(1, 12)]
    happenings = [seen(n, device={"type": each}) for n, each in enumerate(devices, 1)]
    put(columns, History([*people, Person(12)], [*happenings, seen(11, location={"city": " 上海市 "}), seen(12)]))
    found = asked(columns, NO_PRIOR)
    assert [found[n][4] for n in range(1, 11)] == [
        *("ios", "ios", "ios", "android", "harmony", "mac", "mac", "windows", "linux", "小程序")
    ]
    assert (found[11][3], found[12][3:]) == ("上海", ("", ""))


def test_midnight_sharp_is_a_day_and_no_hour(columns: Columns) -> None:
    midnight = datetime(2026, 5, 30, 16, 0, tzinfo=UTC)  # a Sunday in Shanghai
    put(columns, History([Person(1)], [Happening("page_viewed", 1, midnight, {}, "web")]))
    assert asked(columns, NO_PRIOR) == {1: (None, 1.0, 0, "", "")}
    found = scene_of(columns, [1], NOON, SHANGHAI, NO_PRIOR)
    assert (found.acts, found.hours, found.cells) == (1, None, [Cell(7, None, 1)])
    assert scene_of(columns, [2], NOON, SHANGHAI, NO_PRIOR).acts == 0
    assert found_prior(columns, NOON, SHANGHAI) == list(NO_PRIOR)


def test_of_one_customer_all_that_is_named_is_shown(columns: Columns) -> None:
    cities = ("上海", "上海", "北京", "杭州")
    put(
        columns,
        History(
            [Person(1)],
            [
                Happening("page_viewed", 1, NOON - n * DAY, {"context": {"location": {"city": city}}}, "web")
                for n, city in enumerate(cities)
            ],
        ),
    )
    assert scene_of(columns, [1], NOON, SHANGHAI, NO_PRIOR).cities == [
        Named("上海", 2),
        Named("北京", 1),
        Named("杭州", 1),
    ]


def test_an_edition_holds_what_was_found_for_everybody(database: Database, columns: Columns) -> None:
    history = a_history(Random(5))
    put(columns, history)
    database.clock = ManualClock(NOON)
    made = compute_estimate(database, columns, system_actor("test"), "scene", estimator(SHANGHAI))
    prior = plain_prior(history)
    expected = plainly(history, prior)
    assert made.customers == len(expected)
    with database.read() as reading:
        (state,) = estimates(reading)
    assert prior_in_force(state) == prior
    assert prior_in_force(replace(state, parameters={})) is None
    hours = {who: row[0] for who, row in expected.items() if row[0] is not None}
    assert best_hours(columns, made.edition, [*expected, 99]) == hours
    rows = columns.query("SELECT customer_id, numbers, words FROM estimates WHERE model = 'scene'")
    assert {row[0]: (row[1], row[2]) for row in rows} == {
        who: (
            {"weekend_share": row[1], "active_hours": row[2]} | ({} if row[0] is None else {"best_hour": row[0]}),
            {name: word for name, word in zip(("city", "device"), row[3:], strict=True) if word},
        )
        for who, row in expected.items()
    }
    found = spread(columns, made.edition, Scope())
    assert found.best_hours == [Counter(hours.values())[hour] for hour in range(24)]
    assert {each.name: each.count for each in found.cities} == Counter(row[3] for row in expected.values() if row[3])
    assert {each.name: each.count for each in found.devices} == Counter(row[4] for row in expected.values() if row[4])
    in_unit = {each.customer_id for each in history.people if each.unit_path == "1.2."}
    assert sum(spread(columns, made.edition, Scope("1.2.")).best_hours) == len(in_unit & set(hours))
    assert sum(spread(columns, made.edition, Scope(own_only=True)).best_hours) == 0
    assert spread(columns, 0, Scope()).cities == []
    (gone, *_) = sorted(hours)
    columns.insert_columns(
        CUSTOMERS, {"customer_id": [gone], "unit_path": ["1."], "position": [10**9], "is_deleted": [1]}
    )
    assert sum(spread(columns, made.edition, Scope()).best_hours) == len(hours) - 1


# --- the rule


@given(WEIGHTS, WEIGHTS)
def test_the_best_hour_is_the_first_of_the_highest(own: list[int], shares: list[int]) -> None:
    prior = prior_of(shares)
    found = hours_of(own, prior)
    assert found.best_hour == plain_hour(dict(enumerate(own)), prior)
    assert FIRST_SEND_HOUR <= found.best_hour <= LAST_SEND_HOUR
    assert sum(found.smoothed) == 4 * (sum(own) * SCALE + sum(prior))


def test_few_acts_leave_it_to_what_everybody_does_and_many_do_not() -> None:
    everybody = prior_of([0] * 20 + [1, 0, 0, 0])
    assert hours_of([0] * 10 + [1] + [0] * 13, everybody).best_hour == 20
    assert hours_of([0] * 10 + [PRIOR_ACTS + 1] + [0] * 13, everybody).best_hour == 10
    assert hours_of([0] * 10 + [PRIOR_ACTS] + [0] * 13, everybody).best_hour == 10  # of equal ones the earlier
    assert hours_of([0] * 24, NO_PRIOR).best_hour == FIRST_SEND_HOUR


def test_who_is_up_at_night_is_written_to_at_the_edge_of_the_day() -> None:
    assert hours_of([0] * 22 + [9, 9], NO_PRIOR).best_hour == LAST_SEND_HOUR
    assert hours_of([0] * 7 + [9] + [0] * 16, NO_PRIOR).best_hour == FIRST_SEND_HOUR
