"""Templates make documents that are accepted, and days and times are told as they were laid out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siyu.domain.journeys.parsing import parse_definition
from siyu.domain.journeys.sop import Beat, Moment, laid_out, moments_of
from siyu.domain.journeys.templates import TemplateAnswers, template_document, templates
from siyu.kernel.errors import InvalidError, NotFoundError


@pytest.mark.parametrize("key", [each.key for each in templates()])
def test_a_template_makes_a_journey_in_both_languages(key: str) -> None:
    for language in ("zh", "en"):
        document = template_document(
            key, "zh" if language == "zh" else "en", TemplateAnswers(segment_id=7, channel="sms")
        )
        definition = parse_definition(document)
        assert len(definition.nodes) == len(moments_of(document))  # every node is come to
    assert definition.goal_text
    assert {"sms"} >= {node["channel"] for node in document["nodes"] if node["kind"] == "message"}


def test_what_a_template_asks_for_has_to_be_answered() -> None:
    with pytest.raises(InvalidError):
        template_document("camp_7_days", "zh", TemplateAnswers())
    with pytest.raises(NotFoundError):
        template_document("nothing")


_times = st.lists(
    st.tuples(st.integers(0, 30), st.sampled_from(["08:00", "12:30", "20:05"])), min_size=1, max_size=12, unique=True
)


@settings(max_examples=25)
@given(_times)
def test_days_and_times_are_told_as_they_were_laid_out(times: list[tuple[int, str]]) -> None:
    beats = [
        Beat(day, at, [{"key": f"tag_{n}", "name": None, "kind": "tag", "add": [1], "remove": []}])
        for n, (day, at) in enumerate(sorted(times))
    ]
    nodes = laid_out(beats)
    told = moments_of({"nodes": nodes, "start": nodes[0]["key"]})
    assert [told[f"tag_{n}"] for n in range(len(beats))] == [Moment(day, at) for day, at in sorted(times)]


def test_waits_move_the_moment_on() -> None:
    nodes = [
        {"key": "a", "kind": "wait", "minutes": 1500, "next": "b"},
        {"key": "b", "kind": "wait_event", "event": {}, "timeout_minutes": 60, "next": "c", "on_timeout": "d"},
        {"key": "c", "kind": "wait_until", "day": None, "at": "09:00", "weekdays": [], "next": "d"},
        {"key": "d", "kind": "wait", "minutes": 30, "next": None},
        {"key": "unreached", "kind": "tag", "next": None},
    ]
    assert moments_of({"nodes": nodes, "start": "a"}) == {
        "a": Moment(1, None, 60),
        "b": Moment(1, None, 60),
        "c": Moment(1, "09:00"),
        "d": Moment(1, None, 90),
    }
