"""Costs as numbers, new and old business, boards of members, and rules that watch each of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from siyu.domain.metrics import service
from siyu.domain.metrics.contracts import (
    AlertRule,
    EntryBreakdown,
    NewCost,
    NotAdditiveError,
    Posted,
    PropertyBreakdown,
    Spent,
    StaffBreakdown,
    TurnBreakdown,
)
from siyu.domain.metrics.reading import as_document, shipped_metrics
from siyu.engines.insight.attribution.costs import spent_on
from siyu.engines.insight.metric_alerts import watch_metrics
from siyu.engines.insight.metric_boards import board
from siyu.engines.insight.metric_people import people_of
from siyu.engines.insight.metric_posts import post_alerts
from siyu.engines.insight.metric_series import series
from siyu.engines.insight.metric_spans import Span
from siyu.engines.insight.metric_trees import tree
from siyu.engines.insight.metric_values import Numbers
from siyu.engines.insight.terms.breakdowns import Group
from siyu.engines.insight.terms.periods import between, day_start_ms
from siyu.kernel.actors import Actor, ActorKind, Scope, system_actor
from siyu.kernel.clock import ManualClock
from siyu.kernel.paging import PageRequest
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database
from tests.engines.audience.histories import NOON, Happening, History, Person, put

SHANGHAI = ZoneInfo("Asia/Shanghai")
ACTOR = system_actor("test")
DAY = timedelta(days=1)
PAID, MADE = "order_paid", "profile_created"
POSTED = Posted(is_taken=True, is_final=False, told="http_200")


def paid(who: int, at: datetime, fen: int, channel: str | None) -> Happening:
    told = {"channel": channel} if channel else {}
    return Happening(PAID, who, at, {"total_fen": fen, "currency": "CNY", **told}, "orders")


@pytest.fixture
def numbers(database: Database, columns: Columns) -> Numbers:
    """Two weeks; what was spent on `search` brought nobody."""
    people = [Person(n, {"city": "上海"}, staff_ids=[4] if n < 3 else [4, 5], entry_channel="a") for n in range(1, 5)]
    done = [Happening(MADE, n, NOON - 9 * DAY, {}, "customers") for n in range(1, 5)]
    done += [paid(n, NOON - 6 * DAY, 100, "a") for n in (1, 2, 3)]
    done += [paid(n, NOON - 2 * DAY, 30, channel) for n, channel in ((1, "a"), (4, "b"), (4, None))]
    put(columns, History(people, done))
    with database.begin() as work:
        for metric in shipped_metrics("CNY"):
            if metric.key in {"paid_fen", "cost_fen", "roi", "buyers"}:
                made = service.create_metric(work, ACTOR, as_document(replace(metric, split=None)))
                service.publish_metric(work, ACTOR, made.metric_id)
        lines = [
            NewCost("1", date(2026, 5, 25), 60, "a", "五月"),
            NewCost("2", date(2026, 5, 31), 40, "search", "五月"),
            NewCost("3", date(2026, 6, 1), 7, "a", "六月"),
            NewCost("4", date(2026, 5, 26), 20),
        ]
        service.record_costs(work, ACTOR, "投放", lines)
    return Numbers(database, columns, SHANGHAI, ACTOR)


def weeks() -> tuple[Span, Span]:
    days = [day_start_ms(date(2026, 5, 18), SHANGHAI) + 7 * n * 86_400_000 for n in range(3)]
    return Span(days[0], days[1]), Span(days[1], days[2])


def test_costs_are_numbers_like_others_by_the_words_they_tell(numbers: Numbers) -> None:
    both = between(date(2026, 5, 18), date(2026, 6, 1), "week", NOON, SHANGHAI)
    found = series(numbers, "cost_fen", both, breakdown=PropertyBreakdown("channel"))
    assert found.values == [0, 120, 7]
    assert {line.group: line.values for line in found.lines} == {
        Group("value", "a"): [0, 60, 7],
        Group("value", "search"): [0, 40, 0],
        Group("missing"): [0, 20, 0],
    }
    assert series(numbers, "roi", both).values == [None, pytest.approx(390 / 120), 0]
    assert series(numbers, "cost_fen", both, breakdown=StaffBreakdown()).lines == []
    root = tree(numbers, "cost_fen", *weeks(), EntryBreakdown()).root
    assert sum(each.contribution or 0 for each in root.parts) == root.contribution == 120
    with pytest.raises(NotAdditiveError):
        tree(numbers, "cost_fen", *weeks(), StaffBreakdown())
    some = Actor(ActorKind.STAFF, "1", frozenset({"metrics.read"}), Scope(unit_path="1.2."))
    seen = Numbers(numbers.database, numbers.columns, SHANGHAI, some)
    assert series(seen, "cost_fen", both).values == [None, None, None]


def test_new_and_old_business_come_to_the_whole(numbers: Numbers) -> None:
    found = tree(numbers, "paid_fen", *weeks(), TurnBreakdown())
    assert (found.root.before, found.root.after) == (0, 390)
    parts = {found.groups[each.key].key: each.contribution for each in found.root.parts}
    assert parts == {"first": 330, "later": 60}
    people = tree(numbers, "buyers", *weeks(), TurnBreakdown()).root
    assert [each.key for each in people.parts] == ["group:1", "group:2", "overlap"]  # 1 and 4 were both
    assert sum(each.contribution or 0 for each in people.parts) == people.contribution == 4
    with numbers.asking(weeks()) as question:
        metric = question.metric("buyers")
    said = people_of(metric, date(2026, 5, 25), date(2026, 5, 31), TurnBreakdown(), "first")
    assert said["kind"] == "moment"


def test_a_board_has_a_row_for_each_member_with_its_targets(numbers: Numbers) -> None:
    with numbers.database.begin() as work, numbers.asking(weeks()) as question:
        metric_id = question.ids["paid_fen"]
        where = {"dimension": "property:channel", "member": "a"}
        service.set_target(work, ACTOR, metric_id, "week", date(2026, 5, 25), 500, **where)
    found = board(numbers, "property:channel", ["paid_fen", "cost_fen", "roi"], "week", 2)
    assert found.days[-2:] == (date(2026, 5, 25), date(2026, 6, 1))
    told = {row.group.key or row.group.kind: [cell.values[-2] for cell in row.cells] for row in found.rows}
    assert told == {"a": [330, 60, 5.5], "b": [30, 0, None], "search": [0, 40, 0], "missing": [30, 20, 1.5]}
    assert [cell.values[-2] for cell in found.whole.cells] == [390, 120, pytest.approx(3.25)]
    assert found.rows[0].cells[0].targets[-2] == 500
    assert found.rows[1].cells[0].targets[-2] is None


def test_staff_are_shown_to_whom_they_belong(numbers: Numbers) -> None:
    found = board(numbers, "staff", ["paid_fen"], "week", 2)
    # Nobody of these numbers works here: whoever keeps customers and is not known is nobody's staff.
    assert [row.group.kind for row in found.rows] == ["missing"]


def test_a_rule_watches_every_member_and_its_alerts_are_posted(numbers: Numbers, clock: ManualClock) -> None:
    database = numbers.database
    with database.begin() as work, numbers.asking(weeks()) as question:
        metric_id = question.ids["paid_fen"]
        rule: AlertRule = service.create_rule(
            work, ACTOR, metric_id, "week", "below", 100, dimension="property:channel", post_url="https://robot.example"
        )
        one = service.create_rule(
            work, ACTOR, metric_id, "week", "below", 100, dimension="property:channel", member="a"
        )
    clock.advance(timedelta(days=7))
    assert watch_metrics(database, numbers.columns, SHANGHAI, ACTOR) == 2
    assert watch_metrics(database, numbers.columns, SHANGHAI, ACTOR) == 0
    with database.read() as reading:
        alerts = service.list_alerts(reading, ACTOR, PageRequest(size=9)).rows
    assert sorted((each.rule_id, each.member, each.value) for each in alerts) == [
        (rule.rule_id, "a", 0),
        (rule.rule_id, "b", 0),
        (one.rule_id, "a", 0),
    ]
    posts: list[tuple[str, str, Any]] = []

    class Outside:
        def post(self, url: str, key: str, document: Any) -> Any:
            posts.append((url, key, document["member"]))
            return POSTED

    assert post_alerts(database, Outside(), ACTOR) == 2
    assert post_alerts(database, Outside(), ACTOR) == 0
    assert [(url, member) for url, _, member in posts] == [
        ("https://robot.example", "a"),
        ("https://robot.example", "b"),
    ]
    assert len({key for _, key, _ in posts}) == 2


def test_what_was_spent_stands_beside_the_channels_and_adds_up() -> None:
    day = date(2026, 5, 1)
    spent = [Spent(day, channel, "", "", fen) for channel, fen in (("a", 5), ("b", 7), ("", 2), ("a", 1))]
    a, b, missing, other = Group("value", "a"), Group("value", "b"), Group("missing"), Group("other")
    assert spent_on([a], spent, "channel") == {a: 6, b: 7, missing: 2}
    assert spent_on([a, other], spent, "channel") == {a: 6, other: 7, missing: 2}
    assert spent_on([a], spent, "campaign") == {a: 0, missing: 15}
