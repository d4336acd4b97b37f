"""Nodes that have others do something: a call to another system, a code of a pool, a customer handed over, a post of an account;
and what is kept of the ways that were gone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from siyu.domain.company.reading import staff_ids_below
from siyu.domain.company.service import ensure_first_admin
from siyu.domain.customers import reading as customers
from siyu.domain.hooks import service as hooks
from siyu.domain.journeys import reading as journeys_reading
from siyu.domain.journeys.contracts import (
    PASSAGES_KEPT_DAYS,
    CouponPlan,
    HandOverPlan,
    JourneyNumbers,
    JourneyPlan,
    MomentPlan,
    WaitPlan,
    WebhookPlan,
)
from siyu.domain.promotions import service as promotions
from siyu.domain.promotions.contracts import PoolTerms
from siyu.engines.orchestration.tidying import forget_paths
from siyu.kernel.clock import ManualClock
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Database
from tests.engines.orchestration.orchestrating import a_planned, move, numbers, requested
from tests.engines.orchestration.test_nodes import BY_HAND, let_in, message
from tests.engines.scenery import SIYU, some_customers


def test_the_last_code_is_given_and_who_gets_none_is_handed_over(database: Database) -> None:
    with database.begin() as work:
        called = hooks.create_endpoint(work, SIYU, "商城", "https://shop.example/hook", lambda _url: None)
        pool = promotions.create_pool(work, SIYU, PoolTerms("夏"))
        promotions.add_codes(work, SIYU, pool.pool_id, "SUMMER-1")
    who = some_customers(database, 2)
    nodes = (
        WebhookPlan("call", called.endpoint.endpoint_id, {"who": "{{ name|朋友 }}"}, 1),
        CouponPlan("give", pool.pool_id, "coupon_code", 2, 3),
        message("told"),
        HandOverPlan("hand", None, "没有券了", None),
    )
    journey = a_planned(database, JourneyPlan(nodes, 0, (BY_HAND,)))
    let_in(database, journey, who)
    move(database)
    with database.read() as reading:
        known = customers.attributes_of(reading, who)
        calls = reading.driver.execute("SELECT profile_id, kind FROM hooks.calls ORDER BY 1").fetchall()
        leads = reading.driver.execute("SELECT profile_id, staff_id FROM entries.leads").fetchall()
    assert calls == [(each, "journey") for each in who]
    (lucky,) = (each for each in who if known[each].get("coupon_code") == "SUMMER-1")
    (other,) = set(who) - {lucky}
    assert "coupon_code" not in known[other]
    assert requested(database) == [(lucky, 2)]
    assert leads == [(other, None)]
    assert numbers(database, journey) == JourneyNumbers(entered=2, completed=2)


def test_an_account_posts_a_moment(database: Database) -> None:
    with database.begin() as work:
        ensure_first_admin(work, "wang@example.com", "a long password 1", "晨曦茶饮")
        (wang,) = staff_ids_below(work, None)
    journey = a_planned(database, JourneyPlan((MomentPlan("post", None),), 0, (BY_HAND,), subject="account"))
    let_in(database, journey, [wang])
    move(database)
    with database.read() as reading:
        posts = reading.driver.execute("SELECT kind, subject_id, definition_id, step FROM sends.posts").fetchall()
    assert posts == [("moment", wang, journey, 0)]
    assert numbers(database, journey) == JourneyNumbers(entered=1, completed=1)


def test_by_what_nodes_they_came_is_forgotten_of_those_who_ended_long_ago(
    database: Database, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("siyu.engines.orchestration.tidying.FORGOTTEN_AT_ONCE", 1)

    def waiting(minutes: int) -> int:
        return a_planned(database, JourneyPlan((message("hello", 1), WaitPlan("rest", minutes, None)), 0, (BY_HAND,)))

    def path(journey: int) -> list[str]:
        with database.read() as reading:
            (entry,) = journeys_reading.list_entries(reading, SIYU, journey, PageRequest()).rows
            return [each.node for each in journeys_reading.path_of(reading, SIYU, journey, entry.entry_id)[1]]

    she = some_customers(database, 1)
    short, long = waiting(60), waiting(365 * 24 * 60)
    for journey in (short, long):
        let_in(database, journey, she)
    let_in(database, waiting(60), some_customers(database, 3)[1:])
    move(database)
    clock.advance(timedelta(hours=1))
    move(database)
    clock.advance(timedelta(days=PASSAGES_KEPT_DAYS))
    assert forget_paths(database) == 0
    assert path(short) == ["hello", "rest"]
    with database.begin() as work:  # they need not stand in the order in which they happened
        work.driver.execute(
            "UPDATE journeys.passages SET at = at - interval '1 second'"
            " WHERE entry_id <> (SELECT min(entry_id) FROM journeys.passages)"
        )
    clock.advance(timedelta(seconds=1))
    assert forget_paths(database) == 3  # one at a time, each from where the one before was
    assert path(short) == []
    assert path(long) == ["hello", "rest"]  # she walks it still
    assert numbers(database, short) == JourneyNumbers(entered=1, completed=1)
    with database.read() as reading:
        assert [each.passed for each in journeys_reading.node_numbers(reading, short, 1)] == [1, 1]
