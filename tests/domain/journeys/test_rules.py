"""Which documents make a journey."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siyu.domain.content.contracts import MessageContent
from siyu.domain.definitions.contracts import InvalidDefinitionError
from siyu.domain.journeys import rules
from siyu.domain.journeys.contracts import (
    JourneyDefinition,
    SegmentEnteredTrigger,
    SendPlan,
    SendStep,
    WaitPlan,
    WaitStep,
)

SEND = {"kind": "send", "channel": "webhook", "title": "你好", "body": "{{ name|朋友 }}，看看这个", "link_url": None}
WAIT = {"kind": "wait", "minutes": 60}
TEXT = {"arm": "new", "title": "新", "body": "新文"}
VARIED = {**SEND, "experiment_id": 3, "variants": [TEXT]}


def split(*steps: object, **changed: object) -> dict[str, Any]:
    arms = [{"key": "a", "name": "一", "steps": list(steps)}, {"key": "b", "name": "二"}]
    return {"kind": "split", "arms": arms, **changed}


DOCUMENT: dict[str, Any] = {
    "trigger": {"kind": "segment_entered", "segment_id": 7},
    "steps": [WAIT, SEND],
    "re_entry": "after_exit",
    "exit_on_leave": True,
}


def with_steps(*steps: object) -> dict[str, Any]:
    return {**DOCUMENT, "steps": list(steps)}


def test_a_document_becomes_a_definition() -> None:
    assert rules.parse_definition(DOCUMENT) == JourneyDefinition(
        trigger=SegmentEnteredTrigger(7, include_members=True),
        steps=(WaitStep(60), SendStep("webhook", "你好", "{{ name|朋友 }}，看看这个", None)),
        re_entry="after_exit",
        exit_on_leave=True,
    )


@pytest.mark.parametrize(
    ("document", "path"),
    [
        (None, ""),
        ([], ""),
        ({}, "trigger"),
        ({**DOCUMENT, "colour": "red"}, "colour"),
        ({**DOCUMENT, "trigger": {"kind": "birthday"}}, "trigger.segment_id"),
        ({**DOCUMENT, "trigger": {"kind": "segment_entered", "segment_id": "7"}}, "trigger.segment_id"),
        ({**DOCUMENT, "trigger": {"kind": "segment_entered", "segment_id": True}}, "trigger.segment_id"),
        ({**DOCUMENT, "steps": []}, "steps"),
        ({**DOCUMENT, "steps": [WAIT] * 51}, "steps"),
        ({**DOCUMENT, "re_entry": "always"}, "re_entry"),
        ({**DOCUMENT, "exit_on_leave": "yes"}, "exit_on_leave"),
        (with_steps(WAIT, {"kind": "jump"}), "steps.1"),
        (with_steps(WAIT, {}), "steps.1"),
        (with_steps({**WAIT, "minutes": 0}), "steps.0.minutes"),
        (with_steps({**WAIT, "minutes": 1.5}), "steps.0.minutes"),
        (with_steps({**WAIT, "minutes": 10**9}), "steps.0.minutes"),
        (with_steps({"kind": "wait"}), "steps.0.minutes"),
        (with_steps({**WAIT, "wait": 1}), "steps.0.wait"),
        (with_steps({**SEND, "channel": "Web Hook"}), "steps.0.channel"),
        (with_steps({**SEND, "title": ""}), "steps.0.title"),
        (with_steps({**SEND, "title": "长" * 201}), "steps.0.title"),
        (with_steps(WAIT, {**SEND, "body": "你好 {{ name"}), "steps.1.body"),
        (with_steps({**SEND, "title": "{{ }}"}), "steps.0.title"),
        (with_steps({**SEND, "link_url": "javascript:alert(1)"}), "steps.0.link_url"),
        (with_steps({**SEND, "link_url": ""}), "steps.0.link_url"),
        (with_steps({**SEND, "experiment_id": 3}), "steps.0.experiment_id"),
        (with_steps({**SEND, "variants": [TEXT]}), "steps.0.experiment_id"),
        (with_steps({**VARIED, "variants": [TEXT, TEXT]}), "steps.0.variants.1.arm"),
        (with_steps({**VARIED, "variants": [{**TEXT, "body": "{{ name"}]}), "steps.0.variants.0.body"),
        (with_steps(WAIT, split(SEND, {**WAIT, "minutes": 0})), "steps.1.arms.0.steps.1.minutes"),
        (with_steps(split(split({**SEND, "body": ""}))), "steps.0.arms.0.steps.0.arms.0.steps.0.body"),
        (with_steps(split(split(split(split())))), "steps.0.arms.0.steps.0.arms.0.steps.0.arms.0.steps.0"),
        (with_steps(split(arms=[{"key": "a", "name": "一"}])), "steps.0.arms"),
        (with_steps(split(arms=[{"key": "a", "name": "一"}, {"key": "a", "name": "二"}])), "steps.0.arms.1.key"),
        (with_steps(split(arms=[{"key": "A!", "name": "一"}, {"key": "b", "name": "二"}])), "steps.0.arms.0.key"),
        (with_steps(split(*[WAIT] * 25), *[WAIT] * 25), "steps"),
        ({**DOCUMENT, "hold_out": 51}, "hold_out"),
    ],
)
def test_a_fault_is_told_with_its_place(document: object, path: str) -> None:
    with pytest.raises(InvalidDefinitionError) as caught:
        rules.parse_definition(document)
    fields = caught.value.fields
    assert fields["path"] == path
    assert str(fields["reason"]).endswith(".")
    assert str(fields["reason_zh"]).endswith("。")
    assert caught.value.code == "invalid_definition"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["kind", "steps", "x"]), inner),
    max_leaves=8,
)


@given(json_values, st.sampled_from(["trigger", "steps", "re_entry", "exit_on_leave"]))
def test_nonsense_is_refused_and_nothing_worse(value: object, field: str) -> None:
    try:
        definition = rules.parse_definition({**DOCUMENT, field: value})
    except InvalidDefinitionError as error:
        fault = error
    else:
        assert rules.parse_definition(rules.document_of(definition)) == definition
        return
    assert str(fault.fields["path"]).split(".")[0] == field


steps = st.one_of(
    st.builds(WaitStep, minutes=st.integers(1, 500_000)),
    st.builds(
        SendStep,
        channel=st.just("webhook"),
        title=st.text("abc{ }", min_size=1, max_size=20).filter(lambda text: "{{" not in text and "}}" not in text),
        body=st.just("你好 {{ name }}"),
        link_url=st.none() | st.just("https://brand.example/x"),
    ),
)


@given(st.lists(steps, min_size=1, max_size=50))
def test_what_is_kept_reads_back_the_same(made: list[WaitStep | SendStep]) -> None:
    definition = JourneyDefinition(
        SegmentEnteredTrigger(1, include_members=False), tuple(made), "never", exit_on_leave=False
    )
    assert rules.parse_definition(rules.document_of(definition)) == definition


def test_what_is_said_stands_beside_the_plan() -> None:
    definition = rules.parse_definition(with_steps(WAIT, {**SEND, "link_url": "https://brand.example/x"}, SEND))
    plan, contents = rules.planned(definition)
    assert plan == [
        WaitPlan(60, "steps.0"),
        SendPlan(("webhook",), "你好", path="steps.1"),
        SendPlan(("webhook",), "你好", path="steps.2"),
    ]
    said = MessageContent("你好", "{{ name|朋友 }}，看看这个")
    assert contents == {1: replace(said, link_url="https://brand.example/x"), 2: said}
    inner = rules.parse_definition(
        with_steps(split({**VARIED, "variants": [{**TEXT, "link_url": "https://b.example"}]}))
    )
    _, contents = rules.planned(inner)
    assert [each.link_url for each in contents.values()] == [None, "https://b.example"]
