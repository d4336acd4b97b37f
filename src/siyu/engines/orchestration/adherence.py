"""Who keeps to a SOP, and whether that helps: what became of each step of a version, and what came after it.

Tasks are told by step and member of the staff, as far as the asker answers for them. What came after is read from the log: of
the entries in which a step was done, those that reached a goal later.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from siyu.domain.definitions import reading as definitions
from siyu.domain.journeys import reading as journeys_reading
from siyu.domain.journeys.contracts import JOURNEY_ENTERED, JOURNEY_GOAL_REACHED, MessagePlan
from siyu.domain.journeys.reading import Moment, moments_of
from siyu.domain.messages.contracts import (
    MESSAGE_CLICKED,
    MESSAGE_DELIVERED,
    MESSAGE_FAILED,
    MESSAGE_HELD,
    MESSAGE_SENT,
)
from siyu.domain.tasks import reading as tasks
from siyu.domain.tasks.contracts import TASK_ENDED, TaskNumbers
from siyu.kernel.actors import Actor, Scope
from siyu.platform.columns.client import Columns
from siyu.platform.columns.queries import Parameters, in_scope
from siyu.platform.columns.schema import CUSTOMER_OF, CUSTOMERS, EVENTS
from siyu.platform.postgres.database import Reading

TOLD: Final = frozenset({"message", "task", "group_message", "moment", "group_invite"})
"""The kinds of nodes that are told: those by which somebody says or does something."""
_MESSAGES: Final = {
    MESSAGE_SENT: "sent",
    MESSAGE_DELIVERED: "delivered",
    MESSAGE_CLICKED: "clicked",
    MESSAGE_FAILED: "failed",
    MESSAGE_HELD: "held",
}


@dataclass(frozen=True, slots=True)
class After:
    """In how many entries it was done, and how many of these reached a goal later."""

    done: int = 0
    reached: int = 0


@dataclass
class StepKept:
    """A step and what became of it: `messages` by outcome, `tasks` by member of the staff (None: nobody had it yet)."""

    place: int
    key: str
    kind: str
    name: str
    moment: Moment | None
    messages: Mapping[str, int] = field(default_factory=dict)
    tasks: Sequence[TaskNumbers] = ()
    after: After = After()
    after_of: Mapping[int, After] = field(default_factory=dict)
    """By the member of the staff who did it."""


@dataclass(frozen=True, slots=True)
class Adherence:
    """A version of a journey, step by step in the order of its days. `entered` and `reached`: of all its entries how many reached a
    goal, to hold the steps against. `sees_tasks`: whether the asker is told of tasks at all."""

    version: int
    steps: Sequence[StepKept]
    entered: int
    reached: int
    sees_tasks: bool


@dataclass(frozen=True, slots=True)
class _Walked:
    """A version as those customers walk it whom somebody may see."""

    journey_id: int
    version: int
    scope: Scope

    def events(self, parameters: Parameters, name: str) -> str:
        """SQL of its events; `name` is the property that holds the journey."""
        told = (
            f"{_number(parameters, name)} = {parameters.number(self.journey_id)}"
            f" AND {_number(parameters, 'version')} = {parameters.number(self.version)}"
        )
        if self.scope.is_everything:
            return told
        seen = f"SELECT customer_id FROM {CUSTOMERS} FINAL WHERE {in_scope(parameters, self.scope)}"  # noqa: S608 - our own words
        return f"{told} AND {CUSTOMER_OF} IN ({seen})"


def adherence(reading: Reading, columns: Columns, actor: Actor, journey_id: int, version: int) -> Adherence:
    """How a version has been kept to so far, by the customers whom the asker sees."""
    actor.require("journeys.read")
    document = definitions.get_version(reading, journey_id, version).document
    sees_tasks = actor.may("tasks.assign")
    by_step: dict[int, list[TaskNumbers]] = {}
    for each in tasks.numbers_of(reading, actor, journey_id, version) if sees_tasks else ():
        if each.step is not None:
            by_step.setdefault(each.step, []).append(each)
    node_of = _variants(reading, journey_id, version)
    walked = _Walked(journey_id, version, actor.scope)
    said = _said(columns, walked, node_of)
    after, after_of = _after(columns, walked, node_of)
    moments = moments_of(document)
    steps = [
        StepKept(
            place=place,
            key=node["key"],
            kind=node["kind"],
            name=_name(node),
            moment=moments.get(node["key"]),
            messages=said.get(place, {}),
            tasks=by_step.get(place, ()),
            after=after.get(place, After()),
            after_of=after_of.get(place, {}) if sees_tasks else {},
        )
        for place, node in enumerate(document["nodes"])
        if node["kind"] in TOLD
    ]
    order = {key: n for n, key in enumerate(moments)}
    steps.sort(key=lambda each: (order.get(each.key, len(order)), each.place))
    entered, reached = _entries(columns, walked)
    return Adherence(version, steps, entered, reached, sees_tasks)


def _name(node: Mapping[str, Any]) -> str:
    return str(node.get("name") or node.get("title") or node.get("body") or node["key"])[:60]


def _variants(reading: Reading, journey_id: int, version: int) -> dict[int, int]:
    """{step of a variant: place of its node}: an arm's text has a step of its own, and counts with its node."""
    plans = journeys_reading.plans(reading, [(journey_id, version)])
    return {
        variant.step: place
        for plan in plans.values()
        for place, node in enumerate(plan.places)
        if isinstance(node, MessagePlan)
        for variant in node.variants
    }


def _said(columns: Columns, walked: _Walked, node_of: Mapping[int, int]) -> Mapping[int, Mapping[str, int]]:
    """{place: {outcome: how many messages}}."""
    parameters = Parameters()
    query = parameters.query(
        f"SELECT toInt64({_number(parameters, 'step')}) AS step, name,"  # noqa: S608 - our own words
        f" uniqExact({parameters.place('properties', 'message_key').text}) FROM {EVENTS}"
        f" WHERE name IN {parameters.bind(sorted(_MESSAGES), 'Array(String)')}"
        f" AND {walked.events(parameters, 'definition_id')} GROUP BY step, name"
    )
    found: dict[int, Counter[str]] = {}
    for step, name, count in columns.query(query.sql, query.parameters):
        place = node_of.get(int(step), int(step))
        found.setdefault(place, Counter())[_MESSAGES[name]] += int(count)
    return found


def _after(
    columns: Columns, walked: _Walked, node_of: Mapping[int, int]
) -> tuple[dict[int, After], dict[int, dict[int, After]]]:
    """What came after each step: of all, and by who did it."""
    parameters = Parameters()
    texts = {name: parameters.place("properties", name).text for name in ("message_key", "task_key", "outcome")}
    goal = parameters.bind(JOURNEY_GOAL_REACHED, "String")
    sent, ended = parameters.bind(MESSAGE_SENT, "String"), parameters.bind(TASK_ENDED, "String")
    done = (
        f"SELECT toInt64({_number(parameters, 'step')}) AS step,"  # noqa: S608 - our own words
        f" toInt64OrZero(splitByChar(':', ifNull(coalesce({texts['message_key']}, {texts['task_key']}), ''))[2]) AS entry,"
        f" min(occurred_at) AS at, max(toInt64(ifNull({_number(parameters, 'staff_id')}, 0))) AS staff"
        f" FROM {EVENTS} WHERE (name = {sent} OR (name = {ended} AND {texts['outcome']} = 'done'))"
        f" AND {walked.events(parameters, 'definition_id')} GROUP BY step, entry"
    )
    goals = (
        f"SELECT toInt64({_number(parameters, 'entry_id')}) AS entry, max(occurred_at) AS at FROM {EVENTS}"  # noqa: S608
        f" WHERE name = {goal} AND {walked.events(parameters, 'journey_id')} GROUP BY entry"
    )
    query = parameters.query(
        f"SELECT d.step, d.staff, count(), countIf(g.at >= d.at) FROM ({done}) AS d"  # noqa: S608 - our own words
        f" LEFT JOIN ({goals}) AS g ON d.entry = g.entry GROUP BY d.step, d.staff"
    )
    whole: dict[int, After] = {}
    by_staff: dict[int, dict[int, After]] = {}
    for step, staff, count, reached in columns.query(query.sql, query.parameters):
        place = node_of.get(int(step), int(step))
        before = whole.get(place, After())
        whole[place] = After(before.done + int(count), before.reached + int(reached))
        if staff:
            known = by_staff.setdefault(place, {})
            before = known.get(int(staff), After())
            known[int(staff)] = After(before.done + int(count), before.reached + int(reached))
    return whole, by_staff


def _entries(columns: Columns, walked: _Walked) -> tuple[int, int]:
    """How many entered, and how many of the entries reached a goal."""
    parameters = Parameters()
    entered = parameters.bind(JOURNEY_ENTERED, "String")
    goal = parameters.bind(JOURNEY_GOAL_REACHED, "String")
    query = parameters.query(
        f"SELECT countIf(name = {entered}),"  # noqa: S608 - our own words
        f" uniqExactIf({_number(parameters, 'entry_id')}, name = {goal}) FROM {EVENTS}"
        f" WHERE name IN ({entered}, {goal}) AND {walked.events(parameters, 'journey_id')}"
    )
    ((count, reached),) = columns.query(query.sql, query.parameters)
    return int(count), int(reached)


def _number(parameters: Parameters, name: str) -> str:
    return parameters.place("properties", name).number
