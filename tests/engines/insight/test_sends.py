"""The report of sends against a plain reading of the same events, message by message."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siyu.domain.definitions.contracts import EventMatch
from siyu.domain.metrics.contracts import LastPeriods, Length, Sends
from siyu.engines.insight.experiments.comparing import of_shares
from siyu.engines.insight.questions.asking import Asking
from siyu.engines.insight.questions.sends import OUTCOMES, SendsLift, sends, sends_lifts, sends_people
from siyu.platform.columns.client import Columns
from tests.engines.audience.histories import NOON, Happening, History, Person, empty, put

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)
PEOPLE = 8
REASONS = ("no_consent", "daily_cap", "held_out", "held_out_of_journey")
QUESTION = Sends(LastPeriods(3), "journey", None, (EventMatch("paid"),), Length(1))
START = NOON - 60 * HOUR
"""Midnight in Shanghai at which the period begins: the day before yesterday's."""


def message(number: int, who: int, journey: int, hour: int, fate: str) -> list[Happening]:
    """All that is told of one message, asked for so many hours ago."""
    at = NOON - hour * HOUR
    told: dict[str, Any] = {"message_key": f"m{number}", "definition_id": journey, "step": 0, "channel": "webhook"}

    def event(name: str, minutes: int, **more: object) -> Happening:
        return Happening(name, who, at + timedelta(minutes=minutes), {**told, **more}, "messages")

    events = [event("message_requested", 0)]
    if fate in REASONS:
        return [*events, event("message_held", 1, reason=fate)]
    steps = {"waiting": 0, "sent": 1, "clicked": 3, "failed": 0}[fate]
    events += [
        event(name, n + 1) for n, name in enumerate(("message_sent", "message_delivered", "message_clicked")[:steps])
    ]
    return [*events, event("message_failed", 1)] if fate == "failed" else events


MESSAGES = st.lists(
    st.tuples(
        st.integers(1, PEOPLE),
        st.sampled_from([5, 6]),
        st.integers(0, 80),
        st.sampled_from([*REASONS, *REASONS, "waiting", "sent", "sent", "clicked", "failed"]),
    ),
    max_size=30,
)
DEEDS = st.lists(
    st.tuples(st.integers(1, PEOPLE), st.integers(0, 80), st.sampled_from(["paid", "paid", "left"])), max_size=25
)


def deed(who: int, hour: int, kind: str) -> Happening:
    at = NOON - hour * HOUR + timedelta(minutes=30)
    if kind == "paid":
        return Happening("paid", who, at)
    return Happening("consent_changed", who, at, {"purpose": "marketing", "state": "withdrawn"}, "customers")


def plainly(
    acts: Sequence[tuple[int, Happening]],
) -> tuple[dict[str, Counter[str]], dict[str, Counter[str]], list[SendsLift]]:
    acts = [(who, act) for who, act in acts if act.occurred_at <= NOON]
    messages: dict[str, list[tuple[int, Happening]]] = defaultdict(list)
    for who, act in acts:
        if "message_key" in act.properties:
            messages[act.properties["message_key"]].append((who, act))

    def came(name: str, who: int, since: Any) -> bool:
        return any(
            act.name == name and other == who and since < act.occurred_at <= since + timedelta(days=1)
            for other, act in acts
        )

    counts: dict[str, Counter[str]] = defaultdict(Counter)
    reasons: dict[str, Counter[str]] = defaultdict(Counter)
    groups: dict[tuple[int, int], list[tuple[Any, bool, bool]]] = defaultdict(list)
    for told in messages.values():
        who, asked = told[0]
        if asked.occurred_at < START:
            continue
        events = {act.name.removeprefix("message_"): act for _, act in told}
        is_sent = "sent" in events
        is_held = "held" in events
        found = {"requested", *(each for each in ("sent", "delivered", "clicked", "failed", "held") if each in events)}
        if found == {"requested"}:
            found.add("waiting")
        if is_sent:
            found |= {"converted"} if came("paid", who, events["sent"].occurred_at) else set()
            found |= {"unsubscribed"} if came("consent_changed", who, events["sent"].occurred_at) else set()
        reason = events["held"].properties["reason"] if is_held else ""
        journey = asked.properties["definition_id"]
        for key in ("", str(journey)):
            counts[key].update(found)
            reasons[key].update([reason] if is_held else [])
        is_meant = not is_held or reason == "daily_cap"
        groups[0, who].append((asked.occurred_at, is_meant or reason == "held_out_of_journey", reason == "held_out"))
        groups[journey, who].append((asked.occurred_at, is_meant, reason == "held_out_of_journey"))
    tally: dict[int, Counter[tuple[bool, bool]]] = defaultdict(Counter)
    for (journey, who), rows in groups.items():
        meant, held = any(row[1] for row in rows), any(row[2] for row in rows)
        if meant != held:
            tally[journey][held, came("paid", who, min(row[0] for row in rows))] += 1
    lifts = []
    for journey, found_ in sorted(tally.items()):
        numbers = [
            found_[held, True] + (0 if done else found_[held, False])
            for held in (False, True)
            for done in (False, True)
        ]
        meant_all, meant_done, held_all, held_done = numbers
        if held_all:
            verdict = of_shares((held_all, held_done), (meant_all, meant_done), 0.05) if meant_all else None
            lifts.append(SendsLift(journey or None, meant_all, meant_done, held_all, held_done, verdict))
    return counts, reasons, lifts


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(MESSAGES, DEEDS, st.booleans())
def test_the_report_is_what_a_plain_reading_finds(
    columns: Columns, made: list[tuple[int, int, int, str]], deeds: list[tuple[int, int, str]], is_merged: bool
) -> None:
    merged = {8: 1, 7: 2} if is_merged else {}
    acts = [act for n, each in enumerate(made) for act in message(n, *each)] + [deed(*each) for each in deeds]
    empty(columns)
    put(columns, History([Person(n, is_deleted=n in merged) for n in range(1, PEOPLE + 1)], acts, merged))
    asking = Asking(columns, NOON, SHANGHAI)
    counts, reasons, lifts = plainly([(merged.get(act.profile_id, act.profile_id), act) for act in acts])
    found = {row.key: row for row in sends(asking, QUESTION) if row.counts["requested"]}
    assert {key: {name: row.counts[name] for name in OUTCOMES} for key, row in found.items()} == {
        key: {name: each[name] for name in OUTCOMES} for key, each in counts.items()
    }
    assert {key: dict(row.reasons) for key, row in found.items()} == {key: dict(each) for key, each in reasons.items()}
    assert sends_lifts(asking, QUESTION) == lifts
    for outcome in OUTCOMES:
        people = sends_people(asking, QUESTION, outcome)
        assert (len(people) > 0) == (counts[""][outcome] > 0 if "" in counts else False)


def test_what_messages_add_has_an_interval(columns: Columns) -> None:
    made = [message(n, n + 1, 5, 10, "held_out" if n % 2 else "sent") for n in range(400)]
    acts = [act for each in made for act in each]
    acts += [deed(n + 1, 9, "paid") for n in range(400) if n % (4 if n % 2 == 0 else 5) == 0]
    empty(columns)
    put(columns, History([Person(n + 1) for n in range(400)], acts))
    (lift,) = sends_lifts(Asking(columns, NOON, SHANGHAI), QUESTION)
    assert (lift.journey_id, lift.meant, lift.held_out) == (None, 200, 200)
    assert (lift.meant_converted, lift.held_out_converted) == (100, 40)
    assert lift.verdict is not None
    # the textbook's interval of two proportions: 0.3 +- 1.96 * sqrt(0.5 * 0.5 / 200 + 0.2 * 0.8 / 200)
    assert [lift.verdict.low, lift.verdict.high] == pytest.approx([0.3 - 0.0887, 0.3 + 0.0887], abs=5e-3)
    assert sends_lifts(Asking(columns, NOON, SHANGHAI), Sends(LastPeriods(3))) == []
