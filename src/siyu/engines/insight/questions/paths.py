"""Paths: what customers did one after another, as flows between what they did at each step; they add up.

Each customer's events are put in order and cut into goes where a pause is too long. Of a go that holds the anchor, what follows
its first anchor (or precedes its last one, read backwards) is a path: the anchor is step 0. What is not among the most frequent
of a step becomes `OTHER`, for each path by itself; so what flows into a node is what flows out of it and what ends there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from siyu.domain.definitions.contracts import EventMatch
from siyu.domain.metrics.contracts import Paths
from siyu.engines.insight.questions.asking import ORDER, Asking, events_of, matching, named, time_of
from siyu.engines.insight.terms.periods import periods_of
from siyu.engines.insight.terms.whom import Ids
from siyu.platform.columns.queries import Parameters

OTHER = ""
"""The name of the node that stands for all others of a step."""
NAMES_MAX = 200
"""So many names at most, of those that happen most; rarer ones are `OTHER` from the start."""


@dataclass(frozen=True, slots=True)
class Node:
    """What was done at a step (0 is the anchor): in how many goes, and how many of them ended with it."""

    step: int
    name: str
    goes: int
    ended: int


@dataclass(frozen=True, slots=True)
class Flow:
    """From a node of a step to one of the next."""

    step: int
    name: str
    to: str
    goes: int


@dataclass(frozen=True, slots=True)
class PathsAnswer:
    """`goes` and `customers`: how many there are with the anchor."""

    goes: int
    customers: int
    nodes: Sequence[Node]
    flows: Sequence[Flow]


@dataclass(frozen=True, slots=True)
class PathsPeople:
    """Whom to name: who did `name` at `step` in one of their goes, and `to` next where that is told ("" is any of the others)."""

    step: int
    name: str
    to: str | None = None


def paths(asking: Asking, question: Paths) -> PathsAnswer:
    """The flows between the most frequent of each step."""
    parameters = Parameters()
    per_go = _per_go(asking, question, parameters)
    shown = _shown(asking, question)
    kept = _kept(shown, parameters)
    sql = (
        f"SELECT step, arrayElement(lumped, step + 1) AS name, arrayElement(lumped, step + 2) AS following, count()"  # noqa: S608
        f" FROM (SELECT {kept} AS lumped FROM ({per_go})) ARRAY JOIN range(length(lumped)) AS step"
        " GROUP BY step, name, following ORDER BY step, count() DESC, name, following"
    )
    rows = [(int(row[0]), row[1], row[2], int(row[3])) for row in asking.rows(parameters, sql)]
    goes: Counter[tuple[int, str]] = Counter()
    ended: Counter[tuple[int, str]] = Counter()
    flows = []
    for step, name, following, count in rows:
        goes[step, name] += count
        if following == _END:
            ended[step, name] += count
        else:
            flows.append(Flow(step, _told(name), _told(following), count))
    nodes = [Node(step, _told(name), count, ended[step, name]) for (step, name), count in goes.items()]
    own = Parameters()
    ((customers,),) = asking.rows(own, f"SELECT uniqExact(customer_id) FROM ({_per_go(asking, question, own)})")  # noqa: S608
    return PathsAnswer(
        sum(node.goes for node in nodes if node.step == 0),
        int(customers),
        sorted(nodes, key=lambda node: (node.step, node.name == OTHER, -node.goes, node.name)),
        flows,
    )


def paths_people(asking: Asking, question: Paths, whom: PathsPeople) -> Ids:
    """The customers who went through a node, or along a flow, ascending."""
    parameters = Parameters()
    shown = _shown(asking, question)
    here = parameters.bind(whom.name or _OTHER, "String")
    holds = f"lumped[{whom.step + 1}] = {here}"
    if whom.to is not None:
        holds += f" AND lumped[{whom.step + 2}] = {parameters.bind(whom.to or _OTHER, 'String')}"
    per_go = _per_go(asking, question, parameters)
    lumped = f"SELECT customer_id, {_kept(shown, parameters)} AS lumped FROM ({per_go})"  # noqa: S608 - our own words
    sql = f"SELECT DISTINCT customer_id FROM ({lumped}) WHERE {holds}"  # noqa: S608 - our own words
    return asking.people(parameters, sql, "1")


_OTHER = "\x01"
_END = ""
"""What stands after the last of a path: an element beyond the end of an array of texts."""


def _told(name: str) -> str:
    return OTHER if name == _OTHER else name


def _per_go(asking: Asking, question: Paths, parameters: Parameters) -> str:
    """SQL: a row for each go with the anchor, `customer_id` and the names on its `path`, the anchor first."""
    periods = periods_of(question.period, "day", asking.as_of, asking.zone)
    anchor = matching((question.anchor,), parameters)
    others = (
        named([EventMatch(each) for each in question.events], parameters)
        if question.events
        else matching((), parameters)
    )
    where = f"({others} OR {anchor}) AND {periods.occurred(parameters)}"
    events = events_of(
        asking.whom, where, parameters, f"{ORDER} AS k", "toString(name) AS told", f"toUInt8({anchor}) AS is_anchor"
    )
    gap = parameters.bind(question.gap.ms, "Int64")
    # in the order of places, or against it: then the last anchor of a go is the first to be met
    turned = "arrayReverse(arraySort(groupArray((k, told, is_anchor))))"
    ordered = turned if question.direction == "to" else "arraySort(groupArray((k, told, is_anchor)))"
    pause = f"abs({time_of('x.1')} - {time_of('y.1')}) > {gap}"
    collapsed = (
        "arrayFilter((x, n) -> n = 1 OR x.2 != go[n - 1].2, go, arrayEnumerate(go))" if question.collapse else "go"
    )
    goes = (
        f"SELECT customer_id, arrayJoin(arraySplit((x, n) -> n > 1 AND {pause.replace('y.1', 'done[n - 1].1')}, done,"  # noqa: S608
        f" arrayEnumerate(done))) AS go FROM (SELECT customer_id, {ordered} AS done FROM ({events})"
        " GROUP BY customer_id HAVING countIf(is_anchor) > 0)"
    )
    cut = f"SELECT customer_id, arraySlice(go, arrayFirstIndex(x -> x.3, go)) AS go FROM ({goes}) WHERE arrayExists(x -> x.3, go)"  # noqa: S608
    return (
        f"SELECT customer_id, arraySlice(arrayMap(x -> x.2, {collapsed}), 1, {question.steps + 1}) AS path FROM ({cut})"  # noqa: S608
    )


def _shown(asking: Asking, question: Paths) -> list[list[str]]:
    """The names of each step that keep a node of their own: the most frequent."""
    parameters = Parameters()
    sql = (
        f"SELECT step, path[step + 1] AS name, count() FROM ({_per_go(asking, question, parameters)})"  # noqa: S608
        f" ARRAY JOIN range(length(path)) AS step GROUP BY step, name ORDER BY step, count() DESC, name LIMIT {NAMES_MAX} BY step"
    )
    found: list[list[str]] = [[] for _ in range(question.steps + 1)]
    for step, name, _ in asking.rows(parameters, sql):
        if len(found[step]) < question.top:
            found[step].append(name)
    return found


def _kept(shown: Sequence[Sequence[str]], parameters: Parameters) -> str:
    """SQL of a path in which what has no node of its own is `_OTHER`."""
    names = parameters.bind([list(each) for each in shown], "Array(Array(String))")
    other = parameters.bind(_OTHER, "String")
    return f"arrayMap((name, n) -> if(has({names}[n], name), name, {other}), path, arrayEnumerate(path))"
