"""Metrics are made, put in force and taken away; targets, rules and alerts hang on them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from siyu.domain.definitions.contracts import (
    DefinitionInUseError,
    DefinitionStatus,
    InvalidDefinitionError,
    StaleDefinitionError,
)
from siyu.domain.groups.contracts import GROUP_JOINED, GROUP_LEFT
from siyu.domain.metrics import reading as metrics
from siyu.domain.metrics import service
from siyu.domain.metrics.contracts import (
    BadDimensionError,
    BadTargetError,
    EventsMeasure,
    Finding,
    FormulaMeasure,
    MetricKeyTakenError,
    NorthStar,
    Posted,
    UnknownRuleError,
)
from siyu.domain.metrics.rules import parse_metric
from siyu.domain.metrics.words import EVENT_NOUNS
from siyu.engines.intake.contracts import OWN_EVENTS
from siyu.kernel.actors import Actor, ActorKind, Scope, system_actor
from siyu.kernel.clock import ManualClock
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Database, UnitOfWork
from siyu.world.population.camp import catalogue as camp
from siyu.world.population.tea import catalogue as tea

ACTOR = system_actor("test")


def counted(key: str, event: str = "order_paid", **more: Any) -> dict[str, Any]:
    of = {"kind": "events", "events": [{"event": event}], **more}
    unit = {"people": "people", "sum": "money_fen"}.get(str(of.get("measure")), "count")
    return {"key": key, "zh": key, "en": key, "of": of, "unit": unit}


def formula(key: str, text: str, unit: str = "ratio") -> dict[str, Any]:
    return {"key": key, "zh": key, "en": key, "of": {"kind": "formula", "text": text}, "unit": unit}


def live(work: UnitOfWork, document: dict[str, Any]) -> int:
    made = service.create_metric(work, ACTOR, document)
    return service.publish_metric(work, ACTOR, made.metric_id).metric_id


def test_a_metric_is_drafted_published_changed_and_taken_away(database: Database) -> None:
    with database.begin() as work:
        made = service.create_metric(work, ACTOR, counted("orders"))
        assert (made.status, made.metric, made.name) == (DefinitionStatus.DRAFT, None, "orders")
        published = service.publish_metric(work, ACTOR, made.metric_id)
        assert (published.status, published.version, published.draft) == (DefinitionStatus.LIVE, 1, None)
        changed = counted("orders", measure="people")
        saved = service.save_metric(work, ACTOR, made.metric_id, changed, revision=published.revision)
        assert saved.metric == published.metric
        assert saved.draft == parse_metric(changed)
        with pytest.raises(StaleDefinitionError):
            service.save_metric(work, ACTOR, made.metric_id, changed, revision=published.revision)
        with pytest.raises(InvalidDefinitionError) as refused:
            service.save_metric(work, ACTOR, made.metric_id, counted("others"))
        assert refused.value.fields["path"] == "key"
        with pytest.raises(MetricKeyTakenError):
            service.create_metric(work, ACTOR, counted("orders"))
        service.delete_metric(work, ACTOR, made.metric_id)
        assert live(work, counted("orders")) != made.metric_id
        assert [each.name for each in service.list_metrics(work, ACTOR, PageRequest(size=9)).rows] == ["orders"]


def test_formulas_refer_to_what_is_in_force_and_never_in_a_circle(database: Database) -> None:
    with database.begin() as work:
        orders = live(work, counted("orders"))
        live(work, counted("buyers", measure="people"))
        live(work, counted("paid", measure="sum", property="total_fen"))
        live(work, formula("each", "orders / buyers"))
        deep = live(work, formula("deeper", "each * 2"))
        for text, unit, path, word in (
            ("orders / nobody", "ratio", "of.text", "nobody"),
            ("orders + paid", "count", "of.text", "unit"),
            ("paid * paid", "money_fen", "of.text", "unit"),
            ("paid / buyers", "count", "unit", "money_fen"),
            ("orders /", "count", "of.text", "ends"),
            ("own + 1", "count", "of.text", "circle"),
        ):
            with pytest.raises(InvalidDefinitionError, match=word) as refused:
                service.understand(work, ACTOR, formula("own", text, unit))
            assert refused.value.fields["path"] == path
            assert refused.value.fields["reason_zh"]
        with pytest.raises(InvalidDefinitionError, match="circle"):
            service.save_metric(work, ACTOR, orders, formula("orders", "deeper * 1"))
        with pytest.raises(DefinitionInUseError):
            service.delete_metric(work, ACTOR, orders)
        service.save_metric(work, ACTOR, orders, counted("orders", measure="sum", property="total_fen"))
        with pytest.raises(InvalidDefinitionError):  # `each` would be money
            service.publish_metric(work, ACTOR, orders)
        service.delete_metric(work, ACTOR, deep)


def test_a_split_is_of_the_same_unit_and_of_no_formula(database: Database) -> None:
    with database.begin() as work:
        live(work, counted("buyers", measure="people"))
        service.understand(work, ACTOR, {**counted("orders"), "split": "buyers * 2"})
        for document in ({**formula("x", "buyers * 2"), "split": "buyers"}, {**counted("x"), "split": "buyers * y"}):
            with pytest.raises(InvalidDefinitionError) as refused:
                service.understand(work, ACTOR, document)
            assert refused.value.fields["path"] == "split"


def test_what_comes_along_is_installed_once_and_in_force(database: Database) -> None:
    with database.begin() as work:
        mine = live(work, counted("orders", event="order_completed"))
        made = service.install_shipped(work, ACTOR, "CNY")
        assert service.install_shipped(work, ACTOR, "CNY") == []
        found = metrics.live_metrics(work)
        assert set(found) == {each.key for each in metrics.shipped_metrics("CNY")}
        assert len(made) == len(found) - 1
        assert found["orders"].metric_id == mine
        told = metrics.sentences_of(
            work, [each.metric for each in found.values()], {k: v.metric for k, v in found.items()}
        )
        assert all(each.zh and each.en for each in told)
        assert told[list(found).index("revenue")].zh == "成交额 − 退款额。"


def test_each_metric_that_comes_along_counts_what_is_told() -> None:
    """By Siyu itself, or by the systems of the companies that are made up."""
    told = OWN_EVENTS | camp.EVENT_NAMES | tea.EVENT_NAMES | {GROUP_JOINED, GROUP_LEFT}
    of = {each.key: each.of for each in metrics.shipped_metrics("CNY")}
    events = {key: {match.event for match in m.events} for key, m in of.items() if isinstance(m, EventsMeasure)}
    assert [key for key, names in events.items() if not names & told] == []
    assert set().union(*events.values()) <= EVENT_NOUNS.keys()


def test_targets_and_the_north_star(database: Database) -> None:
    monday = date(2026, 6, 1)
    with database.begin() as work:
        orders = live(work, counted("orders"))
        service.set_north_star(work, ACTOR, NorthStar(orders, "week"))
        assert metrics.find_north_star(work) == NorthStar(orders, "week")
        told = service.set_targets(work, ACTOR, orders, "week", {monday: 5.0})
        assert [(each.starts_on, each.value) for each in told] == [(monday, 5.0)]
        service.set_targets(work, ACTOR, orders, "month", {monday: 9.0})
        assert len(service.set_targets(work, ACTOR, orders, "week", {})) == 1
        for grain, day, value in (("week", date(2026, 6, 2), 1.0), ("month", date(2026, 6, 2), 1.0)):
            with pytest.raises(BadTargetError):
                service.set_targets(work, ACTOR, orders, grain, {day: value})  # type: ignore[arg-type]  # both are grains
        with pytest.raises(BadTargetError):
            service.set_targets(work, ACTOR, orders, "day", {monday: float("nan")})
        with pytest.raises(BadTargetError):
            service.set_north_star(work, ACTOR, NorthStar(orders + 1, "week"))
        service.delete_metric(work, ACTOR, orders)
        assert metrics.find_north_star(work) is None


def test_a_rule_is_held_against_a_period_once_and_its_alert_is_acknowledged_by_somebody(database: Database) -> None:
    day = date(2026, 5, 31)
    with database.begin() as work:
        orders = live(work, counted("orders"))
        rule = service.create_rule(work, ACTOR, orders, "day", "below", 3)
        assert metrics.rules_waiting(work, {"day": day, "week": day, "month": day}) == [rule]
        assert service.record_check(work, ACTOR, rule, "orders", day, [Finding(1, None, is_alert=True)])
        assert not service.record_check(work, ACTOR, rule, "orders", day, [Finding(1, None, is_alert=True)])
        assert metrics.rules_waiting(work, {"day": day, "week": day, "month": day}) == []
        nothing = [Finding(None, None, is_alert=False)]
        assert service.record_check(work, ACTOR, rule, "orders", date(2026, 6, 1), nothing)
        alerts = service.list_alerts(work, ACTOR, PageRequest(size=9), is_open=True).rows
        assert [(each.value, each.starts_on, each.threshold) for each in alerts] == [(1, day, 3)]
        part = Actor(ActorKind.STAFF, "7", frozenset({"metrics.read", "dashboards.write"}), Scope("1.2."))
        assert service.list_alerts(work, part, PageRequest(size=9)).rows == []
        with pytest.raises(UnknownRuleError):
            service.acknowledge_alert(work, part, alerts[0].alert_id)
        seen = service.acknowledge_alert(work, ACTOR, alerts[0].alert_id)
        assert seen.acknowledged_by == "system:test"
        assert service.acknowledge_alert(work, ACTOR, alerts[0].alert_id) == seen
        audit = "SELECT count(*) FROM company.audit WHERE verb = 'metrics.acknowledge_alert'"
        assert work.driver.execute(audit).fetchone() == (1,)
        assert service.list_alerts(work, ACTOR, PageRequest(size=9), is_open=True).rows == []
        held = service.save_rule(work, ACTOR, rule.rule_id, "fell", 20, is_active=False)
        assert service.list_rules(work, ACTOR, orders) == [held]
        (told,) = service.list_alerts(work, ACTOR, PageRequest(size=9)).rows
        assert (told.trigger, told.threshold) == ("below", 3)  # what it was when it spoke
        assert replace(held, trigger="below", threshold=3, is_active=True) == rule
        for trigger, threshold in (("fell", 0), ("below", float("inf"))):
            with pytest.raises(BadTargetError):
                service.create_rule(work, ACTOR, orders, "day", trigger, threshold)  # type: ignore[arg-type]  # both are triggers
        service.delete_rule(work, ACTOR, rule.rule_id)
        with pytest.raises(UnknownRuleError):
            service.acknowledge_alert(work, ACTOR, alerts[0].alert_id)


def test_members_have_targets_rules_and_alerts_of_their_own_which_are_posted_once(
    database: Database, clock: ManualClock
) -> None:
    monday, day = date(2026, 5, 25), date(2026, 5, 31)
    with database.begin() as work:
        orders = live(work, counted("orders"))
        where = {"dimension": "property:channel", "member": "抖音"}
        service.set_target(work, ACTOR, orders, "week", monday, 7, **where)
        service.set_target(work, ACTOR, orders, "week", monday, 8, **where)
        (target,) = metrics.targets_of(work, [orders], "property:channel")
        assert (target.member, target.value) == ("抖音", 8)
        assert metrics.targets_of(work, [orders]) == []
        service.set_target(work, ACTOR, orders, "week", monday, None, **where)
        assert metrics.targets_of(work, [orders], "property:channel") == []
        for dimension in ("", "segments", "tag:x", "property:", "turn"):
            with pytest.raises(BadDimensionError):
                service.set_target(work, ACTOR, orders, "week", monday, 1, dimension=dimension, member="a")
        with pytest.raises(BadTargetError):
            service.create_rule(work, ACTOR, orders, "day", "below", 1, post_url="ftp://here")

        url = "https://robot.example/alerts"
        rule = service.create_rule(work, ACTOR, orders, "day", "below", 3, dimension="staff", post_url=url)
        found = [Finding(1, None, is_alert=True, member="4"), Finding(9, None, is_alert=False, member="5")]
        assert service.record_check(work, ACTOR, rule, "orders", day, found)
        assert not service.record_check(work, ACTOR, rule, "orders", day, found)
        (alert,) = service.list_alerts(work, ACTOR, PageRequest(size=9)).rows
        assert (alert.dimension, alert.member, alert.value, alert.posted_at) == ("staff", "4", 1, None)

        (post,) = service.claim_posts(work, ACTOR)
        assert (post.url, post.key, post.attempts, post.alert.alert_id) == (url, "orders", 1, alert.alert_id)
        assert service.claim_posts(work, ACTOR) == []  # somebody is at it
        service.record_posted(work, ACTOR, post, Posted(is_taken=False, is_final=False, told="http_503"))
        clock.advance(timedelta(minutes=2))
        (again,) = service.claim_posts(work, ACTOR)
        assert again.attempts == 2
        service.record_posted(work, ACTOR, again, Posted(is_taken=True, is_final=False, told="http_200"))
        clock.advance(timedelta(days=2))
        assert service.claim_posts(work, ACTOR) == []
        (told,) = service.list_alerts(work, ACTOR, PageRequest(size=9)).rows
        assert (told.post_told, told.posted_at is not None) == ("http_200", True)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"key": "Orders"}, "key"),
        ({"unit": "money_fen"}, "unit"),
        ({"zh": ""}, "zh"),
        ({"other": 1}, "other"),
        ({"of": {"kind": "events", "events": []}}, "of.events"),
        ({"of": {"kind": "events", "events": [{"event": "x"}], "measure": "sum"}}, "of.property"),
        ({"of": {"kind": "events", "events": [{"event": "x"}], "property": "y"}}, "of.property"),
        (
            {"of": {"kind": "events", "events": [{"event": "x"}], "measure": "sum", "property": "y", "over": "ever"}},
            "of.over",
        ),
        ({"of": {"kind": "events", "events": [{"event": "x"}], "at_least": 2}}, "of.at_least"),
        ({"of": {"kind": "events", "events": [{"event": "x"}], "measure": "people", "over": "rolling"}}, "of.days"),
        ({"of": {"kind": "events", "events": [{"event": "x"}], "measure": "people", "days": 3}}, "of.days"),
        ({"of": {"kind": "events", "events": [{"event": "x"}], "measure": "sum", "property": "phone"}}, "of.property"),
        ({"of": {"kind": "acts", "measure": "sum"}}, "of.measure"),
        ({"of": {"kind": "nothing"}}, "of.kind"),
        ({"of": {"kind": "formula", "text": "a +"}}, "of.text"),
    ],
)
def test_what_is_wrong_with_a_document_is_said_where_it_is(change: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidDefinitionError) as refused:
        parse_metric({**counted("orders"), **change})
    assert refused.value.fields["path"] == path
    assert refused.value.fields["reason_zh"]


def test_a_formula_is_kept_as_it_was_written() -> None:
    metric = parse_metric(formula("x", "a ÷ b"))
    assert metric.of == FormulaMeasure("a ÷ b")
