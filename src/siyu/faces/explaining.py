"""Why a customer is in a segment, or is not: each of its conditions, whether it holds, and what was found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import BaseModel, TypeAdapter

from siyu.domain.customers import reading as customers
from siyu.domain.customers.contracts import UnknownCustomerError
from siyu.domain.segments import contracts, service
from siyu.domain.segments import reading as segments
from siyu.engines.audience.explaining import Explained, Observed, explain
from siyu.engines.audience.sets import StoredSets
from siyu.faces.naming import namer_of
from siyu.kernel.actors import Actor
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database, Reading

_CONDITION: Final[TypeAdapter[contracts.Condition]] = TypeAdapter(contracts.Condition)
_NAMED: Final[Mapping[str, contracts.NamedKind]] = {"tag": "tag", "keeper": "staff"}
_SHARES: Final = {"p_alive", "weekend_share"}
_TRUTH: Final = {True: ("是", "yes"), False: ("否", "no")}
_STATES: Final = {"granted": ("同意", "granted"), "withdrawn": ("拒绝", "withdrawn")}


class ExplainedNode(BaseModel):
    """A condition, whether it holds for the customer, and what was found (empty where there is nothing to tell). `of` are its
    parts; of one that refers to a segment, a cell or a stage: what that asks for."""

    kind: str
    holds: bool
    sentence_zh: str
    sentence_en: str
    observed_zh: str
    observed_en: str
    of: list[ExplainedNode]


class Explanation(BaseModel):
    """Whether the customer matches now, and `is_member`: whether they are in the segment as it was last kept."""

    matches: bool
    is_member: bool
    node: ExplainedNode


@dataclass(frozen=True, slots=True)
class _Node:
    """A condition as it was written, what was found of what it comes to, and its parts."""

    condition: contracts.Condition
    found: Explained
    of: tuple[_Node, ...]


def explained(
    database: Database, columns: Columns, zone: ZoneInfo, actor: Actor, segment_id: int, customer_id: int
) -> Explanation:
    """As of now, by the version in force; by the draft where there is none yet."""
    with database.read() as reading:
        segment = service.get(reading, actor, segment_id)
        now_id = customers.get_customer(reading, actor, customer_id).customer_id
        document = _CONDITION.dump_python(segment.definition or segment.draft, mode="json")  # type: ignore[arg-type]  # one of the two there always is
        asked = service.understand(reading, actor, document)
        is_member = bool(segments.is_member(reading, segment_id, [now_id]))
    found = explain(columns, asked.expanded, database.clock.now(), now_id, zone=zone, sets=StoredSets(database))
    if found is None:
        raise UnknownCustomerError
    tree = _tree(asked.condition, found)
    with database.read() as reading:
        node = _told(reading, tree, zone)
    return Explanation(matches=found.holds, is_member=is_member, node=node)


def _tree(condition: contracts.Condition, found: Explained) -> _Node:
    """What was found, laid over the definition as it was written: a condition that refers to something has that below it."""
    if isinstance(condition, contracts.AllCondition | contracts.AnyCondition):
        return _Node(condition, found, tuple(_tree(*each) for each in zip(condition.of, found.of, strict=True)))
    if isinstance(condition, contracts.NotCondition):
        return _Node(condition, found, (_tree(condition.of, found.of[0]),))
    if condition == found.condition or isinstance(
        condition, contracts.EstimateCondition
    ):  # there an edition was pinned
        return _Node(condition, found, ())
    return _Node(condition, found, (_tree(found.condition, found),))


def _all(node: _Node) -> Iterator[_Node]:
    yield node
    for each in node.of:
        yield from _all(each)


def _told(reading: Reading, tree: _Node, zone: ZoneInfo) -> ExplainedNode:
    nodes = list(_all(tree))
    namer = namer_of(reading)
    sentences = segments.sentences_for(reading, [each.condition for each in nodes], namer=namer)
    sentence_of = {id(node): told for node, told in zip(nodes, sentences, strict=True)}
    named = [
        (_NAMED[node.condition.kind], number)
        for node in nodes
        if node.condition.kind in _NAMED and isinstance(node.found.observed, tuple)
        for number in node.found.observed
    ]
    names = dict(namer(named))

    def tell(node: _Node) -> ExplainedNode:
        zh, en = ("", "") if node.of else _observed(node.condition, node.found.observed, names, zone)
        told = sentence_of[id(node)]
        return ExplainedNode(
            kind=node.condition.kind,
            holds=node.found.holds,
            sentence_zh=told.zh,
            sentence_en=told.en,
            observed_zh=zh,
            observed_en=en,
            of=[tell(each) for each in node.of],
        )

    return tell(tree)


def _observed(
    leaf: contracts.Condition, observed: Observed, names: Mapping[contracts.Named, str], zone: ZoneInfo
) -> tuple[str, str]:
    if isinstance(leaf, contracts.SegmentCondition | contracts.ListCondition):
        return "", ""
    if observed is None or observed == ():
        return "没有", "none"
    if isinstance(leaf, contracts.EventCondition) and leaf.measure in {"count", "days"}:
        return (
            (f"{observed} 次", f"{observed} times")
            if leaf.measure == "count"
            else (f"{observed} 天", f"{observed} days")
        )
    if isinstance(leaf, contracts.ConsentCondition) and isinstance(observed, tuple):
        return _consents(observed)
    if isinstance(leaf, contracts.SampleCondition) and isinstance(observed, float):
        return f"{observed:.2f}%", f"{observed:.2f}%"
    if isinstance(leaf, contracts.EstimateCondition) and isinstance(observed, float):
        return _estimate(leaf.name, observed)
    if isinstance(leaf, contracts.AttributeCondition | contracts.EventValueCondition):
        name = leaf.name if isinstance(leaf, contracts.AttributeCondition) else leaf.property
        observed = customers.masked_attributes({name: observed})[name]
    if isinstance(observed, bool):
        return _TRUTH[observed]
    if isinstance(observed, datetime):
        at = observed.astimezone(zone).strftime("%Y-%m-%d %H:%M")
        return at, at
    if isinstance(observed, tuple | list):
        kind = _NAMED.get(leaf.kind)
        shown = [names.get((kind, each), f"#{each}") if kind else str(each) for each in observed]
        return "、".join(shown), ", ".join(shown)
    return str(observed), str(observed)


def _estimate(name: str, value: float) -> tuple[str, str]:
    """Money as money, shares as percents, counts with two places."""
    if name.endswith("_fen"):
        told = f"¥{value / 100:,.2f}"
    elif name in _SHARES:
        told = f"{value:.1%}"
    else:
        told = f"{value:,.2f}".rstrip("0").rstrip(".")
    return told, told


def _consents(words: Sequence[str]) -> tuple[str, str]:
    zh, en = [], []
    for word in words:
        _, channel, state = word.rsplit(":", 2)
        chinese, english = _STATES.get(state, (state, state))
        zh.append(f"{'全部渠道' if channel == '*' else channel} {chinese}")
        en.append(f"{'every channel' if channel == '*' else channel} {english}")
    return "、".join(zh), ", ".join(en)
