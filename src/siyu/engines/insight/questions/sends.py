"""What became of messages: from the request to the click, and what customers did after it. One row for each message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from siyu.domain.customers.contracts import CONSENT_CHANGED
from siyu.domain.definitions.contracts import EventMatch, Filter
from siyu.domain.messages.contracts import (
    MESSAGE_CANCELLED,
    MESSAGE_CLICKED,
    MESSAGE_DELIVERED,
    MESSAGE_FAILED,
    MESSAGE_HELD,
    MESSAGE_REQUESTED,
    MESSAGE_SENT,
    HeldReason,
)
from siyu.domain.metrics.contracts import Sends
from siyu.engines.insight.experiments.comparing import Verdict, of_shares
from siyu.engines.insight.questions.asking import TIME, Asking, events_of, matching, named
from siyu.engines.insight.terms.periods import occurred_between, periods_of
from siyu.engines.insight.terms.whom import Ids
from siyu.platform.columns.queries import Parameters

LIFT_ALPHA = 0.05
Outcome = Literal["requested", "held", "sent", "delivered", "failed", "waiting", "clicked", "converted", "unsubscribed"]
OUTCOMES: tuple[Outcome, ...] = (
    "requested",
    "held",
    "sent",
    "delivered",
    "failed",
    "waiting",
    "clicked",
    "converted",
    "unsubscribed",
)
WITHDRAWN = (EventMatch(CONSENT_CHANGED, (Filter("purpose", "is", "marketing"), Filter("state", "is", "withdrawn"))),)
"""What a customer says who wants no more messages."""
_NAMES = (
    MESSAGE_REQUESTED,
    MESSAGE_HELD,
    MESSAGE_SENT,
    MESSAGE_DELIVERED,
    MESSAGE_FAILED,
    MESSAGE_CANCELLED,
    MESSAGE_CLICKED,
)
_CAPS = (
    HeldReason.DAILY_CAP,
    HeldReason.WEEKLY_CAP,
    HeldReason.MONTHLY_CAP,
    HeldReason.CHANNEL_CAP,
    HeldReason.STAGE_CAP,
    HeldReason.CHANNEL_QUOTA,
)
"""Why a message is held that would have gone out at another time."""
_HOLDS: Mapping[Outcome, str] = {
    "requested": "1",
    "held": "held > 0 AND sent = 0",
    "sent": "sent > 0",
    "delivered": "delivered > 0",
    "failed": "failed > 0 AND sent = 0",
    "waiting": "held = 0 AND sent = 0 AND failed = 0 AND cancelled = 0",
    "clicked": "clicked > 0",
    "converted": "converted",
    "unsubscribed": "unsubscribed",
}


@dataclass(frozen=True, slots=True)
class SendsRow:
    """Messages of one journey, of a step of one (`journey_id`.`version`.`step`), or of a channel. `reasons`: why they were held."""

    key: str
    counts: Mapping[Outcome, int]
    customers: int
    reasons: Mapping[str, int]


def sends(asking: Asking, question: Sends) -> list[SendsRow]:
    """What became of the messages, those with most first; the whole stands before all others, with an empty key."""
    parameters = Parameters()
    counted = [f"countIf({_HOLDS[each]})" for each in OUTCOMES]
    sql = (
        f"SELECT grouping(part) AS whole, part, {', '.join(counted)}, uniqExact(customer_id),"  # noqa: S608
        f" sumMapIf([reason], [toUInt64(1)], {_HOLDS['held']}) FROM ({_messages(asking, question, parameters)})"
        " GROUP BY GROUPING SETS ((), (part)) ORDER BY whole DESC, count() DESC, part"
    )
    return [
        SendsRow(
            "" if row[0] else row[1],
            dict(zip(OUTCOMES, row[2 : 2 + len(OUTCOMES)], strict=True)),
            row[-2],
            dict(zip(*row[-1], strict=True)),
        )
        for row in asking.rows(parameters, sql)
    ]


@dataclass(frozen=True, slots=True)
class SendsLift:
    """What messages did: of customers who were meant to get one and of those held out, how many had success. `journey_id` of a
    journey's own hold-out, None of the company's. `verdict` on the difference of the shares, where there are both."""

    journey_id: int | None
    meant: int
    meant_converted: int
    held_out: int
    held_out_converted: int
    verdict: Verdict | None


_HELD_OUT_OF: Mapping[HeldReason, str] = {
    HeldReason.HELD_OUT: "toInt64(0)",
    HeldReason.HELD_OUT_OF_JOURNEY: "journey",
}
"""What is compared by each reason of being held out: everything together, or each journey."""


def sends_lifts(asking: Asking, question: Sends) -> list[SendsLift]:
    """Customers who were meant to get messages against those held out: first of all together, then of the journeys that hold out
    customers of their own. Success is looked for from a customer's first request, for nothing was sent to those held out.

    Meant is also who had enough messages that day: of those held out nobody is ever asked that, and they would be other people
    else. Who was either, at different times, belongs to neither."""
    if not question.converted:
        return []
    parameters = Parameters()
    found: list[SendsLift] = []
    start_ms = periods_of(question.period, "day", asking.as_of, asking.zone).start_ms
    for held_out, part in _HELD_OUT_OF.items():
        messages = _messages(asking, question, parameters)
        moments = _moments(asking, question.converted, start_ms, parameters)
        reason = parameters.bind(held_out.value, "String")
        # what a journey holds out for itself the company means to send all the same
        caps = [*_CAPS, HeldReason.HELD_OUT_OF_JOURNEY]
        passing = parameters.bind([each.value for each in caps if each != held_out], "Array(String)")
        meant = f"countIf(NOT ({_HOLDS['held']}) OR has({passing}, reason)) > 0"
        held = f"countIf({_HOLDS['held']} AND reason = {reason}) > 0"
        customers = (
            f"SELECT customer_id, {part} AS of, min(asked_at) AS since, {meant} AS is_meant, {held} AS is_held"  # noqa: S608
            f" FROM ({messages}) GROUP BY customer_id, of HAVING is_meant != is_held"
        )
        window = parameters.bind(question.window.ms, "Int64")
        success = f"arrayExists(x -> x > since AND x <= since + {window}, moments)"
        sql = (
            f"SELECT of, countIf(is_meant), countIf(is_meant AND {success}), countIf(is_held), countIf(is_held AND {success})"  # noqa: S608
            f" FROM ({customers}) AS c LEFT JOIN ({moments}) AS s USING (customer_id)"
            " GROUP BY of HAVING countIf(is_held) > 0 ORDER BY of"
        )
        for of, meant_all, won, held_all, held_won in asking.rows(parameters, sql):
            is_comparable = min(meant_all, held_all) > 0
            verdict = of_shares((held_all, held_won), (meant_all, won), LIFT_ALPHA) if is_comparable else None
            found.append(SendsLift(of or None, meant_all, won, held_all, held_won, verdict))
    return found


def sends_people(asking: Asking, question: Sends, outcome: Outcome, key: str = "") -> Ids:
    """The customers with at least one message of which that became, ascending."""
    parameters = Parameters()
    holds = _HOLDS[outcome]
    if key:
        holds += f" AND part = {parameters.bind(key, 'String')}"
    messages = _messages(asking, question, parameters)
    return asking.people(parameters, f"SELECT DISTINCT customer_id FROM ({messages}) WHERE {holds}", "1")  # noqa: S608


def _messages(asking: Asking, question: Sends, parameters: Parameters) -> str:
    """SQL: a row for each message requested in the period, with how many events of each kind it has."""
    periods = periods_of(question.period, "day", asking.as_of, asking.zone)
    key = parameters.place("properties", "message_key").text
    journey = parameters.place("properties", "definition_id").number
    where = f"{named([EventMatch(name) for name in _NAMES], parameters)} AND {key} IS NOT NULL"
    where += f" AND {occurred_between(parameters, periods.start_ms, asking.as_of_ms)}"
    if question.journey_id is not None:
        where += f" AND {journey} = {parameters.number(question.journey_id)}"
    version, step = (parameters.place("properties", each).number for each in ("version", "step"))
    part = {
        "journey": f"toString(toInt64(ifNull({journey}, 0)))",
        "step": (
            f"arrayStringConcat([{', '.join(f'toString(toInt64(ifNull({each}, 0)))' for each in (journey, version, step))}], '.')"
        ),
        "channel": f"ifNull({parameters.place('properties', 'channel').text}, '')",
    }[question.by]
    reason = f"ifNull({parameters.place('properties', 'reason').text}, '')"
    events = events_of(
        asking.whom,
        where,
        parameters,
        "name",
        f"{TIME} AS t",
        f"ifNull({key}, '') AS message_key",
        f"{part} AS part",
        f"toInt64(ifNull({journey}, 0)) AS journey",
        f"{reason} AS reason",
    )
    names = {name: parameters.bind(name, "String") for name in _NAMES}
    requested = f"name = {names[MESSAGE_REQUESTED]} AND {periods.within('t', parameters)}"
    counted = ", ".join(
        f"countIf(name = {names[name]}) AS {column}"
        for name, column in (
            (MESSAGE_HELD, "held"),
            (MESSAGE_SENT, "sent"),
            (MESSAGE_DELIVERED, "delivered"),
            (MESSAGE_FAILED, "failed"),
            (MESSAGE_CANCELLED, "cancelled"),
            (MESSAGE_CLICKED, "clicked"),
        )
    )
    messages = (
        f"SELECT message_key, any(customer_id) AS customer_id, argMax(part, t) AS part,"  # noqa: S608
        f" countIf({requested}) AS requested, {counted}, any(journey) AS journey, minIf(t, {requested}) AS asked_at,"
        f" minIf(t, name = {names[MESSAGE_SENT]}) AS sent_at, anyIf(reason, name = {names[MESSAGE_HELD]}) AS reason"
        f" FROM ({events}) GROUP BY message_key HAVING requested > 0"
    )
    successes = _moments(asking, question.converted, periods.start_ms, parameters) if question.converted else ""
    farewells = _moments(asking, WITHDRAWN, periods.start_ms, parameters)
    window = parameters.bind(question.window.ms, "Int64")

    found = _followed(messages, farewells, "unsubscribed", window)
    return _followed(found, successes, "converted", window) if successes else f"SELECT *, 0 AS converted FROM ({found})"  # noqa: S608


def _followed(messages: str, moments: str, name: str, window: str) -> str:
    """SQL of the messages, and whether any of the moments lies within the window after each was sent."""
    came = f"sent > 0 AND arrayExists(x -> x > sent_at AND x <= sent_at + {window}, moments)"
    joined = f"SELECT * FROM ({messages}) AS m LEFT JOIN ({moments}) AS c USING (customer_id)"  # noqa: S608 - our own words
    return f"SELECT * EXCEPT (moments), {came} AS {name} FROM ({joined})"  # noqa: S608 - our own words


def _moments(asking: Asking, events: Sequence[EventMatch], since_ms: int, parameters: Parameters) -> str:
    where = f"{named(events, parameters)} AND {matching(events, parameters)}"
    where += f" AND {occurred_between(parameters, since_ms, asking.as_of_ms)}"
    rows = events_of(asking.whom, where, parameters, f"{TIME} AS t")
    return f"SELECT customer_id, groupArray(t) AS moments FROM ({rows}) GROUP BY customer_id"  # noqa: S608
