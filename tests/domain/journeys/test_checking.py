"""What may be wrong with a journey: all of it told at once, with the node and the place."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siyu.domain.definitions.contracts import InvalidDefinitionError
from siyu.domain.journeys import graph
from siyu.domain.journeys.checking import faults_in, warnings_in
from siyu.domain.journeys.compiling import compiled
from siyu.domain.journeys.document import JourneyDefinition
from siyu.domain.journeys.document_nodes import JourneyNode, WaitEventNode, WaitNode, WaitUntilNode, node_edges
from siyu.domain.journeys.faults import FAULTS, refusal
from siyu.domain.journeys.parsing import document_of, parse_definition, read_definition
from siyu.domain.journeys.plan import TaskPlan, dump_plan, edges_of, load_plan
from tests.domain.journeys.documents import (
    DAY,
    END,
    branch,
    documents,
    entering,
    journey,
    message,
    split,
    tag,
    task,
    wait,
    wait_event,
    wait_until,
)

SIMPLE = journey(wait("rest", name="先等等"), message("hello"))


def told(document: Mapping[str, Any]) -> set[tuple[str | None, str]]:
    """(node, path) of all faults, of the shape or of what is said."""
    found = read_definition(document)
    faults = found if isinstance(found, list) else faults_in(found)
    assert all(fault.reason and fault.reason_zh for fault in faults)
    return {(fault.node, fault.path) for fault in faults}


def test_a_journey_that_is_in_order_has_no_fault() -> None:
    assert told(SIMPLE) == set()
    assert document_of(parse_definition(SIMPLE)) == SIMPLE


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"triggers": []}, {(None, "triggers")}),
        ({"nodes": []}, {(None, "nodes")}),
        ({"nodes": [wait(f"n{n}") for n in range(101)]}, {(None, "nodes")}),
        ({"triggers": [{"kind": "full_moon"}]}, {(None, "triggers.0.kind")}),
        ({"triggers": [{"kind": "event", "event": {"event": ""}}]}, {(None, "triggers.0.event.event")}),
        ({"triggers": [entering("7")]}, {(None, "triggers.0.segment_id")}),  # type: ignore[arg-type]  # a fault
        ({"nodes": [{"kind": "fly", "key": "a"}, 7]}, {("a", "nodes.0.kind"), (None, "nodes.1")}),
        (
            {"nodes": [wait("A", 0), wait_until("rest", "9:00"), task("t", to={"boss": 1})]},
            {("A", "nodes.0.key"), ("A", "nodes.0.minutes"), ("rest", "nodes.1.at"), ("t", "nodes.2.to")},
        ),
        ({"nodes": [{**wait("rest"), "colour": "red"}]}, {("rest", "nodes.0.colour")}),
        ({"layout": {"rest": [1]}}, {(None, "layout.rest.1")}),
        ({"start": "nowhere"}, {(None, "start")}),
        ({"nodes": [wait("rest", next="gone")]}, {("rest", "nodes.0.next")}),
        ({"nodes": [wait("rest"), wait("rest")]}, {("rest", "nodes.1.key")}),
        ({"nodes": [wait("rest"), wait("alone")]}, {("alone", "nodes.1")}),
        ({"hold_out": 51, "priority": 10}, {(None, "hold_out"), (None, "priority")}),
        ({"goals": [{"key": "g", "name": "下单", "within_days": 3}]}, {(None, "goals.0.event")}),
        ({"lane": " "}, {(None, "lane")}),
        ({"targets": {"all": True}}, {(None, "targets")}),
    ],
)
def test_faults_of_the_whole(change: dict[str, Any], expected: set[tuple[str | None, str]]) -> None:
    assert told({**SIMPLE, **change}) == expected


@pytest.mark.parametrize(
    ("node", "paths"),
    [
        (message("m", body="你好 {{ name"), {"nodes.0.body"}),
        (message("m", link_url="ftp://x"), {"nodes.0.link_url"}),
        (message("m", fallbacks=["sms", "sms"]), {"nodes.0.fallbacks.1"}),
        (message("m", experiment_id=3), {"nodes.0.experiment_id"}),
        (message("m", experiment_id=3, variants=[{"arm": "a", "title": "x", "body": "}}"}] * 2), {
            "nodes.0.variants.1.arm", "nodes.0.variants.0.body", "nodes.0.variants.1.body"
        }),
        (task("t", script="{{"), {"nodes.0.script"}),
        ({"kind": "tag", "key": "t"}, {"nodes.0.add"}),
        (tag("t", 1, 2, remove=[2]), {"nodes.0.remove.0"}),
        ({"kind": "attribute", "key": "a", "attribute": "手机号", "value": "1"}, {"nodes.0.attribute"}),
        ({"kind": "coupon", "key": "c", "pool_id": 1, "attribute": "a.b"}, {"nodes.0.attribute"}),
        ({"kind": "webhook", "key": "w", "endpoint_id": 1, "fields": {"x": "}}"}}, {"nodes.0.fields.x"}),
        (branch("b", {"gold": END}) | {"ways": [branch("x", {"a": END})["ways"][0]] * 2}, {"nodes.0.ways.1.key"}),
        ({"kind": "group_message", "key": "g", "title": "x", "body": "y"}, {"nodes.0.kind"}),
        (wait_event("e", "order.completed` x"), set()),
    ],
)  # fmt: skip
def test_faults_of_a_node(node: dict[str, Any], paths: set[str]) -> None:
    document = {"triggers": [{"kind": "by_hand"}], "nodes": [node], "start": node["key"]}
    assert told(document) == {(node["key"], path) for path in paths}


def test_a_journey_about_groups_has_what_groups_can_have() -> None:
    post = {"kind": "group_message", "key": "post", "title": "早", "body": "今天上新"}
    daily = {"kind": "schedule", "at": "09:00", "starts_on": "2026-03-01"}
    fine = {"triggers": [daily], "nodes": [post], "start": "post", "subject": "group", "targets": {"all": True}}
    assert told(fine) == set()
    assert told({**fine, "targets": None}) == {(None, "targets")}
    assert told({**fine, "targets": {"all": True, "staff_ids": [1]}}) == {(None, "targets.staff_ids")}
    assert told({**fine, "lane": "main", "nodes": [message("post")]}) == {(None, "lane"), ("post", "nodes.0.kind")}
    made = {"kind": "date", "attribute": "created_on", "at": "09:00", "days": 3}
    onward = {"kind": "journey", "key": "post", "journey_id": 7}
    assert told({**fine, "triggers": [made], "nodes": [onward]}) == set()
    assert told({**fine, "triggers": [made], "targets": None}) == {(None, "targets")}
    assert told({**fine, "triggers": [{**made, "attribute": "birthday"}]}) == {(None, "triggers.0.attribute")}
    wrong_days = {**daily, "ends_on": "2026-02-01"}
    assert told({**fine, "triggers": [wrong_days, entering(1)]}) == {
        (None, "triggers.0.ends_on"),
        (None, "triggers.1.kind"),
    }
    assert told({**SIMPLE, "triggers": [{**daily, "starts_on": "2026-02-30"}]}) == {
        (None, "triggers.0.starts_on"),
        (None, "triggers.0.segment_id"),
    }


def test_what_goes_round_has_to_rest() -> None:
    assert told(journey(tag("a"), tag("b", next="a"))) == {("a", "nodes.0")}
    assert told(journey(tag("a"), wait("b", 59, next="a"))) == {("a", "nodes.0")}
    assert told(journey(tag("a"), wait("b", 60, next="a"))) == set()
    assert told(journey(tag("a"), wait_until("b", day=3, next="a"))) == {("a", "nodes.0")}
    assert told(journey(tag("a"), wait_until("b", next="a"))) == set()
    assert told(journey(tag("a"), task("b", next="a"))) == {("a", "nodes.0")}
    assert told(journey(tag("a"), task("b", wait=True, next="a"))) == set()
    first = faults_in(parse_definition(journey(tag("x"), tag("a", name="甲"), tag("b", name="乙", next="a"))))
    assert "甲 → 乙 → 甲" in first[0].reason_zh


def test_nobody_gets_too_many_messages() -> None:
    many = [message(f"m{n}") for n in range(21)]
    assert told(journey(*many[:20])) == set()
    assert told(journey(*many)) == {("m20", "nodes.20")}
    assert told(journey(message("m"), wait("w", 18 * DAY, next="m"))) == {("m", "nodes.0")}
    assert told(journey(message("m"), wait("w", 19 * DAY, next="m"))) == set()
    assert told(journey(wait_event("e"), message("m", next="e"))) == {("m", "nodes.1")}
    either = split("s", {"a": "m0", "b": "m10"})
    assert told(journey(either, *(m if m["key"] != "m9" else {**m, "next": END} for m in many[:20]))) == set()


def test_messages_beyond_the_cap_of_a_day_are_a_warning() -> None:
    three = journey(message("a"), wait("w", 60), message("b"), message("c"), wait_until("day"), message("d"))
    assert [(fault.node, fault.is_warning) for fault in warnings_in(parse_definition(three), 2)] == [("a", True)]
    assert warnings_in(parse_definition(three), 3) == []
    assert warnings_in(parse_definition(three), None) == []


def test_the_error_names_the_node_and_tells_everything() -> None:
    broken = {**SIMPLE, "nodes": [{**SIMPLE["nodes"][0], "next": "gone"}, SIMPLE["nodes"][1]]}
    definition = parse_definition(broken)
    fields: Mapping[str, Any] = refusal(faults_in(definition), {"rest": "先等等"}).fields
    assert (fields["node"], fields["path"]) == ("rest", "nodes.0.next")
    assert fields["reason_zh"].startswith("“先等等”：")
    assert [each["path"] for each in fields["faults"]] == ["nodes.0.next"]
    with pytest.raises(InvalidDefinitionError) as raised:
        parse_definition({})
    told_of: Mapping[str, Any] = raised.value.fields
    assert {each["path"] for each in told_of["faults"]} == {"triggers", "nodes", "start"}
    assert all(len(reasons) == 2 and all(reasons) for reasons in FAULTS.reasons.values())


def test_what_is_chosen_from_a_list_is_not_asked_for_as_a_number() -> None:
    with pytest.raises(InvalidDefinitionError) as raised:
        parse_definition(journey({"kind": "coupon", "key": "c", "pool_id": 0}))
    fields: Mapping[str, Any] = raised.value.fields
    (told_of,) = fields["faults"]
    assert (told_of["path"], told_of["reason_zh"]) == ("nodes.0.pool_id", "请从列表里选一个。")


@given(documents())
@settings(max_examples=25, deadline=None)
def test_what_is_accepted_can_be_compiled(document: dict[str, Any]) -> None:
    definition = parse_definition(document)
    assert document_of(definition) == document
    ways = [(node.key, way.key) for node in definition.nodes if node.kind == "branch" for way in node.ways]
    plan, contents = compiled(definition, {way: n for n, way in enumerate(ways)}, {})
    assert load_plan(dump_plan(plan)) == plan
    assert [node.key for node in plan.places] == [node.key for node in definition.nodes]
    keys = {n: node.key for n, node in enumerate(definition.nodes)}
    for node, place in zip(definition.nodes, plan.places, strict=True):
        assert [None if to is None else keys[to] for to in edges_of(place)] == [edge for _, edge in node_edges(node)]
    assert set(contents) == {n for n, node in enumerate(definition.nodes) if node.kind == "message"}


def test_invitations_posts_and_moments_say_what_they_say() -> None:
    invite = {"kind": "group_invite", "code_id": 5, "title": "进群", "body": "来坐坐"}
    asked = journey({**invite, "key": "a"}, {**invite, "key": "b", "by": "task"})
    plan, contents = compiled(parse_definition(asked), {}, {5: "https://siyu.example/h5/c/x"})
    assert [node.kind for node in plan.places] == ["message", "task"]
    assert contents[0].link_url == "https://siyu.example/h5/c/x"
    assert isinstance(plan.places[1], TaskPlan)
    assert plan.places[1].script == "来坐坐\nhttps://siyu.example/h5/c/x"
    long = "春茶上新" * 40
    posts = [
        {"kind": "group_message", "key": "p", "title": "早", "body": "上新"},
        {"kind": "moment", "key": "m", "body": long},
    ]
    _, contents = compiled(parse_definition(journey(*posts)), {}, {})
    assert [contents[n].body for n in (0, 1)] == ["上新", long]
    assert contents[1].title == long[:60]


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_circles_and_counts_are_those_of_every_way_walked(seed: int) -> None:
    """Any graph, in order or not, against a plain walk along all ways."""
    definition = parse_definition(_any_graph(Random(seed)))
    walks = _Walks(definition)
    assert graph.reachable(definition) == walks.reached
    circles = graph.restless_circles(definition)
    assert bool(circles) == walks.has_restless_circle
    edges = {node.key: {edge for _, edge in node_edges(node)} for node in definition.nodes}
    for circle in circles:
        assert all(b in edges[a] for a, b in zip(circle, [*circle[1:], circle[0]], strict=True))
    if not circles:
        assert (graph.too_many_messages(definition) is not None) == walks.has_too_many_messages


class _Walks:
    """All ways through a small graph, walked one by one."""

    def __init__(self, definition: JourneyDefinition) -> None:
        self.nodes = {node.key: node for node in definition.nodes}
        self.reached: set[str] = set()
        self._reach(definition.start)
        self.has_restless_circle = any(self._comes_back(key, key, frozenset()) for key in self.nodes)
        self.has_too_many_messages = not self.has_restless_circle and self._crowds(definition.start)

    def _reach(self, key: str | None) -> None:
        if key is not None and key not in self.reached:
            self.reached.add(key)
            for _, edge in node_edges(self.nodes[key]):
                self._reach(edge)

    def _comes_back(self, start: str, key: str, passed: frozenset[str]) -> bool:
        if _rests(self.nodes[key]):
            return False
        return any(
            edge == start or (edge is not None and edge not in passed and self._comes_back(start, edge, passed | {key}))
            for _, edge in node_edges(self.nodes[key])
        )

    def _crowds(self, start: str) -> bool:
        """Whether any way within a year comes to 21 messages; ways that come to a place no earlier and with no more are left."""
        seen: set[tuple[str, int, int]] = set()
        waiting = [(start, 0, 0)]
        while waiting:
            key, minute, count = waiting.pop()
            if minute > 366 * DAY or (key, minute, count) in seen:
                continue
            seen.add((key, minute, count))
            node = self.nodes[key]
            count += node.kind == "message"
            if count > 20:
                return True
            for place, edge in node_edges(node):
                if edge is not None:
                    waiting.append((edge, _left_at(node, place, minute), count))
        return False


def _rests(node: JourneyNode) -> bool:
    match node:
        case WaitNode(minutes=minutes) | WaitEventNode(timeout_minutes=minutes):
            return minutes >= 60
        case WaitUntilNode():
            return node.day is None
        case _:
            return False


def _left_at(node: JourneyNode, place: str, minute: int) -> int:
    match node:
        case WaitNode():
            return minute + node.minutes
        case WaitEventNode() if place == "on_timeout":
            return minute + node.timeout_minutes
        case WaitUntilNode(day=None):
            return next(each for each in range(minute + 1, minute + DAY + 1) if each % DAY == 9 * 60)
        case WaitUntilNode(day=int(day)):
            return max(minute, day * DAY + 9 * 60)
        case _:
            return minute


def _any_graph(chance: Random) -> dict[str, Any]:
    """Edges lead anywhere."""
    keys = [f"n{n}" for n in range(chance.randint(1, 5))]

    def edge() -> str | None:
        return chance.choice([*keys, END])

    def node(key: str) -> dict[str, Any]:
        made = chance.choice(
            (
                wait(key, chance.choice((30, 20 * DAY, 40 * DAY, 90 * DAY)), next=edge()),
                wait_until(key, "09:00", chance.choice((None, 5)), next=edge()),
                wait_event(key, timeout_minutes=chance.choice((30, 30 * DAY)), next=edge(), on_timeout=edge()),
                message(key, next=edge()),
                message(key, next=edge()),
                split(key, {"a": edge(), "b": edge()}),
                tag(key, next=edge()),
            )
        )
        return dict(made)

    return journey(*(node(key) for key in keys))
