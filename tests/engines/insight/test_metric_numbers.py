"""Metrics by their names: over time, taken apart, watched; and they say what the home page and the segments say."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from siyu.domain.definitions.contracts import EventMatch, Filter
from siyu.domain.metrics import service
from siyu.domain.metrics.contracts import (
    ActsMeasure,
    AttributeBreakdown,
    EntryBreakdown,
    EventsMeasure,
    Metric,
    NoSuchPeopleError,
    NotAdditiveError,
    PropertyBreakdown,
    SegmentMeasure,
)
from siyu.domain.metrics.reading import Part, as_document
from siyu.domain.segments import service as segments
from siyu.domain.segments.reading import parse_definition
from siyu.engines.audience.evaluate import preview
from siyu.engines.audience.sets import StoredSets
from siyu.engines.insight.metric_alerts import watch_metrics
from siyu.engines.insight.metric_people import people_of
from siyu.engines.insight.metric_series import glances, series
from siyu.engines.insight.metric_spans import Span
from siyu.engines.insight.metric_trees import tree
from siyu.engines.insight.metric_values import Numbers
from siyu.engines.insight.summary import summary
from siyu.engines.insight.terms.periods import between, day_start_ms
from siyu.kernel.actors import Scope, system_actor
from siyu.kernel.clock import ManualClock
from siyu.kernel.paging import PageRequest
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database
from tests.engines.audience.histories import NOON, Happening, History, Person, put

SHANGHAI = ZoneInfo("Asia/Shanghai")
ACTOR = system_actor("test")
DAY = timedelta(days=1)
PAID, SEEN = "order_paid", "page_viewed"


def paid(who: int, at: datetime, fen: int, currency: str = "CNY") -> Happening:
    return Happening(PAID, who, at, {"total_fen": fen, "currency": currency, "shop": "a" if fen % 2 else "b"}, "orders")


def a_history() -> History:
    """Two months of a small shop; 7 is 2 now."""
    people = [
        Person(n, {"city": "上海" if n < 4 else "北京"}, entry_channel="wecom" if n % 2 else "h5") for n in range(1, 7)
    ]
    done = [Happening("profile_created", n, NOON - (5 * n + 3) * DAY, {}, "customers") for n in range(1, 8)]
    for n in range(60):
        who = 1 + n * n % 7
        done.append(Happening(SEEN, who, NOON - n * DAY, {}, "web"))
        if n % 3 == 0:
            done.append(paid(who, NOON - n * DAY - timedelta(hours=n % 24), 100 + n, "USD" if n == 30 else "CNY"))
        if n % 13 == 0:
            done.append(
                Happening("order_refunded", who, NOON - n * DAY, {"total_fen": 20, "currency": "CNY"}, "orders")
            )
    return History(people, done, {7: 2})


@pytest.fixture
def numbers(database: Database, columns: Columns) -> Numbers:
    put(columns, a_history())
    with database.begin() as work:
        service.install_shipped(work, ACTOR, "CNY")
    return Numbers(database, columns, SHANGHAI, ACTOR)


def test_the_home_page_says_the_same(numbers: Numbers) -> None:
    with numbers.database.begin() as work:
        of = EventsMeasure((EventMatch("profile_created"),), "people", turn="first", over="rolling", days=30)
        made = service.create_metric(work, ACTOR, as_document(Metric("new_30d", "新", "New", of, "people")))
        service.publish_metric(work, ACTOR, made.metric_id)
    home = summary(numbers.columns, NOON, SHANGHAI, Scope(), currency="CNY")
    now = {row.metric.key: row.values[-1] for row in glances(numbers, "day", 2).rows}
    assert now["customers"] == home.customers
    assert now["new_30d"] == home.new_customers_30d
    assert now["active_30d"] == home.active_30d
    assert now["buyers_ever"] == home.buyers
    assert now["repeat_buyers"] == home.repeat_buyers
    assert now["repeat_rate"] == home.repeat_rate
    months = between(date(2026, 3, 1), date(2026, 6, 1), "month", NOON, SHANGHAI)
    told = {key: series(numbers, key, months).values for key in ("orders", "buyers", "revenue")}
    shown = {month.month: (month.orders, month.buyers, month.revenue_fen) for month in home.revenue_by_month}
    for n, day in enumerate(months.days):
        assert (told["orders"][n], told["buyers"][n], told["revenue"][n]) == shown.get(f"{day:%Y-%m}", (0, 0, 0))
    assert sum(value or 0 for value in told["orders"]) == home.orders
    assert sum(value or 0 for value in told["revenue"]) == home.revenue_fen


def test_a_series_marks_what_is_not_over_compares_and_is_broken_down(numbers: Numbers) -> None:
    periods = between(date(2026, 5, 18), date(2026, 6, 3), "week", NOON, SHANGHAI)
    found = series(numbers, "paid_fen", periods, breakdown=EntryBreakdown(), compares=True)
    assert found.days == (date(2026, 5, 18), date(2026, 5, 25), date(2026, 6, 1))
    assert found.is_partial
    assert len(found.values) == len(found.before or ()) == 3
    earlier = series(numbers, "paid_fen", between(date(2026, 4, 27), date(2026, 5, 17), "week", NOON, SHANGHAI))
    assert found.before == earlier.values
    assert not earlier.is_partial
    assert {line.group.key for line in found.lines} == {"wecom", "h5"}
    assert [sum(values) for values in zip(*(line.values for line in found.lines), strict=True)] == found.values
    days = between(date(2026, 5, 25), date(2026, 6, 1), "day", NOON, SHANGHAI)
    tickets = series(numbers, "ticket", days).values
    orders = series(numbers, "orders", days).values
    assert [value is None for value in tickets] == [value == 0 for value in orders]


def spans() -> tuple[Span, Span]:
    may, june = day_start_ms(date(2026, 5, 1), SHANGHAI), day_start_ms(date(2026, 6, 1), SHANGHAI)
    return Span(day_start_ms(date(2026, 4, 1), SHANGHAI), may), Span(may, june)


def flat(part: Part) -> dict[str, Part]:
    return {part.key: part} | {key: each for one in part.parts for key, each in flat(one).items()}


def test_a_change_is_taken_apart_by_formulas_and_by_groups(numbers: Numbers) -> None:
    found = tree(numbers, "revenue", *spans())
    parts = flat(found.root)
    assert set(parts) == {
        "revenue", "paid_fen", "refunded_fen", "buyers", "orders_per_buyer", "ticket", "orders", "paid_fen:split", "rest",
    }  # fmt: skip
    root = found.root
    assert root.contribution == root.change
    assert [each.key for each in root.parts] == ["paid_fen", "refunded_fen"]
    for part in parts.values():
        if part.parts and part.contribution is not None:
            assert sum(each.contribution or 0 for each in part.parts) == pytest.approx(part.contribution)
    by_city = tree(numbers, "revenue", *spans(), AttributeBreakdown("city"))
    assert sum(each.contribution or 0 for each in by_city.root.parts) == by_city.root.change
    assert {by_city.groups[each.key].key for each in by_city.root.parts} == {"上海", "北京"}
    by_shop = tree(numbers, "buyers", *spans(), PropertyBreakdown("shop"))
    assert [each.key for each in by_shop.root.parts][-1] == "overlap"
    assert sum(each.contribution or 0 for each in by_shop.root.parts) == by_shop.root.change
    turnover = tree(numbers, "turnover", *spans()).root
    assert [each.key for each in turnover.parts] == ["first_paid_fen", "later_paid_fen"]
    assert all(isinstance(each.contribution, int) for each in turnover.parts)
    with pytest.raises(NotAdditiveError):
        tree(numbers, "repeat_rate", *spans(), EntryBreakdown())


def test_a_number_leads_to_the_people_that_it_counts(numbers: Numbers) -> None:
    first, last = date(2026, 5, 4), date(2026, 5, 24)
    span = Span(day_start_ms(first, SHANGHAI), day_start_ms(date(2026, 5, 25), SHANGHAI))
    where = (Filter("currency", "is", "CNY"),)
    measures = [
        EventsMeasure((EventMatch(PAID),), "people"),
        EventsMeasure((EventMatch(PAID, where), EventMatch("order_refunded")), "people"),
        EventsMeasure((EventMatch(PAID),), "people", turn="first"),
        EventsMeasure((EventMatch(PAID),), "people", at_least=2, over="ever"),
        EventsMeasure((EventMatch(PAID),), "people", over="rolling", days=40),
    ]
    acts = ActsMeasure(over="rolling", days=40)
    everything: list[EventsMeasure | ActsMeasure] = [*measures, acts]
    keys = [f"m{n}" for n in range(len(everything))]
    with numbers.database.begin() as work:
        for key, of in zip(keys, everything, strict=True):
            made = service.create_metric(work, ACTOR, as_document(Metric(key, key, key, of, "people")))
            service.publish_metric(work, ACTOR, made.metric_id)
    with numbers.asking([span]) as question:
        for key in (keys[-1], "active"):
            assert counted(numbers, people_of(question.metric(key), first, last)) == question.values(key)[0]
        for key, of in zip(keys, measures, strict=False):
            metric = question.metric(key)
            assert counted(numbers, people_of(metric, first, last)) == question.values(key)[0]
            for breakdown in (EntryBreakdown(), AttributeBreakdown("city"), PropertyBreakdown("shop")):
                if isinstance(breakdown, PropertyBreakdown) and (of.turn == "first" or len(of.events) > 1):
                    continue
                with question.broken_down(breakdown, [key]) as parts:
                    assert parts.groups is not None
                    for slot in parts.groups_found(key):
                        document = people_of(metric, first, last, breakdown, parts.groups.group(slot).key)
                        assert counted(numbers, document) == parts.values(key, slot)[0]
        for key in ("repeat_rate", "later_paid_fen"):
            with pytest.raises(NoSuchPeopleError):
                people_of(question.metric(key), first, last)


def counted(numbers: Numbers, document: dict[str, Any]) -> int:
    condition = parse_definition(document)
    sets = StoredSets(numbers.database)
    return preview(numbers.columns, condition, NOON, Scope(), zone=SHANGHAI, sets=sets).count


def test_a_segment_is_a_metric_as_far_as_its_size_is_known(numbers: Numbers) -> None:
    document = {"kind": "event", "event": PAID, "operator": "at_least", "value": 1}
    with numbers.database.begin() as work:
        segment = segments.create(work, ACTOR, "买过", document)
        segments.publish(work, ACTOR, segment.segment_id)
        metric = Metric("size", "人数", "Size", SegmentMeasure(segment.segment_id), "people")
        made = service.create_metric(work, ACTOR, as_document(metric))
        service.publish_metric(work, ACTOR, made.metric_id)
        work.driver.execute(
            "INSERT INTO segments.sizes (segment_id, hour, size, entered, exited) VALUES (%s, %s, 4, 4, 0)",
            (segment.segment_id, NOON - DAY),
        )
    periods = between(date(2026, 5, 30), date(2026, 6, 1), "day", NOON, SHANGHAI)
    assert series(numbers, "size", periods).values == [None, 4, 4]


def test_rules_are_held_against_the_day_that_ended_once(numbers: Numbers, clock: ManualClock) -> None:
    database = numbers.database
    with database.begin() as work:
        ids = {each.shown.key: each.metric_id for each in service.list_metrics(work, ACTOR, PageRequest(size=99)).rows}
        rules = {
            "orders": service.create_rule(work, ACTOR, ids["orders"], "day", "below", 2),
            "visitors": service.create_rule(work, ACTOR, ids["visitors"], "day", "changed", 50),
            "ticket": service.create_rule(work, ACTOR, ids["ticket"], "day", "above", 1),
            "buyers": service.create_rule(work, ACTOR, ids["buyers"], "week", "below_target", 100),
        }
        service.set_targets(work, ACTOR, ids["buyers"], "week", {date(2026, 6, 1): 5})

    def watch() -> int:
        return watch_metrics(database, numbers.columns, SHANGHAI, ACTOR)

    assert watch() == 0  # nothing ended since they were made
    clock.advance(timedelta(hours=12, minutes=1))
    behind = timedelta(minutes=2)
    assert (
        watch_metrics(database, numbers.columns, SHANGHAI, ACTOR, lag=behind) == 0
    )  # its last events may be on their way
    assert watch() == 3
    assert watch() == 0
    with database.read() as reading:
        alerts = {each.rule_id: each for each in service.list_alerts(reading, ACTOR, PageRequest(size=9)).rows}
    assert set(alerts) == {rules["orders"].rule_id, rules["ticket"].rule_id}
    below = alerts[rules["orders"].rule_id]
    assert (below.starts_on, below.value, below.usual) == (date(2026, 6, 1), 1, None)
    clock.advance(timedelta(days=7))
    assert watch() == 4
    with database.read() as reading:
        newest = service.list_alerts(reading, ACTOR, PageRequest(size=9)).rows
    found = {each.rule_id: each for each in newest if each.alert_id not in {old.alert_id for old in alerts.values()}}
    assert (found[rules["buyers"].rule_id].value, found[rules["buyers"].rule_id].usual) == (1, 5)
    changed = found[rules["visitors"].rule_id]
    assert (changed.value, changed.usual) == (0, 1)
