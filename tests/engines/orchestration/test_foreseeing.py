"""Looking ahead is held against all ways that there are, one by one; looking back against small histories worked out by hand."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siyu.engines.orchestration.course_times import occasions, until
from siyu.engines.orchestration.expecting import Cohort, Prospect, expected
from siyu.engines.orchestration.retracing import History, Past, retraced, spread

DAY = 1440


def _document(nodes: list[dict[str, Any]], **fields: Any) -> dict[str, Any]:
    rest = {"goals": [], "exits": [], "re_entry": {"mode": "never", "after_days": 0, "times_max": None}}
    return {"nodes": nodes, "start": nodes[0]["key"], **rest, **fields}


@st.composite
def _graphs(draw: st.DrawFn) -> dict[str, Any]:
    """Graphs whose edges lead onward, or back by a wait of a day."""
    size = draw(st.integers(2, 7))
    nodes: list[dict[str, Any]] = []
    for n in range(size):
        onward = st.sampled_from([*(f"n{each}" for each in range(n + 1, size)), None])
        edge, other = draw(onward), draw(onward)
        node: dict[str, Any] = {"key": f"n{n}", "next": edge}
        match draw(st.sampled_from(["message", "wait", "until", "event", "branch", "split", "back", "tag"])):
            case "wait":
                node |= {"kind": "wait", "minutes": draw(st.integers(1, 3000))}
            case "until":
                node |= {
                    "kind": "wait_until",
                    "day": draw(st.sampled_from([None, 0, 1, 3])),
                    "at": draw(st.sampled_from(["08:00", "20:00", "best_hour"])),
                    "weekdays": draw(st.sampled_from([[], [1, 5], [7]])),
                }
            case "event":
                node |= {"kind": "wait_event", "timeout_minutes": draw(st.integers(2, 3000)), "on_timeout": other}
            case "branch":
                node |= {"kind": "branch", "ways": [{"next": edge}], "otherwise": other}
            case "split":
                node |= {"kind": "split", "arms": [{"next": edge, "weight": 1}, {"next": other, "weight": 1}]}
            case "back":
                node |= {"kind": "wait", "minutes": DAY, "next": f"n{draw(st.integers(0, n))}"}
            case kind:
                node |= {"kind": kind}
        nodes.append(node)
    return _document(nodes)


def _every_way(prospect: Prospect, cohort: Cohort) -> tuple[dict[str, float], int]:
    """One way after the other, each with its probability."""
    nodes = {node["key"]: node for node in prospect.document["nodes"]}
    passed: defaultdict[str, float] = defaultdict(float)
    most = 0

    def walk(key: str | None, minute: int, people: float, said: int) -> None:
        nonlocal most
        if key is None or minute >= prospect.days * DAY:
            return
        node = nodes[key]
        passed[key] += people
        said += node["kind"] == "message"
        most = max(most, said)
        match node["kind"]:
            case "wait":
                walk(node["next"], minute + node["minutes"], people, said)
            case "wait_until":
                walk(node["next"], until(node, minute, cohort.minute, prospect.first_weekday), people, said)
            case "wait_event":
                first, second = prospect.shares[key]
                walk(node["next"], minute + node["timeout_minutes"] // 2, people * first, said)
                walk(node["on_timeout"], minute + node["timeout_minutes"], people * second, said)
            case "branch":
                first, second = prospect.shares[key]
                walk(node["ways"][0]["next"], minute, people * first, said)
                walk(node["otherwise"], minute, people * second, said)
            case "split":
                for arm, share in zip(node["arms"], prospect.shares[key], strict=True):
                    walk(arm["next"], minute, people * share, said)
            case _:
                walk(node["next"], minute, people, said)

    walk(prospect.document["start"], cohort.minute, cohort.people, 0)
    return passed, most


@settings(max_examples=25, deadline=None)
@given(_graphs(), st.integers(0, 2 * DAY), st.sampled_from([0.25, 0.5]))
def test_what_is_expected_is_the_mean_over_all_ways(document: dict[str, Any], minute: int, share: float) -> None:
    parted = {"wait_event", "branch", "split"}
    shares = {node["key"]: [share, 1 - share] for node in document["nodes"] if node["kind"] in parted}
    prospect = Prospect(document, shares, 5, 3)
    found, (passed, most) = expected(prospect, [Cohort(minute, 100.0)]), _every_way(prospect, Cohort(minute, 100.0))
    assert {key: pytest.approx(people) for key, people in passed.items() if people} == dict(found.passed)
    assert found.most == most
    assert found.is_whole


def test_a_time_of_day_is_waited_for_as_the_document_says() -> None:
    def node(day: int | None, at: str, weekdays: list[int]) -> dict[str, Any]:
        return {"kind": "wait_until", "day": day, "at": at, "weekdays": weekdays}

    assert until(node(2, "09:00", []), 600, 600, 1) == 2 * DAY + 540
    assert until(node(0, "09:00", []), 600, 600, 1) == 600  # past already
    assert until(node(None, "09:00", []), 600, 600, 1) == DAY + 540
    assert until(node(None, "10:00", []), 600, 600, 1) == DAY + 600  # the next one
    assert until(node(None, "best_hour", [7]), 600, 600, 1) == 6 * DAY + 600
    assert until(node(1, "09:00", [1]), 0, 0, 1) == 7 * DAY + 540  # day 1 is a Tuesday
    schedule = {"at": "08:00", "weekdays": [1], "month_days": [], "starts_on": "2026-03-01", "ends_on": "2026-03-10"}
    assert occasions(schedule, 30, date(2026, 3, 1)) == [DAY + 480, 8 * DAY + 480]


def _journey(**fields: Any) -> dict[str, Any]:
    return _document(
        [
            {"key": "hello", "kind": "message", "next": "paid"},
            {"key": "paid", "kind": "wait_event", "timeout_minutes": 2 * DAY, "next": "which", "on_timeout": "again"},
            {"key": "again", "kind": "message", "next": None},
            {"key": "which", "kind": "branch", "ways": [{"next": None}], "otherwise": "again"},
        ],
        **fields,
    )


def _past(document: dict[str, Any], way: int = 1) -> Past:
    return Past(document, 1, 30 * DAY, 1, lambda _key, _customer, _minute: way)


def test_a_customer_is_walked_through_what_happened_to_them() -> None:
    history = History(5, [100, 200], {"paid": [50, 100 + DAY]})
    found = retraced(_past(_journey()), history)
    assert found.entries == 1  # never again
    assert found.passed == ["hello", "paid", "which", "again"]
    assert found.said == [100, 100 + DAY]
    assert retraced(_past(_journey(), 0), history).said == [100]
    assert retraced(_past(_journey()), History(5, [100])).said == [100, 100 + 2 * DAY]
    assert retraced(_past(_journey()), History(5, [29 * DAY])).said == [29 * DAY]  # still waiting today


def test_exits_goals_and_re_entry_count_in_the_past_too() -> None:
    again = {"re_entry": {"mode": "after_end", "after_days": 1, "times_max": 2}}
    arrivals = [0, 2 * DAY, 4 * DAY, 8 * DAY, 12 * DAY]
    found = retraced(_past(_journey(**again)), History(5, arrivals))
    assert (found.entries, found.said) == (2, [0, 2 * DAY, 4 * DAY, 6 * DAY])
    found = retraced(_past(_journey(**again)), History(5, arrivals[:2], ends=[100]))
    assert found.said == [0, 2 * DAY, 4 * DAY]
    goal = {"goals": [{"key": "g", "within_days": 1, "leave": True}]}
    found = retraced(_past(_journey(**goal)), History(5, [0], goals={"g": [60]}))
    assert (found.said, found.goals) == ([0], ["g"])
    assert retraced(_past(_journey(**goal)), History(5, [0], goals={"g": [2 * DAY]})).goals == []


def test_how_many_got_how_many() -> None:
    assert spread([0, 1, 1, 3, 9], most=4) == [1, 2, 0, 1, 1]
